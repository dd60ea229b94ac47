"""People who ask otherwise than on our pages: their account is found by its address, or made, and they are invited to it.

No password is ever chosen for them. Until they choose one by the mailed link, the account is `is_invited`: whoever registers its
address changes nothing about it.
"""

from dataclasses import asdict, dataclass
from enum import StrEnum

from .. import clock
from ..extensions import db
from ..permissions import Role
from . import commands, history, invitations, people, queries, tokens
from .errors import AccountDeactivated, AddressTaken, WorksAtTheDesk
from .models import NO_PASSWORD, AccountAct, Language, TokenPurpose, User


@dataclass(frozen=True)
class Details:
    """Who somebody says they are."""

    email: str
    first_name: str
    last_name: str
    phone: str
    language: Language


class Found(StrEnum):
    """What there was at the address of somebody."""

    NOTHING = "nothing"  # the account was made just now
    BEGUN = "begun"  # a registration that nobody had confirmed
    ACCOUNT = "account"


def account_for(details: Details, *, by: User) -> tuple[User, Found]:
    """The account of a provider at this address, the only one there ever is: theirs, or one made now, with an invitation.

    A registration that nobody has confirmed may be a stranger's: what is said now counts, and its password is worth nothing any
    more. Raises NotAnAddress, WorksAtTheDesk and AccountDeactivated.
    """
    user = db.session.scalar(queries.held(details.email))
    if user is None:
        try:
            user = commands.create_user(**asdict(details), role=Role.PROVIDER, verified=False, act=AccountAct.INVITED, by=by)
        except AddressTaken:  # a colleague has made it a moment ago
            user = db.session.scalar(queries.held(details.email))
            if user is None:
                raise
        else:
            invitations.mail(user, by=by)
            return user, Found.NOTHING
    if user.is_unconfirmed:
        _take_over(user, details, by=by)
        return user, Found.BEGUN
    hold(user, by=by)
    return user, Found.ACCOUNT


def hold(user: User, *, by: User) -> None:
    """Lock the account of somebody who asks; whoever has not come yet, and whose link is too old, gets a fresh invitation.

    Raises WorksAtTheDesk and AccountDeactivated.
    """
    people.hold(user)
    must_be_able_to_ask(user)
    invitation = invitations.latest(user) if user.is_invited else None
    if invitation is not None and not invitation.is_good(at=clock.now()):
        invitations.send_again(user, by=by)


def must_be_able_to_ask(user: User) -> None:
    """Raise WorksAtTheDesk for people of the desk, who ask for nothing here, and AccountDeactivated for who cannot be told."""
    if user.is_staff:
        raise WorksAtTheDesk(user.name)
    if user.deactivated_at is not None:
        raise AccountDeactivated(user.name)


def _take_over(user: User, details: Details, *, by: User) -> None:
    said = {**asdict(details), "pin": ""}
    del said["email"]
    changed = {name: value for name, value in said.items() if getattr(user, name) != value}
    old, new = ({name: str(getattr(user, name)) for name in changed}, {name: str(value) for name, value in changed.items()})
    for name, value in changed.items():
        setattr(user, name, value)
    user.password_hash = NO_PASSWORD
    tokens.end_all(user, TokenPurpose.VERIFY_ADDRESS)
    history.record(AccountAct.INVITED, user=user, by=by, old=old, new={"email": user.email, **new})
    invitations.mail(user, by=by)
