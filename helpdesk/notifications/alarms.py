"""Alarms: what keeps all mail from leaving, and cases that nobody sees to. Raised once, cleared once, shown to staff.

No mail is written about mail that cannot leave.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy.exc import IntegrityError

from ..extensions import db
from ..hours.wording import moment
from ..languages import lazy_gettext as _l
from .answers import Answer, Stage
from .models import Alarm, AttemptOutcome, DeliveryAttempt

UNREACHABLE_FOR = timedelta(minutes=10)  # before it is worth an alarm: mail servers are restarted now and then

log = structlog.get_logger()


class AlarmName(StrEnum):
    """What there can be an alarm about."""

    REFUSED = "mail server refuses us"  # our sign-in, or us as a sender: whatever the message
    UNREACHABLE = "mail server cannot be reached"
    NO_TRIAGE = "nobody in triage"  # so that open cases stay where nobody sees to them
    EMPTY_TEAM = "team without anybody"  # whose cases went to triage


ABOUT_MAIL = frozenset({AlarmName.REFUSED, AlarmName.UNREACHABLE})
ABOUT_CASES = frozenset({AlarmName.NO_TRIAGE, AlarmName.EMPTY_TEAM})


@dataclass(frozen=True)
class Notice:
    """An alarm in words for staff."""

    title: str
    what: str
    to_do: str


_TITLES = {
    AlarmName.REFUSED: _l("Our mail server refuses to send for us"),
    AlarmName.UNREACHABLE: _l("Our mail server cannot be reached"),
    AlarmName.NO_TRIAGE: _l("Nobody works in triage, and open cases have no owner"),
    AlarmName.EMPTY_TEAM: _l("Nobody works in a team any more"),
}
_NO_MAIL = _l("No mail has left since %(moment)s (%(detail)s). Nothing is lost: what waits is sent when this is over.")
_WHAT = {
    **dict.fromkeys(ABOUT_MAIL, _NO_MAIL),
    AlarmName.NO_TRIAGE: _l(
        "Since %(moment)s nobody active works where open cases wait (%(detail)s), and nobody can take them over."
    ),
    AlarmName.EMPTY_TEAM: _l("The open cases of these teams are in triage since %(moment)s: %(detail)s."),
}
_TO_DO = {
    AlarmName.REFUSED: _l(
        "Call providers who need their answer now. Whoever runs the desk: check MAIL_USERNAME, MAIL_PASSWORD and "
        "MAIL_DEFAULT_SENDER with those who run the mail server, then restart the scheduler."
    ),
    AlarmName.UNREACHABLE: _l(
        "Call providers who need their answer now. Whoever runs the desk: see that the mail server runs, and that MAIL_SERVER "
        "and MAIL_PORT name it. Mail that cannot be sent for 48 hours fails, and is then shown on its case."
    ),
    AlarmName.NO_TRIAGE: _l("Tell an administrator at once: somebody active has to work in triage (Settings, People)."),
    AlarmName.EMPTY_TEAM: _l(
        "See to them in triage. Administrators: let somebody work in that team, or close it; then this notice ends by itself."
    ),
}


def current() -> sa.Select[Alarm]:
    """The alarms that are up, the oldest first."""
    return sa.select(Alarm).where(Alarm.cleared_at.is_(None)).order_by(Alarm.raised_at)


def notices() -> list[Notice]:
    """The alarms that are up, in words."""
    return [in_words(alarm) for alarm in db.session.scalars(current())]


def in_words(alarm: Alarm) -> Notice:
    """An alarm as staff read it."""
    name = AlarmName(alarm.name)
    what = str(_WHAT[name]) % {"moment": moment(alarm.raised_at), "detail": alarm.detail}
    return Notice(title=str(_TITLES[name]), what=what, to_do=str(_TO_DO[name]))


def details() -> dict[AlarmName, str]:
    """Which alarms are up, each with its detail."""
    return {AlarmName(alarm.name): alarm.detail for alarm in db.session.scalars(current())}


def names_up() -> frozenset[AlarmName]:
    """Which alarms are up."""
    return frozenset(details())


def raise_alarm(name: AlarmName, *, detail: str, at: datetime) -> None:
    """Raise an alarm loudly; one that is up already stays as it is."""
    values: dict[str, Any] = {"raised_at": at, "detail": detail, "cleared_at": None}
    if not _change(Alarm.name == name, Alarm.cleared_at.is_not(None), **values) and not _is_new(name, values):
        return
    log.error("alarm raised", alarm=name.value, detail=detail)


def clear(*names: AlarmName, at: datetime) -> None:
    """Say once that it is over."""
    for name in names:
        if _change(Alarm.name == name, Alarm.cleared_at.is_(None), cleared_at=at):
            log.warning("alarm cleared", alarm=name.value)


def heed(answer: Answer, *, at: datetime, up: frozenset[AlarmName]) -> frozenset[AlarmName]:
    """Raise and clear what the newest answer says about our mail server; returns which alarms are up now.

    Comes after the answer has been recorded. Costs no statement while mail is accepted and none are up.
    """
    begun, over = _what_it_says(answer, at=at)
    for name in begun - up:
        raise_alarm(name, detail=str(answer), at=at)
    clear(*over & up, at=at)
    return up - over | begun


def _what_it_says(answer: Answer, *, at: datetime) -> tuple[frozenset[AlarmName], frozenset[AlarmName]]:
    """What must be up now, and what is over."""
    nothing: frozenset[AlarmName] = frozenset()
    if answer.stage is Stage.COMPOSE:  # the server was not asked
        return nothing, nothing
    if answer.refuses_us:
        return frozenset({AlarmName.REFUSED}), frozenset({AlarmName.UNREACHABLE})
    if answer.outcome is AttemptOutcome.NO_CONNECTION:
        is_long = _away_for(at) >= UNREACHABLE_FOR
        return frozenset({AlarmName.UNREACHABLE} if is_long else ()), nothing
    if answer.outcome is AttemptOutcome.ACCEPTED:
        return nothing, ABOUT_MAIL
    return nothing, frozenset({AlarmName.UNREACHABLE})


def _away_for(at: datetime) -> timedelta:
    """How long the server has not spoken to us at all, as the attempts say."""
    has_spoken = sa.or_(
        DeliveryAttempt.code.is_not(None),
        DeliveryAttempt.stage == Stage.LOGIN.value,
        DeliveryAttempt.outcome.in_((AttemptOutcome.CUT, AttemptOutcome.SILENT)),
    )
    last = sa.select(DeliveryAttempt.id).where(has_spoken).order_by(DeliveryAttempt.id.desc()).limit(1).scalar_subquery()
    first = db.session.scalar(
        sa.select(sa.func.min(DeliveryAttempt.claimed_at)).where(
            DeliveryAttempt.id > sa.func.coalesce(last, 0), DeliveryAttempt.outcome == AttemptOutcome.NO_CONNECTION
        )
    )
    return at - first if first else timedelta(0)


def _is_new(name: AlarmName, values: dict[str, Any]) -> bool:
    if db.session.get(Alarm, name):
        return False
    try:
        with db.session.begin_nested():
            db.session.add(Alarm(name=name, **values))
    except IntegrityError:  # another process was first
        return False
    return True


def _change(*where: sa.ColumnElement[bool], **values: Any) -> bool:
    change = sa.update(Alarm).where(*where).values(**values).execution_options(synchronize_session=False)
    return bool(db.session.execute(change).rowcount)  # type: ignore[attr-defined]
