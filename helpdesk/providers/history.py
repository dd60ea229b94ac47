"""The one writer of the directory's history."""

from typing import Any

import sqlalchemy as sa

from .. import clock
from ..accounts.models import User
from ..extensions import db
from .models import DirectoryAct, DirectoryEvent, Organization


def record(
    act: DirectoryAct,
    *,
    by: User | None,
    organization_id: int | None = None,
    location_id: int | None = None,
    user: User | None = None,
    old: dict[str, Any] | None = None,
    new: dict[str, Any] | None = None,
) -> DirectoryEvent:
    """Append an entry; `by` nobody is the desk itself, or its command line."""
    event = DirectoryEvent(
        act=act,
        at=clock.now(),
        actor_id=by.id if by else None,
        organization_id=organization_id,
        location_id=location_id,
        user_id=user.id if user else None,
        old=old or {},
        new=new or {},
    )
    db.session.add(event)
    return event


def last_event_id(organization: Organization) -> int:
    """What a form of the organization is marked with: its latest entry."""
    latest = sa.select(sa.func.max(DirectoryEvent.id)).where(DirectoryEvent.organization_id == organization.id)
    return db.session.scalar(latest) or 0
