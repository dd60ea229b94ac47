"""How a delivery is asked to end."""

import threading

from .smtp import MailServer


class StopSign:
    """Asks a delivery in another thread to end after the message in hand; if that takes too long, its line can be cut."""

    def __init__(self) -> None:
        self._up = threading.Event()
        self._server: MailServer | None = None

    @property
    def is_up(self) -> bool:
        """Whether no further message may be begun."""
        return self._up.is_set()

    def wait(self, seconds: float) -> None:
        """Wait so long, or until it is put up."""
        self._up.wait(seconds)

    def put_up(self) -> None:
        """Let nothing more begin."""
        self._up.set()

    def watch(self, server: MailServer) -> None:
        """Know the line that `cut` would drop."""
        self._server = server

    def cut(self) -> None:
        """Drop the line: the message in hand ends at the stage it has reached, and is recorded so."""
        if self._server is not None:
            self._server.cut()
