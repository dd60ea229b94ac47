"""What narrows the queue, in words: names to choose from, what is chosen, and what makes no sense and why."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..cases.models import Status, System
from ..cases.numbers import id_of, number_of
from ..cases.wording import PRIORITIES, label
from ..languages import gettext as _
from ..languages import lazy_gettext as _l
from ..search import query
from .asked import ME, NOBODY, PAGE_SIZES, ROWS, SHOW, Asked, DueIn, Facet, Flag
from .shelf import Choice, Shelf

NAMES = {
    Facet.TEXT: _l("Text"),
    Facet.TEAM: _l("Team"),
    Facet.STATUS: _l("Status"),
    Facet.PRIORITY: _l("Priority"),
    Facet.ASSIGNEE: _l("Assignee"),
    Facet.TOPIC: _l("Topic"),
    Facet.SYSTEM: _l("System"),
    Facet.DUE: _l("Due"),
    Facet.FLAG: _l("Flag"),
    Facet.TAG: _l("Tag"),
    Facet.ORGANIZATION: _l("Organization"),
    Facet.LOCATION: _l("Location"),
}
DUE = {
    DueIn.OVERDUE: _l("Overdue"),
    DueIn.TODAY: _l("Today"),
    DueIn.LATER_TODAY: _l("Later today"),
    DueIn.THIS_WEEK: _l("This week"),
}
FLAGS = {
    Flag.PATIENT_DATA: _l("Patient data suspected"),
    Flag.NOT_TOLD: _l("Could not be told"),
    Flag.NEEDS_SKILL: _l("Needs a skill"),
    Flag.MOVED_BY_HAND: _l("Moved by hand of late"),
}
_SETS: dict[Facet, Mapping[Any, Any]] = {Facet.PRIORITY: PRIORITIES, Facet.DUE: DUE, Facet.FLAG: FLAGS}
_NO_SUCH = {
    Facet.TEAM: _l("You see no team “%(value)s”."),
    Facet.STATUS: _l("There is no status “%(value)s”."),
    Facet.PRIORITY: _l("There is no priority “%(value)s”: it is P1, P2, P3 or P4."),
    Facet.ASSIGNEE: _l("Nobody at the desk is “%(value)s”."),
    Facet.TOPIC: _l("There is no topic or group of topics “%(value)s”."),
    Facet.SYSTEM: _l("There is no system “%(value)s”."),
    Facet.DUE: _l("“%(value)s” is no time: a case is overdue, or due today or this week."),
    Facet.FLAG: _l("There is no flag “%(value)s”."),
    Facet.TAG: _l("No case that you may see has the tag “%(value)s”."),
    Facet.ORGANIZATION: _l("No organization in the directory is called “%(value)s”."),
    Facet.LOCATION: _l("No location in the directory has the name or PIN “%(value)s”."),
}


@dataclass(frozen=True)
class Problem:
    """A parameter that makes no sense, why, and what might be meant instead."""

    parameter: str
    sentence: str
    instead: tuple[Choice, ...] = ()


def choices(facet: Facet, asked: Asked, shelf: Shelf) -> list[Choice]:
    """What can be chosen for a facet; of what is typed, what begins like it."""
    match facet:
        case Facet.STATUS:
            return [Choice(status.value, label(status)) for status in asked.filter.statuses]
        case Facet.SYSTEM:
            return [Choice(system.value, label(system)) for system in System]
        case Facet.ASSIGNEE:
            return [Choice(ME, _("Me")), Choice(NOBODY, _("Nobody")), *shelf.choices[facet]]
        case Facet.PRIORITY | Facet.DUE | Facet.FLAG:
            return [Choice(member.value, str(words)) for member, words in _SETS[facet].items()]
        case _:
            return shelf.choices[facet]


def called(facet: Facet, asked: Asked, shelf: Shelf) -> str:
    """What is chosen for a facet, in words; empty where it makes no sense."""
    value = asked.values[facet]
    if facet is Facet.TEXT:
        return _("“%(text)s”", text=value) if query.read(value) and not id_of(value) else ""
    if facet in (Facet.ORGANIZATION, Facet.LOCATION):
        return shelf.named(facet, value)
    return next((choice.name for choice in choices(facet, asked, shelf) if choice.value == value), "")


def chips(asked: Asked, shelf: Shelf) -> list[tuple[Facet, str, str]]:
    """What narrows the queue now: the facet, its name, and what is chosen in words, or as it was typed."""
    return [
        (facet, str(NAMES[facet]), called(facet, asked, shelf) or asked.values[facet]) for facet in Facet if facet in asked.values
    ]


def problems(asked: Asked, shelf: Shelf) -> list[Problem]:
    """What makes no sense in what is asked for."""
    return [*_senseless(asked), *(_problem(facet, asked, shelf) for facet in asked.values if not called(facet, asked, shelf))]


def _senseless(asked: Asked) -> Iterator[Problem]:
    if value := asked.senseless.get(SHOW):
        yield Problem(SHOW, _("The queue knows no list “%(value)s”.", value=value))
    if value := asked.senseless.get(ROWS):
        sizes = ", ".join(map(str, PAGE_SIZES))
        yield Problem(ROWS, _("A page cannot have “%(value)s” rows: choose one of %(sizes)s.", value=value, sizes=sizes))


def _problem(facet: Facet, asked: Asked, shelf: Shelf) -> Problem:
    value = asked.values[facet]
    if facet is Facet.TEXT:
        return Problem(facet, _no_such_text(value))
    if facet is Facet.STATUS and value in set(Status):
        status = label(Status(value)).lower()
        return Problem(facet, _("No case in this list is %(status)s. Look under “All cases”.", status=status))
    alike = tuple(shelf.choices[facet]) if facet in (Facet.ORGANIZATION, Facet.LOCATION) else ()
    return Problem(facet, str(_NO_SUCH[facet]) % {"value": value}, alike)


def _no_such_text(text: str) -> str:
    if number := id_of(text):
        return _("There is no case %(number)s that you may see.", number=number_of(number))
    return _("There is no word in “%(text)s” that could be looked for.", text=text)
