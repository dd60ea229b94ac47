"""What can be done with an account."""

import secrets
from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import current_app
from flask_babel import LazyString
from sqlalchemy.exc import IntegrityError

from .. import clock
from ..extensions import db
from ..hours.wording import moment
from ..languages import gettext as _
from ..notifications import acts, outbox, refusals
from ..notifications.models import OutboxMessage
from ..permissions import Role
from ..typed_text import one_line
from . import addresses, decoys, devices, history, masking, parked, passwords, queries, throttling, tokens, user_sessions
from .errors import AccountClosed, AddressTaken, NoSuchTeam, PasswordChanged
from .kinds import MAIL_CHOICES
from .models import NO_PASSWORD, AccountAct, Language, Team, TeamMember, TokenPurpose, User

SESSION_KEY_BYTES = 16
PARKED_FORMS_KEPT = timedelta(days=1)
TOKENS_KEPT = timedelta(days=30)  # past their end, so that an old link can say that it is old


def create_user(  # noqa: PLR0913  (what a person is made of)
    *,
    email: str,
    first_name: str,
    last_name: str,
    role: Role,
    password: str = "",
    teams: Collection[str] = (),
    verified: bool = True,
    is_demo: bool = False,
    phone: str = "",
    pin: str = "",
    language: Language = Language.ENGLISH,
    act: AccountAct = AccountAct.CREATED,
    by: User | None = None,
) -> User:
    """Make an account for somebody; a lead leads all of the `teams` (codes) named here.

    Without a password nobody can sign in until they have set one through "Forgot password". `act` is what their history
    begins with, and `by` who did it: nobody means the command line or, where they registered, themselves.

    Raises NotAnAddress, AddressTaken and NoSuchTeam.
    """
    address = addresses.normalized(email)
    now = clock.now()
    user = User(
        email=address,
        email_key=addresses.key_of(address),
        first_name=one_line(first_name),
        last_name=one_line(last_name),
        phone=one_line(phone),
        pin=pin,
        language=language,
        role=role,
        password_hash=passwords.hash_password(password) if password else NO_PASSWORD,
        session_key=new_session_key(),
        is_demo=is_demo,
        created_at=now,
        verified_at=now if verified else None,
    )
    found = _teams(teams)
    try:
        with db.session.begin_nested():
            db.session.add(user)
            user.memberships = [TeamMember(team=team, is_lead=role is Role.LEAD) for team in found]
    except IntegrityError:
        raise AddressTaken(address) from None
    new = {"email": address, "role": role.value, "teams": sorted(team.code for team in found)}
    history.record(act, user=user, by=user if act is AccountAct.REGISTERED else by, new=new)
    return user


def register(
    *, email: str, first_name: str, last_name: str, phone: str, language: Language, password: str, pin: str = ""
) -> None:
    """Make an account for a provider and mail the link that activates it.

    Whoever registers again before that gets the account with what they typed last; with another password, older links end,
    so that nobody activates what somebody else has typed. Somebody who has an active account is told so by mail. Whatever
    the address is, it takes as long: two hashes, an account, a mail. Raises NotAnAddress.
    """
    user = db.session.scalar(queries.held(email))
    if user is None:
        passwords.spend_time_on(password)
        user = create_user(
            email=email,
            first_name=first_name,
            last_name=last_name,
            phone=phone,
            pin=pin,
            language=language,
            role=Role.PROVIDER,
            password=password,
            verified=False,
            act=AccountAct.REGISTERED,
        )
        decoys.mail(user, send_verification)
        return
    decoys.make_account()
    if user.is_unconfirmed:
        details = {"first_name": one_line(first_name), "last_name": one_line(last_name), "phone": one_line(phone), "pin": pin}
        _register_again(user, password=password, details={**details, "language": language})
    else:
        passwords.spend_time_on(password)
        passwords.spend_time_on(password)
    decoys.mail(user, send_verification)


def send_verification(user: User) -> None:
    """Mail a fresh link that activates the account or, to somebody whose account is active, that it is."""
    if user.deactivated_at is not None:
        return
    if user.verified_at is not None:
        decoys.make_token(user)
        link = absolute("/login")
        _mail("already_registered", user, link=link, hours_valid=0, key=secrets.token_hex())
        return
    if not user.is_unconfirmed:  # invited, and without a password
        send_reset(user)
        return
    mail_link("verify_address", user, TokenPurpose.VERIFY_ADDRESS, "/verify/")


def verify(token: str) -> User:
    """Activate the account whose mailed link holds this token. Raises LinkNotValid."""
    user = tokens.use(token, TokenPurpose.VERIFY_ADDRESS)
    activate(user)
    return user


def activate(user: User, *, knows_password: bool = True, phone: str = "") -> None:
    """The person has proved that the address is theirs, by a mailed link of whatever purpose: the account is active.

    Whoever does not know the password need not be who registered, or who called. So the phone number that was given then makes
    way for the `phone` that they confirm now, or for none: the desk calls it to make sure who somebody is.
    """
    if user.verified_at is not None:
        return
    old, new = {}, {}
    if not user.is_staff and not knows_password and user.phone != phone:
        old, new, user.phone = {"phone": user.phone}, {"phone": phone} if phone else {}, phone
    user.verified_at = clock.now()
    history.record(AccountAct.ACTIVATED, user=user, by=user, old=old, new=new)


def send_reset(user: User) -> None:
    """Mail a link under which a new password can be set."""
    if user.deactivated_at is None:
        mail_link("reset_password", user, TokenPurpose.RESET_PASSWORD, "/reset-password/")


def reset_password(token: str, *, password: str) -> User:
    """Set a new password by a mailed link, which also proves the address; every session of this person ends.

    Raises LinkNotValid.
    """
    user = tokens.use(token, TokenPurpose.RESET_PASSWORD)
    user.password_hash = passwords.hash_password(password)
    user.session_key = new_session_key()
    user_sessions.end_all(user)
    activate(user, knows_password=False)
    note_new_password(user)
    return user


def note_new_password(user: User) -> None:
    """The person has set a password: their history says so, a mail tells them, and no link mailed before changes anything."""
    for purpose in (TokenPurpose.RESET_PASSWORD, TokenPurpose.CHANGE_ADDRESS):
        tokens.end_all(user, purpose)
    history.record(AccountAct.PASSWORD_CHANGED, user=user, by=user)
    about = {"first_name": user.first_name, "when": LazyString(moment, clock.now()), "link": absolute("/forgot-password")}
    outbox.enqueue("password_changed", to=user.recipient, about=about, key=secrets.token_hex())


def change_address(
    user: User, email: str, *, by: User, reason: str = "", act: AccountAct = AccountAct.ADDRESS_CHANGED
) -> list[OutboxMessage]:
    """Give a person another address, to which all mail goes that has not left; returns that mail.

    Both addresses are told, but for an old one that refuses our mail. Links mailed before end. Raises NotAnAddress,
    AddressTaken and, for an account that its owner has closed, AccountClosed.
    """
    if user.closed_at is not None:
        raise AccountClosed(user.name)
    address, old = addresses.normalized(email), user.recipient
    masking.free(address, for_whom=user)
    try:
        with db.session.begin_nested():
            user.email, user.email_key = address, addresses.key_of(address)
    except IntegrityError:
        raise AddressTaken(address) from None
    for purpose in TokenPurpose:
        tokens.end_all(user, purpose)
    history.record(act, user=user, by=by, reason=reason, old={"email": old.address}, new={"email": address})
    moved = acts.readdress(user.id, address=address, by=by.id)
    told = [user.recipient] if db.session.scalar(refusals.marked(old.address)) else [user.recipient, old]
    for to in told:
        addresses_told = {"old_address": old.address, "new_address": address}
        about = {"first_name": user.first_name, "link": absolute("/login"), "by_yourself": by.id == user.id, **addresses_told}
        outbox.enqueue("address_changed", to=to, about=about, key=f"{to.address}/{secrets.token_hex()}")
    return moved


def expect_password(user: User, checked: str) -> None:
    """Lock a person whose password was found right; `checked` is the hash it was compared with.

    Raises PasswordChanged if another one has been set meanwhile: who knows the old one is nobody any more.
    """
    db.session.flush()
    db.session.refresh(user, with_for_update={"of": User, "key_share": True})
    if user.password_hash != checked:
        raise PasswordChanged(user.name)


def note_sign_in(user: User, *, password: str, checked: str, client: str | None, browser: str = "") -> None:
    """The password was right: end the waits, and keep it under today's parameters. Raises PasswordChanged."""
    expect_password(user, checked)
    throttling.sign_in_was_right(user.email_key, client, browser=browser)
    if passwords.needs_rehash(user.password_hash):
        user.password_hash = passwords.hash_password(password)


def choose_mail(user: User, *, digest: bool, assignments: bool, targets: bool, watched: bool) -> None:
    """Let somebody of the staff be mailed about what they want to be mailed about, from now on."""
    chosen = {"digest": digest, "assignments": assignments, "targets": targets, "watched": watched}
    new = {name: wants for name, wants in chosen.items() if wants != getattr(user, MAIL_CHOICES[name])}
    if not new:
        return
    old = {name: getattr(user, MAIL_CHOICES[name]) for name in new}
    for name, wants in new.items():
        setattr(user, MAIL_CHOICES[name], wants)
    history.record(AccountAct.MAIL_CHOSEN, user=user, by=user, old=old, new=new)


def sweep() -> dict[str, int]:
    """Delete what has served its time: parked forms, sessions, links, browsers, counts of tries; says how many of each."""
    now = clock.now()
    return {
        "parked_forms": parked.sweep(before=now - PARKED_FORMS_KEPT),
        "sessions": user_sessions.sweep(),
        "tokens": tokens.sweep(before=now - TOKENS_KEPT),
        "browsers": devices.sweep(before=now - devices.COOKIE_LASTS),
        "counts": throttling.sweep(before=now - throttling.LONGEST_WINDOW),
    }


def _register_again(user: User, *, password: str, details: Mapping[str, Any]) -> None:
    """Let what was typed last count; with another password, links mailed before end."""
    changed = {name: value for name, value in details.items() if getattr(user, name) != value}
    old, new = ({name: str(getattr(user, name)) for name in changed}, {name: str(value) for name, value in changed.items()})
    if not passwords.check_password(user.password_hash, password):  # not just the same form twice
        tokens.end_all(user, TokenPurpose.VERIFY_ADDRESS)
        new["password"] = _("another one")
    for name, value in changed.items():
        setattr(user, name, value)
    user.password_hash = passwords.hash_password(password)
    history.record(AccountAct.REGISTERED_AGAIN, user=user, by=user, old=old, new=new)


def new_session_key() -> str:
    """A key for sessions; giving a person a new one ends the sessions they have."""
    return secrets.token_urlsafe(SESSION_KEY_BYTES)


def mail_link(kind: str, user: User, purpose: TokenPurpose, path: str) -> None:
    """Mail a link with a fresh token to this person."""
    token = tokens.issue(user, purpose)
    hours_valid = tokens.LIFETIMES[purpose] // timedelta(hours=1)
    _mail(kind, user, link=absolute(path + token), hours_valid=hours_valid, key=tokens.hashed(token))


def _mail(kind: str, user: User, *, link: str, hours_valid: int, key: str) -> None:
    about = {"link": link, "first_name": user.first_name, "hours_valid": hours_valid}
    outbox.enqueue(kind, to=user.recipient, about=about, key=key)


def absolute(path: str) -> str:
    """The address of a page of this desk, as it stands in mail."""
    return f"{current_app.config['BASE_URL']}{path}"


def _teams(codes: Collection[str]) -> list[Team]:
    found = list(db.session.scalars(sa.select(Team).where(Team.code.in_(codes))))
    missing = set(codes) - {team.code for team in found}
    if missing:
        raise NoSuchTeam(", ".join(sorted(missing)))
    return found
