"""The morning of the staff, for tests: the job as the scheduler runs it, and what it wrote."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from helpdesk import clock, timed_jobs
from helpdesk.accounts.models import User
from helpdesk.cases.models import Case
from helpdesk.extensions import db
from helpdesk.notifications import delivery
from helpdesk.notifications.models import OutboxMessage
from helpdesk.notifications.stop_sign import StopSign
from helpdesk.transaction import transaction
from tests.notifications.mails import eastern
from tests.queue.cases import a_stock

FRIDAY_7_PM = eastern("2026-12-04 19:00")
MONDAY_8_AM = eastern("2026-12-07 08:00")
MONDAY_8_01 = eastern("2026-12-07 08:01")


def tick(at: datetime | str) -> None:
    """One tick of the job."""
    with clock.at(eastern(at) if isinstance(at, str) else at):
        timed_jobs.write_digests(StopSign())
    db.session.rollback()


def morning(at: datetime = MONDAY_8_01) -> None:
    """Held mail leaves at this time, then the digests are written."""
    with clock.at(at):
        delivery.deliver_due()
    tick(at)


def digests() -> list[OutboxMessage]:
    """All digests, oldest first."""
    db.session.rollback()
    return list(
        db.session.scalars(sa.select(OutboxMessage).where(OutboxMessage.kind == "staff_digest").order_by(OutboxMessage.id))
    )


def digest_of(person: User) -> str:
    """What the newest digest of somebody says; empty without one."""
    return next((mail.text_body for mail in reversed(digests()) if mail.user_id == person.id), "")


def change(person: User, **values: Any) -> None:
    """Change the row of a person."""
    with transaction():
        for name, value in values.items():
            setattr(db.session.get_one(User, person.id), name, value)


def filed(number: int = 1, *, at: datetime = FRIDAY_7_PM, **named: Any) -> list[Case]:
    """So many cases, straight into the table, as if opened at that time and due in the minutes after it."""
    with clock.at(at):
        ids = a_stock(number, **named)
    return [db.session.get_one(Case, case_id) for case_id in ids]
