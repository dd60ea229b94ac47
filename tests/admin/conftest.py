"""It is Monday, 9 a.m. in North Carolina, unless a test says otherwise."""

from collections.abc import Iterator

import pytest

from helpdesk import clock
from tests.case_factories import MONDAY_9_AM


@pytest.fixture(autouse=True)
def monday_morning() -> Iterator[None]:
    with clock.at(MONDAY_9_AM):
        yield
