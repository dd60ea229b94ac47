"""Commands of ours as processes of their own, which go on when whoever has started them ends."""

import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from typing import IO

import structlog

import config

MOST_SAID = 20_000  # bytes of what a process has said that are kept

log = structlog.get_logger()


@dataclass
class Processes:
    """Those that this process has started and not yet seen the end of.

    What they say is kept in a file without a name, and logged once they have ended: a pipe of ours would break under them when
    we end before they do, and hold up whoever reads our own.
    """

    _running: list[tuple[str, subprocess.Popen[bytes], IO[bytes]]] = field(default_factory=list)

    def start(self, *command: str) -> None:
        """Start `flask --app wsgi` with this command, out of reach of the signals that end us. Raises OSError."""
        said = tempfile.TemporaryFile()  # noqa: SIM115  open as long as the process runs
        arguments = [sys.executable, "-m", "flask", "--app", "wsgi", *command]
        process = subprocess.Popen(  # noqa: S603  our own command
            arguments, cwd=config.ROOT, stdin=subprocess.DEVNULL, stdout=said, stderr=said, start_new_session=True
        )
        self._running.append((" ".join(command), process, said))

    def look_after(self) -> None:
        """Let go of those that have ended, and log what they have said."""
        ended = [one for one in self._running if one[1].poll() is not None]
        for one in ended:
            self._running.remove(one)
            command, process, said = one
            with said:
                said.seek(0)
                words = said.read(MOST_SAID).decode(errors="replace").strip()
            if words or process.returncode:
                log.warning("process ended", command=command, status=process.returncode, said=words)
