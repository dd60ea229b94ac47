"""What people change about their own account."""

import secrets
from datetime import timedelta

from flask import current_app

from ..extensions import db
from ..notifications import outbox
from ..notifications.models import OutboxMessage, Recipient
from ..typed_text import one_line
from . import addresses, commands, history, passwords, queries, throttling, tokens, user_sessions
from .errors import LinkNotValid, SameAddress
from .models import AccountAct, Language, TokenPurpose, User

DETAILS = ("first_name", "last_name", "phone", "language", "pin")


def change_details(user: User, *, first_name: str, last_name: str, phone: str, language: Language, pin: str) -> bool:
    """Write down what somebody says about themselves; says whether anything is different now."""
    old = {name: getattr(user, name) for name in DETAILS}
    user.first_name, user.last_name, user.phone = one_line(first_name), one_line(last_name), one_line(phone)
    user.language, user.pin = language, pin
    changed = [name for name in DETAILS if old[name] != getattr(user, name)]
    if changed:
        new = {name: getattr(user, name) for name in changed}
        history.record(AccountAct.DETAILS_CHANGED, user=user, by=user, old={name: old[name] for name in changed}, new=new)
    return bool(changed)


def change_password(user: User, password: str) -> None:
    """Set another password; all sessions of this person end, and links mailed to set one. The person is told."""
    user.password_hash = passwords.hash_password(password)
    user.session_key = commands.new_session_key()
    user_sessions.end_all(user)
    tokens.end_all(user, TokenPurpose.RESET_PASSWORD)
    history.record(AccountAct.PASSWORD_CHANGED, user=user, by=user)
    about = {"first_name": user.first_name, "link": _absolute("/forgot-password")}
    outbox.enqueue("password_changed", to=user.recipient, about=about, key=secrets.token_hex())


def ask_for_address(user: User, email: str, *, client: str | None) -> None:
    """Mail a link to another address, which changes to it when it is used; the present address is told.

    Where somebody else has that address, they are told that they have an account, and nothing else happens: whoever asks
    cannot tell. Raises NotAnAddress, SameAddress and TooManyTries.
    """
    address = addresses.normalized(email)
    if addresses.key_of(address) == user.email_key and address == user.email:
        raise SameAddress(address)
    throttling.count_mail(addresses.key_of(address), client)
    about = {"first_name": user.first_name, "new_address": address}
    outbox.enqueue(
        "address_change_asked", to=user.recipient, about={**about, "link": _absolute("/account")}, key=secrets.token_hex()
    )
    owner = db.session.scalar(queries.by_address(address))
    if owner is not None and owner.id != user.id:
        commands.send_verification(owner)
        return
    tokens.end_all(user, TokenPurpose.CHANGE_ADDRESS)
    token = tokens.issue(user, TokenPurpose.CHANGE_ADDRESS, new_address=address)
    hours_valid = tokens.LIFETIMES[TokenPurpose.CHANGE_ADDRESS] // timedelta(hours=1)
    link = _absolute(f"/account/address/{token}")
    to = Recipient(user_id=user.id, address=address, name=user.name, language=user.language.value)
    outbox.enqueue("confirm_address", to=to, about={**about, "link": link, "hours_valid": hours_valid}, key=tokens.hashed(token))


def confirm_address(token: str) -> list[OutboxMessage]:
    """Change to the address that this link was mailed to; returns the mail that goes there now.

    Raises LinkNotValid and AddressTaken.
    """
    known = tokens.find(token, TokenPurpose.CHANGE_ADDRESS)
    if known is None:
        raise LinkNotValid
    user = tokens.use(token, TokenPurpose.CHANGE_ADDRESS)
    return commands.change_address(user, known.new_address, by=user)


def _absolute(path: str) -> str:
    return f"{current_app.config['BASE_URL']}{path}"
