"""A note for many cases meets somebody who writes for long: its cases still wait, and are resolved later."""

from flask import Flask

from helpdesk.cases import problems, waves
from helpdesk.cases.models import Case, ResolutionCode, Status
from helpdesk.cases.waves import WaveState
from helpdesk.extensions import db
from helpdesk.notifications.stop_sign import StopSign
from helpdesk.timed_jobs import resolve_waves
from helpdesk.transaction import transaction
from tests.accounts.test_busy_database import impatient_app, locked
from tests.case_factories import a_case
from tests.factories import an_agent
from tests.problem_factories import a_problem, these

__all__ = ["impatient_app"]


def test_a_case_that_somebody_holds_is_put_off_and_not_given_up(impatient_app: Flask) -> None:
    agent, case = an_agent(), a_case()
    problem = a_problem(by=agent)
    with transaction():
        problems.tie(problem, [case], by=agent)
        wave = waves.begin_wave(problem, these(case), by=agent, code=ResolutionCode.FIXED, note="It works again since 9 a.m.")
    key = (wave.id, case.id)

    with locked(impatient_app):
        resolve_waves(StopSign())
    db.session.rollback()
    assert db.session.get_one(waves.WaveCase, key).state is WaveState.WAITING

    resolve_waves(StopSign())
    db.session.rollback()
    assert db.session.get_one(Case, key[1]).status is Status.RESOLVED
