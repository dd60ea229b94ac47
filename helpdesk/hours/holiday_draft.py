"""A draft of a year's closures, taken from the `holidays` package for a person to check: nothing here is stored.

For North Carolina the package names two days on which state offices are open, and places Christmas wrongly when the 25th is
a Monday; both are put right here as far as could be established, and said on the draft.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import holidays

from ..business_hours import Calendar
from ..languages import gettext as _
from ..languages import lazy_gettext as _l

COUNTRY, SUBDIVISION = "US", "NC"
FEDERAL_ONLY = ("Washington's Birthday", "Juneteenth")
CHRISTMAS = "Christmas"
MONDAY = 0

CHECK_FEDERAL = _l("A federal holiday. As far as we know, state offices are open.")
CHECK_MOVED = _l("Moved from a weekend. Check that the state has moved it to the same day.")
CHECK_CHRISTMAS = _l("Where Christmas falls in the week decides which days the state gives. Check all of them.")
CHECK_NOT_BEFORE = _l("The list we read names this day. When Christmas Day is a Monday, the state has closed December 25 to 27.")
CHECK_ADDED = _l("Not in the list we read. When Christmas Day is a Monday, the state has closed December 25 to 27.")


@dataclass(frozen=True)
class ProposedDay:
    """A day on which the desk may be closed, whether we think so, and what to check."""

    on: date
    name: str
    is_likely: bool
    check: str = ""


def proposed(year: int, *, hours: Calendar) -> list[ProposedDay]:
    """The days of a year that could be closures, earliest first; days on which the desk is closed every week are left out."""
    listed = holidays.country_holidays(COUNTRY, subdiv=SUBDIVISION, years=year)
    days = [_proposed(on, name) for on, name in listed.items() if on.year == year]
    if date(year, 12, 25).weekday() == MONDAY:
        days = [_not_before_christmas(day) for day in days]
        days.append(ProposedDay(date(year, 12, 27), _(CHRISTMAS), is_likely=True, check=str(CHECK_ADDED)))
    return sorted((day for day in days if hours.week_on(day.on)[day.on.weekday()]), key=lambda day: day.on)


def _proposed(on: date, listed_as: str) -> ProposedDay:
    name = listed_as.split(";", maxsplit=1)[0].removesuffix(" (observed)")
    is_federal = name.startswith(FEDERAL_ONLY)
    if is_federal:
        return ProposedDay(on, name, is_likely=False, check=str(CHECK_FEDERAL))
    if on.month == 12 and on.day in range(22, 29):  # noqa: PLR2004 - the days around Christmas
        return ProposedDay(on, _(CHRISTMAS), is_likely=True, check=str(CHECK_CHRISTMAS))
    return ProposedDay(on, name, is_likely=True, check=str(CHECK_MOVED) if "(observed)" in listed_as else "")


def _not_before_christmas(day: ProposedDay) -> ProposedDay:
    friday_before = date(day.on.year, 12, 25) - timedelta(days=3)
    return ProposedDay(day.on, day.name, is_likely=False, check=str(CHECK_NOT_BEFORE)) if day.on == friday_before else day
