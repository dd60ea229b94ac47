"""`make bench`: measure, and print one table. Whatever the figures are, the exit status is 0 unless something broke."""

import argparse
import os
import platform
import signal
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from . import Broken, databases
from .backtest import measure_backtest
from .bulk import Press
from .delivery import measure_delivery
from .desks import Desk, desk
from .filing import measure_filing
from .meanwhile import measure_meanwhile
from .pages import Ports, Seen, growth, measure_pages, measure_resolving
from .processes import WORKERS, mail_server, web_server
from .prototypes import Prototypes, live
from .queues import measure_queues
from .routing import HEADING, measure_routing
from .search import make_searchable, measure_search
from .table import Row, lines
from .timing import MILLISECONDS, WARM_UP

PROTOTYPES = 60  # cases lived through, of which the others are copies
FSYNCS = 20
LOOKS_SHARE = 4  # of the turns that a page has: there are many looks at the queue
TARGET_SIZE = 100_000  # cases


def main() -> int:
    """Measure on both databases, and print the table."""
    sizes = _arguments()
    began, load = time.monotonic(), os.getloadavg()[0]
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _end)
    with tempfile.TemporaryDirectory(prefix="helpdesk-bench-") as name, ExitStack() as stack:
        folder = Path(name)
        _say("Deciding and proving by many rules")
        routing = (HEADING, measure_routing())
        _say("Living through the cases that the others are copies of")
        prototypes = live(folder, count=min(PROTOTYPES, *sizes.cases))
        addresses = {"SQLite": databases.sqlite(folder), "PostgreSQL": stack.enter_context(databases.postgresql())}
        mail_port = stack.enter_context(mail_server(folder))
        desks = [stack.enter_context(desk(name, url, folder)) for name, url in addresses.items()]
        sections = [(one.database, _measure(one, prototypes, mail_port, sizes)) for one in desks]
        print(*_heading(load, folder), *lines([routing, *sections]), "", *_notes(time.monotonic() - began, sizes.cases), sep="\n")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--cases", type=int, nargs="+", default=[1_000, 10_000], help="sizes to measure the pages at")
    parser.add_argument("--turns", type=int, default=200, help="how often each page is opened")
    parser.add_argument("--filings", type=int, default=400, help="how many cases are filed")
    parser.add_argument("--replayed", type=int, default=TARGET_SIZE, help="how many cases a back-test replays")
    parser.add_argument("--messages", type=int, default=10_000, help="how many messages are delivered each way")
    return parser.parse_args()


def _measure(one: Desk, prototypes: Prototypes, mail_port: int, sizes: argparse.Namespace) -> list[Row]:
    """Everything about one database. Delivery comes before what writes mail of its own."""
    seen: Seen = defaultdict(dict)
    rows, press, env = [], Press(one.engine, prototypes), {**os.environ, **one.settings}
    press.begin()
    with (
        web_server("desk", "wsgi:app", env=env, folder=one.folder) as at_desk,
        web_server("floor", "benchmarks.floor:make_app()", env=env, folder=one.folder) as at_floor,
    ):
        ports = Ports(at_desk, at_floor)
        for cases in sorted(sizes.cases):
            _say(f"{one.name}: pages at {cases:,} cases")
            press.fill(up_to=cases)
            rows += measure_pages(one, ports, prototypes, seen, cases=cases, turns=sizes.turns)
            words = make_searchable(one)
            if cases == max(sizes.cases):
                rows += measure_queues(one, ports, prototypes, word=words["rare"], cases=cases, turns=sizes.turns // LOOKS_SHARE)
            rows += measure_search(one, ports, prototypes, words, cases=cases, turns=sizes.turns)
        rows += growth(seen)
        _say(f"{one.name}: delivery of {sizes.messages:,} messages")
        rows.append(measure_delivery(one, mail_port, messages=sizes.messages))
        rows += measure_meanwhile(one, ports, mail_port, prototypes, messages=sizes.messages)
        _say(f"{one.name}: resolving")
        rows.append(measure_resolving(one, ports, prototypes, cases=press.cases, turns=sizes.turns))
        if one.engine.dialect.name == "postgresql":
            _say(f"{one.name}: filing")
            rows.append(measure_filing(at_desk, prototypes, filings=sizes.filings))
    _say(f"{one.name}: back-test of {sizes.replayed:,} cases")
    rows.append(measure_backtest(one, press, cases=sizes.replayed))
    return rows


def _heading(load: float, folder: Path) -> list[str]:
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()} {platform.machine()}"
    return [
        f"The help desk, measured on {datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        f"{machine}; load {load:.1f} at the start; an fsync takes {_fsync(folder):.1f} ms; {WORKERS} workers",
        "",
    ]


def _notes(seconds: float, cases: list[int]) -> list[str]:
    meant = "" if TARGET_SIZE in cases else f" They are meant at {TARGET_SIZE:,} cases: make bench CASES={TARGET_SIZE}."
    return [
        "Floor: Flask around one bare indexed statement, behind a session that the desk has signed; of delivery: a bare loop of",
        "smtplib that sends the same bytes. Floor and desk take turns, on the same database and with the same settings.",
        "The mail server offers PIPELINING, as relays do: the desk uses it, smtplib does not.",
        f"The targets are those of the design.{meant} The run took {seconds:.0f} s.",
    ]


def _fsync(folder: Path) -> float:
    """How long this machine takes to write a line for good, in milliseconds."""
    times = []
    with (folder / "fsync").open("wb") as file:
        for _ in range(WARM_UP + FSYNCS):
            began = time.perf_counter()
            file.write(b"A line.\n")
            file.flush()
            os.fsync(file.fileno())
            times.append(time.perf_counter() - began)
    return statistics.median(times[WARM_UP:]) * MILLISECONDS


def _say(what: str) -> None:
    print(f"{what} ...", file=sys.stderr, flush=True)


def _end(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Broken as broken:
        sys.exit(str(broken))
    except KeyboardInterrupt:
        sys.exit("Stopped before there were figures.")
