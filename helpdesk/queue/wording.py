"""What the workspace says about a case: on its row in the queue, and of when mail leaves."""

from datetime import timedelta

from flask import current_app
from flask_babel import ngettext

from .. import clock
from ..cases.holding_wording import REASONS as HOLD_REASONS
from ..cases.models import Status
from ..hours.due_wording import Due, due_in_words
from ..hours.queries import calendar
from ..hours.wording import moment, near, short_day
from ..languages import gettext as _
from ..languages import lazy_gettext as _l
from ..notifications import window
from ..notifications.models import MailState, OutboxMessage, Settlement
from ..sla.models import counted_since
from .asked import Filter
from .counting import COUNTED
from .queries import Mail, Row

FILTERS = {
    Filter.MY_TEAMS: _l("My teams"),
    Filter.MINE: _l("Mine"),
    Filter.UNASSIGNED: _l("Unassigned"),
    Filter.WATCHED: _l("Watched"),
    Filter.RESOLVED: _l("Resolved"),
    Filter.UNTOLD: _l("Could not be told"),
    Filter.ALL: _l("All cases"),
}
SETTLED = {
    Settlement.TOLD: _l("Written down: you have told them."),
    Settlement.ARRIVED: _l("Written down: it has arrived."),
    Settlement.LEFT: _l("Written down: nothing more is done about it."),
}


def count(cases: int) -> str:
    """A capped count: "37", "99+"."""
    return f"{COUNTED}+" if cases > COUNTED else str(cases)


def row_time(case: Row) -> tuple[Due, str]:
    """What a row says about time, and how pressing it is: when it is due, since when it waits, when its mail leaves."""
    match case.status:
        case Status.RESOLVED if case.mail is not None:
            return Due.LATER, _mail_words(case.mail)
        case Status.PENDING if case.waits_since is not None:
            return Due.LATER, _("waits since %(when)s", when=near(case.waits_since))
        case Status.ON_HOLD if case.look_again_on is not None and case.hold_reason is not None:
            words = {"reason": HOLD_REASONS[case.hold_reason], "day": short_day(case.look_again_on)}
            return Due.LATER, _("waits for %(reason)s, look again %(day)s", **words)
        case Status.RESOLVED | Status.CLOSED | Status.CANCELED:
            return Due.LATER, _("since %(when)s", when=near(case.closed_at or case.updated_at))
        case _:
            return due_in_words(case.due_at, over=_over(case)) if case.due_at else (Due.LATER, _("not due"))


def _over(case: Row) -> timedelta | None:
    """How much has counted since it was due, where that is not all of the time."""
    if case.ran_on is None or case.due_at is None:
        return None
    return counted_since(case.due_at, *case.ran_on, clock.now(), hours=calendar())


def mail_leaves() -> str:
    """When mail written now leaves: "leaves today 9:31 a.m.", "held until Mon, Nov 30, 8:00 a.m. ET, because ..."."""
    earliest = clock.now() + timedelta(seconds=current_app.config["MAIL_REST_SECONDS"])
    leaves_at, why = window.leaves_at(calendar(), earliest, is_windowed=True), window.why_held(calendar(), earliest)
    if why:
        return _("held until %(moment)s, because %(why)s", moment=moment(leaves_at), why=why)
    return _("leaves %(when)s", when=near(leaves_at))


def take_back_until() -> str:
    """How long something sent now can be taken back: until its mail leaves."""
    rest = timedelta(seconds=current_app.config["MAIL_REST_SECONDS"])
    left = window.leaves_at(calendar(), clock.now() + rest, is_windowed=True) - clock.now()
    return _("You can take it back until then: for %(time)s.", time=_lasting(left))


def _lasting(time: timedelta) -> str:
    """A stretch of time in the largest unit of which there are two: "60 seconds", "63 hours"."""
    minute, hour, day = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
    if time < 2 * minute:
        return ngettext("%(num)s second", "%(num)s seconds", round(time.total_seconds()))
    if time < 2 * hour:
        return ngettext("%(num)s minute", "%(num)s minutes", time // minute)
    if time < 2 * day:
        return ngettext("%(num)s hour", "%(num)s hours", time // hour)
    return ngettext("%(num)s day", "%(num)s days", time // day)


def settled(how: str, mail: OutboxMessage) -> str:
    """What has just been decided about a mail that failed or was in doubt, and what follows."""
    if how in set(Settlement):
        return str(SETTLED[Settlement(how)])
    if mail.state is MailState.HELD:
        return _("It is sent again: held until %(moment)s, because %(why)s.", moment=moment(mail.due_at), why=mail.reason)
    return _("It is sent again, in a moment.")


def mail_told() -> str:
    """When mail written now leaves, as the end of a sentence: with one full stop, also after "a.m."."""
    return mail_leaves().removesuffix(".") + "."


def _mail_words(mail: Mail) -> str:
    match mail.state:
        case MailState.HELD | MailState.DUE | MailState.RETRY | MailState.SENDING:
            return _("mail leaves %(when)s", when=near(mail.due_at))
        case MailState.SENT:
            return _("mail left %(when)s", when=near(mail.sent_at or mail.due_at))
        case MailState.FAILED:
            return _("mail failed")
        case MailState.DOUBTFUL:
            return _("mail in doubt")
        case _:
            return _("mail withdrawn")
