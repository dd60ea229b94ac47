"""Mail as rows: what is to be said to whom, every attempt to say it, and who may send now."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..database import Json, text_enum
from ..extensions import db


@dataclass(frozen=True)
class Recipient:
    """Somebody to write to, as known when the mail is written."""

    user_id: int | None
    address: str
    name: str
    language: str = "en"


class MailState(StrEnum):
    """Where a message stands. "Sent" means that our mail server accepted it, not that it was read."""

    HELD = "held"  # waits for service hours, or for the seconds in which it can be taken back
    DUE = "due"
    SENDING = "sending"  # claimed under a lease
    SENT = "sent"
    RETRY = "retry"  # refused or cut for now; tried again at due_at
    FAILED = "failed"  # refused for good
    DOUBTFUL = "doubtful"  # the server never said whether it took it
    CANCELLED = "cancelled"
    SUPERSEDED = "superseded"


class AttemptOutcome(StrEnum):
    """How one attempt ended; unknown until its result is written."""

    UNKNOWN = "unknown"
    ACCEPTED = "accepted"
    REFUSED_FOR_NOW = "refused_for_now"
    REFUSED = "refused"
    NO_CONNECTION = "no_connection"
    CUT = "cut"  # the line broke before the end of the data: the server cannot have taken it
    SILENT = "silent"  # nothing came after the end of the data: the server may have taken it
    NOT_BEGUN = "not_begun"  # given back untouched; does not count as a try


class Settlement(StrEnum):
    """How a person has settled a message that failed or is in doubt."""

    OPEN = "open"  # nobody has, or nobody needs to
    TOLD = "told"  # the recipient was told in another way, such as by phone
    ARRIVED = "arrived"  # the recipient says that it has come
    LEFT = "left"  # nothing more is done about it


class MailAct(StrEnum):
    """What people and the desk do to a message besides trying to send it."""

    MOVED = "moved"  # it leaves at another time, because the calendar has changed
    READDRESSED = "readdressed"
    RETARGETED = "retargeted"  # its case was merged into another
    TAKEN_BACK = "taken_back"
    CANCELLED = "cancelled"
    SUPERSEDED = "superseded"
    SENT_AGAIN = "sent_again"  # a person made it due once more
    SENT_NOW = "sent_now"  # a person let it leave outside service hours
    SETTLED = "settled"
    REPORTED = "reported"  # the team was told that it failed
    REDACTED = "redacted"  # patients' data was taken out of its words


UNSETTLED = "settlement = 'open' AND state IN ('failed', 'doubtful')"  # somebody may have to be told in another way
NOT_ACCEPTED = "state <> 'sent'"  # what the ledger is asked for most; a small part of a desk's mail


class OutboxMessage(db.Model):  # type: ignore[name-defined]
    """One mail to one person, frozen when its cause was committed."""

    __tablename__ = "outbox_messages"
    __table_args__ = (
        sa.Index("ix_outbox_messages_state_due_at_id", "state", "due_at", "id"),
        sa.Index("ix_outbox_messages_to_address_made_at", "to_address", "made_at"),
        sa.Index("ix_outbox_messages_made_at_id", "made_at", "id"),
        sa.Index(
            "ix_outbox_messages_not_accepted",
            "made_at",
            "id",
            sqlite_where=sa.text(NOT_ACCEPTED),
            postgresql_where=sa.text(NOT_ACCEPTED),
        ),
        sa.Index("ix_outbox_messages_unsettled", "case_id", sqlite_where=sa.text(UNSETTLED), postgresql_where=sa.text(UNSETTLED)),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    state: Mapped[MailState] = mapped_column(text_enum(MailState, "state"))
    reason: Mapped[str] = mapped_column(default="")  # why it is held, cancelled, superseded or failed, in words
    stop_reason: Mapped[str] = mapped_column(default="")  # why it must not leave, written while a process has it in hand
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"), index=True)
    case_id: Mapped[int | None] = mapped_column(sa.ForeignKey("cases.id"), index=True)
    dedupe_key: Mapped[str] = mapped_column(unique=True)
    message_id: Mapped[str] = mapped_column(unique=True)
    to_address: Mapped[str]
    to_name: Mapped[str]
    language: Mapped[str]
    subject: Mapped[str]
    text_body: Mapped[str]
    html_body: Mapped[str]
    headers: Mapped[dict[str, Any]] = mapped_column(Json)
    is_windowed: Mapped[bool]
    made_at: Mapped[datetime]
    rest_until: Mapped[datetime]  # until then it can be taken back
    due_at: Mapped[datetime]  # not begun before; moves with each retry
    first_due_at: Mapped[datetime]  # as decided when made
    held_because: Mapped[str] = mapped_column(default="")  # why it did not leave after its rest, as decided when made
    calendar_version: Mapped[int | None]  # the newest calendar change known to that decision
    sent_at: Mapped[datetime | None]
    lease_holder: Mapped[str] = mapped_column(default="")
    lease_until: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    doubts: Mapped[int] = mapped_column(default=0)  # how many attempts ended in silence
    tried_from: Mapped[datetime | None]  # tries before it do not count any more: a person has sent it again
    replaces_id: Mapped[int | None] = mapped_column(sa.ForeignKey("outbox_messages.id"), index=True)  # superseded by this one
    settlement: Mapped[Settlement] = mapped_column(text_enum(Settlement, "settlement"), default=Settlement.OPEN)

    attempts: Mapped[list["DeliveryAttempt"]] = relationship(
        back_populates="message", cascade="all, delete-orphan", order_by="DeliveryAttempt.id"
    )
    events: Mapped[list["MailEvent"]] = relationship(
        back_populates="message", cascade="all, delete-orphan", order_by="MailEvent.id"
    )


class DeliveryAttempt(db.Model):  # type: ignore[name-defined]
    """One try to hand a message to the mail server: written when claimed, completed when the server has answered."""

    __tablename__ = "delivery_attempts"

    id: Mapped[int] = mapped_column(primary_key=True)
    outbox_message_id: Mapped[int] = mapped_column(sa.ForeignKey("outbox_messages.id"), index=True)
    claimed_at: Mapped[datetime]
    begun_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    outcome: Mapped[AttemptOutcome] = mapped_column(text_enum(AttemptOutcome, "outcome"), default=AttemptOutcome.UNKNOWN)
    greeting: Mapped[str] = mapped_column(default="")  # what the mail server said first
    stage: Mapped[str] = mapped_column(default="")
    code: Mapped[int | None]
    answer: Mapped[str] = mapped_column(default="")

    message: Mapped[OutboxMessage] = relationship(back_populates="attempts")


class MailEvent(db.Model):  # type: ignore[name-defined]
    """One entry of a message's history besides its attempts: append-only."""

    __tablename__ = "mail_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    outbox_message_id: Mapped[int] = mapped_column(sa.ForeignKey("outbox_messages.id"), index=True)
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))  # none: the desk itself
    act: Mapped[MailAct] = mapped_column(text_enum(MailAct, "act"))
    reason: Mapped[str] = mapped_column(default="")
    old: Mapped[dict[str, Any]] = mapped_column(Json)
    new: Mapped[dict[str, Any]] = mapped_column(Json)

    message: Mapped[OutboxMessage] = relationship(back_populates="events")


class RefusedAddress(db.Model):  # type: ignore[name-defined]
    """An address that a mail server has refused for good: no mail about cases goes there until it is released."""

    __tablename__ = "refused_addresses"
    __table_args__ = (
        sa.Index(
            "ix_refused_addresses_marked",
            "address",
            unique=True,
            sqlite_where=sa.text("released_at IS NULL"),
            postgresql_where=sa.text("released_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str]  # in small letters
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"), index=True)
    outbox_message_id: Mapped[int] = mapped_column(sa.ForeignKey("outbox_messages.id"))
    refused_at: Mapped[datetime]
    answer: Mapped[str]
    released_at: Mapped[datetime | None]
    released_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))  # none: a later mail was accepted


class Alarm(db.Model):  # type: ignore[name-defined]
    """Something that keeps the desk from its work, from when it was noticed until it is over; each name at most once."""

    __tablename__ = "alarms"

    name: Mapped[str] = mapped_column(primary_key=True)
    raised_at: Mapped[datetime]
    detail: Mapped[str]
    cleared_at: Mapped[datetime | None]


class Lease(db.Model):  # type: ignore[name-defined]
    """Who may do a thing that only one process does at a time, and until when; the scheduler's is also its heartbeat."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    taken_at: Mapped[datetime]
    renewed_at: Mapped[datetime]
    expires_at: Mapped[datetime]
