"""A case that asks the same as another is merged into it: a pointer and two entries, and a way back."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from helpdesk import clock
from helpdesk.accounts.models import Team, User
from helpdesk.cases import commands, copies, marking, marks, merge_notes, merging
from helpdesk.cases.errors import CaseClosed, CaseResolved, NoteMissing, StaleCase
from helpdesk.cases.merging import MergedItself, NotMerged, SameCase, SurvivorEnded
from helpdesk.cases.models import Case, Event, EventKind, ResolutionCode, Status
from helpdesk.cases.wording import event_sentence
from helpdesk.errors import HelpDeskError
from helpdesk.extensions import db
from helpdesk.notifications.models import MailState
from helpdesk.sla.models import SlaClock
from helpdesk.transaction import transaction
from tests.case_factories import FRIDAY_7_PM, MONDAY_9_AM, a_case, mail_of
from tests.cases.copied import a_colleague, a_copied_case
from tests.directory_factories import a_location
from tests.factories import a_provider, an_agent
from tests.queue.cases import at_once

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("monday_morning")]
NOTE = "You asked about the same in another case, where we go on."


def merge(case: Case, into: Case, *, by: User, note: str = NOTE, seen: int = 0) -> None:
    with transaction():
        merging.merge(case, into=into, by=by, note=note, seen=seen or case.version)


def unmerge(case: Case, *, by: User) -> bool:
    with transaction():
        return merging.unmerge(case, by=by)


def two_cases(agent: User, **named) -> tuple[Case, Case]:
    """Two open cases of one requester."""
    requester = a_provider()
    return tuple(a_case(requester=requester, agent=agent, status=Status.OPEN, **named) for _each in range(2))


def last(case: Case, kind: EventKind) -> Event:
    return [event for event in case.events if event.kind is kind][-1]


def clocks(case: Case) -> dict[str, str]:
    found = sa.select(SlaClock).where(SlaClock.case_id == case.id).execution_options(populate_existing=True)
    return {one.target.value: one.state.value for one in db.session.scalars(found)}


def test_it_is_closed_as_a_duplicate_with_a_note_and_points_to_the_other(app, agent):
    case, into = two_cases(agent)

    merge(case, into, by=agent)

    assert (case.status, case.resolution_code, case.merged_into_id) == (Status.CLOSED, ResolutionCode.DUPLICATE, into.id)
    assert (case.messages[-1].body, case.closed_at, case.due_at) == (NOTE, MONDAY_9_AM, None)
    assert event_sentence(last(case, EventKind.MERGED)) == f"Dana Osei merged it into {into.number}"
    assert event_sentence(last(into, EventKind.ABSORBED)) == f"Dana Osei merged {case.number} into this case"
    assert (into.status, len(into.messages)) == (Status.OPEN, 1)
    (mail,) = mail_of(case, "case_resolved")
    assert (mail.state, NOTE in mail.text_body) == (MailState.HELD, True)
    assert not case.awaits_rating


def test_without_a_note_of_substance_nothing_is_merged(app, agent):
    case, into = two_cases(agent)

    with pytest.raises(NoteMissing):
        merge(case, into, by=agent, note="same")
    assert (case.status, case.merged_into_id) == (Status.OPEN, None)


def test_taken_back_it_stands_as_it_did_with_its_clocks_and_its_note_does_not_leave(app, agent):
    requester = a_provider()
    case = a_case(requester=requester, agent=agent, status=Status.PENDING)
    into = a_case(requester=requester, agent=agent, status=Status.OPEN)
    before, due_at = clocks(case), case.due_at
    merge(case, into, by=agent)
    assert set(clocks(case).values()) == {"stopped"}

    with clock.at(MONDAY_9_AM + timedelta(seconds=30)):
        assert unmerge(case, by=agent) is False

    assert (case.status, case.merged_into_id, case.resolution_code) == (Status.PENDING, None, None)
    assert (case.resolved_at, case.closed_at, case.due_at, clocks(case)) == (None, None, due_at, before)
    assert case.messages[-1].withdrawn_at is not None
    assert mail_of(case, "case_resolved")[0].state is MailState.CANCELLED
    assert event_sentence(case.events[-1]) == f"Dana Osei took back that it was merged into {into.number}"
    assert event_sentence(into.events[-1]) == f"Dana Osei took back that {case.number} was merged into this case"


def test_a_case_that_nobody_had_and_nobody_had_answered_is_new_again(app, agent):
    requester = a_provider()
    case, into = (a_case(requester=requester, agent=agent) for _each in range(2))
    due_at = case.due_at
    merge(case, into, by=agent)

    unmerge(case, by=agent)

    assert (case.status, case.assignee_id, case.answered_at) == (Status.NEW, None, None)
    assert (case.due_at, clocks(case)["first_response"]) == (due_at, "running")


def test_once_its_mail_has_left_taking_it_back_says_so(app, agent):
    case, into = two_cases(agent)
    merge(case, into, by=agent)
    with transaction():
        mail_of(case, "case_resolved")[0].state = MailState.SENT

    assert unmerge(case, by=agent) is True
    with pytest.raises(NotMerged):
        unmerge(case, by=agent)


def test_of_a_chain_the_root_is_found_from_each_of_its_cases(app, agent):
    requester = a_provider()
    first, second, third = (a_case(requester=requester, agent=agent, status=Status.OPEN) for _each in range(3))
    merge(first, second, by=agent)
    merge(second, third, by=agent)

    assert [merging.root_of(case) for case in (first, second, third)] == [third, third, None]
    with pytest.raises(MergedItself) as refused:
        merge(a_case(agent=agent), first, by=agent)
    assert refused.value.root == third.number

    unmerge(second, by=agent)
    assert merging.root_of(first) == second


def test_no_case_comes_round_to_itself(app, agent):
    case, into = two_cases(agent)
    merge(case, into, by=agent)

    with pytest.raises(SameCase):
        merge(into, case, by=agent)
    with pytest.raises(SameCase):
        merge(into, into, by=agent)
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(sa.update(Case).where(Case.id == case.id).values(merged_into_id=case.id))
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(sa.update(Case).where(Case.id == into.id).values(merged_into_id=case.id))


def test_a_circle_that_somebody_has_written_by_hand_is_gone_round_once(app, agent):
    requester = a_provider()
    case, into = (a_case(requester=requester, status=Status.CLOSED) for _each in range(2))
    with transaction():
        for one, other in ((case, into), (into, case)):
            one.resolution_code, one.merged_into_id = ResolutionCode.DUPLICATE, other.id

    assert merging.root_of(case) is None


@pytest.mark.parametrize(
    ("status", "refused"),
    [(Status.RESOLVED, SurvivorEnded), (Status.CLOSED, SurvivorEnded), (Status.CANCELED, SurvivorEnded)],
)
def test_nothing_is_merged_into_a_case_that_has_ended(app, agent, status, refused):
    case, into = a_case(agent=agent, status=Status.OPEN), a_case(agent=agent, status=status)

    with pytest.raises(refused):
        merge(case, into, by=agent)


@pytest.mark.parametrize(("status", "refused"), [(Status.RESOLVED, CaseResolved), (Status.CLOSED, CaseClosed)])
def test_what_is_not_worked_on_is_not_merged(app, agent, status, refused):
    with pytest.raises(refused):
        merge(a_case(agent=agent, status=status), a_case(agent=agent), by=agent)


def test_what_happened_since_somebody_looked_keeps_it_from_being_merged(app, agent):
    case, into = two_cases(agent)
    seen = case.version
    with transaction():
        commands.add_note(case, by=agent, body="Something else is known now.")

    with pytest.raises(StaleCase):
        merge(case, into, by=agent, seen=seen)


def test_two_who_merge_a_pair_crosswise_end_with_one_winner(app, agent):
    case, into = two_cases(agent)
    pairs = [(case.id, into.id, case.version), (into.id, case.id, into.version)]
    by, db_app = agent.id, app
    db.session.rollback()

    def crosswise(one: int, other: int, seen: int) -> str:
        with db_app.app_context():
            try:
                with transaction():
                    cases = (db.session.get_one(Case, number) for number in (one, other))
                    merging.merge(next(cases), into=next(cases), by=db.session.get_one(User, by), note=NOTE, seen=seen)
            except HelpDeskError as refused:
                return type(refused).__name__
            return "merged"

    ended = at_once(*[lambda pair=pair: crosswise(*pair) for pair in pairs])

    db.session.rollback()
    assert ended.count("merged") == 1
    assert sorted(db.session.get_one(Case, one).status.value for one, _other, _seen in pairs) == ["closed", "open"]


def test_replies_that_wait_to_be_mailed_lead_to_where_it_goes_on_and_back(app, agent):
    with clock.at(FRIDAY_7_PM):
        case, into = two_cases(agent)
        with transaction():
            commands.reply(case, by=agent, body="The officer signs in the portal.")
        merge(case, into, by=agent)

        old, new = mail_of(case, "case_replied")
        assert (old.state, new.state, new.replaces_id) == (MailState.SUPERSEDED, MailState.HELD, old.id)
        assert (f"/cases/{into.number}" in new.text_body, "The officer signs" in new.text_body) == (True, True)

        unmerge(case, by=agent)
        *_older, again = mail_of(case, "case_replied")
        assert (new.state, again.state) == (MailState.SUPERSEDED, MailState.HELD)
        assert (f"/cases/{case.number}" in again.text_body, into.number in again.text_body) == (True, False)


def test_held_mail_to_another_requester_stays_what_it_was(app, agent):
    with clock.at(FRIDAY_7_PM):
        case, into = (a_case(agent=agent, status=Status.OPEN) for _each in range(2))
        with transaction():
            commands.reply(case, by=agent, body="The officer signs in the portal.")
        merge(case, into, by=agent)

    (mail,) = mail_of(case, "case_replied")
    assert (mail.state, into.number in mail.text_body) == (MailState.HELD, False)


def test_tags_and_watchers_come_along_and_leave_when_it_is_taken_back(app, agent):
    case, into = two_cases(agent)
    team, watcher = db.session.scalars(sa.select(Team).where(Team.code == "INV")).one(), an_agent("NCIR")
    with transaction():
        marking.tag(case, ["second-call", "vip"], by=agent)
        marking.tag(into, ["vip"], by=agent)
        marking.let_team_watch(case, team, by=agent)
        marking.let_watch(case, watcher, by=agent)

    merge(case, into, by=agent)
    assert (marks.tags_of(into.id), marks.teams_watching(into.id)) == (["second-call", "vip"], [team])
    assert marks.people_watching(into.id) == [watcher]

    unmerge(case, by=agent)
    assert (marks.tags_of(into.id), marks.teams_watching(into.id), marks.people_watching(into.id)) == (["vip"], [], [])
    assert marks.tags_of(case.id) == ["second-call", "vip"]


def test_people_copied_come_along_only_where_they_may_read_the_other_case(app, agent):
    place = a_location()
    ines = a_colleague(place, first_name="Ines", last_name="Marin")
    case = a_copied_case(ines, place=place)
    requester = case.requester
    into, strange = a_copied_case(place=place, requester=requester), a_copied_case(place=place)

    merge(case, into, by=agent)
    assert [one.name for one in copies.of(into.id, into.organization_id)] == ["Ines Marin"]
    unmerge(case, by=agent)
    assert copies.of(into.id, into.organization_id) == []

    merge(case, strange, by=agent)
    assert copies.of(strange.id, strange.organization_id) == []


def test_the_note_on_offer_speaks_to_its_reader(app, agent):
    case, into = two_cases(agent)
    strange = a_case()
    spanish = a_provider()
    with transaction():
        spanish.language = "es"

    assert f"write to us in {into.number}" in merge_notes.offered(case, into=into)
    assert strange.requester.name not in merge_notes.offered(case, into=strange)
    assert "open a new case" in merge_notes.offered(case, into=strange)
    assert "Usted" in merge_notes.offered(a_case(requester=spanish), into=a_case(requester=spanish))
