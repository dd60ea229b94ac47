"""The second factor: one-time codes of an authenticator app (TOTP, RFC 6238), and recovery codes for when it is not at hand."""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass

import pyotp
import segno
import sqlalchemy as sa
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app

from .. import clock
from ..extensions import db
from ..notifications import outbox
from . import history, people, tokens
from .commands import absolute
from .errors import SecondFactorRequired, WrongCode
from .models import NO_PASSWORD, AccountAct, RecoveryCode, SecondFactor, TokenPurpose, User

STEP_SECONDS = 30  # how long a code is shown (RFC 6238, 5.2)
STEPS_ALLOWED = (-1, 0, 1)  # a clock may be wrong by so many steps
RECOVERY_CODES = 10
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # nothing that looks like something else
CODE_LENGTH = 10  # of this alphabet: 49 bits


@dataclass(frozen=True)
class Accepted:
    """What was used to get in."""

    was_recovery_code: bool
    codes_left: int


def of(user: User) -> SecondFactor | None:
    """The confirmed second factor of this person."""
    confirmed = sa.select(SecondFactor).where(SecondFactor.user_id == user.id, SecondFactor.confirmed_at.is_not(None))
    return db.session.scalar(confirmed)


def begun(user: User) -> str | None:
    """The secret that this person is about to confirm, for their app to read."""
    factor = db.session.get(SecondFactor, user.id)
    if factor is None or factor.confirmed_at is not None:
        return None
    return _secret(factor) or None


def is_required_of(user: User) -> bool:
    """Whether the desk asks this person for one (SECOND_FACTOR_ROLES); people of the demo sign in without."""
    return user.role in current_app.config["SECOND_FACTOR_ROLES"] and not user.is_demo


def address_for_app(user: User, secret: str) -> str:
    """What the QR code says (the key URI that authenticator apps read)."""
    return pyotp.TOTP(secret).provisioning_uri(name=user.email, issuer_name=current_app.config["DESK_NAME"])


def picture_for_app(user: User, secret: str) -> str:
    """The QR code, as the address of an image."""
    return segno.make(address_for_app(user, secret), error="m").svg_data_uri(scale=5, border=4, light="#fff")


def prepare(user: User) -> None:
    """Make a secret for this person's app, which counts once it is confirmed; one that was only begun is replaced."""
    factor = db.session.get(SecondFactor, user.id)
    if factor is not None and factor.confirmed_at is not None:
        return
    if factor is None:
        factor = SecondFactor(user_id=user.id)
        db.session.add(factor)
    factor.encrypted_secret = _cipher().encrypt(pyotp.random_base32().encode()).decode()
    factor.created_at, factor.last_step = clock.now(), 0


def confirm(user: User, code: str) -> list[str]:
    """The app shows the right code: from now on it is asked for. Returns the recovery codes. Raises WrongCode."""
    factor = db.session.get(SecondFactor, user.id)
    if factor is None or factor.confirmed_at is not None or not _uses_up(factor, code):
        raise WrongCode
    factor.confirmed_at = clock.now()
    history.record(AccountAct.SECOND_FACTOR_ADDED, user=user, by=user)
    _tell(user, "added")
    return _new_recovery_codes(user)


def accept(user: User, code: str) -> Accepted:
    """Let somebody in who shows a code of the app or a recovery code; none is good twice. Raises WrongCode."""
    factor = of(user)
    if factor is None:
        raise WrongCode
    if _uses_up(factor, code):
        return Accepted(was_recovery_code=False, codes_left=codes_left(user))
    mine = sa.update(RecoveryCode).where(
        RecoveryCode.user_id == user.id, RecoveryCode.code_hash == _hashed(code), RecoveryCode.used_at.is_(None)
    )
    if db.session.execute(mine.values(used_at=clock.now())).rowcount != 1:  # type: ignore[attr-defined]
        raise WrongCode
    left = codes_left(user)
    about = {"first_name": user.first_name, "codes_left": left, "link": _page()}
    outbox.enqueue("recovery_code_used", to=user.recipient, about=about, key=secrets.token_hex())
    return Accepted(was_recovery_code=True, codes_left=left)


def codes_left(user: User) -> int:
    """How many recovery codes this person has not used."""
    unused = sa.select(sa.func.count()).where(RecoveryCode.user_id == user.id, RecoveryCode.used_at.is_(None))
    return db.session.scalar(unused) or 0


def renew_recovery_codes(user: User) -> list[str]:
    """Ten new ones in place of those there were."""
    history.record(AccountAct.RECOVERY_CODES_RENEWED, user=user, by=user)
    return _new_recovery_codes(user)


def remove(user: User) -> None:
    """Ask this person for no second factor any more, by their own wish. Raises SecondFactorRequired."""
    if is_required_of(user):
        raise SecondFactorRequired
    _delete(user)
    history.record(AccountAct.SECOND_FACTOR_REMOVED, user=user, by=user)
    _tell(user, "removed")


def reset(user: User, *, by: User | None, reason: str) -> None:
    """Take away the second factor of somebody who has lost it, and their password and sessions with it.

    A password that was chosen beside a second factor may be too short to stand alone, so they choose one anew, by a link to
    their address; the mail about it says so. Where a second factor is required they set up another when they sign in.
    """
    _delete(user)
    user.password_hash = NO_PASSWORD
    people.end_sessions(user)
    tokens.end_all(user, TokenPurpose.RESET_PASSWORD)  # its page may be open, and content with a short password
    history.record(AccountAct.SECOND_FACTOR_RESET, user=user, by=by, reason=reason)
    _tell(user, "reset", link=absolute("/forgot-password"))


def _delete(user: User) -> None:
    db.session.execute(sa.delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    db.session.execute(sa.delete(SecondFactor).where(SecondFactor.user_id == user.id))


def _uses_up(factor: SecondFactor, code: str) -> bool:
    """Whether this is a code of about now that was not used yet; it is then. Of parallel tries with one code one succeeds."""
    typed, secret = "".join(code.split()), _secret(factor)
    if not secret:
        return False
    now_step = int(clock.now().timestamp()) // STEP_SECONDS
    totp = pyotp.TOTP(secret)
    shown = {now_step + steps: totp.generate_otp(now_step + steps) for steps in STEPS_ALLOWED}
    right = [step for step, digits in shown.items() if hmac.compare_digest(digits.encode(), typed.encode())]
    if not right:
        return False
    db.session.flush()
    unused = sa.update(SecondFactor).where(SecondFactor.user_id == factor.user_id, SecondFactor.last_step < right[0])
    return bool(db.session.execute(unused.values(last_step=right[0])).rowcount)  # type: ignore[attr-defined]


def _new_recovery_codes(user: User) -> list[str]:
    db.session.execute(sa.delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH)) for _ in range(RECOVERY_CODES)]
    db.session.add_all(RecoveryCode(user_id=user.id, code_hash=_hashed(code)) for code in codes)
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def _hashed(code: str) -> str:
    """The code as it is stored, however it was typed. It is random enough for a plain hash."""
    typed = "".join(character for character in code.casefold() if character.isalnum())
    return hashlib.sha256(typed.encode()).hexdigest()


def _tell(user: User, what: str, *, link: str = "") -> None:
    about = {"first_name": user.first_name, "change": what, "link": link or _page()}
    outbox.enqueue("second_factor_changed", to=user.recipient, about=about, key=secrets.token_hex())


def _page() -> str:
    return absolute("/account/second-factor")


def _secret(factor: SecondFactor) -> str:
    """The secret of the app; empty where it was encrypted under another SECRET_KEY, so that recovery codes alone are left."""
    try:
        return _cipher().decrypt(factor.encrypted_secret.encode()).decode()
    except InvalidToken:
        return ""


def _cipher() -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"second factor").derive(
        current_app.config["SECRET_KEY"].encode()
    )
    return Fernet(base64.urlsafe_b64encode(derived))
