"""Past cases decided once more by another rule set: where they would have gone, and what agents did with them since. Pure.

The decision of the rule set is compared with the one that was stored when the case was made, which is never computed again. A
team is the one that was decided: where nobody worked in it, the case itself went to triage.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from ..business_hours import Calendar
from .day_counts import DAYS, HOURS, WORKING_DAYS, with_day_counts
from .decide import Decision, Facts, decide
from .models import Priority
from .rules import RuleSet

MOST_LISTED = 500  # moved cases that a result names
_COUNTS = (DAYS, WORKING_DAYS, HOURS)


@dataclass(frozen=True, slots=True)
class PastCase:
    """A case as routing met it, what was decided then, and what became of it."""

    case_id: int
    facts: Facts  # as they were stored when the case was made
    decided_at: datetime
    team: str  # the code of the team that was decided
    priority: Priority
    rule: str  # the key of the rule that decided
    priority_today: Priority
    moved_to: str = ""  # the team to which an agent moved it last; empty where none has


@dataclass
class Outcomes:
    """Of cases that were changed by hand since: whether the rule set would have said at once what became of them."""

    right: int = 0  # what became of it
    wrong: int = 0  # something else, and not the same as then
    still_wrong: int = 0  # the same as then

    @property
    def total(self) -> int:
        """All of them."""
        return self.right + self.wrong + self.still_wrong

    def count(self, *, then: str, now: str, became: str) -> None:
        """Count one case by what was said then, what is said now, and what became of it."""
        if now == became:
            self.right += 1
        elif now == then:
            self.still_wrong += 1
        else:
            self.wrong += 1


@dataclass(frozen=True)
class Moved:
    """A case that the rule set would have sent to another team than it was sent to."""

    case_id: int
    old: str  # team codes
    new: str
    old_rule: str  # keys of rules
    new_rule: str
    by_hand: str = ""  # where an agent moved it; empty where they left it


@dataclass
class Result:
    """What a replay found, as JSON can hold it; the teams are codes, the weeks such as 2026-W48."""

    cases: int = 0
    moved: int = 0
    moved_though_left: int = 0  # of the moved: those that no agent has moved since
    listed: list[Moved] = field(default_factory=list)  # of the moved, the first MOST_LISTED
    teams: dict[str, dict[str, int]] = field(default_factory=dict)  # team then -> team now -> cases
    load: dict[str, dict[str, list[int]]] = field(default_factory=dict)  # team -> week -> cases then, cases now
    priorities: dict[str, dict[str, int]] = field(default_factory=dict)  # priority then -> priority now -> cases
    by_hand: Outcomes = field(default_factory=Outcomes)  # of the cases that agents moved to another team
    priority_by_hand: Outcomes = field(default_factory=Outcomes)  # of those whose priority is another by now

    def stored(self) -> dict[str, Any]:
        """The result as JSON."""
        return asdict(self)

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> "Result":
        """The result that was stored."""
        listed = [Moved(**moved) for moved in stored["listed"]]
        outcomes = {name: Outcomes(**stored[name]) for name in ("by_hand", "priority_by_hand")}
        return cls(**{**stored, "listed": listed, **outcomes})

    @property
    def reprioritized(self) -> int:
        """How many cases would have had another priority."""
        return sum(cases for old, row in self.priorities.items() for new, cases in row.items() if new != old)


class Replay:
    """Decides past cases one by one, and counts; the memory it takes does not grow with them."""

    def __init__(self, rule_set: RuleSet, *, calendar: Calendar) -> None:
        self._rule_set = rule_set
        self._calendar = calendar
        compared = {condition.fact for rule in rule_set.rules for condition in rule.conditions}
        self._counts = {fact: day for fact in compared for day, _dot, count in [fact.rpartition(".")] if count in _COUNTS}
        self._listed: list[Moved] = []
        self._teams: Counter[tuple[str, str]] = Counter()
        self._load: Counter[tuple[str, str, str]] = Counter()  # week, team then, team now
        self._priorities: Counter[tuple[str, str]] = Counter()
        self._though_left = 0
        self._by_hand, self._priority_by_hand = Outcomes(), Outcomes()

    def add(self, past: PastCase) -> None:
        """Decide one more case."""
        decision = decide(self._rule_set, self._facts(past))
        self._teams[past.team, decision.team] += 1
        self._load[self._week(past.decided_at), past.team, decision.team] += 1
        self._priorities[past.priority.value, decision.priority.value] += 1
        if past.moved_to:
            self._by_hand.count(then=past.team, now=decision.team, became=past.moved_to)
        if past.priority_today is not past.priority:
            self._priority_by_hand.count(then=past.priority, now=decision.priority, became=past.priority_today)
        if decision.team != past.team:
            self._though_left += not past.moved_to
            self._list(past, decision)

    def result(self) -> Result:
        """What has been found so far."""
        return Result(
            cases=self._teams.total(),
            moved=sum(cases for (old, new), cases in self._teams.items() if old != new),
            moved_though_left=self._though_left,
            listed=list(self._listed),
            teams=_matrix(self._teams),
            load=self._loads(),
            priorities=_matrix(self._priorities),
            by_hand=self._by_hand,
            priority_by_hand=self._priority_by_hand,
        )

    def _facts(self, past: PastCase) -> Facts:
        """The stored facts; how long ago a day was is counted where that was not yet done when the case was made."""
        days = {day for fact, day in self._counts.items() if day in past.facts and fact not in past.facts}
        if not days:
            return past.facts
        counted = with_day_counts({day: past.facts[day] for day in days}, at=past.decided_at, calendar=self._calendar)
        return {**counted, **past.facts}

    def _list(self, past: PastCase, decision: Decision) -> None:
        if len(self._listed) < MOST_LISTED:
            moved = Moved(past.case_id, past.team, decision.team, past.rule, decision.winner, by_hand=past.moved_to)
            self._listed.append(moved)

    def _week(self, at: datetime) -> str:
        year, week, _day = self._calendar.wall(at).isocalendar()
        return f"{year}-W{week:02}"

    def _loads(self) -> dict[str, dict[str, list[int]]]:
        loads: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
        for (week, old, new), cases in self._load.items():
            loads[old][week][0] += cases
            loads[new][week][1] += cases
        return {team: {week: weeks[week] for week in sorted(weeks)} for team, weeks in sorted(loads.items())}


def _matrix(counted: Mapping[tuple[str, str], int]) -> dict[str, dict[str, int]]:
    matrix: dict[str, dict[str, int]] = defaultdict(dict)
    for (old, new), cases in sorted(counted.items()):
        matrix[old][new] = cases
    return dict(matrix)
