"""A draft of the help ticket is previewed, checked, published with a reason, and older versions are gone back to."""

from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask

from helpdesk.accounts.models import User
from helpdesk.cases.models import Case
from helpdesk.extensions import db
from helpdesk.intake import definition_editing as edit
from helpdesk.intake import drafting
from helpdesk.intake.definition import Definition
from helpdesk.intake.models import FormDraft, FormVersion, Topic
from helpdesk.intake.queries import current_definition, form_versions
from helpdesk.transaction import transaction
from tests.admin.ticket_drafts import FORM, change, editing, the_draft
from tests.factories import an_admin
from tests.intake import definitions
from tests.queue.cases import at_once, at_the_desk
from tests.visitor import Visitor

WHY = "Providers write it in the subject"


def retired(key: str) -> drafting.Change:
    """A change that retires a question or a topic."""

    def apply(definition: Definition) -> Definition:
        if key in definition.topics:
            topic = replace(definition.topics[key], is_active=False)
            return edit.put_topic(definition, topic, group=definition.group_of[key].code)
        return edit.put_question(definition, replace(definition.question[key], is_active=False))

    return apply


def with_a_draft(app: Flask, *changes: drafting.Change, path: str = "/publish", by: User | None = None) -> Visitor:
    """An administrator on a page about a draft with these changes."""
    admin = by or an_admin()
    window = editing(app, by=admin)
    for one in changes:
        change(one, by=admin)
    return window.open(f"{FORM}{path}")


def texts(window: Visitor, selector: str) -> list[str]:
    """What the elements say."""
    return [" ".join(element.get_text(" ").split()) for element in window.page.select(selector)]


def versions() -> list[FormVersion]:
    """Every version, the newest first."""
    db.session.rollback()
    return list(db.session.scalars(form_versions()))


def test_a_draft_is_published_with_a_reason_and_leaves_a_version(app: Flask) -> None:
    admin = an_admin()
    window = with_a_draft(app, retired("lot"), retired("DAT-RPT"), by=admin)
    assert texts(window, "#differences h3") == ["Topic “Reports” (DAT-RPT)", "Question “Lot” (lot)"]
    assert [text.removeprefix("State: ") for text in texts(window, "#differences ins")] == ["retired", "retired"]
    window.press("Publish it", reason="Because")
    assert (window.status, "Say why in 10 to 300 characters." in window.text) == (422, True)

    window.press("Publish it", reason=WHY)

    assert "Version 2 is in force" in window.text
    newest = versions()[0]
    assert (newest.version, newest.reason, newest.published_by) == (2, WHY, admin.id)
    assert (current_definition().question["lot"].is_active, db.session.get_one(Topic, "DAT-RPT").is_active) == (False, False)
    assert db.session.scalar(sa.select(FormDraft)) is None
    window.follow("Version 2")
    assert (WHY in window.text, len(texts(window, "#differences ins"))) == (True, 2)


def test_what_rules_name_is_published_only_with_a_tick(app: Flask) -> None:
    def without_ncir(definition: Definition) -> Definition:
        asked = definition.question["system"]
        answers = tuple(replace(choice, is_active=choice.value != "ncir") for choice in asked.choices)
        return edit.put_question(definition, replace(asked, choices=answers))

    window = with_a_draft(app, retired("TMP-EXC"), without_ncir)
    assert "The topic “Temperature excursion” is retired, and named by: “Vaccine out of temperature" in window.text
    assert "The answer “NCIR” to “Which system is it about?” is retired, and named by: “Recipients" in window.text

    window.press("Publish it", reason=WHY)
    assert (window.status, "Read which rules are concerned" in window.text, len(versions())) == (422, True, 1)
    window.press("Publish it", despite="y")
    assert len(versions()) == 2


def test_everything_that_is_wrong_is_listed_with_the_page_that_mends_it(app: Flask) -> None:
    window = with_a_draft(app, retired("for_self"), retired("impact"))

    assert not window.has_button("Publish it")
    faults = {a["href"]: a.get_text() for a in window.page.select(".notice-danger a")}
    assert list(faults) == [f"{FORM}/questions/{key}" for key in ("affected_name", "affected_email", "impact")]
    assert faults[f"{FORM}/questions/impact"] == "questions.impact: every case needs this question, whatever its topic"
    fields = {"csrf_token": window.values("Sign out")["csrf_token"], "version": "3", "upon": "1", "reason": WHY}
    assert window.post(f"{FORM}/publish", fields).status == 422
    assert len(versions()) == 1
    assert "3 things have to be mended first" in window.open(f"{FORM}/preview").text


def test_a_draft_that_changes_nothing_publishes_nothing(app: Flask) -> None:
    window = with_a_draft(app)
    assert not window.has_button("Publish it")

    window.post(
        f"{FORM}/publish", {"csrf_token": window.values("Sign out")["csrf_token"], "version": "1", "upon": "1", "reason": WHY}
    )

    assert ("nothing to publish" in window.text, len(versions())) == (True, 1)


def test_the_preview_shows_the_draft_in_both_languages_and_sends_nothing(app: Flask) -> None:
    def renamed(definition: Definition) -> Definition:
        lot = replace(definition.question["lot"], label="Number of the lot", is_required=True)
        urgent = replace(definition.urgent, title="Act now")
        changed = replace(edit.put_question(definition, lot), urgent=urgent)
        return edit.say(changed, {"Number of the lot": "Número del lote", "Act now": "Actúe ahora"})

    window = with_a_draft(app, renamed, path="/preview").press("Show the questions", topic="TMP-EXC")
    window.press("Show the questions", for_self="no")
    assert {"Number of the lot", "Name of the colleague"} <= set(texts(window, ".preview-page label"))
    assert texts(window, ".preview-page .emergency h2") == ["Act now"]
    window.press("Check the answers", subject="Fridge")
    assert "Please answer: Number of the lot" in texts(window, ".error-summary a")
    window.press("Show the questions", language="es")
    preview = window.page.select_one(".preview-page")
    assert (preview["lang"], window.h1) == ("es", "Preview of the help ticket")
    assert {"Número del lote", "Asunto"} <= set(texts(window, ".preview-page label"))
    assert texts(window, ".preview-page .emergency h2") == ["Actúe ahora"]
    assert window.values("Show the questions")["subject"] == "Fridge"

    targets = {form.get("action") for form in window.page.select("main form")} | {
        b.get("formaction") for b in window.page.select("button")
    }
    assert targets <= {f"{FORM}/preview", None}
    assert db.session.scalar(sa.select(sa.func.count(Case.id))) == 0


def test_the_preview_finds_topics_by_the_words_of_the_draft(app: Flask) -> None:
    def with_words(definition: Definition) -> Definition:
        topic = replace(definition.topics["GEN-BILL"], keywords="zebra")
        return edit.put_topic(replace(definition, same_words=("zebra, giraffe",)), topic, group="GEN")

    window = with_a_draft(app, with_words, path="/preview").press("Find the topic", problem="a giraffe")
    assert texts(window, ".likely li") == ["Billing or NCTracks Training and other"]

    window.press("Billing or NCTracks Training and other")

    assert (window.h1, window.values("Show the questions")["topic"]) == ("Preview of the help ticket", "GEN-BILL")


@pytest.mark.both_databases
def test_of_two_who_publish_at_once_one_wins_and_the_other_is_told(app: Flask) -> None:
    admin = an_admin()
    one = with_a_draft(app, retired("lot"), by=admin)
    two = at_the_desk(app, admin, f"{FORM}/publish")

    at_once(lambda: one.press("Publish it", reason=f"{WHY} 1"), lambda: two.press("Publish it", reason=f"{WHY} 2"))

    told = sorted((one.text, two.text), key=lambda text: "is in force: providers" not in text)
    assert "Version 2 is in force: providers" in told[0]
    assert "Somebody has published the draft, or thrown it away, a moment ago." in told[1]
    assert len(versions()) == 2


@pytest.mark.both_databases
def test_a_version_that_came_between_is_shown_before_it_is_overwritten(app: Flask) -> None:
    window = with_a_draft(app, retired("lot"))
    raw = definitions.the_seeded()
    raw["groups"][0]["topics"].append({"code": "ENR-NEW", "name": "New rules", "priority": "P3", "team": "ENR"})
    definitions.publish(raw)

    window.press("Publish it", reason=WHY)

    assert (window.status, "Somebody has published version 2 meanwhile." in window.text) == (409, True)
    assert "groups.ENR-NEW: is missing" in window.text
    assert WHY in window.text
    window.press("Take in what was added")
    assert (the_draft().base_version, texts(window, "#differences h3")) == (2, ["Question “Lot” (lot)"])
    window.press("Publish it", reason=WHY)
    assert (len(versions()), current_definition().topics["ENR-NEW"].is_active) == (3, True)


@pytest.mark.both_databases
def test_whoever_publishes_after_the_draft_was_taken_over_is_told_whose_it_is(app: Flask) -> None:
    window = with_a_draft(app, retired("lot"))
    other = an_admin(first_name="Grace")
    with transaction():
        drafting.take_over(by=other)

    window.press("Publish it", reason=WHY)

    assert (window.status, f"{other.name} edits the draft by now." in window.text, len(versions())) == (409, True, 1)
    assert WHY in window.text


def test_an_older_version_comes_back_as_a_draft_with_what_came_later_retired(app: Flask) -> None:
    raw = definitions.the_seeded()
    definitions.topic(raw, "GEN-BILL")["name"] = "Money"
    raw["groups"][0]["topics"].append({"code": "ENR-NEW", "name": "New rules", "priority": "P3", "team": "ENR"})
    definitions.publish(raw)
    window = at_the_desk(app, an_admin(), f"{FORM}/versions/1")

    window.press("Begin a draft with it")

    assert window.h1 == "Check and publish"
    assert texts(window, "#differences h3") == ["Topic “New rules” (ENR-NEW)", "Topic “Billing or NCTracks” (GEN-BILL)"]
    window.press("Publish it", reason=WHY)
    found = current_definition()
    assert (found.version, found.topics["GEN-BILL"].name, found.topics["ENR-NEW"].is_active) == (3, "Billing or NCTracks", False)
    window.open(f"{FORM}/versions/3").press("Compare", against="1")
    assert texts(window, "#differences h3") == ["New: Topic “New rules” (ENR-NEW)"]


def test_versions_that_are_not_there_do_not_exist(app: Flask) -> None:
    window = at_the_desk(app, an_admin(), FORM)

    assert window.open(f"{FORM}/versions/2").status == 404
    assert window.open(f"{FORM}/versions/1?against=99").status == 200
    assert window.open(f"{FORM}/topics/NO-SUCH").status == window.open(f"{FORM}/questions/no_such").status == 404


def test_there_is_one_way_back_at_a_time(app: Flask) -> None:
    definitions.publish({**definitions.the_seeded(), "spanish": {"Lot": "Lote"}})
    window = at_the_desk(app, an_admin(), f"{FORM}/versions/1")
    editing(app)

    window.press("Begin a draft with it")

    assert "There is a draft already." in window.text
