"""What a back-test has found, in words, in the order in which people want to know it."""

from collections.abc import Iterator
from typing import Any

from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

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


def progress(job: Backtest) -> str:
    """How far it is: "12,500 of 100,000 cases, 12 %"."""
    if not job.total:
        return _("It begins.") if job.state is BacktestState.RUNNING else ""
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
