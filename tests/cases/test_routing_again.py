"""A case is routed once more when somebody asks: by the rules in force, from what was stored when it was made."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from helpdesk import clock
from helpdesk.accounts.models import User
from helpdesk.cases import commands, moving, rerouting
from helpdesk.cases.errors import CaseResolved, StaleCase
from helpdesk.cases.kinds import MoveReason
from helpdesk.cases.models import Case, EventKind, Status
from helpdesk.cases.rerouting import Again, NothingChanges
from helpdesk.cases.wording import event_sentence
from helpdesk.extensions import db
from helpdesk.notifications.models import MailState
from helpdesk.routing.models import Priority, RoutingDecision
from helpdesk.sla.models import ClockState, SlaClock, Target
from helpdesk.transaction import transaction
from tests.case_factories import MONDAY_9_AM, a_case, mail_of
from tests.factories import a_lead, an_agent
from tests.routing.examples import a_rule, publish
from tests.runs import postgresql_in_the_long_run

pytestmark = [postgresql_in_the_long_run, pytest.mark.usefixtures("monday_morning")]
AN_HOUR = timedelta(hours=1)


def to(team: str, **then) -> None:
    """From now on the rules send what is about enrollment there."""
    publish(a_rule(when={"fact": "topic_group", "is": "ENR"}, then={"team": team, **then}))


def route_again(case: Case, *, by: User) -> Again:
    with transaction():
        return rerouting.route_again(case, seen=case.version, by=by)


def decisions(case: Case) -> list[tuple[int, str]]:
    """The versions that decided and the teams, the first decision first."""
    found = sa.select(RoutingDecision).where(RoutingDecision.case_id == case.id).order_by(RoutingDecision.id)
    return [(made.version, made.outcome["team"]) for made in db.session.scalars(found)]


def clock_of(case: Case, target: Target) -> SlaClock:
    return db.session.scalars(sa.select(SlaClock).where(SlaClock.case_id == case.id, SlaClock.target == target)).one()


def test_a_second_decision_is_stored_and_the_case_is_with_the_new_team(app):
    agent, case = an_agent(first_name="Dana", last_name="Osei"), a_case()
    an_agent("NCIR")
    to("NCIR")

    again = route_again(case, by=agent)

    assert (again.before, again.version, again.changes) == (1, 2, True)
    assert decisions(case) == [(1, "ENR"), (2, "NCIR")]
    assert case.team.code == "NCIR"
    routed = [event for event in case.events if event.kind is EventKind.ROUTED][-1]
    assert (routed.actor_id, routed.old) == (agent.id, {"team": "Provider Enrollment", "priority": "P3"})
    assert event_sentence(routed) == "Dana Osei routed it again: to NCIR Support as P3"


def test_asking_changes_nothing(app):
    case = a_case()
    to("NCIR")

    assert rerouting.would_be(case).decision.team == "NCIR"
    assert (decisions(case), case.team.code) == ([(1, "ENR")], "ENR")


def test_whoever_had_it_has_it_no_more_in_another_team_and_keeps_it_in_the_same(app):
    agent = an_agent()
    an_agent("NCIR")
    moved, kept = (a_case(status=Status.OPEN, agent=agent) for _ in range(2))
    to("ENR", priority_exactly="P2")
    route_again(kept, by=agent)
    to("NCIR")
    route_again(moved, by=agent)

    assert (kept.assignee_id, moved.assignee_id) == (agent.id, None)


def test_with_another_priority_the_clocks_measure_what_is_promised_for_it(app):
    case, agent = a_case(), an_agent()
    to("ENR", priority_exactly="P1")
    with clock.at(MONDAY_9_AM + AN_HOUR / 4):
        route_again(case, by=agent)

    assert case.priority is Priority.P1
    assert case.due_at == clock_of(case, Target.FIRST_RESPONSE).due_at == MONDAY_9_AM + AN_HOUR / 2
    assert clock_of(case, Target.RESOLUTION).due_at == MONDAY_9_AM + 4 * AN_HOUR


def test_a_promise_that_was_kept_stays_kept_and_one_that_waits_goes_on_waiting(app):
    agent = an_agent()
    case = a_case(status=Status.PENDING, agent=agent)
    to("ENR", priority_exactly="P1")
    with clock.at(MONDAY_9_AM + AN_HOUR):
        route_again(case, by=agent)
        with transaction():
            commands.reply(case, by=case.requester, body="Here it is.")

    first, resolution = (clock_of(case, target) for target in (Target.FIRST_RESPONSE, Target.RESOLUTION))
    assert (first.state, first.target_minutes) == (ClockState.STOPPED, 525)
    assert (resolution.target_minutes, resolution.due_at) == (240, MONDAY_9_AM + 5 * AN_HOUR)


def test_a_new_time_that_is_over_already_was_due_when_it_ran_out(app):
    case, agent = a_case(), an_agent()
    to("ENR", priority_exactly="P1")
    with clock.at(MONDAY_9_AM + AN_HOUR):
        route_again(case, by=agent)

    assert clock_of(case, Target.FIRST_RESPONSE).due_at == MONDAY_9_AM + AN_HOUR / 2


def test_nothing_is_sent_to_the_requester_by_itself_and_the_text_is_offered(app):
    case, agent = a_case(), an_agent()
    an_agent("NCIR")
    to("NCIR", macro="M6", status="pending")

    route_again(case, by=agent)

    assert (case.status, mail_of(case, "case_replied")) == (Status.NEW, [])
    assert [event.new["macro"] for event in case.events if event.kind is EventKind.MACRO_OFFERED] == ["M6"]


def test_leads_who_were_told_are_not_told_again(app):
    lead, agent = a_lead("SD"), an_agent()
    an_agent("NCIR")
    to("ENR", notify=["SD"])
    case = a_case()
    to("NCIR", notify=["SD"])

    route_again(case, by=agent)

    assert [mail.to_address for mail in mail_of(case, "case_for_leads")] == [lead.email]


def test_it_brings_back_what_was_moved_by_hand(app):
    case, agent = a_case(), an_agent()
    an_agent("NCIR")
    with transaction():
        moving.move(case, "NCIR", seen=case.version, by=agent, reason=MoveReason.OTHER)

    route_again(case, by=agent)

    assert case.team.code == "ENR"


def test_where_the_rules_say_what_holds_already_nothing_is_stored(app):
    case, agent = a_case(), an_agent()

    with pytest.raises(NothingChanges):
        route_again(case, by=agent)
    assert decisions(case) == [(1, "ENR")]


def test_a_team_without_anybody_gives_way_to_triage(app):
    case, agent = a_case(), an_agent()
    to("NCIR")

    route_again(case, by=agent)

    assert case.team.code == "SD"
    assert [mail.state for mail in mail_of(case, "team_is_empty")] == []


def test_a_case_that_is_resolved_or_has_changed_is_not_routed(app):
    case, agent = a_case(status=Status.RESOLVED), an_agent()
    an_agent("NCIR")
    to("NCIR")

    with pytest.raises(CaseResolved):
        route_again(case, by=agent)
    with pytest.raises(StaleCase), transaction():
        rerouting.route_again(case, seen=case.version - 1, by=agent)
    assert mail_of(case, "case_resolved")[0].state is MailState.HELD
