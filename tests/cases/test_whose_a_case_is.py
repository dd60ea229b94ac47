"""A case is somebody's only who works where it is: whoever has left its team, or only watches it, has it not."""

import pytest
import sqlalchemy as sa
from flask import Flask

from helpdesk import timed_jobs
from helpdesk.accounts.models import TeamMember, User
from helpdesk.admin.staffing import Work
from helpdesk.cases import commands, marking, merging, moving, withdrawal
from helpdesk.cases.batch_acts import Why
from helpdesk.cases.batch_models import BatchAct
from helpdesk.cases.errors import WorksElsewhere
from helpdesk.cases.kinds import MoveReason
from helpdesk.cases.models import Case, EventKind, MessageKind, ResolutionCode, Status
from helpdesk.cases.wording import event_sentence
from helpdesk.extensions import db
from helpdesk.notifications.models import MailState
from helpdesk.notifications.stop_sign import StopSign
from helpdesk.permissions import Role
from helpdesk.transaction import transaction
from tests.admin.desk_people import team, work_changed
from tests.case_factories import SOLUTION, a_case, mail_of
from tests.cases.test_batches import done, outcome, undone
from tests.cases.test_merging import merge, two_cases
from tests.cases.test_waves import begin, tie, work
from tests.factories import a_lead, an_admin, an_agent
from tests.problem_factories import a_problem
from tests.queue.cases import a_stock, at_the_desk, on_case, statements, subjects

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("monday_morning")]


def works_in(person: User, *codes: str, role: Role = Role.AGENT) -> None:
    """An administrator lets somebody work in these teams, and in no other."""
    work_changed(person, Work(role, frozenset(team(code).id for code in codes), frozenset()), by=an_admin())


def reject(case: Case) -> None:
    with transaction():
        commands.reject(case, by=case.requester, body="It still does not work.")


def a_watcher(case: Case, code: str = "INV") -> User:
    """Somebody of another team who watches the case."""
    watcher = an_agent(code)
    with transaction():
        marking.let_watch(case, watcher, by=watcher)
    return watcher


def said(case: Case, kind: EventKind) -> list[str]:
    return [event_sentence(event) for event in case.events if event.kind is kind]


def is_free(app: Flask, case: Case) -> bool:
    """Whether nobody has it, and a colleague of its team finds it."""
    found = subjects(at_the_desk(app, an_agent(case.team.code), "/agent/queue?show=unassigned"))
    return case.assignee_id is None and found == [case.subject]


def test_a_case_that_comes_back_after_its_agent_has_left_the_team_is_free_and_says_why(app):
    agent, stays = an_agent("ENR", first_name="Dana", last_name="Osei"), an_agent("ENR")
    case = a_case(status=Status.RESOLVED, agent=agent)
    works_in(agent, "INV")

    reject(case)

    assert said(case, EventKind.HANDED_BACK) == [
        "Back to the queue, no longer with Dana Osei: Dana Osei works in that team no more"
    ]
    assert mail_of(case, "case_came_back") == []
    assert is_free(app, case)
    assert at_the_desk(app, stays).press("Take next").h1 == case.subject


def test_so_is_one_whose_resolution_is_taken_back(app):
    agent, stays = an_agent("ENR"), an_agent("ENR")
    case = a_case(status=Status.RESOLVED, agent=agent)
    works_in(agent, "INV")

    with transaction():
        withdrawal.take_back(case, case.messages[-1], by=stays)

    assert (case.status, is_free(app, case)) == (Status.OPEN, True)


def test_so_is_one_whose_merge_is_taken_back(app, agent):
    leaves = an_agent("ENR")
    case, into = two_cases(leaves)
    merge(case, into, by=agent)
    works_in(leaves, "INV")

    with transaction():
        merging.unmerge(case, by=agent)

    assert (case.status, case.assignee_id) == (Status.OPEN, None)


@pytest.mark.parametrize("stays", ["in its team", "as administrator", "with every team open"])
def test_whoever_still_sees_its_team_keeps_a_case_that_comes_back(app, stays):
    agent, _colleague = an_agent("ENR"), an_agent("ENR")
    case = a_case(status=Status.RESOLVED, agent=agent)
    match stays:
        case "in its team":
            works_in(agent, "ENR", "INV")
        case "as administrator":
            works_in(agent, "INV", role=Role.ADMIN)
        case _:
            works_in(agent, "INV")
            app.config["AGENTS_SEE_ALL_TEAMS"] = True
    try:
        reject(case)
    finally:
        app.config["AGENTS_SEE_ALL_TEAMS"] = False

    assert case.assignee_id == agent.id
    assert [mail.to_address for mail in mail_of(case, "case_came_back")] == [agent.email]


def test_a_case_in_triage_stays_with_an_agent_of_any_team(app):
    agent = an_agent("SD")
    an_agent("SD")
    case = a_case(topic="GEN-OTHER", status=Status.RESOLVED, agent=agent)
    works_in(agent, "INV")

    reject(case)

    assert (case.team.code, case.assignee_id) == ("SD", agent.id)


def test_whoever_only_watches_it_has_it_not_when_it_comes_back(app):
    agent = an_agent("ENR")
    case = a_case(status=Status.RESOLVED, agent=agent)
    an_agent("ENR")
    with transaction():
        marking.let_watch(case, agent, by=agent)
    works_in(agent, "INV")

    reject(case)

    assert is_free(app, case)


def test_an_administrator_who_becomes_an_agent_keeps_the_cases_of_their_teams_alone(app):
    boss, _agent = an_admin(teams=("INV",)), an_agent("ENR")
    theirs, others, resolved = a_stock(1, team="INV"), a_stock(1), a_case(status=Status.RESOLVED, agent=boss)
    with transaction():
        for case_id in (*theirs, *others):
            commands.take(db.session.get_one(Case, case_id), by=boss)

    works_in(boss, "INV")

    assert [db.session.get_one(Case, one, populate_existing=True).assignee_id for one in (*theirs, *others)] == [boss.id, None]
    assert resolved.assignee_id == boss.id  # it says who has resolved it


def test_mail_that_waits_to_tell_whoever_has_left_is_not_sent(app):
    agent, other = an_agent("ENR"), an_agent("ENR")
    case = a_case(status=Status.OPEN, agent=other)
    with transaction():
        commands.give(case, agent, by=other)

    works_in(agent, "INV")

    (mail,) = mail_of(case, "case_assigned")
    assert (mail.state, case.assignee_id) == (MailState.CANCELLED, None)


def test_the_job_finds_what_somebody_has_who_sees_it_no_more(app):
    agent, lead = an_agent("ENR"), a_lead("ENR")
    kept, lost = a_case(status=Status.OPEN, agent=lead), a_case(status=Status.OPEN, agent=agent)
    with transaction():  # past all that administrators do
        db.session.execute(sa.delete(TeamMember).where(TeamMember.user_id == agent.id))

    timed_jobs.find_owners(StopSign())
    with statements() as asked:
        timed_jobs.find_owners(StopSign())

    assert (kept.assignee_id, lost.assignee_id, lost.team.code) == (lead.id, None, "ENR")
    assert said(lost, EventKind.HANDED_BACK)[0].endswith("works in that team no more")
    assert len(asked) <= 2


def test_whoever_watches_a_case_of_another_team_cannot_take_it(app):
    case = a_case()
    watcher = a_watcher(case)

    with pytest.raises(WorksElsewhere), transaction():
        commands.take(case, by=watcher)

    assert case.assignee_id is None


@pytest.mark.parametrize("verb", ["reply", "resolve"])
def test_they_answer_and_the_case_stays_free(app, verb):
    case = a_case()
    watcher = a_watcher(case)

    with transaction():
        if verb == "reply":
            commands.reply(case, by=watcher, body="We have your count; more soon.")
        else:
            commands.resolve(case, by=watcher, code=ResolutionCode.ANSWERED, note=SOLUTION)

    assert (case.answered_at is not None, case.assignee_id) == (True, None)
    assert case.messages[-1].kind is MessageKind(verb if verb == "reply" else "resolution")


def test_what_they_reply_to_and_resolve_in_a_batch_stays_free_too(app):
    cases = [a_case(), a_case()]
    watcher = an_agent("INV")
    with transaction():
        for case in cases:
            marking.let_watch(case, watcher, by=watcher)

    replied = done(BatchAct.REPLY, cases[0], by=watcher, text="We have your count; more soon.", wait=False)
    resolved = done(BatchAct.RESOLVE, cases[1], by=watcher, to="answered", text=SOLUTION)

    assert (outcome(replied), outcome(resolved)) == ([("done", "")], [("done", "")])
    assert [case.assignee_id for case in cases] == [None, None]


def test_a_wave_makes_nobody_the_owner_who_only_watches(app):
    case = a_case()
    watcher = a_watcher(case)
    problem = a_problem(by=watcher)
    tie(problem, case, by=watcher)
    begin(problem, case, by=watcher)

    work()

    assert (case.status, case.assignee_id) == (Status.RESOLVED, None)


def test_no_batch_gives_a_case_to_whoever_only_watches_it(app, agent):
    case = a_case()
    watcher = a_watcher(case)

    given = done(BatchAct.ASSIGN, case, by=agent, to=watcher.id)

    assert (outcome(given), case.assignee_id) == ([("skipped", Why.NOT_THEIRS)], None)


def test_undoing_a_batch_gives_it_back_to_nobody_who_works_there_no_more(app, agent):
    before, other = an_agent("ENR"), an_agent("ENR")
    case = a_case(status=Status.OPEN, agent=before)
    batch = done(BatchAct.ASSIGN, case, by=agent, to=other.id)
    with transaction():
        marking.let_watch(case, before, by=before)
    works_in(before, "INV")

    assert undone(batch) == [("kept", Why.NOT_THEIRS)]


def test_a_move_that_is_taken_back_gives_it_to_nobody_who_works_there_no_more(app):
    boss, agent = an_admin(), an_agent("ENR")
    an_agent("ENR"), an_agent("NCIR")
    case = a_case(status=Status.OPEN, agent=agent)
    with transaction():
        marking.let_watch(case, agent, by=agent)
    with transaction():
        moving.move(case, "NCIR", seen=case.version, by=boss, reason=MoveReason.WRONG_TOPIC)
    works_in(agent, "INV")

    with transaction():
        moving.undo(case, by=boss)

    assert (case.team.code, case.assignee_id) == ("ENR", None)


def test_the_page_offers_a_watcher_no_button_to_take_it_and_refuses_by_name(app):
    case = a_case()
    watcher, works_there = a_watcher(case), an_agent("ENR")
    visitor = on_case(app, watcher, case)
    assert not visitor.has_button("Take")
    assert "Whoever works in Provider Enrollment can take it" in visitor.text
    late = on_case(app, works_there, case)
    with transaction():
        marking.let_watch(case, works_there, by=works_there)
    works_in(works_there, "INV")

    late.press("Take")

    assert late.status == 409
    assert "Cases of Provider Enrollment are taken by those who work there. You can still reply and write notes." in late.text


def test_what_a_watcher_replies_on_the_page_is_said_and_does_not_make_it_theirs(app):
    case = a_case()
    watcher = a_watcher(case)

    visitor = on_case(app, watcher, case).press("Send and keep open", body="We have your count; more soon.")

    assert "Your reply is on the case." in visitor.text
    assert is_free(app, db.session.get_one(Case, case.id, populate_existing=True))
