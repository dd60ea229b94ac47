"""What migrations make of rules and decisions that are there."""

from typing import Any

import flask_migrate
import sqlalchemy as sa

from helpdesk.cases.models import Event, EventKind
from helpdesk.extensions import db
from helpdesk.routing.models import Backtest, RuleAddition
from tests.case_factories import a_case
from tests.factories import an_agent
from tests.routing.examples import a_ticket, routed
from tests.routing.past import a_backtest, a_backtest_that_is_done, moved_by
from tests.runs import postgresql_in_the_long_run


@postgresql_in_the_long_run
def test_also_rules_that_added_to_a_decision_are_counted_from_its_trace(migrated_app):
    decided = routed(a_ticket("REC-DOSE", language="es", patient_data="suspected"))
    routed(a_ticket("REC-DOSE"))
    before = _additions()

    flask_migrate.downgrade(revision="0017")
    flask_migrate.upgrade()

    assert [(decision, rule) for decision, rule, _at in before] == [(decided.id, "patient-data"), (decided.id, "spanish")]
    assert _additions() == before


@postgresql_in_the_long_run
def test_back_tests_are_kept_but_for_the_version_they_were_of(migrated_app):
    done, waiting = a_backtest_that_is_done(), a_backtest(of_version=1)
    moved_by(an_agent(), a_case(), "INV")
    before = {number: _row(number) for number in (done, waiting)}

    flask_migrate.downgrade(revision="0020")
    flask_migrate.upgrade()

    assert (before[done]["state"], before[waiting]["of_version"]) == ("done", 1)
    assert {number: _row(number) for number in before} == {done: before[done], waiting: {**before[waiting], "of_version": None}}
    assert db.session.scalar(sa.select(sa.func.count()).where(Event.kind == EventKind.MOVED)) == 1


def _row(number: int) -> dict[str, Any]:
    found = dict(db.session.execute(sa.select(Backtest.__table__).where(Backtest.id == number)).mappings().one())
    db.session.rollback()
    return found


def _additions() -> list[Any]:
    kept = (RuleAddition.decision_id, RuleAddition.rule, RuleAddition.decided_at)
    found = list(db.session.execute(sa.select(*kept).order_by(*kept)))
    db.session.rollback()
    return found
