"""Cases of the past, in bulk, and back-tests of them."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from helpdesk import clock
from helpdesk.accounts.models import Team, User
from helpdesk.cases.models import Case, EventKind
from helpdesk.extensions import db
from helpdesk.routing import backtests
from helpdesk.routing.models import Backtest, RoutingDecision
from helpdesk.transaction import transaction
from tests.routing.examples import TRIAGE, a_rule

A_DAY = timedelta(days=1)
AT_ONCE = 1000
ALL_TO_INV = [a_rule("all-to-inv", when="always", then={"team": "INV"}), TRIAGE]
REASON = "wrong_topic"  # as agents choose one when they move a case


def copies_of(case: Case, number: int) -> None:
    """So many more cases like this one, decided like it, some at the same moment."""
    with transaction():
        row = _row(Case.__table__, Case.id == case.id)
        decision = _row(RoutingDecision.__table__, RoutingDecision.case_id == case.id)
        decided_at = decision.pop("decided_at")
        del decision["id"]
        first = row["id"] + 1_000
        for n in range(first, first + number, AT_ONCE):
            ids = range(n, min(n + AT_ONCE, first + number))
            db.session.execute(sa.insert(Case), [{**row, "id": n, "form_key": f"copy-{n}"} for n in ids])
            moments = {n: decided_at + timedelta(microseconds=n // 2) for n in ids}  # two at a time
            db.session.execute(
                sa.insert(RoutingDecision), [{**decision, "case_id": n, "decided_at": at} for n, at in moments.items()]
            )


def moved_by(agent: User | None, case: Case, code: str, *, reason: str = REASON) -> None:
    """Move a case to a team, as an agent does; by nobody: the desk itself."""
    with transaction():
        team = db.session.scalars(sa.select(Team).where(Team.code == code)).one()
        old, case.team = case.team, team
        said = {"team": team.name, "code": code, "why": ""} | ({"reason": reason} if agent else {})
        case.record(EventKind.MOVED, by=agent, at=clock.now(), old={"team": old.name, "code": old.code}, new=said)


def a_backtest(rules: list[dict[str, Any]] | None = None, *, by: User | None = None, **named: Any) -> int:
    """A back-test that waits, of all cases from yesterday to tomorrow; its number."""
    days = {"since": clock.now() - A_DAY, "until": clock.now() + A_DAY}
    with transaction():
        return backtests.ask(rules or ALL_TO_INV, by=by, at=clock.now(), **{**days, **named}).id


def the(number: int) -> Backtest:
    """The back-test as it stands."""
    db.session.rollback()
    return db.session.scalars(backtests.one(number)).one()


def claimed(number: int, holder: str = "a process") -> bool:
    """Take it for a process."""
    with transaction():
        return backtests.claim(number, holder=holder, at=clock.now())


def _row(table: Any, where: Any) -> dict[str, Any]:
    return dict(db.session.execute(sa.select(table).where(where)).mappings().one())
