"""Many wrong passwords make the next try wait; nobody is locked out."""

import contextvars
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from helpdesk import clock
from helpdesk.accounts import commands, throttling
from helpdesk.accounts.errors import TooManyTries
from helpdesk.accounts.models import FailedAttempts
from helpdesk.extensions import db
from helpdesk.transaction import transaction
from tests.factories import PASSWORD, a_provider, an_admin
from tests.visitor import Visitor

WRONG = "not the right password"
HERE, ELSEWHERE = "192.0.2.1", "198.51.100.7"


def try_at(app: Flask, address: str, password: str = WRONG) -> Visitor:
    return Visitor(app).open("/login").press("Sign in", email=address, password=password)


def counted(name: str) -> list[int]:
    return list(db.session.scalars(sa.select(FailedAttempts.count).where(FailedAttempts.subject.startswith(f"{name}:"))))


def count_sign_in(address: str = "dana@example.org", client: str = HERE) -> None:
    with transaction():
        throttling.count_sign_in(address, client)


@pytest.mark.both_databases
def test_after_five_wrong_passwords_the_next_try_waits(app: Flask) -> None:
    user = a_provider()
    with clock.at(clock.now()):
        answers = [try_at(app, user.email) for _ in range(5)]
        refused = try_at(app, user.email, PASSWORD)

    assert [answer.status for answer in answers] == [422] * 5
    assert (refused.status, refused.headers["Retry-After"]) == (429, "5")
    assert "Nothing is locked: wait 5 seconds, then try again." in refused.text


def test_after_the_wait_the_right_password_signs_in_and_starts_afresh(app: Flask) -> None:
    user, now = a_provider(), clock.now()
    with clock.at(now):
        for _ in range(5):
            try_at(app, user.email)

    with clock.at(now + timedelta(seconds=5)):
        assert try_at(app, user.email, PASSWORD).path == "/vaccine-provider"

    assert (counted("guesser"), counted("account"), counted("client")) == ([], [], [5])


@pytest.mark.both_databases
def test_a_colleague_on_the_same_network_does_not_keep_the_owner_out(app: Flask) -> None:
    user, admin = a_provider(), an_admin()
    mine = Visitor(app).sign_in(user, PASSWORD).press("Sign out")
    with clock.at(clock.now()):
        for _ in range(5):
            try_at(app, user.email)
        assert try_at(app, user.email, PASSWORD).status == 429

        assert mine.open("/login").press("Sign in", email=user.email, password=PASSWORD).path == "/vaccine-provider"
        mine.press("Sign out").open("/login")
        answers = [mine.press("Sign in", email=user.email, password=WRONG).status for _ in range(6)]
        Visitor(app).sign_in(admin, PASSWORD).open(f"/admin/people/{user.id}").press("End the waits after wrong passwords")
        again = [mine.press("Sign in", email=user.email, password=PASSWORD).path, try_at(app, user.email).status]

    assert (answers, again) == ([422] * 5 + [429], ["/vaccine-provider", 422])


def test_waits_double_up_to_five_minutes(app: Flask) -> None:
    now, waits = clock.now(), []
    for _ in range(13):
        with clock.at(now):
            count_sign_in()
            after = db.session.scalars(
                sa.select(FailedAttempts.waits_until).where(FailedAttempts.subject.startswith("guesser:"))
            ).one()
            waits.append(int((after - now).total_seconds()))
        now = after

    assert waits == [0, 0, 0, 0, 5, 10, 20, 40, 80, 160, 300, 300, 300]


def test_somebody_guessing_elsewhere_does_not_keep_the_owner_out(app: Flask) -> None:
    with clock.at(clock.now()):
        for _ in range(5):
            count_sign_in(client=ELSEWHERE)
        with pytest.raises(TooManyTries):
            count_sign_in(client=ELSEWHERE)

        count_sign_in(client=HERE)


def test_one_address_that_tries_many_accounts_waits_too(app: Flask) -> None:
    with clock.at(clock.now()):
        for number in range(20):
            count_sign_in(f"person{number}@example.org")

        with pytest.raises(TooManyTries):
            count_sign_in("person20@example.org")
        count_sign_in("person20@example.org", ELSEWHERE)


def test_many_addresses_that_try_one_account_wait_too(app: Flask) -> None:
    with clock.at(clock.now()):
        for number in range(100):
            count_sign_in(client=f"203.0.113.{number}")

        with pytest.raises(TooManyTries):
            count_sign_in(client="203.0.113.200")


def test_an_ipv6_network_counts_as_one_address(app: Flask) -> None:
    with transaction():
        throttling.count_sign_in("a@example.org", "2001:db8:1:2::1")
        throttling.count_sign_in("b@example.org", "2001:db8:1:2:ffff::9")
        throttling.count_sign_in("c@example.org", "2001:db8:1:3::1")

    assert sorted(counted("client")) == [1, 2]


def test_counting_begins_anew_after_a_day(app: Flask) -> None:
    now = clock.now()
    with clock.at(now):
        for _ in range(5):
            count_sign_in()
    with clock.at(now + timedelta(hours=24)):
        count_sign_in()

    assert counted("guesser") == [1]


def test_a_clock_that_is_put_back_keeps_nobody_waiting_for_days(app: Flask) -> None:
    user, now = a_provider(), clock.now()
    with clock.at(now + timedelta(days=8)):
        for _ in range(5):
            try_at(app, user.email)

    with clock.at(now):
        assert try_at(app, user.email, PASSWORD).path == "/vaccine-provider"


def test_unknown_addresses_are_counted_like_known_ones(app: Flask) -> None:
    with clock.at(clock.now()):
        answers = [try_at(app, "nobody@example.org") for _ in range(6)]

    assert [answer.status for answer in answers] == [422] * 5 + [429]


@pytest.mark.both_databases
def test_parallel_wrong_passwords_are_checked_exactly_as_often_as_the_limit_allows(app: Flask) -> None:
    address = a_provider().email
    visitors = [Visitor(app).open("/login") for _ in range(100)]

    def press(visitor: Visitor) -> int:
        return visitor.press("Sign in", email=address, password=WRONG).status

    with clock.at(clock.now()), ThreadPoolExecutor(16) as pool:
        statuses = list(pool.map(lambda visitor: contextvars.Context().run(press, visitor), visitors))

    assert sorted(statuses) == [422] * 5 + [429] * 95
    assert (counted("guesser"), counted("account"), counted("client")) == ([5], [5], [5])


def test_old_counts_are_swept_up(app: Flask) -> None:
    count_sign_in()

    with clock.at(clock.now() + timedelta(hours=25)), transaction():
        swept = commands.sweep()

    assert (swept["counts"], counted("client")) == (3, [])
