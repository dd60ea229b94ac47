"""Cases that wait come up waiting since their status changed; what waits and follows goes down without a trace."""

from datetime import date, timedelta

import flask_migrate
import sqlalchemy as sa

from helpdesk import clock
from helpdesk.cases import holding
from helpdesk.cases.kinds import HoldReason
from helpdesk.cases.models import Case, Status
from helpdesk.extensions import db
from helpdesk.sla.models import SlaClock, Target
from helpdesk.transaction import transaction
from tests.case_factories import MONDAY_9_AM, a_case
from tests.factories import an_agent
from tests.runs import postgresql_in_the_long_run


@postgresql_in_the_long_run
def test_pending_cases_come_up_waiting_since_their_status_changed(migrated_app):
    pending, closed, new = (a_case(status=status) for status in (Status.PENDING, Status.CLOSED, Status.NEW))
    since = pending.waits_since
    with transaction():
        new.follows_id = closed.id
    db.session.rollback()

    flask_migrate.downgrade(revision="0024")
    flask_migrate.upgrade()

    assert (pending.waits_since, pending.reminders) == (since, 0)
    assert db.session.scalars(sa.select(Case.follows_id)).all() == [None, None, None]


@postgresql_in_the_long_run
def test_the_first_response_of_a_case_on_hold_comes_up_standing_still_since_it_waits(migrated_app):
    agent = an_agent()
    with clock.at(MONDAY_9_AM):
        case = a_case(agent=agent)
    with clock.at(MONDAY_9_AM + timedelta(hours=2)), transaction():
        about = {"reason": HoldReason.MAKER, "look_again_on": date(2026, 12, 2)}
        holding.put_on_hold(case, seen=case.version, by=agent, **about)
    paused = _first_response(case)
    assert paused[0] == "paused"

    flask_migrate.downgrade(revision="0032")
    (state, runs, since, due_at), shown = _first_response(case), case.due_at
    assert (state, runs, since) == ("running", [], MONDAY_9_AM)
    assert shown == due_at
    db.session.rollback()
    flask_migrate.upgrade()

    assert (_first_response(case), case.due_at) == (paused, None)


def _first_response(case: Case) -> tuple[object, ...]:
    db.session.rollback()
    columns = SlaClock.state, SlaClock.runs, SlaClock.running_since, SlaClock.due_at
    found = sa.select(*columns).where(SlaClock.case_id == case.id, SlaClock.target == Target.FIRST_RESPONSE)
    return tuple(db.session.execute(found).one())
