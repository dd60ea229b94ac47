"""Who has a case open at the same time is told to each, for half a minute, and it holds nobody up."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from helpdesk import clock, timed_jobs
from helpdesk.accounts.models import UserSession
from helpdesk.cases.presence import CasePresence
from helpdesk.extensions import db
from helpdesk.notifications.stop_sign import StopSign
from tests.case_factories import MONDAY_9_AM, a_case
from tests.factories import a_provider, an_agent
from tests.queue.cases import at_once, on_case
from tests.visitor import Visitor

pytestmark = pytest.mark.both_databases


def tells(visitor: Visitor, **said: str) -> str:
    """What the desk answers when the script of a page tells that it is open."""
    shown, csrf = visitor.shown, visitor.page.select_one("input[name=csrf_token]")["value"]
    visitor.post(f"{visitor.path}/presence", {"csrf_token": csrf, **said})
    answer = visitor.shown
    visitor.go_back_to(shown)
    return answer.html


def test_each_is_told_who_else_looks_and_who_writes_and_when_they_leave(app: Flask) -> None:
    case, ana = a_case(), an_agent("ENR", first_name="Ana", last_name="Diaz")
    bo = an_agent("ENR", first_name="Bo", last_name="Lee")
    here, there = on_case(app, ana, case), on_case(app, bo, case)
    version = case.version

    assert bo.name not in (alone := tells(here, writing=""))
    assert ana.name not in alone
    assert "Ana Diaz is looking at this case." in tells(there)
    tells(here, writing="reply")
    assert "Ana Diaz is writing a reply." in tells(there)
    assert "Ana Diaz is writing a reply." in on_case(app, bo, case).text, "without a script it stands on the page"
    assert f"{bo.name} is looking at this case." in tells(here)

    assert f"{bo.name} is looking at this case." in tells(here, writing="what nobody writes")

    tells(here, leaves="1")
    assert "Ana Diaz" not in tells(there)
    db.session.refresh(case)
    assert case.version == version


def test_whoever_says_nothing_for_half_a_minute_is_gone(app: Flask) -> None:
    case, ana = a_case(), an_agent("ENR", first_name="Ana", last_name="Diaz")
    here, there = on_case(app, ana, case), on_case(app, an_agent("ENR"), case)
    tells(here, writing="note")

    with clock.at(MONDAY_9_AM + timedelta(seconds=25)):
        assert "Ana Diaz is writing a note." in tells(there)
        tells(here, writing="")
    with clock.at(MONDAY_9_AM + timedelta(seconds=40)):
        assert "Ana Diaz is looking at this case." in tells(there), "another page of hers only looks"
    with clock.at(MONDAY_9_AM + timedelta(seconds=80)):
        assert "Ana Diaz" not in tells(there)
        timed_jobs.sweep(StopSign())
        assert db.session.query(CasePresence).count() == 1


def test_it_takes_a_post_with_its_key_from_somebody_who_sees_the_case(app: Flask) -> None:
    case, agent = a_case(), an_agent("ENR")
    visitor = on_case(app, agent, case)
    visitor.post(f"{visitor.path}/presence", {"writing": "reply"})
    assert visitor.open(f"/agent/cases/{case.number}/presence").path == f"/agent/cases/{case.number}"
    assert db.session.query(CasePresence).count() == 0, "looking at a page writes nothing"
    elsewhere = on_case(app, an_agent("NCIR"), case)
    assert elsewhere.status == 404


def test_it_keeps_no_session_alive(app: Flask) -> None:
    visitor = on_case(app, an_agent("ENR"), a_case())
    seen = db.session.scalars(sa.select(UserSession.last_seen_at)).one()

    with clock.at(clock.now() + timedelta(minutes=5)):
        tells(visitor)

    db.session.rollback()
    assert db.session.scalars(sa.select(UserSession.last_seen_at)).one() == seen


def test_two_pages_of_one_person_that_come_at_once_are_one(app: Flask) -> None:
    case, agent = a_case(), an_agent("ENR")
    pages = [on_case(app, agent, case) for _ in range(2)]

    answers = at_once(*[lambda page=page: tells(page) for page in pages])

    assert all('"words"' in answer for answer in answers)
    assert db.session.query(CasePresence).count() == 1


def test_of_two_who_take_at_once_one_has_it_and_the_other_is_told_who(app: Flask) -> None:
    case = a_case(requester=a_provider())
    agents = [an_agent("ENR"), an_agent("ENR")]
    desks = [on_case(app, agent, case) for agent in agents]

    at_once(*[lambda desk=desk: desk.press("Take") for desk in desks])

    assert sorted(desk.status for desk in desks) == [200, 409]
    db.session.refresh(case)
    late = next(desk for desk in desks if desk.status == 409)
    assert f"{case.assignee.name} has this case already." in late.text
