"""Mail for tests, and instants as they are written on a clock in North Carolina."""

from datetime import UTC, datetime
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from helpdesk.cases.overnight import Listed
from helpdesk.extensions import db
from helpdesk.notifications import outbox
from helpdesk.notifications.models import DeliveryAttempt, OutboxMessage, Recipient
from helpdesk.routing.models import Priority
from helpdesk.transaction import transaction

DANA = Recipient(user_id=None, address="dana@cedarfork.example.org", name="Dana Okafor")
FACTS: dict[str, Any] = {
    "number": "NCV-000123",
    "subject": "Section B asks for a second coordinator",
    "path": "/cases/NCV-000123",
    "team": "Enrollment Support",
    "moved_to": "Service Desk",
    "note": "We sent the signature mail again.",
    "author": "Luis Whitfield",
    "files": 2,
    "code_label": "Fixed",
    "outcome": "Resolved",
    "answers": [{"question": "Your role", "answer": "Vaccine Coordinator (primary)"}],
    "expect": "by Tue, Dec 1, 11:30 a.m. ET",
    "link": "http://127.0.0.1:8000/verify/abc",
    "first_name": "Dana",
    "hours_valid": 24,
    "days_valid": 7,
    "browser": "Firefox on Windows",
    "network": "192.0.2.10",
    "when": "Mon, Nov 30, 9:00 a.m. ET",
    "change": "added",
    "codes_left": 9,
    "by_yourself": True,
    "old_address": "dana@old.example.org",
    "new_address": "dana@new.example.org",
    "requester": "Dana Okafor",
    "phone": "919-555-0142",
    "mail_subject": "[NCV-000123] Resolved: Section B asks for a second coordinator",
    "why": "550 no such mailbox",
    "in_doubt": False,
    "by": "Grace Lindqvist",
    "priority": "P2",
    "because": "Sent to Enrollment Support because the topic is Section B.",
    "led": "Vaccine Management",
    "instead": False,
    "what": "Not solved",
    "answer_by": "Tuesday, December 8",
    "resolved_on": "Mon, Nov 16, 2026",
    "opened": "Mon, Nov 30, 9:02 a.m. ET",
    "status": "Pending",
    "is_rejected": True,
    "target": "First response",
    "due_by": "Mon, Nov 30, 11:30 a.m. ET",
    "day": "Monday, November 30",
    "headline": "1 new case",
    "person": "Morgan Ellis",
    "person_email": "morgan@cedarfork.example.org",
    "place": "Main Street, Cedar Fork Pharmacy",
    "role": "Vaccine Coordinator (primary)",
    "is_confirmed": True,
    "answer": "",
    "closed_since": datetime(2026, 11, 25, 21, 45, tzinfo=UTC),
    "opened_at": datetime(2026, 11, 30, 13, 0, tzinfo=UTC),
    "due": Listed(),
    "failed": Listed(),
    "requests": Listed(),
    "left": Listed(),
    "new": Listed(
        ({"number": "NCV-000123", "subject": "Section B", "priority": Priority.P2, "due_at": None, "status": "Open"},), 1
    ),
}
WINDOWED, IMMEDIATE = "case_resolved", "case_received"
_keys = count(1)


def eastern(text: str) -> datetime:
    """An instant by the clock on the wall: "2026-12-04 16:44:59"."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("America/New_York"))


MONDAY_9_AM = eastern("2026-11-30 09:00")
FRIDAY_EVENING = eastern("2026-12-04 19:00")


def a_mail(kind: str = IMMEDIATE, *, to: str = "", key: str = "", case_id: int | None = None, **facts: Any) -> OutboxMessage:
    """A mail, written and committed."""
    recipient = Recipient(user_id=None, address=to, name="Somebody Else") if to else DANA
    with transaction():
        return outbox.enqueue(kind, to=recipient, about={**FACTS, **facts}, key=key or f"test-{next(_keys)}", case_id=case_id)


def some_mail(number: int, kind: str = IMMEDIATE) -> list[str]:
    """So many mails to as many addresses; returns the addresses."""
    addresses = [f"person-{n}@example.org" for n in range(number)]
    with transaction():
        for address in addresses:
            recipient = Recipient(user_id=None, address=address, name="Somebody")
            outbox.enqueue(kind, to=recipient, about=FACTS, key=f"test-{next(_keys)}")
    return addresses


def outbox_rows() -> list[OutboxMessage]:
    """All mail as it stands in the database, oldest first."""
    db.session.rollback()
    return list(db.session.scalars(sa.select(OutboxMessage).order_by(OutboxMessage.id)))


def states() -> list[str]:
    """The states of all mail, oldest first."""
    return [mail.state.value for mail in outbox_rows()]


def attempts() -> list[DeliveryAttempt]:
    """All attempts, oldest first."""
    db.session.rollback()
    return list(db.session.scalars(sa.select(DeliveryAttempt).order_by(DeliveryAttempt.id)))
