"""Providers who could not be told: their mail failed or stayed in doubt, so the case says it and its people are told."""

from typing import Any

import sqlalchemy as sa

from .. import clock
from ..accounts.models import TeamMember, User
from ..extensions import db
from ..notifications import acts, outbox, refusals
from ..notifications.claim import MOST_DOUBTS
from ..notifications.kinds import KINDS, Audience
from ..notifications.models import MailAct, MailEvent, MailState, OutboxMessage, Settlement
from . import queries, suspicion
from .models import Case, EventKind

AT_ONCE = 50  # messages in one transaction
TO_PROVIDERS = tuple(k.name for k in KINDS.values() if k.audience in (Audience.REQUESTER, Audience.COPIED))

STUCK = sa.and_(
    OutboxMessage.settlement == sa.bindparam("open", Settlement.OPEN, literal_execute=True),
    OutboxMessage.state.in_(sa.bindparam("stuck", [MailState.FAILED, MailState.DOUBTFUL], expanding=True, literal_execute=True)),
    sa.or_(OutboxMessage.state == MailState.FAILED, OutboxMessage.doubts >= MOST_DOUBTS),
)


def is_untold() -> sa.ColumnElement[bool]:
    """That mail about the case to its requester or a colleague failed or stayed in doubt, and nobody has settled it."""
    return Case.id.in_(sa.select(OutboxMessage.case_id).where(OutboxMessage.kind.in_(TO_PROVIDERS), STUCK))


def anything_to_report() -> bool:
    """Whether a message got stuck that nobody has been told of, or an address may have become good again; reads only."""
    return bool(db.session.scalar(_unreported().limit(1))) or refusals.any_marked()


def report() -> int:
    """Tell of messages that got stuck, each once; returns how many there were. Addresses that refused are marked on the way.

    Cases are locked before their mail, as by everybody else; what a person settles meanwhile is not told any more.
    """
    found = db.session.execute(_unreported().with_only_columns(OutboxMessage.id, OutboxMessage.case_id).limit(AT_ONCE)).all()
    db.session.scalars(queries.locked(row.case_id for row in found)).all()
    refusals.release_accepted(at=clock.now())
    still = _unreported().where(OutboxMessage.id.in_([row.id for row in found]))
    messages = db.session.scalars(still.with_for_update(skip_locked=True)).all()
    for message in messages:
        refusals.mark(message)
        acts.record(message, MailAct.REPORTED, by=None, reason=message.reason)
        if message.case_id is not None and message.kind in TO_PROVIDERS:
            _tell(db.session.get_one(Case, message.case_id), message)
    db.session.flush()
    return len(messages)


def _unreported() -> sa.Select[OutboxMessage]:
    since = sa.func.coalesce(OutboxMessage.tried_from, OutboxMessage.made_at)
    reported = sa.exists().where(
        MailEvent.outbox_message_id == OutboxMessage.id, MailEvent.act == MailAct.REPORTED, MailEvent.at >= since
    )
    return sa.select(OutboxMessage).where(STUCK, ~reported).order_by(OutboxMessage.id)


def _tell(case: Case, message: OutboxMessage) -> None:
    case.hold()
    in_doubt = message.state is MailState.DOUBTFUL
    case.record(
        EventKind.MAIL_FAILED, by=None, at=clock.now(), new={"mail": message.kind, "why": message.reason, "in_doubt": in_doubt}
    )
    untold = db.session.get(User, message.user_id) if message.user_id else None
    for person in db.session.scalars(_those_who_can_call(case)):
        outbox.enqueue(
            "could_not_be_told",
            to=person.recipient,
            about=facts(case, untold or case.requester, mail_subject=message.subject, why=message.reason, in_doubt=in_doubt),
            key=f"{message.id}/{case.version}",
            case_id=case.id,
        )


def facts(case: Case, untold: User, *, mail_subject: str, why: str, in_doubt: bool) -> dict[str, Any]:
    """What the mail to staff tells about whoever could not be told: the requester, or a colleague with a copy."""
    return {
        "number": case.number,
        "subject": suspicion.title_for_mail(case),
        "path": f"/agent/cases/{case.number}",
        "requester": untold.name,
        "phone": untold.phone,
        "is_copied": untold.id != case.requester_id,
        "mail_subject": mail_subject,
        "why": why,
        "in_doubt": in_doubt,
    }


def _those_who_can_call(case: Case) -> sa.Select[User]:
    """Who has the case; else the leads of its team, or everybody in it where nobody leads."""
    is_active = sa.and_(User.verified_at.is_not(None), User.deactivated_at.is_(None))
    if case.assignee is not None and case.assignee.is_active:
        return sa.select(User).where(User.id == case.assignee_id)
    members = sa.select(TeamMember.user_id).join(User).where(TeamMember.team_id == case.team_id, is_active)
    leads = members.where(TeamMember.is_lead)
    some = sa.case((leads.exists(), User.id.in_(leads)), else_=User.id.in_(members))
    return sa.select(User).where(some).order_by(User.id)
