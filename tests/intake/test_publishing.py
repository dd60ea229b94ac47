"""Versions of the form: one in force, the others kept; topics follow it, and nothing that cases name is lost."""

import json

import pytest
import sqlalchemy as sa
from flask import Flask

from helpdesk import clock
from helpdesk.accounts.models import Team
from helpdesk.cases.models import Case
from helpdesk.extensions import db
from helpdesk.intake import publishing
from helpdesk.intake.errors import BadDefinition, PublishedMeanwhile
from helpdesk.intake.models import FormVersion, Topic
from helpdesk.intake.queries import current_definition, topics
from helpdesk.transaction import transaction
from tests.factories import a_provider
from tests.intake import definitions
from tests.intake.test_filling_in_the_form import ANSWERS, ASKING, FORM
from tests.queue.cases import at_once
from tests.visitor import Visitor


def the_case() -> Case:
    return db.session.scalars(sa.select(Case).order_by(Case.id.desc()).limit(1)).one()


@pytest.mark.both_databases
def test_a_new_version_is_in_force_and_the_one_before_is_kept(app: Flask) -> None:
    first = db.session.get_one(FormVersion, 1)
    before = json.dumps(first.definition)
    raw = definitions.the_seeded()
    definitions.topic(raw, "INV-RECV").update(name="A shipment is not shown", priority="P1", needs_location=False)

    version = definitions.publish(raw)

    assert (version.version, current_definition().version) == (2, 2)
    topic = db.session.get_one(Topic, "INV-RECV")
    assert (topic.name, topic.priority.value, topic.needs_location) == ("A shipment is not shown", "P1", False)
    assert json.dumps(db.session.get_one(FormVersion, 1).definition) == before


@pytest.mark.both_databases
def test_of_two_who_publish_at_once_one_wins_and_the_other_is_told(app: Flask) -> None:
    def publish(name: str) -> str:
        raw = definitions.the_seeded()
        definitions.topic(raw, "INV-RECV").update(name=name)
        with app.app_context():
            try:
                with transaction():
                    publishing.publish(raw, reason="At the same time", by=None, at=clock.now(), upon=1)
            except PublishedMeanwhile as late:
                return f"version {late.version} came first"
            return name

    told = at_once(lambda: publish("One"), lambda: publish("Two"))

    db.session.rollback()
    assert "version 2 came first" in told
    assert (current_definition().version, current_definition().topics["INV-RECV"].name in told) == (2, True)


@pytest.mark.both_databases
def test_topics_can_be_added_reordered_and_retired(app: Flask) -> None:
    raw = definitions.the_seeded()
    raw["groups"].reverse()
    raw["groups"][0]["topics"].append({"code": "GEN-PRESS", "name": "Questions of the press", "priority": "P4", "team": "SD"})
    definitions.topic(raw, "ENR-START")["is_active"] = False

    definitions.publish(raw)

    codes = [topic.code for topic in topics()]
    assert (codes[0], "GEN-PRESS" in codes, "ENR-START" in codes) == ("GEN-TRN", True, False)
    assert db.session.get_one(Topic, "ENR-START").name == "Starting an application; who may enroll"


@pytest.mark.parametrize("lost", ["INV-RECV", "lot"])
def test_what_cases_may_name_cannot_be_removed(app: Flask, lost: str) -> None:
    raw = definitions.the_seeded()
    for group in raw["groups"]:
        group["topics"] = [topic for topic in group["topics"] if topic["code"] != lost]
    raw["questions"] = [question for question in raw["questions"] if question["key"] != lost]
    for question in raw["questions"]:
        question["topics"] = [code for code in question.get("topics", []) if code != lost]

    with pytest.raises(BadDefinition, match="is retired") as refused:
        definitions.publish(raw)

    assert refused.value.place.endswith(lost)
    assert current_definition().version == 1


@pytest.mark.both_databases
def test_a_topic_needs_a_team_that_is_open(app: Flask) -> None:
    raw = definitions.the_seeded()
    definitions.topic(raw, "GEN-TRN")["team"] = "XYZ"
    with pytest.raises(BadDefinition, match="no team XYZ"):
        definitions.publish(raw)

    with transaction():
        db.session.scalars(sa.select(Team).where(Team.code == "TRN")).one().is_active = False
    with pytest.raises(BadDefinition, match="TRN, or it is closed"):
        definitions.publish(definitions.the_seeded())
    assert current_definition().version == 1


def test_a_case_keeps_the_version_and_the_words_it_was_asked_with(app: Flask) -> None:
    visitor = Visitor(app).sign_in(a_provider())
    visitor.open(ASKING).press("Continue", **{**ANSWERS, "doses_in_system": "40"}).press("Send the ticket")
    raw = definitions.the_seeded()
    definitions.question(raw, "doses_in_system").update(label="Doses that the system shows", is_active=False)
    definitions.publish(raw)

    case = the_case()
    assert case.form_version == 1
    visitor.open(f"/cases/{case.number}")
    assert "Doses in the system 40" in visitor.text
    visitor.open(ASKING)
    assert "doses_in_system" not in visitor.values("Continue")


def test_a_form_that_was_open_when_its_topic_was_retired_keeps_what_was_typed(app: Flask) -> None:
    visitor = Visitor(app).sign_in(a_provider()).open(ASKING)
    raw = definitions.the_seeded()
    definitions.topic(raw, "INV-RECV")["is_active"] = False
    definitions.publish(raw)

    visitor.press("Continue", **ANSWERS)

    assert visitor.status == 422
    assert "Choose one of the answers on the list." in visitor.text
    kept = visitor.values("Continue")
    assert {name: kept[name] for name in ANSWERS if name != "topic"} == {n: a for n, a in ANSWERS.items() if n != "topic"}


def test_what_was_answered_about_a_retired_topic_is_kept_for_the_one_that_is_chosen_instead(app: Flask) -> None:
    visitor = Visitor(app).sign_in(a_provider()).open(ASKING)
    raw = definitions.the_seeded()
    definitions.topic(raw, "INV-RECV")["is_active"] = False
    definitions.publish(raw)
    visitor.press("Continue", **ANSWERS, lot="EW0182", doses_counted="40", expiration_shown="12/2026")

    assert visitor.values("Continue")["expiration_shown"] == "12/2026"
    visitor.press("Continue", topic="INV-ADJ").press("Send the ticket")

    case = the_case()
    assert (case.topic_code, case.form_version) == ("INV-ADJ", 2)
    given = {answer["key"]: answer["answer"] for answer in case.answers}
    assert (given["lot"], given["doses_counted"], given["expiration_shown"]) == ("EW0182", "40", "12/2026")


def test_an_answer_that_was_retired_meanwhile_is_asked_again_and_the_rest_is_kept(app: Flask) -> None:
    asking = {**ANSWERS, "topic": "INV-WAST", "waste_reason": "broken", "lot": "EW0182"}
    visitor = Visitor(app).sign_in(a_provider()).open(f"{FORM}?topic=INV-WAST").press("Continue", **asking)
    raw = definitions.the_seeded()
    definitions.question(raw, "waste_reason")["choices"][2]["is_active"] = False
    definitions.publish(raw)

    visitor.press("Send the ticket")

    assert (visitor.status, "Choose one of the answers on the list." in visitor.text) == (422, True)
    assert visitor.values("Continue")["lot"] == "EW0182"
    assert "Broken" not in visitor.text
    visitor.press("Continue", waste_reason="expired").press("Send the ticket")
    assert {
        "question": "Why can it not be used?",
        "answer": "Expired",
        "key": "waste_reason",
        "value": "expired",
    } in the_case().answers


def test_a_case_shows_the_answer_it_was_given_though_that_was_renamed_and_retired(app: Flask) -> None:
    asking = {**ANSWERS, "topic": "INV-WAST", "waste_reason": "broken"}
    visitor = Visitor(app).sign_in(a_provider()).open(f"{FORM}?topic=INV-WAST").press("Continue", **asking)
    visitor.press("Send the ticket")
    raw = definitions.the_seeded()
    definitions.topic(raw, "INV-WAST").update(name="Waste", is_active=False)
    definitions.question(raw, "waste_reason")["choices"][2].update(label="In pieces", is_active=False)
    definitions.publish(raw)

    visitor.open(f"/cases/{the_case().number}")

    assert "Why can it not be used? Broken" in visitor.text
    assert (the_case().topic_name, the_case().form_version) == ("Waste, expired or returned vaccine", 1)


def test_a_question_that_was_added_meanwhile_is_asked_before_the_ticket_is_sent(app: Flask) -> None:
    visitor = Visitor(app).sign_in(a_provider()).open(ASKING).press("Continue", **ANSWERS)
    raw = definitions.the_seeded()
    definitions.question(raw, "lot").update(required=True, missing="Enter the lot.")
    definitions.publish(raw)

    visitor.press("Send the ticket")

    assert (visitor.status, "Enter the lot." in visitor.text) == (422, True)
    visitor.press("Continue", lot="EW0182").press("Send the ticket")
    assert {"question": "Lot", "answer": "EW0182", "key": "lot"} in the_case().answers
    assert the_case().form_version == 2


def test_without_any_version_the_form_says_what_is_missing(app: Flask) -> None:
    visitor = Visitor(app).sign_in(a_provider())
    with transaction():
        db.session.execute(sa.delete(FormVersion))

    assert visitor.open(FORM).status == 503
    assert visitor.open("/vaccine-provider").status == 200
