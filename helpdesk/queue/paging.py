"""Where a page of the queue ends, as an opaque text in its address: the next one begins behind it, whatever came before."""

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ..cases.numbers import HIGHEST_ID

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PLACE = re.compile(r"(-?\d{1,18})?:(\d{1,10})", re.ASCII)
_LONGEST = 64


@dataclass(frozen=True)
class Place:
    """The last row of a page: the instant that the page is ordered by (none for cases that are not due) and the case's id."""

    at: datetime | None
    case_id: int

    @property
    def token(self) -> str:
        """This place as the parameter `after`."""
        micros = "" if self.at is None else (self.at - _EPOCH) // timedelta(microseconds=1)
        return base64.urlsafe_b64encode(f"{micros}:{self.case_id}".encode()).decode().rstrip("=")


def place(token: str) -> Place | None:
    """The place behind a parameter; none, which is the first page, for an empty or a forged one."""
    if not token or len(token) > _LONGEST:
        return None
    try:
        text = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True).decode("ascii")
        found = _PLACE.fullmatch(text)
        if found is None or int(found[2]) > HIGHEST_ID:
            return None
        at = None if found[1] is None else _EPOCH + timedelta(microseconds=int(found[1]))
    except (binascii.Error, ValueError, OverflowError):
        return None
    return Place(at, int(found[2]))
