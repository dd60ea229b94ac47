"""What many tests of cases have in common: the hour, and an agent of the desk."""

from collections.abc import Iterator

import pytest
from flask import Flask

from helpdesk import clock
from helpdesk.accounts.models import User
from tests.case_factories import MONDAY_9_AM
from tests.factories import an_agent


@pytest.fixture
def monday_morning() -> Iterator[None]:
    """It is nine o'clock on a Monday: the desk is open."""
    with clock.at(MONDAY_9_AM):
        yield


@pytest.fixture
def agent(app: Flask) -> User:
    """Dana Osei, who works in Provider Enrollment."""
    return an_agent(first_name="Dana", last_name="Osei")
