"""What is written on a case is kept as it is written, for its writer alone, and never comes back once it is sent."""

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from helpdesk import clock, timed_jobs
from helpdesk.cases import case_drafts, moving, own_data, redaction
from helpdesk.cases.case_drafts import CaseDraft
from helpdesk.cases.kinds import MoveReason
from helpdesk.cases.models import Case, MessageKind, Status
from helpdesk.extensions import db
from helpdesk.notifications.stop_sign import StopSign
from helpdesk.transaction import transaction
from tests.case_factories import MONDAY_9_AM, a_case
from tests.factories import a_lead, an_agent
from tests.queue.cases import at_once, on_case
from tests.runs import postgresql_in_the_long_run
from tests.visitor import Visitor

BOXES = [
    ("note", "Save note", "body"),
    ("reply", "Send and keep open", "body"),
    ("resolution", "Resolve and send the note", "note"),
]


def autosave(visitor: Visitor, box: str, button: str, **typed: str) -> Visitor:
    """What the script sends while somebody types in a box of the page that the visitor shows."""
    shown, path = visitor.shown, visitor.page.select_one(f"form[data-writes={box}]")["data-autosave"]
    visitor.post(str(path), {**visitor.values(button), **typed})
    status = visitor.status
    visitor.go_back_to(shown)
    visitor.answered = status  # type: ignore[attr-defined]
    return visitor


def kept(case: Case) -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(CaseDraft.body).where(CaseDraft.case_id == case.id).order_by(CaseDraft.kind)))


@pytest.mark.parametrize(("box", "button", "field"), BOXES)
def test_what_is_typed_is_kept_offered_again_and_gone_when_it_is_sent(app: Flask, box: str, button: str, field: str) -> None:
    case, agent = a_case(), an_agent("ENR")
    version = case.version

    with clock.at(MONDAY_9_AM + timedelta(hours=5, minutes=14)):
        autosave(on_case(app, agent, case), box, button, **{field: "Half a sentence that goes on"})

    db.session.refresh(case)
    assert case.version == version, "nobody else's page is stale by it"
    with clock.at(MONDAY_9_AM + timedelta(hours=6)):
        again = on_case(app, agent, case)
        assert again.values(button)[field] == "Half a sentence that goes on"
        assert "Draft kept from today 2:14 p.m." in again.text
        again.press(button, **({"code": "fixed"} if box == "resolution" else {}))
    assert again.status == 200
    assert kept(case) == []
    assert len(case.messages) == 2


@postgresql_in_the_long_run
@pytest.mark.parametrize(("box", "button", "field"), BOXES)
def test_a_draft_that_arrives_after_its_text_was_sent_never_comes_back(app: Flask, box: str, button: str, field: str) -> None:
    case, agent = a_case(), an_agent("ENR")
    visitor = on_case(app, agent, case)
    typed = {field: "Sent in the same moment", **({"code": "fixed"} if box == "resolution" else {})}
    on_case(app, agent, case).press(button, **typed)

    autosave(visitor, box, button, **typed)

    assert visitor.answered == 409  # type: ignore[attr-defined]
    assert kept(case) == []


@postgresql_in_the_long_run
def test_saving_and_sending_in_the_same_moment_leave_no_draft(app: Flask) -> None:
    case, agent = a_case(), an_agent("ENR")
    writes, sends = on_case(app, agent, case), on_case(app, agent, case)

    at_once(
        lambda: autosave(writes, "reply", "Send and keep open", body="Use form B."),
        lambda: sends.press("Send and keep open", body="Use form B."),
    )

    assert [message.body for message in case.messages[1:]] == ["Use form B."]
    assert kept(case) == []


@postgresql_in_the_long_run
def test_two_pages_of_one_person_that_begin_at_once_keep_one_draft(app: Flask) -> None:
    case, agent = a_case(), an_agent("ENR")
    pages = [on_case(app, agent, case) for _ in range(2)]

    at_once(*[lambda page=page: autosave(page, "note", "Save note", body="Called.") for page in pages])

    assert [page.answered for page in pages] == [200, 200]
    assert kept(case) == ["Called."]


def test_without_a_script_a_button_keeps_it_and_another_one_gives_it_up(app: Flask) -> None:
    case, agent = a_case(), an_agent("ENR")
    visitor = on_case(app, agent, case)

    visitor.post(f"{visitor.path}/drafts/reply", {**visitor.values("Send and keep open"), "body": "Not yet."})
    assert "Your draft is kept. Nobody else can read it" in visitor.text
    assert visitor.values("Send and keep open")["body"] == "Not yet."

    visitor.post(f"{visitor.path}/drafts/reply/discard", visitor.values("Send and keep open"))
    assert "The draft is gone." in visitor.text
    assert visitor.values("Send and keep open")["body"] == ""
    assert visitor.open(f"{visitor.path}/drafts/reply").path == visitor.path
    assert visitor.post(f"{visitor.path}/drafts/question", visitor.values("Save note")).status == 404


def test_nobody_else_ever_sees_it(app: Flask) -> None:
    case, agent = a_case(), an_agent("ENR")
    autosave(on_case(app, agent, case), "note", "Save note", body="She sounded zyxwaldish.")

    lead = on_case(app, a_lead("ENR"), case)

    assert "zyxwaldish" not in lead.html
    assert "zyxwaldish" not in lead.open(f"/agent/cases/{case.number}/redact").html
    assert f'/agent/cases/{case.number}"' not in lead.open("/agent/search?q=zyxwaldish").html
    with transaction():
        plan = redaction.plan(case, redaction.Wanted(("zyxwaldish",)))
    assert (plan.places, plan.not_found) == ([], ["zyxwaldish"])


@postgresql_in_the_long_run
def test_a_page_left_open_keeps_nothing_for_whoever_signs_in_after_its_writer(app: Flask) -> None:
    case, ana, bo = a_case(), an_agent("ENR"), an_agent("ENR")
    page = on_case(app, ana, case)
    left_open = page.shown

    page.open("/account").press("Sign out")
    for _each in ("signed out", "another person"):
        page.go_back_to(left_open)
        assert autosave(page, "note", "Save note", body="What Ana thinks.").answered == 400  # type: ignore[attr-defined]
        page.sign_in(bo)

    assert kept(case) == []
    page.open(f"/agent/cases/{case.number}")
    assert "What Ana thinks." not in page.html
    assert "open too long" not in page.text, "nobody has pressed a button"


@postgresql_in_the_long_run
def test_a_case_that_went_where_one_may_not_see_takes_and_shows_no_draft(app: Flask) -> None:
    case, agent = a_case(), an_agent("ENR")
    an_agent("NCIR")
    page = autosave(on_case(app, agent, case), "note", "Save note", body="Before.")
    with transaction():
        moving.move(case, "NCIR", seen=case.version, by=agent, reason=MoveReason.WRONG_TOPIC)

    autosave(page, "note", "Save note", body="After.")

    assert page.answered == 404  # type: ignore[attr-defined]
    assert kept(case) == ["Before."]
    page.open(f"/agent/cases/{case.number}")
    assert (page.status, "Before." in page.text) == (404, False)


@postgresql_in_the_long_run
def test_what_is_removed_from_the_case_goes_from_the_draft_as_well(app: Flask) -> None:
    lead, agent = a_lead("ENR"), an_agent("ENR")
    case = a_case(description="Our colleague Quillfeather cannot sign in.")
    autosave(on_case(app, agent, case), "reply", "Send and keep open", body="Has Quillfeather tried again?")

    with transaction():
        redaction.redact(case, redaction.Wanted(("Quillfeather",)), by=lead, reason="A patient")

    assert "Quillfeather" not in kept(case)[0]


def test_it_is_among_what_is_held_about_its_writer(app: Flask) -> None:
    case, agent = a_case(), an_agent("ENR")
    autosave(on_case(app, agent, case), "note", "Save note", body="Called, no answer.")

    (answer,) = json.loads("".join(own_data.of(agent)))["not_sent"]["answers"]

    assert (answer["case"], answer["kind"], answer["text"]) == (case.number, "note", "Called, no answer.")


@postgresql_in_the_long_run
def test_it_is_swept_after_thirty_days(app: Flask) -> None:
    case, agent = a_case(), an_agent("ENR")
    autosave(on_case(app, agent, case), "reply", "Send and keep open", body="Later.")

    with clock.at(MONDAY_9_AM + timedelta(days=29)):
        timed_jobs.sweep(StopSign())
        assert kept(case) == ["Later."]
    with clock.at(MONDAY_9_AM + timedelta(days=31)):
        assert on_case(app, agent, case).values("Send and keep open")["body"] == ""
        timed_jobs.sweep(StopSign())
    assert kept(case) == []


def test_a_draft_for_a_case_that_was_closed_is_shown_to_be_copied_and_given_up(app: Flask) -> None:
    agent = an_agent("ENR")
    case = a_case(status=Status.CLOSED, agent=agent)
    with transaction():
        case_drafts.save(case, agent, MessageKind.REPLY, body="Too late.")

    visitor = on_case(app, agent, case)

    assert "Too late." in visitor.page.select_one("textarea[readonly]").get_text()
    visitor.press("Discard this text")
    assert kept(case) == []


def test_what_the_session_lost_wins_over_the_draft_until_it_is_sent(app: Flask) -> None:
    agent, case = an_agent("ENR"), a_case()
    visitor = on_case(app, agent, case)
    autosave(visitor, "note", "Save note", body="The first half")
    visitor.client.delete_cookie("session")
    visitor.press("Save note", body="The first half and the second.")

    back = visitor.press("Sign in", email=agent.email, password="correct horse battery staple")

    assert back.values("Save note")["body"] == "The first half and the second."
    assert back.press("Save note").values("Save note")["body"] == ""
    assert kept(case) == []
