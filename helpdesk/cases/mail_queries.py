"""Which mail there is for whom."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import load_only

from ..accounts.models import User
from ..extensions import db
from ..notifications.kinds import KINDS, Audience
from ..notifications.models import OutboxMessage
from ..permissions import Permission, may
from .models import Case
from .queries import visible_to

ABOUT_AN_ACCOUNT = tuple(kind.name for kind in KINDS.values() if kind.audience is Audience.ACCOUNT)


def readable_by(user: User) -> tuple[sa.ColumnElement[bool], ...]:
    """What mail must be for this person to read it: about a case they may see, about an account, or to themselves."""
    if may(user, Permission.SEE_EVERY_TEAM):
        return ()
    seen = visible_to(user).with_only_columns(Case.id).where(Case.id == OutboxMessage.case_id).exists()
    about_none = sa.and_(
        OutboxMessage.case_id.is_(None), sa.or_(OutboxMessage.kind.in_(ABOUT_AN_ACCOUNT), OutboxMessage.user_id == user.id)
    )
    return (sa.or_(seen, about_none),)


def resolution_mail(shown: Collection[Case]) -> dict[int, OutboxMessage]:
    """The latest mail with a resolution of each of these cases, by the id of the case; no statement when there are none."""
    if not shown:
        return {}
    about = OutboxMessage.case_id.in_([case.id for case in shown]), OutboxMessage.kind == "case_resolved"
    light = load_only(OutboxMessage.case_id, OutboxMessage.state, OutboxMessage.due_at, OutboxMessage.sent_at)
    found = db.session.scalars(sa.select(OutboxMessage).where(*about).order_by(OutboxMessage.id).options(light))
    return {mail.case_id: mail for mail in found if mail.case_id is not None}
