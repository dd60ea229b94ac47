"""Lines to a mail server as smtplib makes them, which keep what the server says first and do not wait too long."""

import smtplib
import socket
from typing import Any

from .answers import readable


class _TwoTimeOuts:
    """smtplib's lines with one time-out to connect and another to answer, and without Nagle's delay before the last dot."""

    def __init__(self, *args: Any, connect_seconds: float, **kwargs: Any) -> None:
        self.connect_seconds = connect_seconds
        self.greeting = ""
        super().__init__(*args, **kwargs)

    def connect(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        """Connect as smtplib does, and keep what the server says first."""
        code, text = super().connect(*args, **kwargs)  # type: ignore[misc]
        self.greeting = f"{code} {readable(text)}"
        return code, text

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        line: socket.socket = super()._get_socket(host, port, self.connect_seconds)  # type: ignore[misc]
        line.settimeout(timeout)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return line


class Smtp(_TwoTimeOuts, smtplib.SMTP):
    """A line that TLS may begin on later, or never."""


class SmtpSsl(_TwoTimeOuts, smtplib.SMTP_SSL):
    """A line under TLS from its first byte."""
