"""What keeps a mail from being sent at all: an address that refuses, or a flood of mail to one address or about one case."""

from datetime import datetime, timedelta
from functools import cache

import sqlalchemy as sa
from flask import current_app

from ..extensions import db
from ..hours.wording import moment
from ..languages import gettext as _
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
    given = {"address": address, "since": at - FLOOD, "most": to_address, "most_of_case": about_case, "case_id": case_id}
    found = db.session.execute(_looked_up(is_copy=kind.audience is Audience.COPIED), given).one()
    to_address_lately, about_case_lately, refused_at, answer = found
    if refused_at is not None and kind.audience is not Audience.ACCOUNT:
        return _("the address refused our mail %(moment)s: %(answer)s", moment=moment(refused_at), answer=answer)
    if to_address_lately >= to_address:
        return _("a flood was stopped: %(count)s mails to this address within an hour", count=to_address)
    if about_case_lately >= about_case:
        return _("a flood was stopped: %(count)s mails about this case within an hour", count=about_case)
    return ""


@cache
def _looked_up(*, is_copy: bool) -> sa.Select[int, int, datetime, str]:
    """How much mail has gone to :address, and about :case_id together with mail of this kind; whether the address refuses."""
    to_address, lately = OutboxMessage.to_address == sa.bindparam("address"), OutboxMessage.made_at > sa.bindparam("since")
    copied = OutboxMessage.kind.in_(TO_COPIED)
    alike = sa.and_(copied, to_address) if is_copy else ~copied
    mark = sa.and_(RefusedAddress.address == sa.bindparam("address"), RefusedAddress.released_at.is_(None))
    return sa.select(
        _capped("most", to_address, lately),
        _capped("most_of_case", OutboxMessage.case_id == sa.bindparam("case_id"), alike, lately),
        RefusedAddress.refused_at,
        RefusedAddress.answer,
    ).select_from(sa.select(sa.literal(1).label("one")).subquery().outerjoin(RefusedAddress, mark))


def _capped(most: str, *conditions: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    few = (
        sa.select(sa.literal(1))
        .select_from(OutboxMessage)
        .where(*conditions)
        .limit(sa.bindparam(most, type_=sa.Integer()))
        .subquery()
    )
    return sa.select(sa.func.count()).select_from(few).scalar_subquery()
