"""Cases that the desk gives out: to whom, in which order, what is said of it, and what waits until somebody is there."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from helpdesk import clock, scheduler
from helpdesk.accounts import duty, skills
from helpdesk.accounts.errors import NotStaff, WorksInNoTeam
from helpdesk.accounts.models import Team, User
from helpdesk.admin.staffing import Work
from helpdesk.cases import commands, distribution
from helpdesk.cases.models import Case, EventKind, ResolutionCode, Status
from helpdesk.cases.needed_skills import needed_by
from helpdesk.cases.wording import event_sentence
from helpdesk.extensions import db
from helpdesk.notifications.models import MailState
from helpdesk.notifications.stop_sign import StopSign
from helpdesk.transaction import transaction
from tests.admin.desk_people import acts, deactivated, team, work_changed
from tests.case_factories import MONDAY_9_AM, SOLUTION, a_new_case, mail_of
from tests.duty_factories import agents_on_duty, assignments, can, in_turn, last_said, off_duty, offered, on_duty, unfinished_of
from tests.factories import a_provider, an_admin, an_agent
from tests.queue.cases import a_stock, statements

pytestmark = pytest.mark.both_databases


@pytest.fixture(autouse=True)
def monday_morning():
    with clock.at(MONDAY_9_AM):
        yield


def filed(topic: str = "ENR-SECB") -> Case:
    """A case as it is filed, by somebody new."""
    requester = a_provider()
    with transaction():
        return commands.open_case(a_new_case(topic), requester=requester)


def handed_out(case: Case, *needs: str) -> User | None:
    """Give out a case that needs skills."""
    with transaction():
        return distribution.hand_out(db.session.get_one(Case, case.id), needs_skills=needs)


def now(case_id: int) -> Case:
    """The case as it is in the database."""
    db.session.rollback()
    return db.session.get_one(Case, case_id)


def holders(case_ids: list[int]) -> list[int | None]:
    """Who has these cases, in order."""
    return [now(case_id).assignee_id for case_id in case_ids]


def run_job() -> None:
    """One tick of the scheduler's job."""
    scheduler.hand_out_cases(StopSign())


def test_agents_take_the_cases_of_a_team_unless_an_administrator_chooses_otherwise(app):
    on_duty(an_agent("ENR"))

    case = filed()

    assert (case.assignee_id, case.team.distribution) == (None, "take")
    assert [event.kind for event in case.events] == [EventKind.OPENED, EventKind.ROUTED]


def test_a_new_case_is_given_to_those_on_duty_in_turn(app):
    in_turn()
    first, second, third = agents_on_duty(3)
    an_agent("ENR")

    got = [filed().assignee_id for _ in range(5)]

    assert got == [first.id, second.id, third.id, first.id, second.id]


def test_who_was_given_one_longest_ago_is_next_also_in_another_team(app):
    in_turn("ENR"), in_turn("NCIR")
    both, other = an_agent("ENR"), on_duty(an_agent("ENR"))
    work_changed(both, Work(both.role, frozenset({team("ENR").id, team("NCIR").id}), frozenset()), by=an_admin())
    on_duty(both)
    assert [filed().assignee_id, filed().assignee_id] == [other.id, both.id]

    assert filed("DAT-HL7").assignee_id == both.id
    assert [filed().assignee_id, filed().assignee_id] == [other.id, both.id]


def test_the_order_does_not_depend_on_the_clock(app):
    in_turn()
    first, second = agents_on_duty(2)
    assert filed().assignee_id == first.id

    with clock.at(MONDAY_9_AM - timedelta(days=2)):
        assert [filed().assignee_id, filed().assignee_id] == [second.id, first.id]


def test_the_timeline_says_who_was_chosen_and_why(app):
    in_turn()
    dana, *_others = agents_on_duty(3)

    case = filed()

    assert last_said(case) == f"Given to {dana.name}: next in turn of 3 on duty"
    assert case.events[-1].actor is None
    assert case.status is Status.NEW


@pytest.mark.parametrize(
    ("spanish", "on_duty_now", "said"),
    [(1, 1, "alone on duty"), (1, 2, "alone on duty with es"), (2, 3, "next in turn of 2 on duty with es")],
)
def test_it_says_with_which_skill(app, spanish, on_duty_now, said):
    case = filed()
    in_turn()
    people = agents_on_duty(on_duty_now)
    for person in people[:spanish]:
        can(person, "ES")

    assert handed_out(case, *(["es"] if spanish < on_duty_now else [])).id == people[0].id
    assert last_said(now(case.id)).endswith(said)


def test_whoever_is_given_a_case_is_mailed_that_the_desk_did_it(app):
    in_turn()
    (agent,) = agents_on_duty(1)

    case = filed()

    (mail,) = mail_of(case, "case_assigned")
    assert (mail.to_address, mail.subject) == (agent.email, f"[{case.number}] Yours now: {case.subject}")
    assert "The desk has given you a case." in mail.text_body


def test_who_wants_no_such_mail_gets_none(app):
    in_turn()
    (agent,) = agents_on_duty(1)
    with transaction():
        db.session.get_one(User, agent.id).wants_assignment_mail = False

    case = filed()

    assert (case.assignee_id, mail_of(case, "case_assigned")) == (agent.id, [])


def test_nobody_is_given_more_than_the_cap_counted_in_all_teams(app):
    in_turn(cap=2)
    busy, other = agents_on_duty(2)
    a_stock(1, team="NCIR", assignee_id=busy.id)
    a_stock(1, team="NCIR", assignee_id=busy.id, status=Status.RESOLVED, resolution_code=ResolutionCode.FIXED)

    cases = [filed() for _ in range(4)]

    assert [case.assignee_id for case in cases] == [busy.id, other.id, other.id, None]
    assert (
        last_said(cases[2])
        == f"Given to {other.name}: next in turn of 2 on duty; 1 of them has as many cases as the team gives out"
    )
    assert last_said(cases[3]) == ("Stays in the queue: whoever is on duty in Provider Enrollment has 2 unfinished cases or more")


def test_a_case_waits_until_somebody_comes_on_duty(app):
    in_turn()
    agent = an_agent("ENR")
    case = filed()
    assert last_said(case) == "Stays in the queue: nobody in Provider Enrollment is on duty"
    run_job()
    assert now(case.id).assignee_id is None

    on_duty(agent)
    run_job()

    assert now(case.id).assignee_id == agent.id


def test_a_case_waits_until_somebody_on_duty_gets_the_skill(app):
    in_turn()
    plain, talker = agents_on_duty(2)
    [case_id] = a_stock(1)
    assert handed_out(now(case_id), "es") is None
    assert last_said(now(case_id)) == "Stays in the queue: nobody on duty in Provider Enrollment has es"
    run_job()
    assert now(case_id).assignee_id is None

    can(talker, "es")
    run_job()

    assert now(case_id).assignee_id == talker.id
    assert needed_by([case_id]) == {case_id: {"es"}}
    assert plain.id != talker.id


def test_a_case_waits_until_somebody_falls_below_the_cap(app):
    in_turn(cap=1)
    (agent,) = agents_on_duty(1)
    first, second = filed(), filed()
    run_job()
    assert holders([first.id, second.id]) == [agent.id, None]

    with transaction():
        case = db.session.get_one(Case, first.id)
        commands.resolve(case, by=db.session.get_one(User, agent.id), code=ResolutionCode.FIXED, note=SOLUTION)
    run_job()

    assert now(second.id).assignee_id == agent.id


def test_a_case_that_needs_two_skills_goes_to_whoever_has_both(app):
    team_id = in_turn()
    for person, words in zip(agents_on_duty(2), (["es"], ["cold chain"]), strict=True):
        can(person, *words)
    both = can(an_agent("ENR"), "Cold  Chain", "es")
    [case_id] = a_stock(1)
    assert handed_out(now(case_id), "es", "cold chain") is None
    assert offered(team_id) == 0

    on_duty(both)

    assert (offered(team_id), now(case_id).assignee_id) == (1, both.id)


def test_cases_that_nobody_can_take_hold_up_no_other(app):
    team_id = in_turn()
    (agent,) = agents_on_duty(1)
    stuck = a_stock(distribution.AT_ONCE + 5)
    for case_id in stuck:
        handed_out(now(case_id), "es")
    [easy] = a_stock(1, due_at=MONDAY_9_AM + timedelta(days=9))

    assert (offered(team_id), now(easy).assignee_id) == (1, agent.id)
    assert set(holders(stuck)) == {None}


def test_the_most_urgent_case_is_given_out_first(app):
    team_id = in_turn(cap=2)
    later, none = a_stock(2, due_at=MONDAY_9_AM + timedelta(hours=5))
    [urgent] = a_stock(1, due_at=MONDAY_9_AM - timedelta(hours=1))
    with transaction():
        now(none).due_at = None
    (agent,) = agents_on_duty(1)

    assert offered(team_id) == 2
    assert holders([urgent, later, none]) == [agent.id, agent.id, None]


def test_what_waits_for_its_provider_or_for_others_is_not_given_out(app):
    team_id = in_turn()
    agents_on_duty(1)
    a_stock(1, status=Status.PENDING), a_stock(1, status=Status.ON_HOLD)

    assert offered(team_id) == 0


def test_doing_it_again_gives_nobody_anything(app):
    team_id = in_turn()
    agents_on_duty(2)
    ids = a_stock(3)

    assert [offered(team_id), offered(team_id)] == [3, 0]
    assert [len(assignments(case_id)) for case_id in ids] == [1, 1, 1]


def test_a_case_that_has_somebody_stays_with_them(app):
    in_turn()
    agents_on_duty(1)
    holder = an_agent("ENR")
    [case_id] = a_stock(1, assignee_id=holder.id)

    assert handed_out(now(case_id)) is None
    assert now(case_id).assignee_id == holder.id


@pytest.mark.parametrize("who", ["gone", "left", "elsewhere"])
def test_whoever_does_not_work_there_gets_none(app, who):
    in_turn()
    admin, colleague = an_admin(), an_agent("ENR")
    agent = on_duty(an_agent("NCIR" if who == "elsewhere" else "ENR"))
    if who == "gone":
        deactivated(agent, by=admin)
    elif who == "left":
        work_changed(agent, Work(agent.role, frozenset({team("NCIR").id}), frozenset()), by=admin)

    assert (filed().assignee_id, colleague.on_duty_since) == (None, None)


def test_a_closed_team_gives_nothing_out(app):
    team_id = in_turn("TRN")
    agents_on_duty(1, "TRN")
    a_stock(1, team="TRN")
    with transaction():
        db.session.get_one(Team, team_id).is_active = False

    assert (distribution.teams_to_serve(), offered(team_id)) == ([], 0)


def test_cases_of_somebody_who_goes_are_given_to_the_others(app):
    in_turn()
    going, staying = agents_on_duty(2)
    case = filed()
    assert case.assignee_id == going.id

    deactivated(going, by=an_admin())
    run_job()

    assert now(case.id).assignee_id == staying.id


def test_a_case_that_was_given_out_is_begun_by_its_agent_and_canceled_by_its_requester_before(app):
    in_turn()
    (agent,) = agents_on_duty(1)
    begun, unwanted = filed(), filed()

    with transaction():
        commands.take(db.session.get_one(Case, begun.id), by=db.session.get_one(User, agent.id))
        case = db.session.get_one(Case, unwanted.id)
        commands.cancel(case, by=case.requester)

    assert [now(begun.id).status, now(unwanted.id).status] == [Status.OPEN, Status.CANCELED]
    assert event_sentence(now(begun.id).events[-1]) == "New is now Open"
    assert [mail.state for mail in mail_of(unwanted, "case_assigned")] == [MailState.CANCELLED]


def test_duty_is_for_those_who_work_in_a_team_and_ends_with_the_last_one(app):
    nobody, agent, admin = an_agent("ENR"), an_agent("ENR"), an_admin()
    an_agent("ENR")
    work_changed(nobody, Work(nobody.role, frozenset(), frozenset()), by=admin)
    with pytest.raises(WorksInNoTeam):
        on_duty(nobody)
    on_duty(agent)

    work_changed(agent, Work(agent.role, frozenset({team("NCIR").id}), frozenset()), by=admin)
    assert db.session.get_one(User, agent.id).on_duty_since == MONDAY_9_AM
    work_changed(agent, Work(agent.role, frozenset(), frozenset()), by=admin)

    assert db.session.get_one(User, agent.id).on_duty_since is None
    assert acts(of=agent)[-2:] == ["left_team", "off_duty"]


def test_duty_ends_with_the_account_and_is_in_its_history(app):
    agent, _colleague = on_duty(an_agent("ENR")), an_agent("ENR")

    deactivated(agent, by=an_admin())

    assert db.session.get_one(User, agent.id).on_duty_since is None
    assert acts(of=agent) == ["created", "on_duty", "off_duty", "deactivated"]


def test_switching_twice_is_switching_once(app):
    agent = on_duty(on_duty(an_agent("ENR")))
    off_duty(off_duty(agent))

    assert acts(of=agent) == ["created", "on_duty", "off_duty"]


def test_an_account_that_has_ended_does_not_come_on_duty(app):
    agent, _colleague = an_agent("ENR"), an_agent("ENR")
    deactivated(agent, by=an_admin())

    with transaction():
        assert duty.begin(db.session.get_one(User, agent.id), by=None) is False


def test_skills_are_plain_words_in_lower_case_each_once(app):
    agent = can(an_agent("ENR"), " ES ", "es", "Cold \u200b chain", "", "ｆｕｌｌ")

    assert skills.of(agent) == ("cold chain", "es", "full")
    assert skills.known() == ["cold chain", "es", "full"]
    with pytest.raises(NotStaff):
        can(a_provider(), "es")


def test_somebody_has_a_skill_whether_on_duty_or_not(app):
    talker, an_absent = can(an_agent("ENR"), "es"), can(an_agent("ENR"), "fr", "es")
    an_agent("ENR")
    deactivated(an_absent, by=an_admin())

    found = [skills.anybody_has(team(code), words) for code, words in (("ENR", ["ES"]), ("ENR", ["es", "fr"]), ("SD", ["es"]))]

    assert found == [True, False, False]
    assert talker.on_duty_since is None
    assert [skills.anybody_has(team(code), ()) for code in ("ENR", "TRN")] == [True, False]


def test_while_nothing_can_be_given_out_the_job_asks_little_and_writes_nothing(app):
    in_turn(cap=1)
    (agent,) = agents_on_duty(1)
    filed(), filed()
    assert unfinished_of(agent) == 1

    with statements() as asked:
        run_job()

    assert len(asked) <= 3
    assert all(statement.startswith("SELECT") for statement in asked)


def test_in_teams_whose_agents_take_their_cases_giving_out_costs_nothing(app):
    case = filed()

    with transaction(), statements() as asked:
        held = db.session.get_one(Case, case.id, options=[sa.orm.joinedload(Case.team)])
        distribution.hand_out(held)

    assert len(asked) == 1  # reading the case
