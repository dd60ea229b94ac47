"""What can be asked about, and what we know of the person who asks."""

import sqlalchemy as sa

from ..accounts.models import User
from ..cases.models import Case
from ..extensions import db
from .models import Topic


def topics() -> list[Topic]:
    """The topics on offer, in the order of the form."""
    return list(db.session.scalars(sa.select(Topic).where(Topic.is_active).order_by(Topic.position)))


def last_case_of(user: User) -> Case | None:
    """The latest case of this person, whose role, organization and location are offered again."""
    return db.session.scalar(sa.select(Case).where(Case.requester_id == user.id).order_by(Case.id.desc()).limit(1))
