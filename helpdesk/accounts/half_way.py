"""Between the password and the second factor: nobody is signed in, but for some minutes we know whose password was right."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import session

from .. import clock
from ..extensions import db
from . import return_paths
from .models import User

LASTS = timedelta(minutes=10)
_KEY = "half_way"  # in the cookie session, which is signed


@dataclass(frozen=True)
class HalfWay:
    """Somebody whose password was right a moment ago."""

    user: User
    then: str  # where they wanted to go
    remember: bool


def remember(user: User, *, then: str, remember: bool) -> None:
    """This person has given the right password, and is asked for a code next."""
    session[_KEY] = {"user": user.get_id(), "at": clock.now().isoformat(), "then": then, "remember": remember}


def find() -> HalfWay | None:
    """Who is half-way in this browser, if that is not too long ago and their account and password still stand."""
    told = session.get(_KEY)
    if not told or clock.now() - datetime.fromisoformat(told["at"]) >= LASTS:
        return None
    user = db.session.get(User, int(told["user"].partition(".")[0]))
    if user is None or not user.is_active or user.get_id() != told["user"]:
        return None
    return HalfWay(user, then=return_paths.local(told["then"]) or "", remember=bool(told["remember"]))
