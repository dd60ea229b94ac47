"""When windowed mail may leave: in service hours only, whatever made it due."""

from datetime import datetime, timedelta

from ..business_hours import Calendar, NeverOpens
from ..languages import gettext as _

ASK_AGAIN = timedelta(days=1)  # where no opening is in sight: somebody has to set service hours first


def leaves_at(calendar: Calendar, at: datetime, *, is_windowed: bool) -> datetime:
    """The first instant from `at` on at which a message may leave."""
    if not is_windowed:
        return at
    try:
        return calendar.open_or_next(at)
    except NeverOpens:
        return at + ASK_AGAIN


def is_in_sight(calendar: Calendar, at: datetime) -> bool:
    """Whether the desk is open at an instant or opens some time after it."""
    try:
        calendar.open_or_next(at)
    except NeverOpens:
        return False
    return True


def why_held(calendar: Calendar, at: datetime) -> str:
    """Why windowed mail cannot leave at `at`, as the end of a sentence that says "because"; empty when it can."""
    if calendar.is_open(at):
        return ""
    if not is_in_sight(calendar, at):
        return _("no opening of the desk is in sight; then the calendar is asked again")
    closure = calendar.closure_at(at)
    return _("the desk is closed for %(reason)s", reason=closure.reason) if closure else _("the desk is closed")


def rests() -> str:
    """Why windowed mail does not leave though the desk is open, as the end of a sentence that says "because"."""
    return _("it can be taken back until then")
