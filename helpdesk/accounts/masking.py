"""The end of the person in an account: what is left of it names nobody, and lets nobody in."""

import sqlalchemy as sa

from .. import clock
from ..extensions import db
from ..languages import gettext as _
from ..notifications import acts
from . import history, queries, user_sessions
from .models import NO_PASSWORD, AccountAct, AccountToken, KnownDevice, ParkedForm, RecoveryCode, SecondFactor, User

NO_ADDRESS = "former-user-{id}@account.invalid"  # nobody can have, or be written to at, an address below .invalid (RFC 2606)


def mask(user: User) -> None:
    """End an account for good: no name, no address, no phone, no way to sign in; its histories keep what was done.

    The entry that says so is the caller's, who knows what else came of it.
    """
    user_sessions.end_all(user)
    for kept in (AccountToken, KnownDevice, RecoveryCode, SecondFactor, ParkedForm):
        db.session.execute(sa.delete(kept).where(kept.user_id == user.id))
    user.first_name, user.last_name, user.phone, user.pin = "Former", "user", "", ""
    user.email = user.email_key = NO_ADDRESS.format(id=user.id)
    user.password_hash = NO_PASSWORD
    user.deactivated_at = user.closed_at = clock.now()
    history.erase(user)


def free(address: str, *, for_whom: User | None = None) -> None:
    """Let go of an account at this address that nobody has confirmed, which anybody may have begun: it stands in nobody's way.

    Nothing happens to any other account, nor to that of `for_whom`. Mail to it that has not left is stopped.
    """
    user = db.session.scalar(queries.held(address))
    if user is None or not user.is_unconfirmed or user is for_whom:
        return
    acts.stop_for(user.id, by=None, reason=_("the account was never confirmed, and its address is somebody else's now"))
    mask(user)
    acts.forget(user.id, name=user.name, instead=history.ERASED)
    history.record(AccountAct.CLOSED, user=user, by=None)
    db.session.flush()
