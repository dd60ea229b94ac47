"""What people do to their own accounts: details, password, address, and the end of it."""

import secrets

from flask_babel import LazyString

from .. import clock
from ..extensions import db
from ..hours.wording import moment
from ..notifications import outbox
from ..notifications.models import Recipient
from ..typed_text import one_line
from . import addresses, commands, history, masking, passwords, people, queries, tokens
from .errors import AddressTaken, LinkNotValid, NotAProvider
from .models import AccountAct, Language, TokenPurpose, User


def change_details(user: User, *, first_name: str, last_name: str, phone: str, language: Language, pin: str) -> bool:
    """Let somebody correct what we know of them; says whether anything has changed."""
    new = {
        "first_name": one_line(first_name),
        "last_name": one_line(last_name),
        "phone": one_line(phone),
        "language": language,
        "pin": pin,
    }
    changed = {name: value for name, value in new.items() if getattr(user, name) != value}
    if not changed:
        return False
    old = {name: str(getattr(user, name)) for name in changed}
    for name, value in changed.items():
        setattr(user, name, value)
    history.record(AccountAct.DETAILS_CHANGED, user=user, by=user, old=old, new={n: str(v) for n, v in changed.items()})
    return True


def change_password(user: User, *, password: str) -> None:
    """Set another password; every session of this person ends, and a mail tells them."""
    user.password_hash = passwords.hash_password(password)
    people.end_sessions(user)
    commands.note_new_password(user)


def ask_for_address(user: User, email: str) -> None:
    """Mail a link to another address, under which it becomes that of this account; the old address is told.

    Links mailed before end. Whether somebody has the address is not told: they get a mail that says so. Raises NotAnAddress.
    """
    address = addresses.normalized(email)
    tokens.end_all(user, TokenPurpose.CHANGE_ADDRESS)
    owner = db.session.scalar(queries.by_address(address))
    if owner is None or owner.is_unconfirmed:  # who reads the mail there confirms it
        token = tokens.issue(user, TokenPurpose.CHANGE_ADDRESS, new_address=address)
        hours_valid = tokens.LIFETIMES[TokenPurpose.CHANGE_ADDRESS].total_seconds() // 3600
        about = {
            "first_name": user.first_name,
            "link": commands.absolute(f"/confirm-address/{token}"),
            "hours_valid": int(hours_valid),
        }
        to = Recipient(user_id=user.id, address=address, name=user.name, language=user.language.value)
        outbox.enqueue("confirm_new_address", to=to, about=about, key=tokens.hashed(token))
    elif owner.id != user.id:
        commands.send_verification(owner)
    told = {"first_name": user.first_name, "new_address": address, "link": commands.absolute("/forgot-password")}
    outbox.enqueue("address_change_asked", to=user.recipient, about=told, key=secrets.token_hex())


def confirm_address(token: str) -> User:
    """Give an account the address to which the link with this token was mailed; both addresses are told.

    Raises LinkNotValid, also where somebody else has registered the address since.
    """
    row = tokens.find(token, TokenPurpose.CHANGE_ADDRESS)
    if row is None:
        raise LinkNotValid
    address = row.new_address
    user = tokens.use(token, TokenPurpose.CHANGE_ADDRESS)
    try:
        commands.change_address(user, address, by=user)
    except AddressTaken:
        raise LinkNotValid from None
    return user


def close(user: User, *, stopped: int, affiliations: int) -> None:
    """End the account of a provider for good: no name, no address, no phone, no way to sign in.

    Its cases stay, and what was written in them. The mail that was stopped for it, and the places it left, are the caller's,
    who knows them, and are only counted here. A last mail goes to the address that it had. Raises NotAProvider.
    """
    if user.is_staff:
        raise NotAProvider(user.name)
    old, about = user.recipient, {"first_name": user.first_name, "when": LazyString(moment, clock.now())}
    people.end_sessions(user)
    masking.mask(user)
    history.record(AccountAct.CLOSED, user=user, by=user, new={"mails": stopped, "affiliations": affiliations})
    last = Recipient(user_id=None, address=old.address, name=old.name, language=old.language)
    outbox.enqueue("account_closed", to=last, about=about, key=secrets.token_hex())
