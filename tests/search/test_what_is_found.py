"""The search of cases: what is found, by whom, in which order, on both databases."""

from contextlib import closing

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpdesk.cases import commands, copying, searching
from helpdesk.cases.models import Case
from helpdesk.search import index, query
from helpdesk.transaction import transaction
from tests.attachment_factories import a_file_on, another
from tests.case_factories import a_case, a_new_case
from tests.cases.people import a_practice
from tests.directory_factories import ADMINISTRATOR, COORDINATOR, at, works_at
from tests.factories import a_provider, an_admin, an_agent
from tests.queue.cases import statements
from tests.search.found import found, rows, shown

pytestmark = pytest.mark.both_databases


def a_file_named(name: str, case: Case, message: int = 0) -> None:
    with closing(another(name)) as file:
        a_file_on(case.messages[message], file)


def with_a_note(case: Case, body: str) -> Case:
    agent = an_agent(case.team.code)
    with transaction():
        commands.add_note(case, by=agent, body=body)
    return case


@pytest.mark.parametrize(
    "typed",
    [
        "excursion",  # of the subject
        "refrigerator",  # of the question
        "Quillfeather",  # of the requester
        "cedar fork",  # of the organization
        "'main street'",  # of the location
        "4711",  # of an answer that was typed
        "thermometers",  # of a reply
        "calibrated",  # of a resolution
        "monday.csv",  # of a file
        "ncv",
    ],
)
def test_a_case_is_found_by_whatever_stands_on_it(app, typed):
    answers = (commands.Answer("Serial number", "SN 4711-B", "serial"),)
    requester = a_provider(last_name="Quillfeather")
    case = a_case(subject="Excursion", description="Our refrigerator is warm.", requester=requester, answers=answers)
    agent = an_agent()
    with transaction():
        commands.reply(case, by=agent, body="Please read both thermometers.")
        commands.resolve(case, by=agent, code=commands.ResolutionCode.FIXED, note="They were calibrated.")
    a_file_named("readings of monday.csv", case)

    assert found(agent, typed) == found(requester, typed) == [case]


def test_words_may_stand_far_apart_and_all_of_them_must(app):
    case, agent = a_case(subject="Excursion", requester=a_provider(last_name="Quillfeather")), an_agent()
    with transaction():
        commands.reply(case, by=agent, body="Read the thermometer.")

    assert found(agent, "thermometer excursion QUILLFEATHER") == [case]
    assert found(agent, "thermometer excursion Nobody") == []


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Se congeló el refrigerador", "CONGELO"),
        ("Marín", "marin"),
        ("Marin", "Marín"),
        ("the vaccines were allocated", "vaccine allocation"),
        ("la vacuna congelada", "vacunas congelado"),
        ("we stopped", "stop"),
        ("a transferred dose", "transferring doses"),
        ("temperature", "temper"),
        ("It is out of range again", '"out of range"'),
        ("It is out of range again", "“Out of  RANGE”"),
        ("write to dana@example.org", "dana@example.org"),
        ("an e-mail", "email"),
        ("Straße", "strasse"),
        ("It was 12 ℃ in the fridge", "12 °C fridge"),
        ("疫苗 到货", "到货"),
    ],
)
def test_neither_accents_nor_case_nor_the_form_of_a_word_matter(app, written, typed):
    case, agent = a_case(description=written), an_agent()

    assert found(agent, typed) == [case]


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("out of the range", '"out of range"'),
        ("range of out", '"out of range"'),
        ("NCIR", "NCID"),
        ("portal", "port sort"),
        ("temper tantrum", "temperature"),
        ("two 30 3", "230"),
    ],
)
def test_what_was_not_meant_is_not_found(app, written, typed):
    a_case(description=written)

    assert found(an_agent(), typed) == []


def test_only_the_last_word_may_be_the_beginning_of_a_longer_one(app):
    case, agent = a_case(description="The refrigerator is warm"), an_agent()

    assert found(agent, "warm refrig") == [case]
    assert found(agent, "refrig warm") == found(agent, '"refrig"') == found(agent, "re") == []


def test_a_phrase_does_not_go_on_from_one_text_to_the_next(app):
    case, agent = a_case(subject="It ends so", description="and begins. It ends in zebra"), an_agent()
    with transaction():
        commands.reply(case, by=agent, body="tango is first")

    assert found(agent, '"so and"') == found(agent, '"zebra tango"') == []
    assert found(agent, "zebra tango") == [case]


def test_words_that_say_nothing_are_not_asked_for_unless_they_are_quoted(app):
    case, agent = a_case(description="Shipment late"), an_agent()

    assert found(agent, "where is the shipment") == [case]
    assert found(agent, '"the" shipment') == []


def test_the_best_come_first_then_the_newest(app):
    requester, agent = a_provider(), an_agent()

    def told(subject: str, description: str) -> Case:
        return a_case(subject=subject, description=description, requester=requester, agent=agent)

    in_text, other_form = told("A", "zebra stripe"), told("B", "zebras then a stripe")
    in_head, apart = told("Zebra stripe", "-"), told("C", "stripe of a zebra")
    newer = told("D", "zebra stripe")

    assert found(agent, "zebra stripe") == [in_head, newer, in_text, apart, other_form]


def test_a_provider_never_finds_a_case_by_a_note_or_what_came_with_one(app):
    case = with_a_note(a_case(), "The zebra is internal.")
    a_file_named("zebra.csv", case, message=-1)
    agent = an_agent()

    assert found(agent, "zebra") == found(agent, "zebra.csv") == [case]
    assert found(case.requester, "zebra") == found(case.requester, "zebra.csv") == found(case.requester, '"zebra is"') == []
    assert found(agent, case.requester.email) == [case]
    assert found(case.requester, case.requester.email) == []


def test_a_provider_is_never_shown_a_note_of_a_case_that_they_find(app):
    case = with_a_note(a_case(subject="Zebra"), "The zebra is internal.")
    [row] = rows(case.requester, "zebra")

    assert shown(row.passage) == case.messages[0].body
    assert shown(rows(an_agent(), "zebra internal")[0].passage) == "The [zebra] is [internal]."


def test_a_provider_finds_their_own_cases_and_those_that_they_may_see(app):
    practice = a_practice()
    works_at(coordinator := a_provider(), practice.location, COORDINATOR)
    works_at(boss := a_provider(), practice.organization, ADMINISTRATOR)
    works_at(colleague := a_provider(), practice.location)
    requester, agent = practice.case.requester, an_agent()
    open_one = a_case(subject="Zebra", requester=requester, agent=agent, **at(practice.location))
    private = a_case(subject="Zebra", requester=requester, agent=agent, is_private=True, **at(practice.location))
    a_case(subject="Zebra", agent=agent)
    with transaction():
        copying.copy_new(private, [colleague], by=requester)

    assert found(requester, "zebra") == [private, open_one]
    assert found(coordinator, "zebra") == found(boss, "zebra") == [open_one]
    assert found(colleague, "zebra") == [private]


def test_an_agent_finds_the_cases_of_their_teams_and_of_triage(app):
    mine, other, triage = (a_case(subject="Zebra", topic=topic) for topic in ("ENR-SECB", "DAT-HL7", "GEN-OTHER"))

    assert found(an_agent("ENR"), "zebra") == [triage, mine]
    assert found(an_agent("NCIR"), "zebra") == [triage, other]
    assert found(an_admin(), "zebra") == [triage, other, mine]


def test_what_is_typed_is_never_wrong(app):
    people = an_agent(), a_provider()

    @settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.one_of(st.text(), st.text(alphabet="\"'*():&|!^-{}[]<>~\\% abAND:OR_NEAR·\x00é", max_size=40)))
    def ask(typed: str) -> None:
        for person in people:
            assert searching.page(person, query.read(typed), number=1).total >= 0

    ask()


@pytest.mark.parametrize("typed", ["", "   ", "?!", '""', "\x00", "·"])
def test_where_there_is_no_word_nothing_is_found(app, typed):
    a_case()

    assert found(an_agent(), typed) == []


def test_every_word_of_whatever_is_written_leads_to_it(app):
    requester, everything = a_provider(), sa.select(Case.id)

    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=60))
    def write(text: str) -> None:
        with transaction():
            case = commands.open_case(a_new_case(description=text), requester=requester)
        for word in query.compared(text):
            assert case.id in index.find(query.read(f'"{word}"'), visible=everything).ids

    write()


def test_a_search_takes_as_many_statements_for_one_case_as_for_many(app: Flask) -> None:
    requester, agent, seen = a_provider(), an_agent(), []
    for more in (1, 30):
        for _n in range(more):
            a_case(subject="Zebra", requester=requester, agent=agent)
        for person in (agent, requester):
            with statements() as asked:
                rows(person, "zebra")
            seen.append(len(asked))

    assert seen[:2] == seen[2:]
    assert max(seen) <= 7
