"""Addresses that a mail server has refused for good: marked until released, so that no mail about cases is sent in vain."""

from datetime import datetime

import sqlalchemy as sa

from ..database import Text
from ..extensions import db
from .answers import Stage
from .models import AttemptOutcome, DeliveryAttempt, MailAct, MailEvent, MailState, OutboxMessage, RefusedAddress

BY_POLICY = "5.7."


def marked(address: Text) -> sa.Select[RefusedAddress]:
    """The mark of this address, while it stands."""
    return sa.select(RefusedAddress).where(RefusedAddress.address == address, RefusedAddress.released_at.is_(None))


def any_marked() -> bool:
    """Whether any address is marked; reads only."""
    return bool(db.session.scalar(sa.select(sa.exists().where(RefusedAddress.released_at.is_(None)))))


def mark(message: OutboxMessage) -> bool:
    """Mark the address of a failed message whose recipient the mail server refused; returns whether it is marked now.

    A refusal by policy (RFC 3463, X.7.X), such as of a server that stands on a block list, is about us and marks nobody. Nor
    does one of the address that the message went to before its recipient had another.
    """
    last = db.session.scalar(
        sa.select(DeliveryAttempt)
        .where(DeliveryAttempt.outbox_message_id == message.id)
        .order_by(DeliveryAttempt.id.desc())
        .limit(1)
    )
    refused = last is not None and last.outcome is AttemptOutcome.REFUSED and last.stage == Stage.RCPT
    if (
        last is None
        or not refused
        or last.answer.startswith(BY_POLICY)
        or _has_moved(message, since=last.claimed_at)
        or db.session.scalar(marked(message.to_address)) is not None
    ):
        return False
    db.session.add(
        RefusedAddress(
            address=message.to_address,
            user_id=message.user_id,
            outbox_message_id=message.id,
            refused_at=last.finished_at or last.claimed_at,
            answer=message.reason,
        )
    )
    db.session.flush()
    return True


def _has_moved(message: OutboxMessage, *, since: datetime) -> bool:
    moved = (MailEvent.outbox_message_id == message.id, MailEvent.act == MailAct.READDRESSED, MailEvent.at >= since)
    return bool(db.session.scalar(sa.select(sa.exists().where(*moved))))


def release(address: str, *, by: int | None, at: datetime) -> bool:
    """Let mail go to this address again; returns whether it was marked. By nobody: a later mail was accepted there."""
    change = (
        sa.update(RefusedAddress)
        .where(RefusedAddress.address == address, RefusedAddress.released_at.is_(None))
        .values(released_at=at, released_by_id=by)
    )
    return bool(db.session.execute(change).rowcount)  # type: ignore[attr-defined]


def forget(user_id: int) -> None:
    """Delete the marks of somebody whose account is closed: no mail goes to their addresses any more."""
    db.session.execute(sa.delete(RefusedAddress).where(RefusedAddress.user_id == user_id))


def release_accepted(*, at: datetime) -> int:
    """Release the addresses at which a mail was accepted after they were marked; returns how many that are."""
    taken = sa.exists().where(
        OutboxMessage.to_address == RefusedAddress.address,
        OutboxMessage.made_at > RefusedAddress.refused_at,
        OutboxMessage.state == MailState.SENT,
    )
    accepted = db.session.scalars(sa.select(RefusedAddress.address).where(RefusedAddress.released_at.is_(None), taken)).all()
    return sum(release(address, by=None, at=at) for address in accepted)
