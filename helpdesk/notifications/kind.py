"""What a kind of mail is: whom it is for, when it may leave, what it says and what it may tell."""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from flask_babel import LazyString

from ..languages import gettext as _


class Timing(StrEnum):
    """When a mail may leave."""

    WINDOWED = "windowed"  # after its rest, and only while the desk is open
    IMMEDIATE = "immediate"


class Audience(StrEnum):
    """Whom a mail is for, and so who has to know when it cannot be sent."""

    ACCOUNT = "account"  # somebody who has just asked for it, about their own account
    REQUESTER = "requester"  # about their case
    COPIED = "copied"  # about the case of a colleague
    STAFF = "staff"


@dataclass(frozen=True)
class Kind:
    """One kind of mail; its templates are `email/<name>.txt` and `.html`."""

    name: str
    audience: Audience
    timing: Timing
    subject: Any  # a lazy translation, with the facts it names in %(…)s
    needs: frozenset[str]  # facts that must be given
    may_tell: frozenset[str] = field(default_factory=frozenset)  # facts that are told where they are given

    @property
    def is_windowed(self) -> bool:
        """Whether this kind waits for its rest and for service hours."""
        return self.timing is Timing.WINDOWED

    def as_test(self) -> "Kind":
        """This kind for somebody who wants to see it: it leaves at once, and its subject says that it is a test."""
        subject = LazyString(lambda: _("[Test] %(subject)s", subject=str(self.subject)))
        return replace(self, timing=Timing.IMMEDIATE, subject=subject)
