"""Whether the desk can work: the database answers and its schema is the one this code was written for."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache

import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_babel import gettext as _
from sqlalchemy.exc import SQLAlchemyError

import config

from ..extensions import db
from ..notifications.models import Lease

MIGRATIONS = config.ROOT / "migrations"


@dataclass(frozen=True)
class Readiness:
    """What was found when the desk was asked whether it can work."""

    database_answers: bool
    schema_is_current: bool = False
    scheduler_seen_at: datetime | None = None

    @property
    def is_ready(self) -> bool:
        """Whether requests can be served; a scheduler that is late holds up mail, not requests."""
        return self.database_answers and self.schema_is_current

    def details(self, at: datetime) -> list[str]:
        """What staff may read: the same, line by line, and how long ago the scheduler was seen."""
        if self.scheduler_seen_at is None:
            scheduler = _("Scheduler: not seen yet")
        else:
            seconds = round((at - self.scheduler_seen_at).total_seconds())
            scheduler = _("Scheduler: seen %(seconds)s seconds ago", seconds=seconds)
        return [_("Database: answers"), _("Migrations: at the newest"), scheduler]


def look() -> Readiness:
    """Ask the database, in three short statements; never raises."""
    try:
        current = MigrationContext.configure(db.session.connection()).get_current_heads()
        is_current = set(current) == newest_migrations()
        seen_at = db.session.scalar(sa.select(sa.func.max(Lease.renewed_at))) if is_current else None
        return Readiness(database_answers=True, schema_is_current=is_current, scheduler_seen_at=seen_at)
    except SQLAlchemyError:
        db.session.rollback()
        return Readiness(database_answers=False)


@cache
def newest_migrations() -> frozenset[str]:
    """The newest migrations of this code (one, unless branches were left unjoined)."""
    return frozenset(ScriptDirectory(str(MIGRATIONS)).get_heads())
