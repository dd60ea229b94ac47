"""A help ticket becomes a case: whole, once, routed, with clocks and a receipt."""

from threading import Barrier, Thread

import pytest
import sqlalchemy as sa
from flask import Flask

from helpdesk import clock
from helpdesk.accounts.models import User
from helpdesk.cases import commands
from helpdesk.cases.errors import FormKeyReused
from helpdesk.cases.models import Case, EventKind, MessageKind, Status
from helpdesk.extensions import db
from helpdesk.routing import queries as routing
from helpdesk.routing.models import Priority
from helpdesk.sla import queries as sla
from helpdesk.transaction import transaction
from tests.case_factories import MONDAY_9_AM, a_case, a_new_case, mail_of
from tests.factories import a_provider, an_agent

pytestmark = pytest.mark.both_databases


def test_a_case_is_committed_with_everything_that_belongs_to_it(app: Flask) -> None:
    an_agent(team="ENR")
    with clock.at(MONDAY_9_AM):
        case = a_case(topic="ENR-SECB")

    assert case.number == f"NCV-{case.id:06d}"
    assert (case.status, case.team.code, case.priority) == (Status.NEW, "ENR", Priority.P3)
    assert [message.kind for message in case.messages] == [MessageKind.QUESTION]
    assert [event.kind for event in case.events] == [EventKind.OPENED, EventKind.ROUTED]
    assert db.session.scalars(routing.decision_of(case.id)).one().winner
    assert len(list(db.session.scalars(sla.clocks(case.id)))) == 2
    assert [mail.kind for mail in mail_of(case)] == ["case_received"]


def test_nothing_of_a_case_stays_when_its_transaction_fails(app: Flask) -> None:
    requester, new = a_provider(), a_new_case()

    with pytest.raises(RuntimeError), transaction():
        commands.open_case(new, requester=requester)
        raise RuntimeError

    assert db.session.scalar(sa.select(sa.func.count()).select_from(Case)) == 0
    assert db.session.scalar(sa.text("SELECT count(*) FROM outbox_messages")) == 0
    assert db.session.scalar(sa.text("SELECT count(*) FROM routing_decisions")) == 0


def test_the_same_form_again_is_the_same_case(app: Flask) -> None:
    requester, new = a_provider(), a_new_case()

    with transaction():
        first = commands.open_case(new, requester=requester).number
    with transaction():
        again = commands.open_case(new, requester=requester).number

    assert again == first
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Case)) == 1


def test_the_same_key_with_other_content_is_refused(app: Flask) -> None:
    requester = a_provider()
    with transaction():
        commands.open_case(a_new_case(form_key="a" * 32), requester=requester)

    with pytest.raises(FormKeyReused), transaction():
        commands.open_case(a_new_case(form_key="a" * 32, subject="Something else"), requester=requester)


def test_a_key_of_somebody_else_is_refused(app: Flask) -> None:
    new, requester, other = a_new_case(), a_provider(), a_provider()
    with transaction():
        commands.open_case(new, requester=requester)

    with pytest.raises(FormKeyReused), transaction():
        commands.open_case(new, requester=other)


def test_one_form_sent_many_times_at_once_makes_one_case(app: Flask) -> None:
    requester, new = a_provider(), a_new_case()
    requester_id, together, numbers = requester.id, Barrier(8), []

    def send() -> None:
        with app.app_context():
            together.wait()
            with transaction():
                numbers.append(commands.open_case(new, requester=db.session.get_one(User, requester_id)).number)

    threads = [Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()

    assert len(numbers) == 8
    assert len(set(numbers)) == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Case)) == 1


def test_a_team_without_anybody_gives_way_to_the_service_desk(app: Flask) -> None:
    requester = a_provider()
    with transaction():
        case = commands.open_case(a_new_case("ENR-SECB"), requester=requester)

    assert case.team.code == "SD"
    assert case.events[-1].kind is EventKind.MOVED
    assert case.events[-1].new["why"] == "nobody works in that team"
