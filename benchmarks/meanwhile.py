"""While a process of its own delivers a long queue: how long a page takes, against before, and whether its memory stays flat."""

import os
import subprocess
import time
from pathlib import Path

import sqlalchemy as sa

from helpdesk.notifications.models import MailState, OutboxMessage

from . import Broken
from .client import Client
from .delivery import MINE, make_due
from .desks import Desk
from .pages import Ports
from .processes import POLL, READY_WITHIN, delivering
from .prototypes import Prototypes
from .table import Row
from .timing import WARM_UP, Times

PAGE = "/agent/queue"
TURNS = 200  # of the page on its own
KILOBYTES = 1024  # to a megabyte, as Linux counts
QUARTER = 4  # the first of the run is compared with the last


def measure_meanwhile(desk: Desk, ports: Ports, mail_port: int, who: Prototypes, *, messages: int) -> list[Row]:
    """Open the queue, first on its own and then while so many messages are delivered."""
    agent = Client(ports.desk).sign_in(who.agent, who.password)
    alone = [agent.get(PAGE).seconds for _ in range(WARM_UP + TURNS)][WARM_UP:]
    with desk.app.app_context():
        make_due(messages)
    meanwhile: list[float] = []
    memory: list[float] = []
    with delivering({**os.environ, **desk.settings, "MAIL_PORT": str(mail_port)}, desk.folder) as process:
        _wait_for_the_first(desk, process, messages)
        while process.poll() is None or not meanwhile:
            meanwhile.append(agent.get(PAGE).seconds)
            memory.append(_megabytes_of(process.pid))
    if _waiting(desk):
        raise Broken(f"{_waiting(desk)} messages are still there after a delivery of {messages}.")
    return [
        Row.of_pages_meanwhile(Times(tuple(meanwhile)), Times(tuple(alone)), messages=messages),
        Row.of_memory(*_first_and_last([size for size in memory if size] or [0.0]), messages=messages),
    ]


def _first_and_last(sizes: list[float]) -> tuple[float, float]:
    """The largest in the first quarter of the run, and in its last."""
    quarter = -(-len(sizes) // QUARTER)
    return max(sizes[:quarter]), max(sizes[-quarter:])


def _wait_for_the_first(desk: Desk, process: subprocess.Popen[bytes], messages: int) -> None:
    """Until mail leaves: before, the process only starts."""
    end = time.monotonic() + READY_WITHIN
    while process.poll() is None and _waiting(desk) == messages:
        if time.monotonic() > end:
            raise Broken("The process that delivers mail did not begin.")
        time.sleep(POLL)


def _waiting(desk: Desk) -> int:
    waiting = sa.select(sa.func.count()).where(MINE, OutboxMessage.state != MailState.SENT)
    return int(desk.rows(waiting)[0][0])


def _megabytes_of(process_id: int) -> float:
    """The memory that a process has in use; 0 where nobody can tell, or when it has ended."""
    try:
        lines = Path(f"/proc/{process_id}/status").read_text().splitlines()
    except OSError:
        return 0.0
    sizes = [int(line.split()[1]) for line in lines if line.startswith("VmRSS:")]
    return sizes[0] / KILOBYTES if sizes else 0.0
