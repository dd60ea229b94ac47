"""Cases that wait come up waiting since their status changed; what waits and follows goes down without a trace."""

import flask_migrate
import sqlalchemy as sa

from helpdesk.cases.models import Case, Status
from helpdesk.extensions import db
from helpdesk.transaction import transaction
from tests.case_factories import a_case
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
