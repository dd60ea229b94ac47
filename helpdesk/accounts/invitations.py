"""How somebody comes to work at the desk: an administrator invites them by mail, and they choose their own password.

Providers for whom staff has made an account (callers.py) come by the same kind of link.
"""

from collections.abc import Collection
from datetime import timedelta

import sqlalchemy as sa
from flask import current_app

from ..extensions import db
from ..notifications import outbox
from ..permissions import Role
from . import commands, history, masking, passwords, people, queries, tokens
from .errors import AddressTaken, AlreadyActive, NotStaff, ProviderHasAccount
from .models import AccountAct, AccountToken, Team, TokenPurpose, User

ONE_DAY = timedelta(days=1)


def invite(
    *,
    email: str,
    first_name: str,
    last_name: str,
    role: Role,
    teams: Collection[Team],
    leads: Collection[Team],
    by: User,
) -> User:
    """Make an account without a password and mail the link under which its owner chooses one.

    Raises NotAnAddress, AddressTaken (a colleague has it), ProviderHasAccount and, for a role of no staff, NotStaff.
    """
    if not role.is_staff:
        raise NotStaff(email)
    masking.free(email)
    known = db.session.scalar(queries.by_address(email))
    if known is not None:
        raise AddressTaken(known.email) if known.is_staff else ProviderHasAccount(known.email)
    user = commands.create_user(
        email=email, first_name=first_name, last_name=last_name, role=role, verified=False, act=AccountAct.INVITED, by=by
    )
    for team in teams:
        membership = people.join(user, team, by=by)
        if role is not Role.AGENT and team in leads:
            people.lead(membership, is_lead=True, by=by)
    mail(user, by=by)
    return user


def send_again(user: User, *, by: User) -> None:
    """Mail a fresh link to somebody who has not come yet; older links end. Raises AlreadyActive."""
    if user.verified_at is not None or user.deactivated_at is not None or user.is_unconfirmed:
        raise AlreadyActive(user.name)
    tokens.end_all(user, TokenPurpose.INVITATION)
    history.record(AccountAct.INVITED, user=user, by=by, new={"email": user.email})
    mail(user, by=by)


def accept(token: str, *, password: str, phone: str = "") -> User:
    """Set the password of somebody who was invited, whose link also proves the address; a provider says which phone is theirs.

    Raises LinkNotValid.
    """
    user = tokens.use(token, TokenPurpose.INVITATION)
    user.password_hash = passwords.hash_password(password)
    user.session_key = commands.new_session_key()
    commands.activate(user, knows_password=False, phone=phone)
    history.record(AccountAct.PASSWORD_CHANGED, user=user, by=user, reason="invitation")
    return user


def latest(user: User) -> AccountToken | None:
    """The newest invitation of somebody, used or not."""
    mine = sa.select(AccountToken).where(AccountToken.user_id == user.id, AccountToken.purpose == TokenPurpose.INVITATION)
    return db.session.scalar(mine.order_by(AccountToken.id.desc()).limit(1))


def mail(user: User, *, by: User) -> None:
    """Mail a link under which somebody chooses the first password of their account."""
    token = tokens.issue(user, TokenPurpose.INVITATION)
    about = {
        "first_name": user.first_name,
        "link": f"{current_app.config['BASE_URL']}/invitation/{token}",
        "days_valid": tokens.LIFETIMES[TokenPurpose.INVITATION] // ONE_DAY,
        "by": by.name,
    }
    db.session.flush()  # so that the person has an id to be written to
    kind = "invitation" if user.is_staff else "invitation_of_provider"
    outbox.enqueue(kind, to=user.recipient, about=about, key=tokens.hashed(token))
