"""Sections and questions of the help ticket, as administrators change them in the draft."""

import pytest
from flask import Flask

from helpdesk.intake.definition import Clause, Kind
from tests.admin.ticket_drafts import FORM, drafted, editing, the_draft
from tests.visitor import Visitor


def question(window: Visitor, key: str) -> Visitor:
    """The page of a question."""
    return window.open(f"{FORM}/questions/{key}")


def test_a_question_is_a_sentence_in_its_section(app: Flask) -> None:
    window = editing(app, "/sections/reach")

    assert "Phone number; has to be answered; if “Best way to reach you” is “Phone”" in window.text
    assert "Named by the rule" in window.open(f"{FORM}/sections/urgency").text
    window.open(f"{FORM}/sections/details").follow("Next questions")
    assert window.page.select_one("ol.sentences")["start"] == "71"


def test_texts_kind_limits_and_place_of_a_question_are_changed(app: Flask) -> None:
    window = question(editing(app), "lot")
    window.press(
        "Save in the draft", label="Lot number", label_es="Número de lote", help="On the vial.", missing="Enter the lot.",
        missing_es="Escriba el lote.", is_required="y", kind="number", least="5", most="9", has_decimals="y", is_past="y",
        place="1",
    )  # fmt: skip

    assert "Saved in the draft." in window.text
    lot = drafted().question["lot"]
    assert (lot.label, lot.help, lot.missing, lot.is_required, lot.kind) == (
        "Lot number",
        "On the vial.",
        "Enter the lot.",
        True,
        Kind.NUMBER,
    )
    assert (lot.least, lot.most, lot.has_decimals, lot.is_past) == (5, 9, True, False)
    assert next(q.key for q in drafted().questions if q.section == "details") == "lot"
    assert drafted().spanish == {"Lot number": "Número de lote", "Enter the lot.": "Escriba el lote."}


@pytest.mark.parametrize(
    ("key", "typed", "told"),
    [
        ("lot", {"label": ""}, "Enter the question."),
        ("lot", {"least": "9", "most": "5"}, "Is more than the most"),
        ("lot", {"least": "-4"}, "A text cannot be shorter than nothing"),
        ("subject", {"most": "500"}, "Has to be from 1 to 120"),
        ("affected_name", {"place": "1"}, "For_self is no earlier question"),
        ("for_self", {"answer_no": ""}, "It is retired, not removed."),
        ("product", {"another": "for_self"}, "Tick the answers after which it is asked"),
        ("product", {"another": "set_apart"}, "Choose a question that is asked before this one."),
    ],
)
def test_a_question_that_cannot_be_is_refused_with_everything_typed_kept(
    app: Flask, key: str, typed: dict[str, str], told: str
) -> None:
    window = question(editing(app), key)

    window.post(f"{FORM}/questions/{key}", {**window.values("Save in the draft"), "help": "Words of help.", **typed})

    assert (window.status, told in window.text) == (422, True)
    assert window.values("Save in the draft")["help"] == "Words of help."
    assert the_draft().version == 1


def test_answers_are_renamed_added_reordered_and_retired(app: Flask) -> None:
    window = question(editing(app), "waste_reason")
    fields = window.values("Save in the draft")
    del fields["answer_broken_on"]
    new = {
        "answer_expired": "Past its date",
        "answer_expired_es": "Vencida",
        "answer_other_place": "1",
        "new_1": "Lost",
        "new_2": "?!",
    }

    window.post(f"{FORM}/questions/waste_reason", {**fields, **new, "new_2_place": "2"})

    choices = drafted().question["waste_reason"].choices
    assert [choice.value for choice in choices] == [
        "other", "answer", "expired", "open_vial", "broken", "spoiled_by_temperature", "drawn_not_used", "lost",
    ]  # fmt: skip
    assert [choice.value for choice in choices if not choice.is_active] == ["broken"]
    assert drafted().spanish["Past its date"] == "Vencida"
    window.press("Save in the draft", answer_lost="")
    assert "lost" not in {choice.value for choice in drafted().question["waste_reason"].choices}


def test_what_every_case_needs_is_neither_retired_nor_given_other_answers(app: Flask) -> None:
    window = question(editing(app), "urgency")

    assert "Every case needs this question" in window.text
    fields = window.values("Save in the draft")
    assert not {"is_active", "is_required", "topics", "another", "new_1"} & set(fields)
    assert "Named by the rule “Vaccine is at risk now, whatever the topic”" in window.text
    window.press("Save in the draft", answer_no="No, it goes on")
    assert drafted().question["urgency"].choices[-1].label == "No, it goes on"


def test_topics_and_conditions_of_a_question_are_chosen_without_scripts(app: Flask) -> None:
    window = question(editing(app), "product")
    window.press("Show its answers", another="for_self")
    assert "Only if “Are you asking for yourself?” is answered by" in window.text
    window.press("Save in the draft", topics=["TMP", "ORD-DMG"], if_for_self="no")

    product = drafted().question["product"]
    assert (product.topics, product.when) == (("TMP", "ORD-DMG"), (Clause("for_self", ("no",)),))
    fields = window.values("Save in the draft")
    window.post(window.path, {name: value for name, value in fields.items() if name not in ("topics", "if_for_self")})
    assert (drafted().question["product"].topics, drafted().question["product"].when) == ((), ())


def test_a_question_is_retired_and_brought_back_and_never_removed(app: Flask) -> None:
    window = question(editing(app), "lot")
    fields = window.values("Save in the draft")
    del fields["is_active"]
    window.post(window.path, fields)
    assert ("retired" in window.text, drafted().question["lot"].is_active) == (True, False)
    assert window.post(f"{FORM}/questions/lot/remove", fields).status == 404
    question(window, "lot").press("Save in the draft", is_active="y")
    assert drafted().question["lot"].is_active


def test_a_question_is_added_and_can_be_taken_out_as_long_as_it_is_new(app: Flask) -> None:
    window = editing(app, "/sections/details/add").press("Save in the draft", label="Color", key="lot", kind="radio")
    assert "There is a question with this key" in window.text
    assert "Write each answer on a line of its own." in window.text
    window.press("Save in the draft", key="form_key", answers="Red\nBlue")
    assert "The page needs this name itself" in window.text
    window.press("Save in the draft", key="color", answers="Red\n\nBlue, or  green\nRed!")

    assert window.h1 == "Color"
    added = drafted().question["color"]
    assert [(choice.value, choice.label) for choice in added.choices] == [
        ("red", "Red"),
        ("blue_or_green", "Blue, or green"),
        ("red_2", "Red!"),
    ]
    window.press("Take it out of the draft")
    assert (window.h1, "color" in drafted().question) == ("More about it", False)


def test_a_question_of_no_kind_is_refused(app: Flask) -> None:
    window = editing(app, "/sections/details/add")
    fields = {**window.values("Save in the draft"), "label": "Color", "key": "color"}

    for kind in ({}, {"kind": "mood"}):
        window.post(window.path, {**{name: value for name, value in fields.items() if name != "kind"}, **kind})
        assert (window.status, "Not a valid choice." in window.text) == (422, True)


def test_sections_are_added_renamed_and_taken_out_while_they_are_empty(app: Flask) -> None:
    window = editing(app, "/sections/add").press("Save in the draft", title="How we reach you")
    assert "Another section has this title." in window.text
    window.press("Save in the draft", title="More")
    window.press("Save in the draft", title="Even more", title_es="Aún más", help="If you like.", place="1")
    assert next((s.key, s.title, s.help) for s in drafted().sections) == ("more", "Even more", "If you like.")
    assert drafted().spanish == {"Even more": "Aún más"}
    window.press("Take it out of the draft")
    assert drafted().sections[0].key == "who"
    assert window.post(f"{FORM}/sections/who/remove", {"csrf_token": window.values("Sign out")["csrf_token"]}).status == 404


def test_a_stale_page_takes_nothing_away_that_somebody_has_added_meanwhile(app: Flask) -> None:
    old, new = question(editing(app), "waste_reason"), Visitor(app)
    new.client = old.client
    question(new, "waste_reason").press("Save in the draft", new_1="Lost")
    question(new, "waste_reason").press("Show its answers", another="for_self").press("Save in the draft", if_for_self="yes")

    old.press("Save in the draft", label="Why not?")
    assert old.status == 409
    old.press("Save in the draft")

    found = drafted().question["waste_reason"]
    assert (found.label, found.choices[-1].label, found.when) == ("Why not?", "Lost", (Clause("for_self", ("yes",)),))
