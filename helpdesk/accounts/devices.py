"""The browsers people sign in at: told apart by a random token in a cookie, and somebody is told of a new one."""

import hashlib
import re
import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import after_this_request, current_app, request
from flask_babel import LazyString
from sqlalchemy.orm import aliased
from werkzeug.wrappers import Response

from .. import clock
from ..extensions import db
from ..hours.wording import moment
from ..notifications import outbox
from . import queries
from .models import KnownDevice, User

COOKIE = "device"
COOKIE_LASTS = timedelta(days=400)  # from the last sign-in on; browsers keep none for longer
TOKEN_LENGTH = 43  # of what secrets.token_urlsafe() makes
# Each names itself beside those it descends from, so the first that is found is the one.
_BROWSERS = (
    ("Edge", r"\bEdg(?:e|A|iOS)?/"),
    ("Opera", r"\bOPR/"),
    ("Samsung Internet", r"\bSamsungBrowser/"),
    ("Firefox", r"\b(?:Firefox|FxiOS)/"),
    ("Chrome", r"\b(?:Chrome|CriOS|HeadlessChrome)/"),
    ("Safari", r"\bSafari/"),
)
_SYSTEMS = (
    ("iPhone", r"\biPhone\b"),
    ("iPad", r"\biPad\b"),
    ("Android", r"\bAndroid\b"),
    ("Windows", r"\bWindows\b"),
    ("ChromeOS", r"\bCrOS\b"),
    ("macOS", r"\bMac OS X\b|\bMacintosh\b"),
    ("Linux", r"\bLinux\b"),
)


def browser_in_words(user_agent: str) -> str:
    """ "Firefox, Windows", as far as the browser tells: names alone, in no language, since it is kept."""
    return ", ".join(name for name in (_first(_BROWSERS, user_agent), _first(_SYSTEMS, user_agent)) if name)


def note(user: User, *, browser: str, network: str) -> None:
    """Remember that this person signs in at this browser; if it is new, and not their first, they are told by mail.

    Needs an open transaction, and the request whose answer gives the browser its token.
    """
    token = request.cookies.get(COOKIE, "")
    if len(token) != TOKEN_LENGTH:
        token = secrets.token_urlsafe()
    mine, now = sa.select(KnownDevice).where(KnownDevice.user_id == user.id), clock.now()
    known = db.session.scalar(mine.where(KnownDevice.token_hash == _hashed(token)))
    if known is not None:
        known.last_seen_at = now
    else:
        if db.session.scalar(mine.limit(1)) is not None:
            link = f"{current_app.config['BASE_URL']}/account/sessions"
            about = {
                "first_name": user.first_name,
                "browser": browser,
                "network": network,
                "when": LazyString(moment, now),
                "link": link,
            }
            outbox.enqueue("new_device", to=user.recipient, about=about, key=secrets.token_hex())
        db.session.add(KnownDevice(user_id=user.id, token_hash=_hashed(token), first_seen_at=now, last_seen_at=now))
    _give(token)


def known_browser(address: str) -> str:
    """What names this browser, if somebody with this address has signed in here before; nothing for any other."""
    token = request.cookies.get(COOKIE, "")
    mine = sa.select(KnownDevice.token_hash).where(KnownDevice.token_hash == _hashed(token))
    theirs = mine.where(KnownDevice.user_id.in_(queries.by_address(address).with_only_columns(User.id)))
    return db.session.scalar(theirs) or ""


def sweep(*, before: datetime) -> int:
    """Delete browsers last seen before this instant, whose cookies are gone by themselves; says how many.

    The last one of each person stays, or their next sign-in would be taken for the first, of which nobody is told.
    """
    newer = aliased(KnownDevice)
    later = sa.or_(
        newer.last_seen_at > KnownDevice.last_seen_at,
        sa.and_(newer.last_seen_at == KnownDevice.last_seen_at, newer.id > KnownDevice.id),
    )
    is_not_the_last = sa.exists().where(newer.user_id == KnownDevice.user_id, later)
    old = sa.delete(KnownDevice).where(KnownDevice.last_seen_at < before, is_not_the_last)
    return int(db.session.execute(old, execution_options={"synchronize_session": False}).rowcount)  # type: ignore[attr-defined]


def _give(token: str) -> None:
    @after_this_request
    def keep(response: Response) -> Response:
        secure = current_app.config["SESSION_COOKIE_SECURE"]
        response.set_cookie(
            COOKIE, token, max_age=int(COOKIE_LASTS.total_seconds()), httponly=True, secure=secure, samesite="Lax"
        )
        return response


def _first(named: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((name for name, pattern in named if re.search(pattern, user_agent)), "")


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
