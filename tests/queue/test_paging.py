import base64
from datetime import UTC, datetime

import pytest

from helpdesk.queue.paging import HIGHEST_ID, Place, place


@pytest.mark.parametrize("at", [None, datetime(2026, 11, 30, 14, 0, 0, 123456, tzinfo=UTC), datetime(1969, 1, 1, tzinfo=UTC)])
def test_a_place_is_found_again_by_its_token(at):
    assert place(Place(at, 812).token) == Place(at, 812)


def forged(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "token",
    [
        "",
        "nonsense",
        "é",
        "AAAA\0",
        "=" * 20,
        "A" * 100_000,
        forged("1"),
        forged(":"),
        forged("x:1"),
        forged("1:-1"),
        forged(f":{HIGHEST_ID + 1}"),
        forged("999999999999999999:1"),  # an instant beyond every calendar
        forged("1:1:1"),
        forged("１:1"),  # digits, but not ours
    ],
)
def test_a_forged_token_is_no_place(token):
    assert place(token) is None
