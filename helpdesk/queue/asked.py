"""What the address of the queue asks for: which cases, narrowed by what, how many on a page. It can be shared and saved."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from ..cases.models import UNFINISHED, Status
from ..typed_text import one_line

LONGEST = 200  # characters of a value
PAGE_SIZES = (25, 50, 100)  # rows
ME, NOBODY = "me", "nobody"  # as an assignee; anybody else is named by a number
SHOW, ROWS, AFTER = "show", "rows", "after"  # in the address, beside what narrows


class Filter(StrEnum):
    """What the queue can show; the values stand in its address."""

    MY_TEAMS = "my-teams"
    MINE = "mine"
    UNASSIGNED = "unassigned"
    WATCHED = "watched"  # cases that one watches, or one's own teams do
    RESOLVED = "resolved"
    UNTOLD = "could-not-be-told"
    ALL = "all"

    @property
    def statuses(self) -> tuple[Status, ...]:
        """The statuses it shows, in the order of a case's life."""
        if self is Filter.RESOLVED:
            return (Status.RESOLVED,)
        return tuple(s for s in Status if self in (Filter.ALL, Filter.UNTOLD) or s in UNFINISHED)

    @property
    def is_work(self) -> bool:
        """Whether it shows work to be done, most urgent first, and not what happened lately."""
        return self not in (Filter.RESOLVED, Filter.UNTOLD, Filter.ALL)


class Facet(StrEnum):
    """What the queue can be narrowed by; the values stand in its address."""

    TEXT = "q"
    TEAM = "team"
    STATUS = "status"
    PRIORITY = "priority"
    ASSIGNEE = "assignee"
    TOPIC = "topic"  # or a group of topics
    SYSTEM = "system"
    DUE = "due"
    FLAG = "flag"
    TAG = "tag"
    ORGANIZATION = "organization"  # by its name
    LOCATION = "location"  # by its name or PIN


class DueIn(StrEnum):
    """When the nearest target of a case is to be met."""

    OVERDUE = "overdue"
    TODAY = "today"
    LATER_TODAY = "later-today"  # not overdue yet
    THIS_WEEK = "this-week"


class Flag(StrEnum):
    """What makes a case stand out."""

    PATIENT_DATA = "patient-data"  # is suspected in it
    NOT_TOLD = "not-told"  # mail to a provider failed or stayed in doubt
    NEEDS_SKILL = "needs-skill"  # not everybody can work on it
    MOVED_BY_HAND = "moved-by-hand"  # to the team that has it, of late


@dataclass(frozen=True)
class Asked:
    """A filter, what narrows it, and how many rows a page has. What made no sense stands in `senseless`, by its parameter."""

    filter: Filter = Filter.MY_TEAMS
    values: Mapping[Facet, str] = field(default_factory=dict)
    rows: int = PAGE_SIZES[0]
    senseless: Mapping[str, str] = field(default_factory=dict)

    def __hash__(self) -> int:
        return hash((self.filter, self.rows, *sorted(self.values.items())))

    @property
    def address(self) -> dict[str, str]:
        """The parameters of the address, always in the same order and without what goes without saying."""
        narrowing = {facet.value: self.values[facet] for facet in Facet if facet in self.values}
        size = {ROWS: str(self.rows)} if self.rows != PAGE_SIZES[0] else {}
        return {SHOW: self.filter.value, **narrowing, **size}

    def without(self, *facets: Facet) -> "Asked":
        """The same, less narrow."""
        return replace(self, values={facet: value for facet, value in self.values.items() if facet not in facets})

    def of(self, shown: Filter) -> "Asked":
        """Another filter, as wide as it is."""
        return Asked(shown, rows=self.rows)


def read(given: Mapping[str, str]) -> Asked:
    """What these parameters ask for. Names (of teams, people, topics ...) are not looked up here."""
    shown, rows = one_line(given.get(SHOW)), one_line(given.get(ROWS))
    senseless = {}
    if shown and shown not in set(Filter):
        senseless[SHOW] = shown[:LONGEST]
    if rows and rows not in map(str, PAGE_SIZES):
        senseless[ROWS] = rows[:LONGEST]
    typed = {facet: one_line(given.get(facet.value))[:LONGEST] for facet in Facet}
    return Asked(
        Filter(shown) if shown and SHOW not in senseless else Filter.MY_TEAMS,
        {facet: value for facet, value in typed.items() if value},
        int(rows) if rows and ROWS not in senseless else PAGE_SIZES[0],
        senseless,
    )
