"""The topic finder: a problem told in one's own words has its topic among the first, and nothing that is typed can do harm."""

import time

import pytest
from flask import Flask

from benchmarks import finder as benchmark
from helpdesk.intake.finder import MOST_LIKELY, Findable, likely
from helpdesk.intake.queries import current_definition, findable_topics

LEAST_AMONG_THE_FIRST_THREE = 90.0  # percent, in each half of the phrases
A_QUESTION = 0.01  # seconds

FRIDGE = Findable("TMP-EXC", "Temperature excursion", keywords="fridge was at 12 degrees, left out, still good", is_urgent=True)
LATE = Findable("ORD-LATE", "Shipment late", keywords="tracking, package", articles=("Who to ask about a parcel",))
NCID = Findable("ACC-NCID", "NCID: locked, forgotten, new", keywords="log in, contraseña, bloqueado")
NCIR = Findable("ACC-NCIR", "NCIR user or administrator", keywords="registry, sign in to NCIR")
COUNT = Findable("INV-ADJ", "Count wrong", keywords="lot, vial")
TOPICS = [COUNT, LATE, NCID, NCIR, FRIDGE]
SAME_WORDS = ["fridge, refrigerator, nevera", "shipment, delivery, envío", "login, log in, sign in"]


def found(problem: str) -> list[str]:
    return likely(problem, TOPICS, SAME_WORDS)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("temperature", FRIDGE),
        ("it read 46F this morning", FRIDGE),
        ("11 C", FRIDGE),
        ("-3,5 °C", FRIDGE),
        ("12º", FRIDGE),
        ("14 grados", FRIDGE),
        ("the refrigerator", FRIDGE),
        ("the refrigeratr", FRIDGE),
        ("NEVERA", FRIDGE),
        ("is it still good?", FRIDGE),
        ("somebody left it out", FRIDGE),
        ("temprature", FRIDGE),
        ("ncid locked", NCID),
        ("NCDI", NCID),
        ("can't login", NCID),
        ("contrasena", NCID),
        ("estoy bloqueada", NCID),
        ("ncir", NCIR),
        ("our deliveries", LATE),
        ("el envio", LATE),
        ("parcel", LATE),
        ("trackign number", LATE),
        ("it was counted", COUNT),
    ],
)
def test_what_was_meant_comes_first(typed: str, meant: Findable) -> None:
    assert found(typed)[:1] == [meant.code]


@pytest.mark.parametrize("typed", ["43 doses", "0.3 mL", "lot 3042567", "code 7741"])
def test_other_figures_are_no_temperature(typed: str) -> None:
    assert FRIDGE.code not in found(typed)


def test_a_word_that_is_known_is_not_taken_for_another() -> None:
    assert found("NCIR") == [NCIR.code]


def test_urgent_topics_come_first_where_two_are_as_likely() -> None:
    calm, urgent = Findable("INV-WAST", "Waste", keywords="vial"), Findable("ORD-DMG", "Damage", keywords="vial", is_urgent=True)

    assert likely("vial", [calm, urgent]) == ["ORD-DMG", "INV-WAST"]


def test_topics_that_are_as_likely_stand_in_the_order_of_the_form() -> None:
    assert likely("vial", [Findable("GEN-B", "Vial"), Findable("GEN-A", "Vial")]) == ["GEN-B", "GEN-A"]


def test_at_most_five_are_likely() -> None:
    topics = [Findable(f"GEN-{number}", "Vaccine") for number in range(9)]

    assert len(likely("vaccine", topics)) == MOST_LIKELY


@pytest.mark.parametrize(
    "typed", ["", " ", "?!", "xyzzy", "qwrt", "it is what it is", "12", "\x00\x1b", "💉", "<b></b>", "a" * 10_000]
)
def test_nothing_is_likely_where_nothing_is_known(typed: str) -> None:
    assert found(typed) == []


@pytest.mark.parametrize(
    "typed", ["<script>ncid</script>", "\x00ncid\x1b[0m", "ncid\u202e", "';DROP TABLE topics;-- ncid", "ncid " * 2_000]
)
def test_what_else_is_typed_does_no_harm(typed: str) -> None:
    assert NCID.code in found(typed)


def test_no_topics_are_no_reason_to_fail() -> None:
    assert likely("ncid", []) == []


@pytest.mark.parametrize("same_words", [[""], [","], [" , ,"], ["ncid"], ["?, ncid, !"], ["ncid, ncir", "ncir, ncid"]])
def test_senseless_lists_of_same_words_do_no_harm(same_words: list[str]) -> None:
    assert NCID.code in likely("ncid", TOPICS, same_words)


@pytest.mark.parametrize("half", benchmark.HALVES)
def test_the_right_topic_is_among_the_first_three(app: Flask, half: str) -> None:
    definition = current_definition()

    figures = benchmark.measure(half, findable_topics(definition), definition.same_words)

    assert figures.phrases == 80
    assert figures.percent_first_few >= LEAST_AMONG_THE_FIRST_THREE


@pytest.mark.parametrize("typed", ["fridge was at 12 degrees", "zxqv wvut lkjh " * 700])
def test_a_question_takes_less_than_ten_milliseconds(app: Flask, typed: str) -> None:
    definition = current_definition()
    likely(typed, findable_topics(definition), definition.same_words)

    times = []
    for _turn in range(5):
        began = time.thread_time()
        likely(typed, findable_topics(definition), definition.same_words)
        times.append(time.thread_time() - began)

    assert min(times) < A_QUESTION
