"""Rows and files compared: a file that no row tells of is taken away, a row whose file is gone is marked and reported."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
import structlog

from ..extensions import db
from . import attachment_store as store
from .attachment_models import Attachment

YOUNG = timedelta(days=1)  # a file this old is not on its way to a row any more


@dataclass(frozen=True)
class Found:
    """What does not fit together."""

    orphans: Collection[str]  # names of files that no row tells of
    missing: Collection[int]  # ids of rows whose file is not there, and was the last time
    back: Collection[int]  # ids of rows whose file is there again

    @property
    def concerns_rows(self) -> bool:
        """Whether there is something to note."""
        return bool(self.missing or self.back)


def look(*, at: datetime) -> Found:
    """Compare all rows with all files; changes nothing, and holds up nobody. Raises OSError where the store cannot be read."""
    columns = (Attachment.id, Attachment.stored_as, Attachment.missing_at)
    rows = db.session.execute(sa.select(*columns).where(Attachment.redacted_at.is_(None))).all()
    db.session.rollback()
    # After the rows: a file is there before its row is, and goes after it.
    written = dict(store.names())
    known, young = {row.stored_as for row in rows}, (at - YOUNG).timestamp()
    return Found(
        orphans=[name for name, when in written.items() if name not in known and when < young],
        missing=[row.id for row in rows if row.missing_at is None and row.stored_as not in written],
        back=[row.id for row in rows if row.missing_at is not None and row.stored_as in written],
    )


def note(found: Found, *, at: datetime) -> None:
    """Mark the rows whose file is gone, and take the mark off those whose file is there again. Needs an open transaction."""
    for ids, value in ((found.missing, at), (found.back, None)):
        if ids:
            db.session.execute(sa.update(Attachment), [{"id": row_id, "missing_at": value} for row_id in ids])
    if found.missing:
        structlog.get_logger().error("attachments_missing", number=len(found.missing))


def remove_orphans(found: Found) -> None:
    """Take away what no row tells of."""
    for name in found.orphans:
        store.remove(name)
