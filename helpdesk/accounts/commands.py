"""What can be done with an account."""

import secrets
from collections.abc import Collection

import sqlalchemy as sa

from .. import clock
from ..extensions import db
from ..permissions import Role
from ..typed_text import one_line
from . import addresses, passwords, queries
from .errors import AddressTaken, NoSuchTeam
from .models import Language, Team, TeamMember, User

SESSION_KEY_BYTES = 16


def create_user(  # noqa: PLR0913  (what a person is made of)
    *,
    email: str,
    first_name: str,
    last_name: str,
    role: Role,
    password: str,
    teams: Collection[str] = (),
    verified: bool = True,
    is_demo: bool = False,
    phone: str = "",
    language: Language = Language.ENGLISH,
) -> User:
    """Make an account for somebody; a lead leads all of the `teams` (codes) named here.

    Raises NotAnAddress, AddressTaken and NoSuchTeam.
    """
    address = addresses.normalized(email)
    if db.session.scalar(queries.by_address(address)) is not None:
        raise AddressTaken(address)
    now = clock.now()
    user = User(
        email=address,
        email_key=addresses.key_of(address),
        first_name=one_line(first_name),
        last_name=one_line(last_name),
        phone=one_line(phone),
        language=language,
        role=role,
        password_hash=passwords.hash_password(password),
        session_key=new_session_key(),
        is_demo=is_demo,
        created_at=now,
        verified_at=now if verified else None,
    )
    user.memberships = [TeamMember(team=team, is_lead=role is Role.LEAD) for team in _teams(teams)]
    db.session.add(user)
    db.session.flush()
    return user


def new_session_key() -> str:
    """A key for sessions; giving a person a new one ends the sessions they have."""
    return secrets.token_urlsafe(SESSION_KEY_BYTES)


def _teams(codes: Collection[str]) -> list[Team]:
    found = list(db.session.scalars(sa.select(Team).where(Team.code.in_(codes))))
    missing = set(codes) - {team.code for team in found}
    if missing:
        raise NoSuchTeam(", ".join(sorted(missing)))
    return found
