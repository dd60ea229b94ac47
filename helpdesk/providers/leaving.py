"""Somebody leaves all the places where they are known to work, because their account ends."""

import sqlalchemy as sa

from .. import clock
from ..accounts.models import User
from ..extensions import db
from .models import Affiliation, DirectoryAct, DirectoryEvent, JoinRequest, RequestState


def leave_everywhere(user: User, *, by: User) -> int:
    """End the affiliations of somebody and withdraw what they have asked for; returns how many affiliations those were.

    What they and others typed about them in their requests is erased.
    """
    now = clock.now()
    mine = sa.select(Affiliation).where(Affiliation.user_id == user.id)
    lasting = list(db.session.scalars(mine.where(sa.or_(Affiliation.ends_at.is_(None), Affiliation.ends_at > now))))
    for affiliation in lasting:
        affiliation.ends_at = now
        _record(DirectoryAct.AFFILIATION_ENDED, user, by, affiliation, old={"role": affiliation.role.value})
    asked = sa.select(JoinRequest).where(JoinRequest.user_id == user.id, JoinRequest.state == RequestState.OPEN)
    for request in db.session.scalars(asked.with_for_update()):
        request.state, request.decided_at, request.decided_by_id = RequestState.WITHDRAWN, now, by.id
        _record(DirectoryAct.WITHDRAWN, user, by, request, old={"role": request.role.value})
    typed = {"words": "", "answer": "", "pin": ""}
    db.session.execute(sa.update(JoinRequest).where(JoinRequest.user_id == user.id).values(typed))
    return len(lasting)


def _record(act: DirectoryAct, user: User, by: User, about: Affiliation | JoinRequest, *, old: dict[str, str]) -> None:
    place = {"organization_id": about.organization_id, "location_id": about.location_id}
    db.session.add(DirectoryEvent(at=clock.now(), actor_id=by.id, user_id=user.id, act=act, old=old, new={}, **place))
