"""How long an answer takes does not tell whether an address has an account here.

The database is asked for real and passwords are hashed for real, with the cheap parameters of the tests: that makes every other
difference plainer than it is at a desk.
"""

import contextvars
import gc
import time
from collections.abc import Callable, Iterator
from itertools import count, repeat
from statistics import median

import pytest
import sqlalchemy as sa
from flask import Flask

from helpdesk import clock
from helpdesk.accounts.models import FailedAttempts
from helpdesk.extensions import db
from helpdesk.transaction import transaction
from tests.accounts.test_registration import TYPED
from tests.factories import PASSWORD, a_provider
from tests.visitor import Visitor

TRIES = 200
WITHIN = 0.10
ROUNDS = 3  # what else the machine does can disturb one; what the desk does differently shows in all
STATES = ("unknown", "verified", "unverified", "deactivated")


@pytest.fixture
def addresses(app: Flask) -> dict[str, Iterator[str]]:
    """An address of each state, a new one for every try of a stranger, as a guesser has them."""
    people = {state: a_provider(verified=state != "unverified") for state in STATES[1:]}
    with transaction():
        people["deactivated"].deactivated_at = clock.now()
    known = {state: repeat(person.email) for state, person in people.items()}
    return {"unknown": (f"nobody.{n}@example.org" for n in count()), **known}


def seconds(visitor: Visitor, path: str, fields: dict[str, str]) -> float:
    """How long the answer to a form takes; no try is held against the next one."""
    with transaction():
        db.session.execute(sa.delete(FailedAttempts))
    begun = time.perf_counter()
    answer = contextvars.Context().run(visitor.client.post, path, data=fields, buffered=True)
    took = time.perf_counter() - begun
    db.session.rollback()
    assert answer.status_code in (303, 422), answer.status_code
    return took


def medians(app: Flask, path: str, button: str, fields: Callable[[str], dict[str, str]], addresses) -> dict[str, float]:
    """The median for each state of an address, asked in turns."""
    visitor = Visitor(app).open(path)
    plain = visitor.values(button)
    taken: dict[str, list[float]] = {state: [] for state in STATES}
    gc.collect()
    gc.disable()
    try:
        for turn in range(TRIES + 10):
            for step in range(len(STATES)):
                state = STATES[(turn + step) % len(STATES)]  # nobody always comes first, or after the same one
                took = seconds(visitor, path, {**plain, **fields(next(addresses[state]))})
                if turn >= 10:  # warm by then
                    taken[state].append(took)
    finally:
        gc.enable()
    return {state: median(times) for state, times in taken.items()}


@pytest.fixture(autouse=True)
def hashing_that_costs_something(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """A quarter of the memory and a third of the passes of a real desk: there, hashing outweighs the rest even more."""
    monkeypatch.setitem(app.config, "ARGON2_MEMORY_KIB", 16_384)


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("path", "button", "fields"),
    [
        ("/login", "Sign in", lambda address: {"email": address, "password": "not the right one"}),
        ("/forgot-password", "Send the link", lambda address: {"email": address}),
        ("/verify/again", "Send the link", lambda address: {"email": address}),
        ("/register", "Register", lambda address: {**TYPED, "email": address, "password": PASSWORD}),
    ],
)
def test_the_answer_takes_as_long_for_every_address(app: Flask, addresses, path, button, fields) -> None:
    rounds = []
    while len(rounds) < ROUNDS and not any(map(are_alike, rounds)):
        rounds.append(medians(app, path, button, fields, addresses))

    assert are_alike(rounds[-1]), rounds


def are_alike(found: dict[str, float]) -> bool:
    """Whether the medians of a round are within the limit of each other."""
    return max(found.values()) <= min(found.values()) * (1 + WITHIN)
