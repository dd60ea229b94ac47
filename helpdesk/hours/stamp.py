"""A sign that the calendar has changed, cheaper to read than the calendar."""

import sqlalchemy as sa

from ..extensions import db
from .models import CalendarChange, Closure, ServiceSchedule

Stamp = tuple[int | None, ...]

# As columns of whatever statement is at hand. The rows are counted, too: whoever mends them by hand writes no entry.
PARTS: tuple[sa.ScalarSelect[int | None], ...] = (
    sa.select(sa.func.max(CalendarChange.id)).scalar_subquery(),
    *(sa.select(sa.func.count()).select_from(table).scalar_subquery() for table in (ServiceSchedule, Closure)),
)
_ALL = sa.select(*PARTS)


def read() -> Stamp:
    """The sign as it is now."""
    return tuple(db.session.execute(_ALL).one())
