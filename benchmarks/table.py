"""The figures of a run as one table, beside the targets."""

import statistics
from collections.abc import Iterable
from dataclasses import dataclass

from .timing import Times

MOST_STATEMENTS = {"Queue": 8, "Case": 12, "Search": 9}
MOST_KILOBYTES = 60
BYTES = 1000
SLOWEST = {"Queue": 4.0, "Case": 4.0, "Search": 10.0, "Resolving": 5.0}  # times the floor
FEWEST_FILED = 60.0  # cases a second
LEAST_DELIVERED = {"sqlite": 0.5, "postgresql": 0.7}  # of what a bare loop delivers
SLOWEST_MEANWHILE = 1.5  # times what a page takes while no mail is delivered
SLOWEST_REPLAY = 30.0  # seconds
MOST_GROWN = 1.2  # times what a page takes among the fewest cases
MOST_GROWTH = 1.1  # of memory, from the first quarter of a long delivery to its last

LONGEST_ROUTING = {"Deciding": 1.0, "Proving": 5000.0}  # milliseconds

HEADINGS = ("", "measured", "target", "met", "p50 ms", "p95 ms", "floor ms", "page kB", "statements")


@dataclass(frozen=True)
class Row:
    """One thing measured, as it is printed under HEADINGS."""

    cells: tuple[str, ...]

    @classmethod
    def against_floor(cls, what: str, desk: Times, floor: Times, *, about: str, size: int = 0, statements: int = 0) -> "Row":
        """A page or a form: how many times what the floor takes; `what` names the target, `about` the case of it."""
        ratio, most = desk.median / floor.median, SLOWEST[what]
        page = (f"{size / BYTES:.1f} of {MOST_KILOBYTES}", f"{statements} of {MOST_STATEMENTS[what]}") if size else ()
        times = (f"{desk.median:.1f}", f"{desk.common:.1f}", f"{floor.median:.2f}")
        return cls((f"{what}, {about}", f"{ratio:.1f} x floor", f"at most {most:.0f} x", _met(ratio <= most), *times, *page))

    @classmethod
    def of_growth(cls, what: str, small: Times, large: Times, *, sizes: tuple[int, int]) -> "Row":
        """A page among many cases: how many times what it takes among few."""
        ratio, about = large.median / small.median, "{} at {:,} beside {:,}".format(what, *reversed(sizes))
        times = (f"{large.median:.1f}", f"{large.common:.1f}", f"{small.median:.1f}")
        return cls((about, f"{ratio:.2f} x", f"at most {MOST_GROWN:.1f} x", _met(ratio <= MOST_GROWN), *times))

    @classmethod
    def of_filing(cls, rate: float, filings: Times, *, clients: int) -> "Row":
        """Filing: cases a second, and how long one takes from form to receipt."""
        times = (f"{filings.median:.1f}", f"{filings.common:.1f}")
        met = _met(rate >= FEWEST_FILED)
        return cls((f"Filing, {clients} clients", f"{rate:.1f} a second", f"at least {FEWEST_FILED:.0f}", met, *times))

    @classmethod
    def of_delivery(cls, desk: Times, bare: Times, *, messages: int, dialect: str) -> "Row":
        """Delivery: the part of a bare loop's rate that the desk reaches, round by round, and the time for one message."""
        rounds = [one / other for one, other in zip(bare.seconds, desk.seconds, strict=True)]
        part, least = statistics.median(rounds), LEAST_DELIVERED[dialect]
        times = (f"{desk.median:.2f}", f"{desk.common:.2f}", f"{bare.median:.2f}")
        met = _met(part >= least)
        return cls((f"Delivery, {messages:,} messages", f"{part:.2f} of bare", f"at least {least:.2f}", met, *times))

    @classmethod
    def of_pages_meanwhile(cls, meanwhile: Times, alone: Times, *, messages: int) -> "Row":
        """A page while mail is delivered: how many times what it takes while none is."""
        ratio, most = meanwhile.median / alone.median, SLOWEST_MEANWHILE
        times = (f"{meanwhile.median:.1f}", f"{meanwhile.common:.1f}", f"{alone.median:.1f}")
        what = f"Queue during {messages:,} messages"
        return cls((what, f"{ratio:.2f} x idle", f"at most {most:.1f} x", _met(ratio <= most), *times))

    @classmethod
    def of_routing(cls, what: str, times: Times, *, rules: int) -> "Row":
        """One case decided by so many rules, or all of them proved: the milliseconds that it takes."""
        most = LONGEST_ROUTING[what]
        met = _met(times.median < most)
        figures = (f"{times.median:.2f} ms", f"under {most:,.0f} ms", met, f"{times.median:.2f}", f"{times.common:.2f}")
        return cls((f"{what}, {rules} rules", *figures))

    @classmethod
    def of_memory(cls, first: float, last: float, *, messages: int) -> "Row":
        """The memory of the process that delivers, in megabytes: at the beginning of its run and at the end."""
        what, most = f"Memory during {messages:,} messages", first * MOST_GROWTH
        return cls((what, f"{last:.1f} MB", f"at most {most:.1f}", _met(last <= most)))

    @classmethod
    def of_backtest(cls, seconds: float, *, cases: int) -> "Row":
        """Past cases decided once more, from their rows to what was found."""
        met = _met(seconds <= SLOWEST_REPLAY)
        return cls((f"Back-test, {cases:,} cases", f"{seconds:.1f} s", f"at most {SLOWEST_REPLAY:.0f} s", met))


def lines(sections: Iterable[tuple[str, list[Row]]]) -> list[str]:
    """The table: a heading for each database, and its rows below."""
    printed: list[tuple[str, ...]] = [HEADINGS]
    for heading, rows in sections:
        printed += [("",), (heading,), *(("  " + row.cells[0], *row.cells[1:]) for row in rows)]
    width = max(len(cells[0]) for cells in printed)
    widths = [max(len(cells[n]) for cells in printed if n < len(cells)) for n in range(1, len(HEADINGS))]
    return [_line(cells, width, widths) for cells in printed]


def _line(cells: tuple[str, ...], width: int, widths: list[int]) -> str:
    figures = (cell.rjust(size) for cell, size in zip(cells[1:], widths, strict=False))
    return "  ".join((cells[0].ljust(width), *figures)).rstrip()


def _met(is_met: bool) -> str:  # noqa: FBT001
    return "yes" if is_met else "no"
