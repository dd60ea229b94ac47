"""How an attempt to hand over a mail ended: the stage it reached and what the mail server said."""

from dataclasses import dataclass
from enum import StrEnum

from .. import typed_text
from .models import AttemptOutcome

LONGEST_ANSWER = 500


class Stage(StrEnum):
    """How far a mail came."""

    BEFORE = ""  # not begun
    COMPOSE = "compose"
    CONNECT = "connect"
    LOGIN = "login"
    MAIL = "MAIL"
    RCPT = "RCPT"
    DATA = "DATA"
    TEXT = "text"  # the server has said "go ahead", the end of the data has not been sent
    END = "end of data"


@dataclass(frozen=True)
class Answer:
    """How an attempt ended."""

    outcome: AttemptOutcome
    stage: Stage
    code: int | None = None
    text: str = ""
    refuses_us: bool = False  # the server does not take us as a sender, whatever the message: worth an alarm
    greeting: str = ""  # what the server said first on this line

    def __str__(self) -> str:
        return f"{self.code} {self.text}" if self.code else self.text


def readable(text: bytes | str | Exception) -> str:
    """What was said, as one short line."""
    if isinstance(text, bytes):
        text = text.decode("utf-8", "replace")
    elif isinstance(text, Exception):
        text = str(text) or type(text).__name__
    return typed_text.one_line(text)[:LONGEST_ANSWER]
