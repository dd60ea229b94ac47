"""What a back-test has found, as the tables of its pages: from team to team, load by team and week, priorities, moved cases."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from ..accounts.models import Team
from ..cases.numbers import number_of
from ..extensions import db
from ..hours.wording import day
from ..languages import gettext as _
from ..routing.backtesting import Moved, Result
from ..routing.models import Backtest, Priority, RuleSetVersion
from ..sla.models import SlaPolicy
from ..sla.wording import service_time
from .backtest_wording import number

Names = Mapping[str, str]


@dataclass(frozen=True)
class Cell:
    """How many cases went from the row to the column."""

    column: str
    cases: int


@dataclass(frozen=True)
class Row:
    """One team, or priority, as it was decided then: how many cases stay, and how many would go where."""

    code: str
    stay: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Matrix:
    """From then to now: only what something leaves, and only where something would go to."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Load:
    """How many cases a team got in some time, and would have got."""

    code: str  # of the team; of one team: the week
    name: str
    then: int
    now: int

    @property
    def change(self) -> int:
        """How many more; fewer, if it is negative."""
        return self.now - self.then


@dataclass(frozen=True)
class TargetChange:
    """Cases that would have had another priority, and so other targets."""

    old: str
    new: str
    cases: int
    targets: str  # in words


@dataclass(frozen=True)
class MovedCase:
    """A case that would have gone elsewhere, in words."""

    number: str
    old: str  # names of teams
    new: str
    old_rule: str  # titles
    new_rule: str
    by_hand: str  # the name of the team to which agents took it


def matrix(counted: Mapping[str, Mapping[str, int]]) -> Matrix:
    """The rows and columns between which something would move."""
    columns = sorted({new for old, row in counted.items() for new, cases in row.items() if new != old and cases})
    rows = (
        Row(old, row.get(old, 0), tuple(Cell(column, row.get(column, 0) if column != old else 0) for column in columns))
        for old, row in sorted(counted.items())
    )
    return Matrix(tuple(columns), tuple(row for row in rows if any(cell.cases for cell in row.cells)))


def loads(result: Result, names: Names) -> list[Load]:
    """Every team whose load would change in some week, the largest change first."""
    changed = (code for code, weeks in result.load.items() if any(then != now for then, now in weeks.values()))
    rows = (_load(code, names.get(code, code), result.load[code]) for code in changed)
    return sorted(rows, key=lambda row: (-abs(row.change), row.name))


def weeks(result: Result, code: str) -> list[Load]:
    """The load of a team in each week, the latest first."""
    rows = (Load(week, week_in_words(week), *counts) for week, counts in result.load.get(code, {}).items())
    return sorted(rows, key=lambda row: row.code, reverse=True)


def busiest(result: Result, code: str) -> str:
    """The week in which the load of a team would change most, in words."""
    week, (then, now) = max(result.load[code].items(), key=lambda one: abs(one[1][1] - one[1][0]))
    return _("%(week)s: %(then)s, would be %(now)s", week=week_in_words(week), then=number(then), now=number(now))


def week_in_words(week: str) -> str:
    """The week that a code such as 2026-W48 means, by its Monday."""
    year, _w, count = week.partition("-W")
    return _("Week of %(day)s", day=day(date.fromisocalendar(int(year), int(count), 1)))


def target_changes(result: Result) -> list[TargetChange]:
    """Each pair of priorities between which cases would move, with the targets that change with it; one statement."""
    policies = {policy.priority: policy for policy in db.session.scalars(sa.select(SlaPolicy))}
    pairs = [(old, new, cases) for old, row in result.priorities.items() for new, cases in row.items() if old != new]
    return [TargetChange(old, new, cases, _targets(policies.get(old), policies.get(new))) for old, new, cases in sorted(pairs)]


def all_priorities(result: Result) -> Matrix:
    """Every priority, also where nothing would move."""
    columns = tuple(priority.value for priority in Priority)
    counted = result.priorities
    return Matrix(
        columns,
        tuple(
            Row(old, counted.get(old, {}).get(old, 0), tuple(Cell(new, counted.get(old, {}).get(new, 0)) for new in columns))
            for old in columns
        ),
    )


def moved_cases(some: list[Moved], names: Names, titles: Names) -> Iterator[MovedCase]:
    """Moved cases in words."""
    for moved in some:
        yield MovedCase(
            number_of(moved.case_id),
            names.get(moved.old, moved.old),
            names.get(moved.new, moved.new),
            titles.get(moved.old_rule, moved.old_rule),
            titles.get(moved.new_rule, moved.new_rule),
            names.get(moved.by_hand, moved.by_hand),
        )


def team_names() -> dict[str, str]:
    """What each team is called, by its code; closed ones included."""
    return {team.code: team.name for team in db.session.execute(sa.select(Team.code, Team.name))}


def titles_of_rules(job: Backtest) -> dict[str, str]:
    """What rules are called, by their keys: those that were in force then, and above them those that were replayed."""
    base = db.session.scalar(sa.select(RuleSetVersion.rules).where(RuleSetVersion.version == job.base_version)) or []
    return {rule["key"]: rule["title"] for rule in [*base, *job.rules]}


def _load(code: str, name: str, by_week: Mapping[str, list[int]]) -> Load:
    return Load(code, name, sum(then for then, _now in by_week.values()), sum(now for _then, now in by_week.values()))


def _targets(old: SlaPolicy | None, new: SlaPolicy | None) -> str:
    if old is None or new is None:
        return ""
    return _(
        "first response within %(first)s instead of %(old_first)s, resolution within %(end)s instead of %(old_end)s",
        first=_length(new.first_response_minutes),
        old_first=_length(old.first_response_minutes),
        end=_length(new.resolution_minutes),
        old_end=_length(old.resolution_minutes),
    )


def _length(minutes: int) -> str:
    return service_time(timedelta(minutes=minutes))
