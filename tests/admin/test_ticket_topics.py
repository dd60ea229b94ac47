"""Topics, groups and the urgent text of the help ticket, as administrators change them in the draft."""

import pytest
from flask import Flask

from helpdesk.accounts.models import Team
from helpdesk.extensions import db
from helpdesk.transaction import transaction
from tests.admin.ticket_drafts import FORM, drafted, editing


def test_a_topic_says_which_rules_name_it_and_which_articles_answer_it(app: Flask) -> None:
    window = editing(app, "/topics/TMP-EXC")

    assert "Vaccine out of temperature, or the equipment failed" in window.text
    assert "Retired, it reaches them no more" in window.text
    assert window.follow("Temperature out of range: do this now").path.startswith("/admin/articles/")
    window.open(f"{FORM}/groups/TMP")
    assert "P1, urgent; to Vaccine Management; asks where; says at once what to do" in window.text
    assert "Named by the rule “Vaccine out of temperature, or the equipment failed”" in window.text
    assert "Answered by 4 articles" in window.text


def test_everything_about_a_topic_can_be_changed(app: Flask) -> None:
    window = editing(app, "/topics/INV-ADJ")
    assert "The desk says “" in window.text
    fields = window.values("Save in the draft")
    del fields["needs_location"], fields["is_active"]
    new = {"name": "Stock is wrong", "name_es": "Las existencias no coinciden", "group": "ORD", "priority": "P2", "team": "SD"}

    window.post(f"{FORM}/topics/INV-ADJ", {**fields, **new, "is_urgent": "y", "keywords": "count,  shelf"})

    assert "Saved in the draft." in window.text
    topic = drafted().topics["INV-ADJ"]
    assert (topic.name, topic.priority.value, topic.team, topic.keywords) == ("Stock is wrong", "P2", "SD", "count, shelf")
    assert (topic.needs_location, topic.is_urgent, topic.is_active) == (False, True, False)
    assert drafted().group_of["INV-ADJ"].code == "ORD"
    assert drafted().spanish == {"Stock is wrong": "Las existencias no coinciden"}
    window.press("Save in the draft", name="Stock is off", name_es="").press("Save in the draft", place="1", is_active="y")
    assert (drafted().groups[2].topics[0].name, drafted().spanish) == ("Stock is off", {})


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("name", "", "Enter the name of the topic."),
        ("name", "x" * 121, "Up to 120 characters, please."),
        ("team", "XYZ", "Not a valid choice."),
        ("place", "-1", "Enter a number from 1 on."),
    ],
)
def test_a_topic_that_cannot_be_is_refused_with_everything_typed_kept(app: Flask, field: str, typed: str, told: str) -> None:
    window = editing(app, "/topics/INV-ADJ")

    window.post(f"{FORM}/topics/INV-ADJ", {**window.values("Save in the draft"), "keywords": "shelf", field: typed})

    assert (window.status, told in window.text) == (422, True)
    assert window.values("Save in the draft")["keywords"] == "shelf"
    assert drafted().topics["INV-ADJ"].keywords != "shelf"


def test_the_only_topic_of_a_group_stays_there(app: Flask) -> None:
    window = editing(app, "/groups/add")
    window.press("Save in the draft", group_code="PRS", group_name="Press", code="ASK", name="Questions of the press", team="SD")
    window.open(f"{FORM}/topics/PRS-ASK").press("Save in the draft", group="GEN")

    assert "It is the only topic of its group" in window.text
    window.press("Take it out of the draft")
    assert "PRS" not in {group.code for group in drafted().groups}


def test_topics_and_groups_are_added_with_codes_that_are_free(app: Flask) -> None:
    window = editing(app, "/groups/TMP/add").press("Save in the draft", code="exc", name="Another")
    assert "There is a topic with the code TMP-EXC." in window.text
    window.press("Save in the draft", code="new", name_es="Otro")
    assert (window.h1, drafted().topics["TMP-NEW"].team) == ("Another", "VMGT")
    assert drafted().spanish["Another"] == "Otro"
    window.open(f"{FORM}/groups/add").press("Save in the draft", group_code="TMP", group_name="T", code="A", name="B")
    assert "There is a group with the code TMP." in window.text
    window.press("Save in the draft", group_code="PRS", group_name_es="Prensa")
    assert (window.h1, drafted().spanish["T"]) == ("T", "Prensa")
    window.press("Save in the draft", name="Press", place="1")
    assert (drafted().groups[0].name, drafted().groups[0].topics[0].code) == ("Press", "PRS-A")


def test_a_published_topic_cannot_be_taken_out(app: Flask) -> None:
    window = editing(app, "/topics/TMP-EXC")

    assert not window.has_button("Take it out of the draft")
    assert window.post(f"{FORM}/topics/TMP-EXC/remove", window.values("Save in the draft")).status == 404
    assert "TMP-EXC" in drafted().topics


def test_a_closed_team_stays_named_until_another_is_chosen(app: Flask) -> None:
    with transaction():
        db.session.query(Team).filter_by(code="TRN").one().is_active = False
    window = editing(app, "/topics/GEN-TRN")

    assert window.values("Save in the draft")["team"] == "TRN"
    window.open(f"{FORM}/publish")
    assert "groups.GEN-TRN.team: there is no team TRN, or it is closed" in window.text


def test_the_urgent_text_is_changed_in_both_languages(app: Flask) -> None:
    window = editing(app, "/urgent")
    window.press("Save in the draft", steps="Close the door.\n\nCall us.", steps_in_spanish="Cierre la puerta.")
    assert "Write as many lines as there are steps in English" in window.text
    words = {"steps_in_spanish": "Cierre la puerta.\nLlámenos.", "outside_hours": "Wait.", "outside_hours_es": "Espere."}
    window.press("Save in the draft", **words)

    assert drafted().urgent.steps == ("Close the door.", "Call us.")
    assert drafted().spanish == {"Close the door.": "Cierre la puerta.", "Call us.": "Llámenos.", "Wait.": "Espere."}
    window.open(f"{FORM}/urgent").press(
        "Save in the draft", steps="\n".join(f"Step {n}." for n in range(11)), steps_in_spanish=""
    )
    assert "Up to 10 steps" in window.text


def test_words_that_mean_the_same_are_lists_of_at_least_two(app: Flask) -> None:
    window = editing(app, "/words")
    before = drafted().same_words
    window.press("Save in the draft", same_words="fridge, nevera\n\nfreezer,")
    assert "“freezer,” stands alone" in window.text

    window.press("Save in the draft", same_words="  fridge,  nevera\n\nfreezer, congelador\n")

    assert ("Saved in the draft." in window.text, len(before) > 5) == (True, True)
    assert drafted().same_words == ("fridge, nevera", "freezer, congelador")
