"""How the due times of a case come about: each clock, the stretches in which it ran, and which minutes of which day counted."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from flask import render_template

from .. import clock
from ..business_hours import Calendar, Opening
from ..extensions import db
from ..hours.due_wording import Due
from ..hours.queries import calendar
from ..hours.wording import clock_time, day
from ..languages import gettext as _
from ..languages import lazy_gettext as _l
from ..permissions import Permission, requires
from ..sla import queries as sla
from ..sla import sums
from ..sla import wording as sla_wording
from ..sla.models import ClockState, Run, SlaClock
from ..sla.sums import DaySum
from .blueprint import bp
from .mail_acts import case_of

MOMENT = timedelta(microseconds=1)
DUE = _l("it is due then")
ENDS = {
    ClockState.RUNNING: _l("until now"),
    ClockState.PAUSED: _l("paused: it is somebody else's turn"),
    ClockState.STOPPED: _l("it had ended"),
}


@dataclass(frozen=True)
class Line:
    """One day of a sum in words, or several that counted nothing for the same reason."""

    days: str
    counted: str
    length: str
    total: str
    why: str  # the rest did not count
    is_to_come: bool
    is_over: bool  # it counted after it was due


@dataclass(frozen=True)
class Sum:
    """A clock and how its time adds up: up to when it is due while it runs, else as far as it has come.

    What counted after it was due comes below, as over.
    """

    clock: SlaClock
    label: str
    state: str
    standing: tuple[Due, str]
    promised: str
    runs: list[Run]
    lines: list[Line]


@bp.get("/cases/<number>/targets")
@requires(Permission.SEE_QUEUE)
def targets(number: str) -> str:
    """The clocks of a case with their sums, day by day."""
    case, hours = case_of(number), calendar()
    clocks = db.session.scalars(sla.clocks(case.id))
    return render_template("queue/targets.html", case=case, sums=[_sum(one, hours) for one in clocks])


def _sum(one: SlaClock, hours: Calendar) -> Sum:
    return Sum(
        clock=one,
        label=str(sla_wording.label(one.target)),
        state=sla_wording.state(one),
        standing=sla_wording.standing(one),
        promised=sla_wording.service_time(one.target_time),
        runs=one.ended_runs,
        lines=list(_lines_of(one, hours)),
    )


def _lines_of(one: SlaClock, hours: Calendar) -> Iterator[Line]:
    """The days up to when it is or was due, and those after that, on which it was over."""
    runs = sums.runs_to(one.ended_runs, one.running_since, max(one.due_at, clock.now()))
    within, over = sums.parted(runs, one.due_at) if _has_run_out(one, hours) else (runs, [])
    goes_on = bool(over) or one.state is ClockState.RUNNING
    is_cut = goes_on and bool(within) and within[-1].until == one.due_at
    days = sums.by_day(within, hours=hours, before=timedelta(seconds=one.used_seconds))
    edges = _Edges.of(within, hours, begins=_("it had not begun"), ends=str(DUE if is_cut else ENDS[one.state]))
    yield from _lines(days, edges, hours)
    total = days[-1].total if days else timedelta(seconds=one.used_seconds)
    edges = _Edges.of(over, hours, begins="" if is_cut else str(DUE), ends=str(ENDS[one.state]))
    yield from _lines(sums.by_day(over, hours=hours, before=total), edges, hours, is_over=True)


def _has_run_out(one: SlaClock, hours: Calendar) -> bool:
    """Whether its due time is that of what is promised now: another promise moves it only when the clock runs again."""
    return one.state is ClockState.RUNNING or one.is_missed(clock.now(), hours=hours)


@dataclass(frozen=True)
class _Edges:
    """Why service time before the first stretch, and after the last, did not count: by the day on which it lies."""

    why: dict[date, list[str]]

    @classmethod
    def of(cls, runs: Sequence[Run], hours: Calendar, *, begins: str, ends: str) -> "_Edges":
        """Of stretches; one that begins or ends while the desk is closed cuts nothing off."""
        why: dict[date, list[str]] = {}
        if runs and begins and hours.is_open(runs[0].since - MOMENT):
            why.setdefault(hours.wall(runs[0].since).date(), []).append(begins)
        if runs and hours.is_open(runs[-1].until):
            why.setdefault(hours.wall(runs[-1].until).date(), []).append(ends)
        return cls(why)


def _lines(days: Iterable[DaySum], edges: _Edges, hours: Calendar, *, is_over: bool = False) -> Iterator[Line]:
    """A line for each day, those that counted nothing for the same reason put together."""
    today = hours.wall(clock.now()).date()
    for (is_empty, why, is_to_come), some in groupby(days, key=lambda d: (not d.counted, _why(d, edges, hours), d.day > today)):
        same = list(some)
        for part in [same] if is_empty else [[one] for one in same]:
            last = part[-1]
            words = sla_wording.service_time(last.length), sla_wording.service_time(last.total)
            yield Line(_span(part[0].day, last.day), _stretches(last.counted), *words, why, is_to_come, is_over)


def _why(one: DaySum, edges: _Edges, hours: Calendar) -> str:
    """Why the rest of a day did not count."""
    cut = edges.why.get(one.day, [])
    night = [_("night: the desk is closed")] if hours.opens_on(one.day) else []
    return "; ".join([*(sla_wording.uncounted(reason, closure=one.closure) for reason in one.uncounted), *cut, *night])


def _span(first: date, last: date) -> str:
    return day(first) if first == last else _("%(first)s to %(last)s", first=day(first), last=day(last))


def _stretches(counted: Iterable[Opening]) -> str:
    spans = (_("%(first)s to %(last)s", first=clock_time(run.opens_at), last=clock_time(run.closes_at)) for run in counted)
    return ", ".join(spans) or _("nothing")
