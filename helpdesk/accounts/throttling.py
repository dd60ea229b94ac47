"""Growing waits after many tries, counted in the database, exactly, however many processes ask at once.

A try is counted before it is looked at, so that parallel ones cannot slip past the limit; what turns out right is taken back.
Nobody is locked out: the wait after a wrong password is short and never longer than some minutes.
"""

import hashlib
import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from .. import clock
from ..database import insert_or_leave
from ..extensions import db
from .errors import TooManyTries
from .models import FailedAttempts


@dataclass(frozen=True)
class Limit:
    """How many tries are free in a window, and the waits after them: doubling from the first to the longest."""

    name: str
    free: int
    first_wait: timedelta
    longest_wait: timedelta
    window: timedelta

    def wait_after(self, count: int) -> timedelta:
        """How long to wait after the `count`-th try."""
        if count < self.free:
            return timedelta(0)
        doublings = min(count - self.free, 20)
        return min(self.first_wait * (1 << doublings), self.longest_wait)


# One address that guesses at one account is slowed down soon; everybody together only after many tries, so that a guesser
# elsewhere does not keep the owner out (NIST 800-63B-4, 3.2.2 allows 100 in a row).
GUESSER = Limit("guesser", free=5, first_wait=timedelta(seconds=5), longest_wait=timedelta(minutes=5), window=timedelta(hours=24))
ACCOUNT = Limit(
    "account", free=100, first_wait=timedelta(seconds=5), longest_wait=timedelta(minutes=5), window=timedelta(hours=24)
)
CLIENT = Limit("client", free=20, first_wait=timedelta(seconds=5), longest_wait=timedelta(minutes=1), window=timedelta(hours=1))
MAIL = Limit("mail", free=3, first_wait=timedelta(minutes=5), longest_wait=timedelta(hours=1), window=timedelta(hours=24))
MAIL_CLIENT = Limit(
    "mail-client", free=50, first_wait=timedelta(minutes=1), longest_wait=timedelta(hours=1), window=timedelta(hours=1)
)
CODE = Limit("code", free=5, first_wait=timedelta(seconds=5), longest_wait=timedelta(minutes=5), window=timedelta(hours=24))
CHANGES = Limit(
    "address-changes", free=5, first_wait=timedelta(minutes=5), longest_wait=timedelta(hours=1), window=timedelta(hours=24)
)
JOINING = Limit("joining", free=20, first_wait=timedelta(minutes=5), longest_wait=timedelta(hours=1), window=timedelta(hours=24))
PARKED = Limit("parked", free=20, first_wait=timedelta(minutes=5), longest_wait=timedelta(hours=1), window=timedelta(hours=1))
OPINIONS = Limit("opinions", free=20, first_wait=timedelta(minutes=1), longest_wait=timedelta(hours=1), window=timedelta(hours=1))
ONCE = Limit("once", free=1, first_wait=timedelta(hours=24), longest_wait=timedelta(hours=24), window=timedelta(hours=24))
LONGEST_WINDOW = timedelta(hours=24)


def count_sign_in(email_key: str, client: str | None, *, browser: str = "") -> None:
    """Count a try to sign in, before the password is looked at. Raises TooManyTries, which counts nothing.

    A browser where this account has been signed in before (`devices.known_browser`) is counted by itself: nobody else who
    guesses, near or far, keeps the owner waiting there.
    """
    if browser:
        _count({_guesser(email_key, browser): GUESSER})
        return
    guesser, account = _of_account(email_key, client)
    _count({guesser: GUESSER, account: ACCOUNT, _client(CLIENT, client): CLIENT})


def sign_in_was_right(email_key: str, client: str | None, *, browser: str = "") -> None:
    """The password was right: what was counted starts afresh, and this try does not count against the client's address."""
    if browser:
        db.session.execute(sa.delete(FailedAttempts).where(FailedAttempts.subject == _guesser(email_key, browser)))
        return
    mine = (*_of_account(email_key, client), _client(CLIENT, client))
    in_order = sa.select(FailedAttempts.subject).where(FailedAttempts.subject.in_(mine)).order_by(FailedAttempts.subject)
    db.session.execute(in_order.with_for_update())  # the order in which they are counted: no deadlock
    db.session.execute(sa.delete(FailedAttempts).where(FailedAttempts.subject.in_(_of_account(email_key, client))))
    counted = FailedAttempts.subject == _client(CLIENT, client)
    db.session.execute(sa.update(FailedAttempts).where(counted, FailedAttempts.count > 0).values(count=FailedAttempts.count - 1))


def count_code(user_id: int) -> None:
    """Count a try at the second factor of somebody whose password was right. Raises TooManyTries, which counts nothing."""
    _count({_subject(CODE, str(user_id)): CODE})


def code_was_right(user_id: int) -> None:
    """The code was right: its tries start afresh."""
    db.session.execute(sa.delete(FailedAttempts).where(FailedAttempts.subject == _subject(CODE, str(user_id))))


def count_mail(email_key: str, client: str | None) -> None:
    """Count a mail that a visitor asks us to send to an address. Raises TooManyTries, which counts nothing."""
    _count({_subject(MAIL, email_key): MAIL, _client(MAIL_CLIENT, client): MAIL_CLIENT})


def count_address_change(user_id: int) -> None:
    """Count that somebody asks for another address, whichever. Raises TooManyTries, which counts nothing."""
    _count({_subject(CHANGES, str(user_id)): CHANGES})


def count_request_to_join(user_id: int) -> None:
    """Count that somebody asks to join a place, of which others are mailed. Raises TooManyTries, which counts nothing."""
    _count({_subject(JOINING, str(user_id)): JOINING})


def count_parked_form(client: str | None) -> None:
    """Count a form that is to be kept for nobody we know. Raises TooManyTries, which counts nothing."""
    _count({_client(PARKED, client): PARKED})


def count_opinion(who: str) -> None:
    """Count an opinion of somebody: an account, or a client's network. Raises TooManyTries, which counts nothing."""
    _count({_subject(OPINIONS, who): OPINIONS})


def is_first(what: str) -> bool:
    """Whether this has not been done in the last day; from now on it has."""
    try:
        _count({_subject(ONCE, what): ONCE})
    except TooManyTries:
        return False
    return True


def sweep(*, before: datetime) -> int:
    """Delete counts whose window began before this instant; says how many."""
    old = sa.delete(FailedAttempts).where(FailedAttempts.since < before)
    return int(db.session.execute(old).rowcount)  # type: ignore[attr-defined]


def _count(limits: dict[str, Limit]) -> None:
    now = clock.now()
    rows = [(_locked(subject, now), limits[subject]) for subject in sorted(limits)]  # always in this order: no deadlock
    # A wait that is longer than it can be was counted by a clock that has been put back since: it is over.
    waits = [row.waits_until for row, limit in rows if now < row.waits_until <= now + limit.longest_wait]
    if waits:
        raise TooManyTries(max(waits))
    for row, limit in rows:
        if now - row.since >= limit.window:
            row.count, row.since = 0, now
        row.count += 1
        row.waits_until = now + limit.wait_after(row.count)


def _locked(subject: str, now: datetime) -> FailedAttempts:
    new = insert_or_leave(db.engine.dialect, FailedAttempts)
    db.session.execute(new.values(subject=subject, count=0, since=now, waits_until=now))
    mine = sa.select(FailedAttempts).where(FailedAttempts.subject == subject).with_for_update()
    return db.session.scalars(mine.execution_options(populate_existing=True)).one()


def _of_account(email_key: str, client: str | None) -> tuple[str, str]:
    return _guesser(email_key, network(client)), _subject(ACCOUNT, email_key)


def _guesser(email_key: str, where: str) -> str:
    return _subject(GUESSER, f"{email_key} {where}")


def _client(limit: Limit, address: str | None) -> str:
    return _subject(limit, network(address))


def _subject(limit: Limit, text: str) -> str:
    return f"{limit.name}:{hashlib.sha256(text.encode()).hexdigest()}"


def network(address: str | None) -> str:
    """The address, or for IPv6 its /64: one household or office has that many."""
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return "unknown"
    if parsed.version == 4:  # noqa: PLR2004
        return str(parsed)
    return str(ipaddress.ip_network((parsed, 64), strict=False))


def forget(email_key: str, places: Iterable[str]) -> int:
    """End the waits of an account, also those at networks and browsers it is known to be used from; returns how many."""
    subjects = {_subject(ACCOUNT, email_key), _subject(MAIL, email_key)}
    subjects |= {_guesser(email_key, place) for place in places}
    ended = db.session.execute(sa.delete(FailedAttempts).where(FailedAttempts.subject.in_(subjects)))
    return int(ended.rowcount)  # type: ignore[attr-defined]
