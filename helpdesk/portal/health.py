"""Whether the desk does its work: the scheduler, the mail, the calendar, the owners of cases, the disk, and what to do.

Asked by staff at /readyz and on the health page, and by `flask doctor`. Every statement is answered from an index of what is
not settled yet, or counts no further than MOST_COUNTED; none reads history.
"""

import shutil
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from flask import current_app
from flask_babel import format_date, ngettext
from sqlalchemy.exc import DatabaseError

from .. import clock
from ..accounts import teams as account_teams
from ..accounts.models import Team
from ..cases import attachment_store, indexing, owners
from ..cases.attachment_models import Attachment
from ..cases.models import IN_THE_QUEUE, Case
from ..extensions import db
from ..hours import queries as hours
from ..hours.wording import moment
from ..languages import gettext as _
from ..notifications import alarms, leases, window
from ..notifications.claim import MOST_DOUBTS
from ..notifications.models import UNSETTLED, Alarm, Lease, MailState, OutboxMessage
from . import readiness
from .findings import Finding, fault, fine, warning

MOST_COUNTED = 1_000
SCHEDULER_IS_LATE_AFTER = timedelta(seconds=60)  # it is seen every 5 seconds, and another takes over within 30
MAIL_IS_LATE_AFTER = timedelta(minutes=5)  # the scheduler looks every 2 seconds
TWO_MINUTES, TWO_HOURS = timedelta(minutes=2), timedelta(hours=2)
MEGABYTE = 1024 * 1024
WAITING = (MailState.HELD, MailState.DUE, MailState.RETRY, MailState.SENDING)


def findings() -> list[Finding]:
    """Everything that was looked at, in the order in which to mend it; never raises because of the database."""
    ready = readiness.look()
    first = [_database(ready), _migrations(ready)] if ready.database_answers else [_database(ready)]
    if not ready.is_ready:
        return [*first, *_disk()]
    at = clock.now()
    try:
        asked = [_scheduler(at), *_mail(at), _closures(at), _owners(), _attachments(), _search(), *_alarms()]
    except DatabaseError:  # of which a missing table is one on PostgreSQL, where SQLite calls it operational
        db.session.rollback()
        first, asked = [], [_database(readiness.Readiness(database_answers=False))]
    return [*first, *asked, *_disk()]


def _database(ready: readiness.Readiness) -> Finding:
    if ready.database_answers:
        return fine(_("Database"), _("answers"))
    to_do = _("Start it, and see that DATABASE_URL leads to it. If it is up, it is damaged: bring it back from the backup.")
    return fault(_("Database"), _("does not answer"), to_do=to_do)


def _migrations(ready: readiness.Readiness) -> Finding:
    if ready.schema_is_current:
        return fine(_("Migrations"), _("at the newest"))
    return fault(
        _("Migrations"),
        _("the database is not the one this version was written for"),
        to_do=_("Run: flask --app wsgi db upgrade. If the database is newer than the program, start the newer program instead."),
    )


def _scheduler(at: datetime) -> Finding:
    seen_at = db.session.scalar(sa.select(Lease.renewed_at).where(Lease.name == leases.SCHEDULER))
    start = _("Start it: flask --app wsgi scheduler. Until then no mail leaves.")
    if seen_at is None:
        return fault(_("Scheduler"), _("not seen yet"), to_do=start)
    seen = _seen(at - seen_at)
    return fine(_("Scheduler"), seen) if at - seen_at <= SCHEDULER_IS_LATE_AFTER else fault(_("Scheduler"), seen, to_do=start)


def _seen(ago: timedelta) -> str:
    if ago < TWO_MINUTES:
        return ngettext("seen %(num)s second ago", "seen %(num)s seconds ago", max(round(ago.total_seconds()), 0))
    if ago < TWO_HOURS:
        return _("seen %(minutes)s minutes ago", minutes=ago // timedelta(minutes=1))
    return _("seen %(hours)s hours ago", hours=f"{ago // timedelta(hours=1):,}")


def _mail(at: datetime) -> list[Finding]:
    return [_oldest_due(at), _tried_again(), _failed(), _doubtful()]


def _oldest_due(at: datetime) -> Finding:
    due = db.session.scalar(sa.select(sa.func.min(sa.union_all(*map(_first_due, WAITING)).subquery().c.due_at)))
    if due is None or due > at:
        return fine(_("Due mail"), _("none is waiting"))
    if due > at - MAIL_IS_LATE_AFTER:
        return fine(_("Due mail"), _("the oldest is due since %(moment)s", moment=moment(due, seconds=True)))
    return fault(
        _("Due mail"),
        _("the oldest should have left %(moment)s", moment=moment(due)),
        to_do=_("See that the scheduler runs and what it logs. To send now what is due: flask --app wsgi deliver."),
    )


def _first_due(state: MailState) -> sa.Select[datetime]:
    """One step into the index, for each state."""
    first = sa.select(OutboxMessage.due_at).where(OutboxMessage.state == state).order_by(OutboxMessage.due_at).limit(1)
    return sa.select(first.subquery().c.due_at)


def _tried_again() -> Finding:
    number = _count(OutboxMessage.state == MailState.RETRY)
    if not number:
        return fine(_("Refused for now"), _("nothing"))
    last = sa.select(OutboxMessage.reason).where(OutboxMessage.state == MailState.RETRY).order_by(OutboxMessage.due_at).limit(1)
    return warning(
        _("Refused for now"),
        ngettext(
            "%(how_many)s message; the answer was: %(reason)s",
            "%(how_many)s messages; one answer was: %(reason)s",
            number,
            how_many=_said(number),
            reason=db.session.scalar(last),
        ),
        to_do=_("It is tried again by itself for 48 hours. If it is more than a few, ask whoever runs the mail server."),
    )


def _failed() -> Finding:
    number = _unsettled("state = 'failed'")
    if not number:
        return fine(_("Failed mail"), _("none"))
    return fault(
        _("Failed mail"),
        ngettext(
            "%(how_many)s message could not be sent", "%(how_many)s messages could not be sent", number, how_many=_said(number)
        ),
        to_do=_("Tell these people by phone, or mend the address and send it again; then settle it on the page of its case."),
    )


def _doubtful() -> Finding:
    number = _unsettled(f"state = 'doubtful' AND doubts >= {MOST_DOUBTS}")
    if not number:
        return fine(_("Mail in doubt"), _("none waits for a person"))
    return fault(
        _("Mail in doubt"),
        ngettext(
            "%(how_many)s message may have arrived or not",
            "%(how_many)s messages may have arrived or not",
            number,
            how_many=_said(number),
        ),
        to_do=_("Ask these people by phone whether it arrived, and settle it on the page of its case."),
    )


def _closures(at: datetime) -> Finding:
    """From October on, next year's closures should be there: without them mail would leave on a holiday.

    A desk that never opens is worse: its mail is put off from day to day and is never late.
    """
    calendar = hours.calendar()
    if not window.is_in_sight(calendar, at):
        to_do = _("Adopt service hours, or withdraw closures; until then no mail about cases leaves.")
        return fault(_("Service hours"), _("no opening of the desk is in sight"), to_do=to_do)
    missing = hours.closures_missing_for(at)
    if missing is None:
        last = max(closure.on for closure in calendar.closures)
        return fine(_("Closures"), _("known until %(day)s", day=format_date(last, "MMM d, y")))
    return warning(
        _("Closures"),
        _("none are known for %(year)s", year=missing),
        to_do=_("Enter the holidays of that year; until then the desk counts as open on them, and mail leaves."),
    )


def _owners() -> Finding:
    teams = db.session.scalars(sa.select(Team.name).where(owners.lost_teams()).order_by(Team.name)).all()
    if not teams:
        return fine(_("Cases without an owner"), _("none"))
    lost = sa.select(Team.id).where(sa.not_(account_teams.is_staffed()))
    number = _count(Case.team_id.in_(lost), sa.text(IN_THE_QUEUE), table=Case)
    return fault(
        _("Cases without an owner"),
        ngettext(
            "%(how_many)s open case in a team without anybody active: %(teams)s",
            "%(how_many)s open cases in teams without anybody active: %(teams)s",
            number,
            how_many=_said(number),
            teams=", ".join(teams),
        ),
        to_do=_("Put an active person into that team. The scheduler moves them to triage, unless nobody works there either."),
    )


def _attachments() -> Finding:
    """The files of people: whether they can be kept, and those that the sweep did not find."""
    folder = attachment_store.folder()
    if not attachment_store.is_writable():
        return fault(
            _("Attachments"),
            _("no file can be kept in %(folder)s", folder=folder),
            to_do=_("See that the folder is there, and that the desk may write it. Until then people are told so."),
        )
    number = _count(Attachment.missing_at.is_not(None), table=Attachment)
    if not number:
        return fine(_("Attachments"), _("files can be kept, and none is missing"))
    return fault(
        _("Attachments"),
        ngettext(
            "%(how_many)s file is not in %(folder)s",
            "%(how_many)s files are not in %(folder)s",
            number,
            how_many=_said(number),
            folder=folder,
        ),
        to_do=_("See that ATTACHMENTS_DIR names the right folder and that it is there; bring back its files from the backup."),
    )


def _search() -> Finding:
    """Whether the newest cases can be found; only `flask search reindex` looks at all of them."""
    lost = sa.select(sa.func.count()).select_from(indexing.missing(newest=MOST_COUNTED).subquery())
    number = int(db.session.scalar(lost) or 0)
    if not number:
        return fine(_("Search"), _("the newest cases can be found"))
    return fault(
        _("Search"),
        _("%(how_many)s of the newest cases cannot be found", how_many=f"{number:,}"),
        to_do=_("Run: flask --app wsgi search reindex --missing"),
    )


def _alarms() -> list[Finding]:
    rows = db.session.scalars(alarms.current()).all()
    if not rows:
        return [fine(_("Alarms"), _("none"))]
    return [_alarm(row) for row in rows]


def _alarm(row: Alarm) -> Finding:
    """What keeps mail from leaving is a fault; that cases went to triage is a warning: somebody sees to them there."""
    if row.name not in alarms.ABOUT_CASES:
        return fault(
            _("Alarm"),
            _("%(detail)s (since %(moment)s)", detail=row.detail, moment=moment(row.raised_at)),
            to_do=_("Mend what it names; the alarm ends by itself when that works again."),
        )
    words = alarms.in_words(row)
    say = warning if row.name == alarms.AlarmName.EMPTY_TEAM else fault
    return say(words.title, words.what.rstrip("."), to_do=words.to_do)


def _disk() -> list[Finding]:
    """The disks that the desk writes to, each once."""
    disks = {folder.stat().st_dev: folder for folder in reversed(_folders())}
    return [_disk_of(folder) for folder in disks.values()]


def _folders() -> list[Path]:
    """The folders of the database, where it is a file, of attachments, and of everything else that is kept."""
    url = db.engine.url
    database = [Path(current_app.instance_path, str(url.database)).parent] if url.drivername == "sqlite" else []
    kept = (*database, attachment_store.folder(), Path(current_app.instance_path))
    return [folder for folder in kept if folder.is_dir()]


def _disk_of(folder: Path) -> Finding:
    usage = shutil.disk_usage(folder)
    least = current_app.config["DISK_LEAST_FREE_MB"]
    seen = _("%(free)s MB free in %(folder)s", free=f"{usage.free // MEGABYTE:,}", folder=folder)
    if usage.free >= least * MEGABYTE:
        return fine(_("Disk"), seen)
    return fault(
        _("Disk"),
        seen,
        to_do=_("Make room until %(least)s MB are free. When it is full, no case can be filed.", least=f"{least:,}"),
    )


def _count(*where: sa.ColumnElement[bool] | sa.TextClause, table: type = OutboxMessage) -> int:
    """How many rows there are, counted no further than MOST_COUNTED."""
    some = sa.select(sa.literal(1)).select_from(table).where(*where).limit(MOST_COUNTED).subquery()
    return int(db.session.scalar(sa.select(sa.func.count()).select_from(some)) or 0)


def _unsettled(condition: str) -> int:
    """How many messages that nobody has settled, counted in their own index, which SQLite has to be told to use."""
    hint = " INDEXED BY ix_outbox_messages_unsettled" if db.engine.dialect.name == "sqlite" else ""
    some = f"SELECT 1 FROM outbox_messages{hint} WHERE {UNSETTLED} AND {condition} LIMIT {MOST_COUNTED}"  # noqa: S608
    return int(db.session.scalar(sa.text(f"SELECT count(*) FROM ({some}) AS few")) or 0)  # noqa: S608


def _said(number: int) -> str:
    return _("%(num)s or more", num=f"{MOST_COUNTED:,}") if number >= MOST_COUNTED else f"{number:,}"
