"""The clock to the first response stands still on hold, as the others do: since the case has waited."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
CLOCKS = sa.table(
    "sla_clocks",
    *map(sa.column, ("id", "case_id", "target", "state")),
    sa.column("runs", sa.JSON().with_variant(JSONB(), "postgresql")),
    *(sa.column(name, INSTANT) for name in ("started_at", "running_since", "due_at")),
)
CASES = sa.table("cases", *map(sa.column, ("id", "status")), sa.column("waits_since", INSTANT), sa.column("due_at", INSTANT))


def upgrade() -> None:
    for clock in _on_hold("running"):
        since, until = _utc(clock.running_since), _utc(clock.waits_since or clock.running_since)
        run = [[since.isoformat(), until.isoformat()]] if since < until else []
        _change(CLOCKS, clock.id, state="paused", running_since=None, runs=[*clock.runs, *run])
        _change(CASES, clock.case_id, due_at=None)


def downgrade() -> None:
    """They run on as if the case had never waited."""
    for clock in _on_hold("paused"):
        *before, last = clock.runs or [[_utc(clock.started_at).isoformat(), ""]]
        _change(CLOCKS, clock.id, state="running", running_since=datetime.fromisoformat(last[0]), runs=before)
        _change(CASES, clock.case_id, due_at=clock.due_at)


def _on_hold(state: str) -> Iterator[Any]:
    """The clocks to the first response of cases on hold that stand so."""
    found = sa.select(CLOCKS, CASES.c.waits_since).join(CASES, CASES.c.id == CLOCKS.c.case_id).where(CASES.c.status == "on_hold")
    return iter(op.get_bind().execute(found.where(CLOCKS.c.target == "first_response", CLOCKS.c.state == state)).all())


def _change(table: Any, number: int, **values: Any) -> None:
    op.execute(table.update().where(table.c.id == number).values(**values))


def _utc(at: datetime) -> datetime:
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
