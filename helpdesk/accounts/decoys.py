"""Work that is done and undone, so that the time of an answer does not tell whether an address has an account.

Whoever asks for a mail to an address waits for a mail to be written, whether or not there is anybody to write to; whoever
registers waits for an account to be made.
"""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from .. import clock
from ..extensions import db
from ..permissions import Role
from . import history, tokens
from .models import AccountAct, Language, TokenPurpose, User


def mail(user: User | None, send: Callable[[User], None]) -> None:
    """Let `send` write to this person; where nobody can be written to, to nobody, which leaves no trace."""
    if user is not None and user.deactivated_at is None:
        with _undone():
            _nobody()  # as below
        send(user)
        return
    with _undone():
        send(_nobody())


def make_account() -> None:
    """Make the account of nobody, which leaves no trace."""
    with _undone():
        history.record(
            AccountAct.REGISTERED, user=_nobody(), by=None, new={"email": "", "role": Role.PROVIDER.value, "teams": []}
        )


def make_token(user: User) -> None:
    """Make a link for somebody whose mail has none, which leaves no trace."""
    with _undone():
        tokens.issue(user, TokenPurpose.VERIFY_ADDRESS)


@contextmanager
def _undone() -> Iterator[None]:
    savepoint = db.session.begin_nested()
    yield
    db.session.flush()
    savepoint.rollback()


def _nobody() -> User:
    """Somebody who is never committed."""
    name = secrets.token_hex()
    user = User(email=f"{name}@example.org", email_key=name, first_name="Nobody", last_name="Here", language=Language.ENGLISH)
    user.role, user.password_hash, user.session_key, user.created_at = Role.PROVIDER, "", name, clock.now()
    db.session.add(user)
    db.session.flush()
    return user
