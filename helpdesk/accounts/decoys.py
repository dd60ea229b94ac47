"""Work that is done and undone, so that the time of an answer does not tell whether an address has an account.

Whoever asks for a mail to an address waits for a mail to be written, whether or not there is anybody to write to; whoever
registers waits for an account to be made.
"""

import secrets
from collections.abc import Callable

from .. import clock
from ..extensions import db
from ..permissions import Role
from . import history
from .models import AccountAct, Language, User


def mail(user: User | None, send: Callable[[User], None]) -> None:
    """Let `send` write to this person; where nobody can be written to, to nobody, which leaves no trace."""
    if user is not None and user.deactivated_at is None:
        send(user)
        return
    undone = db.session.begin_nested()
    send(_nobody())
    db.session.flush()
    undone.rollback()


def make_account() -> None:
    """Make the account of nobody, which leaves no trace."""
    undone = db.session.begin_nested()
    history.record(AccountAct.REGISTERED, user=_nobody(), by=None, new={"email": "", "role": Role.PROVIDER.value, "teams": []})
    db.session.flush()
    undone.rollback()


def _nobody() -> User:
    """Somebody who is never committed."""
    name = secrets.token_hex()
    user = User(email=f"{name}@example.org", email_key=name, first_name="Nobody", last_name="Here", language=Language.ENGLISH)
    user.role, user.password_hash, user.session_key, user.created_at = Role.PROVIDER, "", name, clock.now()
    db.session.add(user)
    db.session.flush()
    return user
