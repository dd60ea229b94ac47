"""Whether the desk can work: the database answers and its schema is the one this code was written for."""

from dataclasses import dataclass
from functools import cache

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import SQLAlchemyError

import config

from ..extensions import db

MIGRATIONS = config.ROOT / "migrations"


@dataclass(frozen=True)
class Readiness:
    """What was found when the desk was asked whether it can work."""

    database_answers: bool
    schema_is_current: bool = False

    @property
    def is_ready(self) -> bool:
        """Whether requests can be served; a scheduler that is late holds up mail, not requests."""
        return self.database_answers and self.schema_is_current


def look() -> Readiness:
    """Ask the database, in one short statement; never raises."""
    try:
        current = MigrationContext.configure(db.session.connection()).get_current_heads()
        is_current = set(current) == newest_migrations()
        return Readiness(database_answers=True, schema_is_current=is_current)
    except SQLAlchemyError:
        db.session.rollback()
        return Readiness(database_answers=False)


@cache
def newest_migrations() -> frozenset[str]:
    """The newest migrations of this code (one, unless branches were left unjoined)."""
    return frozenset(ScriptDirectory(str(MIGRATIONS)).get_heads())
