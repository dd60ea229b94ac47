import base64
from datetime import UTC, datetime
from urllib.parse import quote

import pytest

from helpdesk.cases.numbers import HIGHEST_ID
from helpdesk.queue.paging import Place, place
from tests.factories import an_agent
from tests.queue.cases import a_stock, at_the_desk


@pytest.mark.parametrize("at", [None, datetime(2026, 11, 30, 14, 0, 0, 123456, tzinfo=UTC), datetime(1969, 1, 1, tzinfo=UTC)])
def test_a_place_is_found_again_by_its_token(at):
    assert place(Place(at, 812).token) == Place(at, 812)


def forged(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


FORGED = [
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
    forged(f":{2**63 - 1}"),
    forged(f"1:{2**63 - 1}"),
    forged("999999999999999999:1"),  # an instant beyond every calendar
    forged("1:1:1"),
    forged("１:1"),  # digits, but not ours
]


@pytest.mark.parametrize("token", FORGED)
def test_a_forged_token_is_no_place(token):
    assert place(token) is None


# Well made, but for a row that no page ever ended with.
MADE_UP = [
    forged(text)
    for text in (":0", f":{HIGHEST_ID}", f"1:{HIGHEST_ID}", "-62135596800000000:1", "253402300799999999:1", "0000000000000000:1")
]


@pytest.mark.both_databases
@pytest.mark.parametrize("show", ["my-teams", "mine", "unassigned", "resolved", "all"])
def test_the_queue_opens_whatever_its_address_says(app, show):
    a_stock(1)
    desk = at_the_desk(app, an_agent("ENR"))

    answers = {token: desk.open(f"/agent/queue?show={show}&after={quote(token[:5000])}").status for token in FORGED + MADE_UP}

    assert set(answers.values()) == {200}, answers
