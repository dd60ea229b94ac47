"""Notes for many that were begun before they kept versions come up without any and go on; those with versions go down."""

import flask_migrate
import sqlalchemy as sa

from helpdesk import timed_jobs
from helpdesk.cases import commands, problems, waves
from helpdesk.cases.models import Case, ResolutionCode, Status
from helpdesk.extensions import db
from helpdesk.notifications.stop_sign import StopSign
from helpdesk.transaction import transaction
from tests.case_factories import a_case
from tests.factories import an_agent
from tests.problem_factories import a_problem, these
from tests.runs import postgresql_in_the_long_run

pytestmark = postgresql_in_the_long_run


def test_a_note_that_was_begun_before_goes_on_without_versions(migrated_app):
    agent, case = an_agent(), a_case()
    problem = a_problem(by=agent)
    with transaction():
        problems.tie(problem, [case], by=agent)
        waves.begin_wave(problem, these(case), by=agent, code=ResolutionCode.FIXED, note="It works again since 9 a.m.")
    with transaction():
        commands.add_note(case, by=agent, body="They called again.")
    case_id = case.id
    db.session.remove()

    flask_migrate.downgrade(revision="0036")
    rows = sa.text("SELECT case_id, state, why FROM problem_wave_cases")
    assert [tuple(row) for row in db.session.execute(rows)] == [(case_id, "waiting", "")]
    db.session.remove()
    flask_migrate.upgrade()

    assert db.session.scalars(sa.select(waves.WaveCase.seen)).all() == [None]
    timed_jobs.resolve_waves(StopSign())
    assert db.session.get_one(Case, case_id).status is Status.RESOLVED
