"""One mail a day to each of the staff, written once the desk has opened and the mail held for the opening has left."""

import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask_babel import format_date, ngettext
from flask_babel.speaklater import LazyString
from sqlalchemy.orm import selectinload

from ..accounts.models import Team, User
from ..business_hours import ONE_DAY
from ..extensions import db
from ..hours import queries as hours
from ..hours.service_days import ServiceDay, service_day
from ..notifications import leases, outbox
from ..notifications.models import Lease, MailState, OutboxMessage
from ..permissions import Role
from . import overnight
from .overnight import Listed, Section
from .queries import TRIAGE

LEASE = "staff digest"  # taken by whoever writes the digest of a day, until that day is over: nobody writes it again
LONGEST_LEASE = ONE_DAY + timedelta(hours=1)  # the day on which clocks go back
PATIENCE = timedelta(minutes=15)  # with held mail, from the opening on
ON_THE_WAY = (MailState.HELD, MailState.DUE, MailState.SENDING, MailState.RETRY)
QUEUE = "/agent/queue"


def is_due(*, at: datetime) -> bool:
    """Whether the digest of the day is to be written now; reads only, one small row once it is written."""
    if _is_written(at):
        return False
    day = _day_begun(at)
    return day is not None and (at >= day.opens_at + PATIENCE or not _mail_waits(at))


def write(*, at: datetime) -> int:
    """Write the digest of the day to everybody who wants it and has something to read; returns how many mails that are.

    Of any number of processes that do so at once, one does; what it writes and that it did are committed together.
    """
    day = _day_begun(at)
    if day is None or not leases.take(LEASE, holder=secrets.token_hex(8), at=at, term=day.ends_at - at):
        return 0
    found, requests, written = overnight.found_on(day, at=at), overnight.requests_to_join(at=at), 0
    triage = db.session.scalar(sa.select(Team.id).where(Team.code == TRIAGE))
    for reader, team_ids in _readers():
        told = overnight.of_teams(found, team_ids)
        told[Section.REQUESTS] = requests if triage in team_ids else Listed()
        if any(section.total for section in told.values()):
            _tell(reader, told, day=day)
            written += 1
    return written


def _is_written(at: datetime) -> bool:
    ends_at = db.session.scalar(sa.select(Lease.expires_at).where(Lease.name == LEASE))
    return ends_at is not None and at < ends_at <= at + LONGEST_LEASE  # further ahead, the clock has been put back since


def _day_begun(at: datetime) -> ServiceDay | None:
    """The day of an open desk, once it has opened on it."""
    calendar = hours.calendar()
    day = service_day(calendar, at) if calendar.is_open(at) else None
    return day if day is not None and day.opens_at <= at else None


def _mail_waits(at: datetime) -> bool:
    """Whether mail that waited for service hours is still to leave."""
    waiting = sa.exists().where(OutboxMessage.state.in_(ON_THE_WAY), OutboxMessage.due_at <= at, OutboxMessage.is_windowed)
    return bool(db.session.scalar(sa.select(waiting)))


def _readers() -> list[tuple[User, frozenset[int]]]:
    """Who wants a digest, and the teams it is about: those they work in, for leads also triage, for administrators all."""
    teams = {team.id: team for team in db.session.scalars(sa.select(Team))}
    triage = {team.id for team in teams.values() if team.code == TRIAGE}
    is_active = sa.and_(User.verified_at.is_not(None), User.deactivated_at.is_(None))
    staff = sa.select(User).where(User.role != Role.PROVIDER, is_active, User.wants_digest).order_by(User.id)
    readers = []
    for person in db.session.scalars(staff.options(selectinload(User.memberships))):
        own = {membership.team_id for membership in person.memberships if teams[membership.team_id].is_active}
        if person.role is Role.ADMIN:  # a setting may let agents see every team; their day is still that of their own
            readers.append((person, frozenset(teams)))
        elif own:
            readers.append((person, frozenset(own | triage if person.role is Role.LEAD else own)))
    return readers


def _tell(reader: User, told: dict[Section, Listed], *, day: ServiceDay) -> None:
    """Words are chosen when the mail is rendered, in the language of its reader."""
    about = {
        **{section.value: listed for section, listed in told.items()},
        "path": QUEUE,
        "day": LazyString(format_date, day.on, "EEEE, MMMM d"),
        "headline": LazyString(_headline, told),
        "closed_since": day.closed_since,
        "opened_at": day.opens_at,
    }
    outbox.enqueue("staff_digest", to=reader.recipient, about=about, key=day.on.isoformat())


def _headline(told: dict[Section, Listed]) -> str:
    """What there is, in a few words: "2 due today or over, 1 mail to settle, 4 new cases"."""
    counts = {section: listed.total for section, listed in told.items() if listed.total}
    said = {
        Section.DUE: lambda n: ngettext("%(num)d due today or over", "%(num)d due today or over", n),
        Section.FAILED: lambda n: ngettext("%(num)d mail to settle", "%(num)d mails to settle", n),
        Section.NEW: lambda n: ngettext("%(num)d new case", "%(num)d new cases", n),
        Section.REQUESTS: lambda n: ngettext("%(num)d request to join", "%(num)d requests to join", n),
        Section.LEFT: lambda n: ngettext("%(num)d mail left", "%(num)d mails left", n),
    }
    return ", ".join(str(said[section](count)) for section, count in counts.items())
