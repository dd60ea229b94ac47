"""An agent chooses a macro, sees what it says and does, and sends it: everything it does is done then, or nothing."""

from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask

from helpdesk import clock
from helpdesk.accounts.models import Language, Team, User
from helpdesk.cases import macro_editing
from helpdesk.cases.attachment_models import Attachment
from helpdesk.cases.kinds import HoldReason
from helpdesk.cases.macros import Macro
from helpdesk.cases.marks import CaseTag
from helpdesk.cases.models import Case, EventKind, MessageKind, ResolutionCode, Status
from helpdesk.cases.tombstones import TOMBSTONE
from helpdesk.extensions import db
from helpdesk.transaction import transaction
from tests.attachment_factories import waiting_on
from tests.case_factories import FRIDAY_7_PM, a_case, mail_of
from tests.factories import an_admin, an_agent
from tests.macro_factories import a_macro
from tests.queue.cases import on_case
from tests.runs import postgresql_in_the_long_run
from tests.visitor import Visitor

WITH_IT = "Send, and do what the macro says"
REPLY = "Send and keep open"


def with_macro(visitor: Visitor, macro: Macro, typed: str = "") -> Visitor:
    """The case with the macro's text in the reply, below what was typed."""
    return visitor.press("Look at it", body=typed, pick=macro.code).press("Put it into the reply")


def tags_of(case: Case) -> list[str]:
    return sorted(db.session.scalars(sa.select(CaseTag.tag).where(CaseTag.case_id == case.id)))


@postgresql_in_the_long_run
def test_it_is_previewed_first_and_nothing_happens_before_the_reply_is_sent(app: Flask) -> None:
    an_agent("NCIR")
    macro = a_macro(status=Status.PENDING, tags=["form b"], to_team="NCIR")
    case, agent = a_case(), an_agent("ENR")
    before = case.version

    visitor = on_case(app, agent, case).press("Look at it", body="Good morning,", pick=macro.code)

    assert visitor.h1 == "Form B"
    for said in (f"please use form B for {case.number}.", "The case is pending", "tagged: form b", "moves to NCIR Support"):
        assert said in visitor.text
    assert "Good morning," in visitor.text, "what was typed is kept"
    visitor.press("Put it into the reply")
    body = visitor.values(WITH_IT)["body"]
    assert body == f"Good morning,\n\nHello {case.requester.first_name}, please use form B for {case.number}."
    db.session.refresh(case)
    assert (case.version, case.status, tags_of(case)) == (before, Status.NEW, [])

    visitor.press(WITH_IT)

    assert visitor.status == 200
    assert "The case is with another team" in visitor.text
    assert (case.status, case.team.code, case.assignee_id, tags_of(case)) == (Status.PENDING, "NCIR", None, ["form b"])
    kinds = [event.kind for event in case.events if event.version > before]
    for kind in (EventKind.REPLIED, EventKind.STATUS_CHANGED, EventKind.TAGGED, EventKind.MOVED):
        assert kind in kinds
    assert len(mail_of(case, "case_replied")) == 1


@postgresql_in_the_long_run
def test_a_macro_that_resolves_makes_the_reply_the_note_with_its_code(app: Flask) -> None:
    case, agent = a_case(), an_agent("ENR")
    macro = a_macro(status=Status.RESOLVED, resolution_code=ResolutionCode.ACCESS_GRANTED, body="Your access is there now.")

    with_macro(on_case(app, agent, case), macro).press(WITH_IT)

    assert (case.status, case.resolution_code) == (Status.RESOLVED, ResolutionCode.ACCESS_GRANTED)
    assert [(m.kind, m.body) for m in case.messages[1:]] == [(MessageKind.RESOLUTION, "Your access is there now.")]
    assert len(mail_of(case, "case_resolved")) == 1


def test_a_macro_that_resolves_sends_the_files_of_the_reply_along(app: Flask) -> None:
    macro = a_macro(status=Status.RESOLVED, resolution_code=ResolutionCode.ANSWERED)
    case, agent = a_case(), an_agent("ENR")
    [file] = waiting_on(case, agent)

    with_macro(on_case(app, agent, case), macro).press(WITH_IT)

    db.session.rollback()
    assert db.session.get_one(Attachment, file.id).message.kind is MessageKind.RESOLUTION


def test_a_case_on_hold_by_a_macro_has_clocks_that_stand_still(app: Flask) -> None:
    case, agent = a_case(), an_agent("ENR")
    macro = a_macro(status=Status.ON_HOLD, hold_reason=HoldReason.MAKER, hold_days=7)

    visitor = with_macro(on_case(app, agent, case), macro)
    waits = "it waits for whoever runs the system (CVMS, NCIR, NCID), its clocks stand still"
    assert waits in visitor.text
    visitor.press(WITH_IT)

    assert (case.status, case.due_at) == (Status.ON_HOLD, None)
    assert (case.hold_reason, case.look_again_on) == (HoldReason.MAKER, date(2026, 12, 9)), "seven working days on"
    assert len(case.messages) == 2


def test_a_hold_of_a_macro_for_no_reason_of_the_list_leaves_a_note(app: Flask) -> None:
    case, agent = a_case(), an_agent("ENR")
    macro = a_macro(status=Status.ON_HOLD, hold_reason=HoldReason.OTHER, hold_days=1)

    with_macro(on_case(app, agent, case), macro).press(WITH_IT)

    assert (case.hold_reason, case.look_again_on) == (HoldReason.OTHER, date(2026, 12, 1))
    assert (case.messages[-1].kind, case.messages[-1].body) == (MessageKind.NOTE, "On hold by the macro “Form B”.")


@pytest.mark.parametrize("status", [Status.PENDING, Status.ON_HOLD])
def test_a_resolved_case_is_left_as_it_is_and_the_text_kept(app: Flask, status: Status) -> None:
    agent = an_agent("ENR")
    case = a_case(status=Status.RESOLVED, agent=agent)

    visitor = with_macro(on_case(app, agent, case), a_macro(status=status, hold_reason=HoldReason.REVIEW, hold_days=5))
    assert not visitor.has_button(WITH_IT)
    visitor.post(f"{visitor.path}/replies", {**visitor.values("Send reply"), "then": "macro"})

    assert visitor.status == 409
    assert "That is not possible at this point of the case. Nothing was sent." in visitor.text
    assert "please use form B" in visitor.values("Send reply")["body"]
    assert (case.status, len(case.messages)) == (Status.RESOLVED, 2)


def test_a_second_press_of_the_button_does_it_once_and_shows_where_the_case_went(app: Flask) -> None:
    an_agent("NCIR")
    case, agent = a_case(), an_agent("ENR")
    visitor = with_macro(on_case(app, agent, case), a_macro(to_team="NCIR"))
    pressed = visitor.shown
    visitor.press(WITH_IT)

    visitor.go_back_to(pressed).press(WITH_IT)

    assert (visitor.status, visitor.h1) == (200, "The case is with another team")
    assert len(case.messages) == 2


def test_there_is_none_for_a_case_that_takes_no_more_messages(app: Flask) -> None:
    agent = an_agent("ENR")
    case, macro = a_case(status=Status.CLOSED, agent=agent), a_macro()

    assert on_case(app, agent, case).open(f"/agent/cases/{case.number}/macros/{macro.code}").path == f"/agent/cases/{case.number}"


def test_the_reply_can_be_sent_without_what_the_macro_does(app: Flask) -> None:
    case, agent = a_case(), an_agent("ENR")

    with_macro(on_case(app, agent, case), a_macro(status=Status.PENDING, tags=["later"])).press(REPLY)

    assert (case.status, tags_of(case)) == (Status.OPEN, [])


def test_no_place_can_fail_whatever_a_case_lacks(app: Flask) -> None:
    with app.test_request_context(), transaction():
        every = "[[name]]|[[topic]]|[[organization]]|[[location]]|[[team]]|[[agent]]|[[due]]|[[number]]|[[phone]]|[[hours]]"
        macro = Macro(body=every, body_es=every)
        case = a_case_that_lacks_everything()
        english = macro.text(case, Language.ENGLISH).split("|")
        spanish = macro.text(case, Language.SPANISH).split("|")

    assert english[:4] == ["provider", "your question", "your organization", "your location"]
    assert english[5:7] == ["NC Vaccines Help Desk", "as soon as we can"]
    assert spanish[:4] == ["proveedor", "su pregunta", "su organización", "su sitio"]
    assert all(english + spanish)
    assert "[[" not in "".join(english + spanish)


def a_case_that_lacks_everything() -> Case:
    team = db.session.scalars(sa.select(Team)).first()
    long_ago = FRIDAY_7_PM.replace(year=2020)
    lacks = {"topic_name": "", "organization": TOMBSTONE, "location": " ", "due_at": long_ago}
    return Case(id=7, requester=User(first_name=""), team=team, **lacks)


def test_each_place_says_what_is_known_of_the_case(app: Flask) -> None:
    case, agent = a_case(), an_agent("ENR")
    macro = a_macro(body="[[topic]], [[location]], [[organization]], [[team]], [[due]], [[agent]]")

    body = with_macro(on_case(app, agent, case), macro).values(REPLY)["body"]

    known = f"{case.topic_name}, Main Street, Cedar Fork Pharmacy, {case.team.name}, by Tue, Dec 1, 9:00 a.m. ET"
    assert body == f"{known}, {agent.first_name}"


@postgresql_in_the_long_run
def test_only_macros_of_everybody_and_of_the_team_are_offered(app: Flask) -> None:
    ours, theirs, old = a_macro(title="Ours", team="ENR"), a_macro(title="Theirs", team="INV"), a_macro(title="Old")
    admin = an_admin()
    with transaction():
        macro_editing.deactivate(old, seen=old.version, by=admin)
    visitor = on_case(app, an_agent("ENR"), a_case())
    offered = [option["value"] for option in visitor.page.select("#pick option")]

    assert ours.code in offered
    assert not {theirs.code, old.code} & set(offered)
    assert visitor.open(f"{visitor.path}/macros/{theirs.code}").status == 404


def test_above_send_stands_when_it_leaves_and_how_long_it_can_be_taken_back(app: Flask) -> None:
    case, agent = a_case(), an_agent("ENR")
    said = on_case(app, agent, case).page.select_one("#reply-to").get_text(" ")
    assert f"To {case.requester.name}" in said
    assert "leaves today 9:01 a.m." in said
    assert "You can take it back until then: for 60 seconds." in said

    with clock.at(FRIDAY_7_PM):
        said = on_case(app, agent, case).page.select_one("#reply-to").get_text(" ")
    assert "held until Mon, Dec 7, 8:00 a.m. ET" in said
    assert "You can take it back until then: for 2 days." in said
