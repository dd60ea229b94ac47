"""Acts that meet the end of an account, or another password: whoever comes second waits, without holding what the first needs."""

from collections.abc import Callable
from threading import Thread
from typing import Any

import pytest
import sqlalchemy as sa

from helpdesk.accounts import commands as accounts
from helpdesk.accounts import own_account, passwords, people, second_factor, tokens
from helpdesk.accounts import teams as account_teams
from helpdesk.accounts.errors import AccountClosed, LinkNotValid, PasswordChanged
from helpdesk.accounts.models import Language, Team, TokenPurpose, User
from helpdesk.admin import deactivation
from helpdesk.cases import closing, commands, mail_decisions, moving, problems, rerouting, staff_mail, waves
from helpdesk.cases.kinds import MoveReason
from helpdesk.cases.models import Case, ResolutionCode, Status
from helpdesk.cases.moving import NobodyWorksThere
from helpdesk.extensions import db
from helpdesk.notifications.models import MailState
from helpdesk.providers import joining
from helpdesk.providers.errors import RequestDecided
from helpdesk.providers.models import JoinRequest, RequestState
from helpdesk.transaction import transaction
from tests import waiting
from tests.accounts.test_second_factor import with_an_app
from tests.admin.desk_people import team
from tests.case_factories import a_case, mail_of
from tests.directory_factories import a_request, an_organization
from tests.factories import PASSWORD, a_provider, an_admin, an_agent
from tests.problem_factories import a_problem, these
from tests.visitor import Visitor

pytestmark = pytest.mark.parametrize("database", ["postgresql"], indirect=True)  # on SQLite there is one writer at a time


def somebody_waits() -> bool:
    """Whether anybody in this database waits for a row of somebody else."""
    waits = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with sa.create_engine(db.engine.url, poolclass=sa.NullPool).connect() as connection:
        return bool(connection.exec_driver_sql(waits).scalar())


def meanwhile(app: Any, act: Callable[[], object], *, first: Callable[[], object], then: Callable[[], object]) -> list[Any]:
    """Do `first`, begin `act` elsewhere, which has to wait, then do `then`, all before it ends; what `act` came to."""
    outcome: list[Any] = []

    def elsewhere() -> None:
        with app.app_context():
            try:
                with transaction():
                    act()
                outcome.append("done")
            except Exception as error:
                outcome.append(type(error))
            finally:
                db.session.remove()

    worker = Thread(target=elsewhere)
    with transaction():
        first()
        worker.start()
        waiting.until(somebody_waits, within=20)
        then()
    worker.join(20)
    db.session.rollback()
    return outcome


def ended(person: User, admin: User) -> Callable[[], object]:
    """The end of the account of the last one in ENR, whose cases go to triage."""
    return lambda: deactivation.deactivate(person, by=admin, version=version(person), reason="has left", takers=to_triage())


def version(person: User) -> int:
    return deactivation.history.version_of(user_id=person.id)


def to_triage() -> dict[int, Team]:
    return {team("ENR").id: team("SD")}


def of(kind: Any, row: Any) -> Any:
    """The row as another session reads it."""
    return db.session.get_one(kind, row)


def test_who_takes_a_case_while_their_account_ends_does_not_get_it_and_nobody_is_stuck(app):
    agent, admin, _colleague = an_agent("ENR"), an_admin(), an_agent("SD")
    case_id, agent_id = a_case(agent=agent).id, agent.id

    came = meanwhile(
        app,
        lambda: commands.take(of(Case, case_id), by=of(User, agent_id)),
        first=lambda: people.hold(agent),
        then=ended(agent, admin),
    )

    case = of(Case, case_id)
    assert (came, case.team.code, case.assignee_id) == (["done"], "SD", None)


def test_a_case_that_opens_again_while_its_agent_goes_has_an_owner(app):
    agent, admin, _colleague = an_agent("ENR"), an_admin(), an_agent("SD")
    case = a_case(status=Status.RESOLVED, agent=agent)
    case_id, requester_id = case.id, case.requester_id
    with transaction():
        staff_mail.tell_assignee(case, by=admin)  # mail about the case that has not left: its end is said on the case

    def hold() -> None:
        people.hold(agent)
        account_teams.hold([team("ENR")])

    came = meanwhile(
        app,
        lambda: commands.reject(of(Case, case_id), by=of(User, requester_id), body="It still fails."),
        first=hold,
        then=ended(agent, admin),
    )

    case = of(Case, case_id)
    assert (came, case.status, case.team.code, case.assignee_id) == (["done"], Status.OPEN, "SD", None)


def test_a_case_of_a_wave_that_is_taken_back_while_its_agent_goes_has_an_owner(app):
    agent, admin, colleague = an_agent("ENR"), an_admin(), an_agent("SD")
    problem, case = a_problem(by=colleague), a_case(status=Status.OPEN, agent=agent)
    with transaction():
        problems.tie(problem, [case], by=colleague)
        wave = waves.begin_wave(problem, these(case), by=admin, code=ResolutionCode.FIXED, note="CVMS works again.")
    with transaction():
        waves.do_one(wave.id, case.id)
    with transaction():
        waves.take_back(wave, sa.select(Case), by=colleague)
        staff_mail.tell_assignee(case, by=admin)  # mail about the case that has not left: its end is said on the case
    case_id, wave_id = case.id, wave.id

    def hold() -> None:
        people.hold(agent)
        account_teams.hold([team("ENR")])

    came = meanwhile(app, lambda: waves.do_one(wave_id, case_id), first=hold, then=ended(agent, admin))

    case = of(Case, case_id)
    assert (came, case.status, case.team.code, case.assignee_id) == (["done"], Status.OPEN, "SD", None)


def test_an_address_is_not_corrected_for_an_account_that_is_being_closed(app):
    agent, requester = an_agent("ENR"), a_provider()
    case = a_case(requester=requester)
    case_id, agent_id = case.id, agent.id
    with transaction():
        mail_of(case)[0].state = MailState.FAILED

    came = meanwhile(
        app,
        lambda: mail_decisions.correct_address(of(Case, case_id), to="new@example.org", by=of(User, agent_id), reason="?"),
        first=lambda: people.hold(requester),
        then=lambda: closing.close_account(requester),
    )

    assert came in ([AccountClosed], [mail_decisions.MailArrives])  # what had failed is stopped, too
    assert requester.email.endswith("@account.invalid")


def test_a_request_to_join_is_not_confirmed_for_an_account_that_is_being_closed(app):
    agent, requester = an_agent("ENR"), a_provider()
    request_id, agent_id = a_request(requester, an_organization()).id, agent.id

    came = meanwhile(
        app,
        lambda: joining.confirm(of(JoinRequest, request_id), by=of(User, agent_id)),
        first=lambda: people.hold(requester),
        then=lambda: closing.close_account(requester),
    )

    assert (came, of(JoinRequest, request_id).state) == ([RequestDecided], RequestState.WITHDRAWN)


def test_a_mailed_link_is_worth_nothing_once_the_account_ends(app):
    agent, admin, _colleague = an_agent("ENR"), an_admin(), an_agent("ENR")
    with transaction():
        token = tokens.issue(agent, TokenPurpose.RESET_PASSWORD)

    came = meanwhile(
        app,
        lambda: accounts.reset_password(token, password="seven quiet herons at dusk"),
        first=lambda: people.hold(agent),
        then=ended(agent, admin),
    )

    assert came == [LinkNotValid]


def test_a_case_is_not_moved_to_a_team_whose_last_member_is_going(app):
    agent, admin, colleague = an_agent("ENR"), an_admin(), an_agent("SD")
    case = a_case(topic="GEN-OTHER", agent=colleague)
    case_id, seen, colleague_id = case.id, case.version, colleague.id

    came = meanwhile(
        app,
        lambda: moving.move(of(Case, case_id), "ENR", seen=seen, by=of(User, colleague_id), reason=MoveReason.OTHER),
        first=lambda: (people.hold(agent), account_teams.hold([team("ENR")])),
        then=ended(agent, admin),
    )

    assert (came, of(Case, case_id).team.code) == ([NobodyWorksThere], "SD")


def test_a_case_that_is_routed_again_to_such_a_team_goes_to_triage(app):
    agent, admin, colleague = an_agent("ENR"), an_admin(), an_agent("SD")
    case = a_case(agent=agent)
    with transaction():
        moving.move(case, "SD", seen=case.version, by=agent, reason=MoveReason.OTHER)
    case_id, seen, colleague_id = case.id, case.version, colleague.id

    came = meanwhile(
        app,
        lambda: rerouting.route_again(of(Case, case_id), seen=seen, by=of(User, colleague_id)),
        first=lambda: (people.hold(agent), account_teams.hold([team("ENR")])),
        then=ended(agent, admin),
    )

    assert (came, of(Case, case_id).team.code) == (["done"], "SD")


def test_who_registers_an_address_while_its_owner_activates_the_account_does_not_get_it(app):
    owner = a_provider(verified=False)
    password_hash, email, last_name = owner.password_hash, owner.email, owner.last_name
    with transaction():
        token = tokens.issue(owner, TokenPurpose.VERIFY_ADDRESS)
    typed = {"first_name": "Mallory", "last_name": "Stranger", "phone": "919-555-0100", "language": Language.ENGLISH}

    came = meanwhile(
        app,
        lambda: accounts.register(email=email, password="the password of a stranger", **typed),
        first=lambda: accounts.verify(token),
        then=lambda: None,
    )

    assert (came, owner.is_active) == (["done"], True)
    assert (owner.password_hash, owner.last_name) == (password_hash, last_name)


def test_who_signs_in_while_a_new_password_is_set_is_not_let_in_by_the_old_one(app):
    somebody = a_provider()
    somebody_id, checked = somebody.id, somebody.password_hash

    came = meanwhile(
        app,
        lambda: accounts.note_sign_in(of(User, somebody_id), password=PASSWORD, checked=checked, client="192.0.2.1"),
        first=lambda: people.hold(somebody),
        then=lambda: own_account.change_password(somebody, password="seven quiet herons at dusk"),
    )

    assert came == [PasswordChanged]


def test_of_two_who_change_a_password_at_once_the_later_knows_the_old_one_no_more(app):
    somebody = a_provider()
    thief = Visitor(app).sign_in(somebody).open("/account/password")

    meanwhile(
        app,
        lambda: thief.press("Set the password", current_password=PASSWORD, password="the words of somebody else"),
        first=lambda: people.hold(somebody),
        then=lambda: own_account.change_password(somebody, password="seven quiet herons at dusk"),
    )

    assert (thief.status, "This is not your current password." in thief.text) == (422, True)
    assert passwords.check_password(somebody.password_hash, "seven quiet herons at dusk")


def test_who_gives_up_the_second_factor_while_the_password_changes_keeps_it(app):
    somebody = a_provider()
    visitor = Visitor(app).sign_in(somebody)
    with_an_app(somebody)
    visitor.open("/account/second-factor")

    meanwhile(
        app,
        lambda: visitor.press("Turn the second factor off", password=PASSWORD),
        first=lambda: people.hold(somebody),
        then=lambda: own_account.change_password(somebody, password="kd73hvbq"),  # good beside a second factor only
    )

    assert (visitor.status, second_factor.of(somebody) is not None) == (422, True)
