"""Batches of cases come through the migration that lets them be so, down and up; what was done with the cases stays."""

import flask_migrate
import sqlalchemy as sa

from helpdesk import timed_jobs
from helpdesk.cases import batches
from helpdesk.cases.batch_models import BatchAct, Order
from helpdesk.extensions import db
from helpdesk.notifications.stop_sign import StopSign
from helpdesk.transaction import transaction
from tests.case_factories import a_case
from tests.factories import an_agent
from tests.runs import postgresql_in_the_long_run

pytestmark = postgresql_in_the_long_run


def test_a_desk_with_batches_goes_down_and_comes_up_again(migrated_app):
    agent, case = an_agent(), a_case()
    with transaction():
        batches.write_down(Order(BatchAct.TAG, {}, "flu"), {case.id: case.version}, by=agent)
    timed_jobs.do_batches(StopSign())
    db.session.remove()

    flask_migrate.downgrade(revision="0029")
    assert db.session.scalars(sa.text("SELECT tag FROM case_tags")).all() == ["flu"]
    db.session.remove()
    flask_migrate.upgrade()

    assert db.session.scalars(sa.text("SELECT count(*) FROM case_batches")).all() == [0]
