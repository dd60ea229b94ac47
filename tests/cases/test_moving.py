"""A case is moved to another team by hand: with a reason, by name, once, and with a way back."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from helpdesk import clock
from helpdesk.accounts.models import Team, User
from helpdesk.cases import commands, moving, queries
from helpdesk.cases.errors import CaseClosed, CaseResolved, StaleCase
from helpdesk.cases.kinds import MoveReason
from helpdesk.cases.models import Case, Event, EventKind, Status
from helpdesk.cases.moving import AlreadyThere, NobodyWorksThere, NothingToUndo
from helpdesk.cases.wording import event_sentence
from helpdesk.extensions import db
from helpdesk.notifications.models import MailState
from helpdesk.sla.models import SlaClock
from helpdesk.transaction import transaction
from tests.case_factories import FRIDAY_7_PM, MONDAY_9_AM, a_case, mail_of
from tests.duty_factories import in_turn, on_duty
from tests.factories import an_admin, an_agent
from tests.runs import postgresql_in_the_long_run

pytestmark = [postgresql_in_the_long_run, pytest.mark.usefixtures("monday_morning")]


def move(
    case: Case, code: str = "NCIR", *, by: User, reason: MoveReason = MoveReason.WRONG_TOPIC, note: str = "", seen: int = 0
) -> Team:
    with transaction():
        return moving.move(case, code, seen=seen or case.version, by=by, reason=reason, note=note)


def undo(case: Case, *, by: User) -> Team:
    with transaction():
        return moving.undo(case, by=by)


def sees(person: User, case: Case) -> bool:
    return db.session.scalar(queries.visible_to(person).where(Case.id == case.id)) is not None


def last(case: Case, kind: EventKind) -> Event:
    return [event for event in case.events if event.kind is kind][-1]


def test_the_new_team_has_it_and_the_entry_says_who_moved_it_and_why(app):
    dana, agent = an_agent(first_name="Dana", last_name="Osei"), an_agent("NCIR")
    case = a_case()

    team = move(case, by=dana, reason=MoveReason.OTHER_SKILL, note="HL7 messages")

    assert (team.code, case.team.code) == ("NCIR", "NCIR")
    assert (sees(agent, case), sees(dana, case)) == (True, False)
    moved = last(case, EventKind.MOVED)
    assert (moved.actor_id, moved.old) == (dana.id, {"team": "Provider Enrollment", "code": "ENR"})
    assert moved.new == {"team": "NCIR Support", "code": "NCIR", "reason": "other_skill", "why": "HL7 messages"}
    assert event_sentence(moved) == (
        "Dana Osei moved it from Provider Enrollment to NCIR Support, needs another skill: HL7 messages"
    )


def test_every_reason_has_its_words(app):
    an_agent("NCIR")
    for reason in MoveReason:
        case = a_case()
        move(case, by=case.requester, reason=reason)
        assert event_sentence(last(case, EventKind.MOVED)).startswith(f"{case.requester.name} moved it from")


def test_whoever_had_it_has_it_no_more_and_an_entry_says_so(app):
    agent = an_agent()
    an_agent("NCIR")
    case = a_case(status=Status.OPEN, agent=agent)

    move(case, by=agent)

    assert (case.assignee_id, case.status) == (None, Status.OPEN)
    assert event_sentence(last(case, EventKind.HANDED_BACK)) == (
        f"Back to the queue, no longer with {agent.name}: it moved to NCIR Support"
    )


def test_its_clocks_run_on(app):
    case, agent = a_case(), an_agent()
    an_agent("NCIR")
    before = case.due_at
    with clock.at(MONDAY_9_AM + timedelta(hours=1)):
        move(case, by=agent)

    clocks = db.session.scalars(sa.select(SlaClock).where(SlaClock.case_id == case.id)).all()
    assert (case.due_at, {one.state.value for one in clocks}) == (before, {"running"})


def test_mail_that_waits_for_who_had_it_is_not_sent_and_that_to_the_requester_is(app):
    agent = an_agent()
    an_agent("NCIR")
    with clock.at(FRIDAY_7_PM):
        case = a_case(status=Status.PENDING, agent=agent)
        with transaction():
            commands.reply(case, by=case.requester, body="It is our practice manager.")
        move(case, by=agent)

    (came_back,) = mail_of(case, "case_came_back")
    assert (came_back.state, came_back.reason) == (
        MailState.CANCELLED,
        "the case moved to another team before this mail left",
    )
    assert mail_of(case, "case_replied")[0].state is MailState.HELD


def test_a_team_in_which_nobody_is_active_is_refused_by_name(app):
    case, agent, gone = a_case(), an_agent(), an_agent("NCIR")
    with transaction():
        db.session.get_one(User, gone.id).deactivated_at = MONDAY_9_AM

    with pytest.raises(NobodyWorksThere) as refused:
        move(case, by=agent)

    assert (refused.value.team, case.team.code) == ("NCIR Support", "ENR")


@pytest.mark.parametrize("code", ["NCIR", "NO-SUCH-TEAM"])
def test_a_team_that_is_closed_or_is_none_is_refused(app, code):
    case, agent = a_case(), an_agent()
    an_agent("NCIR")
    with transaction():
        db.session.scalars(sa.select(Team).where(Team.code == "NCIR")).one().is_active = False

    with pytest.raises(NobodyWorksThere):
        move(case, code, by=agent)


def test_a_case_is_not_moved_to_where_it_is(app):
    case = a_case()

    with pytest.raises(AlreadyThere):
        move(case, "ENR", by=an_agent())


def test_a_case_that_has_changed_since_it_was_looked_at_is_not_moved(app):
    case, agent = a_case(), an_agent()
    an_agent("NCIR")
    seen = case.version
    with transaction():
        commands.add_note(case, by=agent, body="Something else is known now.")

    with pytest.raises(StaleCase):
        move(case, by=agent, seen=seen)
    assert case.team.code == "ENR"


@pytest.mark.parametrize(
    ("status", "refused"), [(Status.RESOLVED, CaseResolved), (Status.CLOSED, CaseClosed), (Status.CANCELED, CaseClosed)]
)
def test_what_is_not_worked_on_stays_with_its_team(app, status, refused):
    case, agent = a_case(status=status), an_agent()
    an_agent("NCIR")

    with pytest.raises(refused):
        move(case, by=agent)


def test_a_team_that_gives_its_cases_out_gives_it_out_at_once(app):
    in_turn("NCIR")
    there = on_duty(an_agent("NCIR"))
    case, agent = a_case(), an_agent()

    move(case, by=agent)

    assert case.assignee_id == there.id


def test_a_case_that_waits_for_its_requester_is_given_out_to_nobody(app):
    in_turn("NCIR")
    on_duty(an_agent("NCIR"))
    case = a_case(status=Status.PENDING)

    move(case, by=case.assignee)

    assert (case.status, case.assignee_id) == (Status.PENDING, None)


def test_taken_back_it_is_with_whom_it_was(app):
    agent = an_agent()
    an_agent("NCIR")
    case = a_case(status=Status.OPEN, agent=agent)
    move(case, by=agent)

    undo(case, by=agent)

    assert (case.team.code, case.assignee_id) == ("ENR", agent.id)
    assert last(case, EventKind.MOVED).new["reason"] == "undone"
    assert event_sentence(case.events[-1]) == f"{agent.name} gave it back to {agent.name}"


def test_taken_back_from_whom_the_desk_gave_it_they_have_it_no_more(app):
    in_turn("NCIR")
    there, agent = on_duty(an_agent("NCIR")), an_agent()
    case = a_case()
    move(case, by=agent)

    undo(case, by=agent)

    assert (case.team.code, case.assignee_id) == ("ENR", None)
    assert [mail.state for mail in mail_of(case, "case_assigned") if mail.to_address == there.email] == [MailState.CANCELLED]


def test_once_somebody_goes_on_with_it_the_move_stays(app):
    agent, there = an_agent(), an_agent("NCIR")
    case = a_case()
    move(case, by=agent)
    with transaction():
        commands.take(case, by=there)

    with pytest.raises(NothingToUndo):
        undo(case, by=agent)
    assert (case.team.code, case.assignee_id) == ("NCIR", there.id)


def test_nobody_takes_back_what_somebody_else_has_moved_or_what_was_taken_back(app):
    agent, colleague = an_agent(), an_agent()
    an_agent("NCIR")
    case = a_case()
    move(case, by=agent)
    with pytest.raises(NothingToUndo):
        undo(case, by=colleague)

    undo(case, by=agent)
    with pytest.raises(NothingToUndo):
        undo(case, by=agent)
    assert case.team.code == "ENR"


def test_a_case_is_not_taken_back_to_a_team_that_nobody_works_in_any_more(app):
    case, agent, admin = a_case(agent=(alone := an_agent())), an_admin(), an_admin()
    an_agent("NCIR")
    move(case, by=admin)
    with transaction():
        db.session.get_one(User, alone.id).deactivated_at = MONDAY_9_AM

    with pytest.raises(NobodyWorksThere) as refused:
        undo(case, by=admin)
    assert (refused.value.team, case.team.code, agent.is_staff) == ("Provider Enrollment", "NCIR", True)
