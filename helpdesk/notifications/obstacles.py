"""What keeps a mail from being sent at all: an address that refuses, or a flood of mail to one address or about one case."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import current_app
from flask_babel import gettext as _

from ..extensions import db
from ..hours.wording import moment
from .kinds import KINDS, Audience, Kind
from .models import OutboxMessage, RefusedAddress

FLOOD = timedelta(hours=1)
TO_COPIED = tuple(name for name, kind in KINDS.items() if kind.audience is Audience.COPIED)


def obstacle(kind: Kind, *, address: str, case_id: int | None, at: datetime) -> str:
    """Why mail of this kind to this address is not sent, in words; empty when nothing is in its way. One statement.

    Account mail goes to a marked address all the same: whoever asks for it has just typed that address. Copies are counted
    for each of their readers by themselves, so that they never keep the requester from being told.
    """
    to_address, about_case = current_app.config["MAIL_MOST_AN_HOUR"], current_app.config["MAIL_MOST_AN_HOUR_FOR_A_CASE"]
    lately = OutboxMessage.made_at > at - FLOOD
    mark = sa.and_(RefusedAddress.address == address, RefusedAddress.released_at.is_(None))
    found = db.session.execute(
        sa.select(
            _capped(to_address, OutboxMessage.to_address == address, lately),
            _capped(about_case, OutboxMessage.case_id == case_id, _alike(kind, address), lately) if case_id else sa.literal(0),
            RefusedAddress.refused_at,
            RefusedAddress.answer,
        ).select_from(sa.select(sa.literal(1).label("one")).subquery().outerjoin(RefusedAddress, mark))
    ).one()
    to_address_lately, about_case_lately, refused_at, answer = found
    if refused_at is not None and kind.audience is not Audience.ACCOUNT:
        return _("the address refused our mail %(moment)s: %(answer)s", moment=moment(refused_at), answer=answer)
    if to_address_lately >= to_address:
        return _("a flood was stopped: %(count)s mails to this address within an hour", count=to_address)
    if about_case_lately >= about_case:
        return _("a flood was stopped: %(count)s mails about this case within an hour", count=about_case)
    return ""


def _alike(kind: Kind, address: str) -> sa.ColumnElement[bool]:
    """The mail about a case that counts together with a mail of this kind."""
    is_copy = OutboxMessage.kind.in_(TO_COPIED)
    return sa.and_(is_copy, OutboxMessage.to_address == address) if kind.audience is Audience.COPIED else ~is_copy


def _capped(most: int, *conditions: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    few = sa.select(sa.literal(1)).select_from(OutboxMessage).where(*conditions).limit(most).subquery()
    return sa.select(sa.func.count()).select_from(few).scalar_subquery()
