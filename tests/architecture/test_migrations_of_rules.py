"""What migrations make of rules and decisions that are there."""

from typing import Any

import flask_migrate
import pytest
import sqlalchemy as sa

from helpdesk.extensions import db
from helpdesk.reference import commands as reference
from helpdesk.routing.models import RuleAddition
from helpdesk.transaction import transaction
from tests.routing.examples import a_ticket, routed


@pytest.mark.both_databases
def test_also_rules_that_added_to_a_decision_are_counted_from_its_trace(empty_app):
    flask_migrate.upgrade()
    with transaction():
        reference.load()
    decided = routed(a_ticket("REC-DOSE", language="es", patient_data="suspected"))
    routed(a_ticket("REC-DOSE"))
    before = _additions()

    flask_migrate.downgrade(revision="0017")
    flask_migrate.upgrade()

    assert [(decision, rule) for decision, rule, _at in before] == [(decided.id, "patient-data"), (decided.id, "spanish")]
    assert _additions() == before


def _additions() -> list[Any]:
    kept = (RuleAddition.decision_id, RuleAddition.rule, RuleAddition.decided_at)
    found = list(db.session.execute(sa.select(*kept).order_by(*kept)))
    db.session.rollback()
    return found
