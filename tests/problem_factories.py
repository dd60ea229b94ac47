"""Known problems for tests."""

from typing import Any

import sqlalchemy as sa

from helpdesk import clock
from helpdesk.accounts.models import User
from helpdesk.cases import problems
from helpdesk.cases.models import Case
from helpdesk.cases.problems import Draft, KnownProblem
from helpdesk.transaction import transaction
from tests.factories import an_agent

OUTAGE = "CVMS sign-in is down. We expect it back at noon."
OUTAGE_ES = "No se puede entrar en CVMS. Esperamos que vuelva al mediodía."


def a_problem(*, by: User | None = None, **named: Any) -> KnownProblem:
    """A problem that is not over; it concerns Section B in every system, unless something else is said."""
    plain: dict[str, Any] = {
        "title": "CVMS sign-in is down",
        "body": OUTAGE,
        "body_es": OUTAGE_ES,
        "topics": ("ENR-SECB",),
        "systems": (),
        "started_at": clock.now(),
    }
    by = by or an_agent()
    with transaction():
        return problems.declare(Draft(**{**plain, **named}), by=by)


def these(*cases: Case) -> sa.Select[Case]:
    """These cases, as a note for many is given them."""
    return sa.select(Case).where(Case.id.in_([case.id for case in cases]))
