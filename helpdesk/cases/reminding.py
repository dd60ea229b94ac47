"""Pending: a requester who does not answer is reminded twice; then the case is resolved without their answer.

Times are counted in service time from the last question on. However late the scheduler is, a day of service lies between two
steps: nobody is reminded and given up in one morning.
"""

from datetime import datetime

import sqlalchemy as sa
from flask_babel import force_locale
from flask_babel.speaklater import LazyString

from ..extensions import db
from ..hours.queries import calendar
from ..hours.wording import moment
from ..languages import gettext as _
from . import mail, queries, resolving, staff_mail, untold
from .models import Case, EventKind, ResolutionCode
from .turns import REMINDER
from .waits import GIVE_UP_AFTER, REMIND_AFTER, SERVICE_DAY

MOST = len(REMIND_AFTER)


def to_remind(*, at: datetime) -> sa.Select[int]:
    """The ids of the pending cases in which the next step is due; none while the desk is closed, or where mail did not arrive."""
    hours = calendar()
    if not hours.is_open(at):
        return sa.select(Case.id).where(sa.false())
    steps = (
        sa.and_(Case.reminders == number, Case.waits_since <= hours.subtract(at, length))
        for number, length in enumerate((*REMIND_AFTER, GIVE_UP_AFTER))
    )
    has_rested = sa.or_(Case.reminded_at.is_(None), Case.reminded_at <= hours.subtract(at, SERVICE_DAY))
    return sa.select(Case.id).where(sa.text("status = 'pending'"), sa.or_(*steps), has_rested, ~untold.is_untold())


def remind(case_id: int, *, at: datetime) -> bool:
    """Remind the requester once more or, after the last time, resolve the case; says whether that was still due."""
    case = queries.held_if_still(case_id, due=to_remind(at=at))
    if case is None:
        return False
    if case.reminders >= MOST:
        _give_up(case, at)
        return True
    case.reminders += 1
    case.reminded_at = at
    case.record(EventKind.REMINDED, by=None, at=at, new={"time": case.reminders})
    db.session.flush()
    given_up_at = max(case.given_up_at or at, calendar().add(at, (MOST + 1 - case.reminders) * SERVICE_DAY))
    mail.remind_requester(REMINDER, case, answer_by=LazyString(moment, given_up_at))
    return True


def _give_up(case: Case, at: datetime) -> None:
    with force_locale(case.requester.language.value):
        note = _(
            "We asked you for something on this case and reminded you twice. We have not heard from you, so we have resolved it. "
            "If you still need help, open your case again and send us your answer."
        )
    resolving.conclude(case, by=None, code=ResolutionCode.NO_RESPONSE, note=note, at=at)
    staff_mail.tell_watchers(case, by=None)
