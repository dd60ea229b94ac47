"""What a back-test has found, in words, in the order in which people want to know it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from flask_babel import format_date, format_decimal, ngettext

from ..hours.queries import calendar
from ..languages import gettext as _
from ..languages import lazy_gettext as _l
from ..routing.backtesting import Outcomes, Result
from ..routing.models import Backtest, BacktestState

STATES: dict[BacktestState, Any] = {
    BacktestState.QUEUED: _l("Waits for its turn"),
    BacktestState.RUNNING: _l("Running"),
    BacktestState.DONE: _l("Done"),
    BacktestState.FAILED: _l("Failed"),
    BacktestState.CANCELED: _l("Canceled"),
}
PERCENT = 100
MINUS = "\N{MINUS SIGN}"
A_MOMENT = timedelta(seconds=1)  # before a day begins, it is the day before


def sentences(result: Result) -> Iterator[str]:
    """The summary: what was decided, what would change, and whether agents would agree."""
    if not result.cases:
        yield _("No case came in on these days: there is nothing to compare.")
        return
    yield _decided(result)
    yield _by_hand(result.by_hand)
    if left := result.moved_though_left:
        yield ngettext(
            "%(cases)s case would have gone elsewhere though no agent has moved it: read it before you trust the change.",
            "%(cases)s cases would have gone elsewhere though no agent has moved them: read some before you trust the change.",
            left,
            cases=number(left),
        )
    yield _reprioritized(result)
    if changed := result.priority_by_hand.total:
        yield ngettext(
            "%(cases)s case has another priority by now; %(outcomes)s.",
            "%(cases)s cases have another priority by now; %(outcomes)s.",
            changed,
            cases=number(changed),
            outcomes=_(
                "these rules give that one at once to %(right)s, the same as then to %(still)s and yet another to %(wrong)s",
                right=number(result.priority_by_hand.right),
                still=number(result.priority_by_hand.still_wrong),
                wrong=number(result.priority_by_hand.wrong),
            ),
        )


def number(cases: int) -> str:
    """A number of cases: "12,345"."""
    return str(format_decimal(cases))


def change(cases: int) -> str:
    """How many more or fewer: "+3", "-12", "0"."""
    sign = "+" if cases > 0 else MINUS if cases < 0 else ""
    return f"{sign}{number(abs(cases))}"


def share(part: int, whole: int) -> str:
    """A part in percent: "3 %", "less than 1 %"."""
    percent = PERCENT * part / whole if whole else 0
    if 0 < percent < 1:
        return _("less than 1 %%")
    return _("%(percent)s %%", percent=min(round(percent), PERCENT if part == whole else PERCENT - 1))


def what(job: Backtest) -> str:
    """Whose rules were replayed: "Version 3", "A draft upon version 4", "A file, from the command line"."""
    if job.of_version:
        return _("Version %(number)s", number=job.of_version)
    if job.asked_by is None:
        return _("A file, from the command line")
    return _("A draft upon version %(number)s", number=job.base_version)


def days(job: Backtest) -> str:
    """The days whose cases are replayed: "Sep 1, 2026 to Nov 30, 2026"."""
    first, last = (calendar().wall(moment).date() for moment in (job.since, job.until - A_MOMENT))
    return _("%(first)s to %(last)s", first=format_date(first, "MMM d, y"), last=format_date(last, "MMM d, y"))


def standing(job: Backtest) -> str:
    """How far it is: "12,500 of 100,000 cases, 12 %"."""
    if job.cancel_asked_at and job.state is BacktestState.RUNNING:
        return _("It is being canceled.")
    if job.state is BacktestState.QUEUED:
        return _("It waits for its turn. One back-test runs at a time; the next begins within seconds.")
    if not job.total:
        return _("It begins.")
    return _(
        "%(done)s of %(total)s cases, %(share)s",
        done=number(job.done),
        total=number(job.total),
        share=share(job.done, job.total),
    )


def _decided(result: Result) -> str:
    of = ngettext("%(cases)s case", "%(cases)s cases", result.cases, cases=number(result.cases))
    if not result.moved:
        return _("Of %(of)s, none would have gone to another team.", of=of)
    part = share(result.moved, result.cases)
    return _("Of %(of)s, %(moved)s (%(part)s) would have gone to another team.", of=of, moved=number(result.moved), part=part)


def _by_hand(outcomes: Outcomes) -> str:
    if not outcomes.total:
        return _("Agents have moved none of them by hand, so that nothing shows yet which way is right.")
    total = outcomes.total
    moved = ngettext(
        "Agents have moved %(cases)s case by hand.", "Agents have moved %(cases)s cases by hand.", total, cases=number(total)
    )
    told = _(
        "Of these, the rules send %(right)s at once where agents took them, %(still)s where they went wrong then, and %(wrong)s "
        "wrong in another way.",
        right=number(outcomes.right),
        still=number(outcomes.still_wrong),
        wrong=number(outcomes.wrong),
    )
    return f"{moved} {told}"


def _reprioritized(result: Result) -> str:
    pairs = [(old, new, cases) for old, row in result.priorities.items() for new, cases in row.items()]
    more, less = sum(cases for old, new, cases in pairs if new < old), sum(cases for old, new, cases in pairs if new > old)
    if not more and not less:
        return _("None would have had another priority.")
    return _("%(more)s would have been more urgent, %(less)s less urgent.", more=number(more), less=number(less))
