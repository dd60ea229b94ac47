"""The topics that a case can be about, for those who correct it: a table of the help ticket, which stands above this package."""

from typing import Any

import sqlalchemy as sa

from ..extensions import db
from ..routing.models import Priority
from .new_case import TopicFacts


def on_offer() -> list[TopicFacts]:
    """The topics in use, in the order of the form."""
    topics = db.metadata.tables["topics"]
    return _read(topics.c.is_active)


def with_code(code: str) -> TopicFacts | None:
    """The topic with this code, in use or not."""
    return next(iter(_read(db.metadata.tables["topics"].c.code == code)), None)


def _read(*which: sa.ColumnElement[Any]) -> list[TopicFacts]:
    topics = db.metadata.tables["topics"]
    rows = db.session.execute(sa.select(topics).where(*which).order_by(topics.c.position))
    return [TopicFacts(row.code, row.name, row.group_code, row.group_name, row.team_code, Priority(row.priority)) for row in rows]
