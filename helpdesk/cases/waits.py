"""What a case remembers while it waits for somebody else, or for time to pass; and how long that may take."""

from datetime import date, datetime, timedelta
from itertools import islice

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..business_hours import ONE_DAY, SEARCH_DAYS
from ..database import text_enum
from ..hours.queries import calendar
from .kinds import HoldReason

SERVICE_DAY = timedelta(minutes=525)  # of service time, as promises count it (reference/sla.toml)
REMIND_AFTER = (2 * SERVICE_DAY, 4 * SERVICE_DAY)  # the requester of a pending case, once each
GIVE_UP_AFTER = 7 * SERVICE_DAY  # without an answer
REOPENED_WITHIN = 10 * SERVICE_DAY  # of its resolution
LOOK_AGAIN_AFTER = 2  # days of service, where nobody says otherwise

URGENT_AND_FREE = "priority = 'P1' AND assignee_id IS NULL AND unassigned_told_at IS NULL AND status IN ('new', 'open')"


def _index(name: str, *columns: str, where: str) -> sa.Index:
    """An index of the cases that a job looks for."""
    return sa.Index(f"ix_cases_{name}", *columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


INDEXES = (
    _index("to_remind", "reminders", "waits_since", where="status = 'pending'"),
    _index("to_look_at", "look_again_on", where="status = 'on_hold'"),
    _index("to_close", "resolved_at", where="status = 'resolved'"),
    _index("urgent_and_free", "opened_at", where=URGENT_AND_FREE),
    _index("follows", "follows_id", where="follows_id IS NOT NULL"),
)


class Waits:
    """The part of a case that waits: since when, how often its requester was reminded, when somebody looks again."""

    waits_since: Mapped[datetime | None]  # for its requester, or for somebody outside
    reminders: Mapped[int] = mapped_column(default=0)
    reminded_at: Mapped[datetime | None]  # last
    hold_reason: Mapped[HoldReason | None] = mapped_column(text_enum(HoldReason, "hold_reason"))
    look_again_on: Mapped[date | None]  # a day in the zone of the desk
    unassigned_told_at: Mapped[datetime | None]  # when it was told that nobody has it, though it is urgent
    follows_id: Mapped[int | None] = mapped_column(sa.ForeignKey("cases.id"))  # the closed case that it goes on with
    resolved_at: Mapped[datetime | None]

    def wait_from(self, at: datetime | None) -> None:
        """Wait anew from an instant on, or, with none, no more."""
        self.waits_since, self.reminders, self.reminded_at = at, 0, None
        self.hold_reason = self.look_again_on = None

    @property
    def given_up_at(self) -> datetime | None:
        """When a pending case is resolved without an answer."""
        return calendar().add(self.waits_since, GIVE_UP_AFTER) if self.waits_since else None

    @property
    def reopens_until(self) -> datetime | None:
        """Until when a resolved case can be opened again."""
        return calendar().add(self.resolved_at, REOPENED_WITHIN) if self.resolved_at else None


def default_look_again(at: datetime) -> date:
    """The day on which somebody looks again if nobody says when."""
    return look_again_in(LOOK_AGAIN_AFTER, at=at)


def look_again_in(days: int, *, at: datetime) -> date:
    """The day of service that is so many from now, the present one not counted."""
    hours = calendar()
    today = hours.wall(at).date()
    to_come = (today + number * ONE_DAY for number in range(1, SEARCH_DAYS))
    return next(islice((day for day in to_come if hours.opens_on(day)), days - 1, None), today + ONE_DAY)
