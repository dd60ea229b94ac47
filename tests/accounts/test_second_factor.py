"""A code of an app beside the password: setting it up, being asked for it, and doing without the app."""

import contextvars
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pyotp
import pytest
import sqlalchemy as sa
from flask import Flask

from helpdesk import clock
from helpdesk.accounts import people, second_factor
from helpdesk.accounts.errors import WrongCode
from helpdesk.accounts.models import AccountAct, AccountEvent, RecoveryCode, SecondFactor, User
from helpdesk.extensions import db
from helpdesk.transaction import transaction
from tests.accounts.mail import mail_to
from tests.accounts.test_sign_in import is_signed_in
from tests.case_factories import MONDAY_9_AM
from tests.factories import PASSWORD, a_provider, an_agent
from tests.visitor import Visitor

PAGE = "/account/second-factor"
HALF_A_MINUTE = timedelta(seconds=30)


@pytest.fixture(autouse=True)
def on_monday_morning() -> Iterator[None]:
    with clock.at(MONDAY_9_AM):
        yield


def code_of(user: User, *, steps: int = 0) -> str:
    """What the app of this person shows now, or so many half minutes later."""
    factor = db.session.get_one(SecondFactor, user.id)
    return pyotp.TOTP(second_factor._secret(factor)).at(clock.now() + steps * HALF_A_MINUTE)


def with_an_app(user: User) -> list[str]:
    """Give somebody a second factor whose next code has not been used; returns the recovery codes."""
    with clock.at(clock.now() - timedelta(minutes=5)), transaction():
        second_factor.prepare(user)
        db.session.flush()
        return second_factor.confirm(user, code_of(user))


def at_the_second_step(app: Flask, user: User) -> Visitor:
    return Visitor(app).sign_in(user, PASSWORD)


def acts(user: User) -> list[AccountAct]:
    found = sa.select(AccountEvent.act).where(AccountEvent.user_id == user.id).order_by(AccountEvent.id)
    return [act for act in db.session.scalars(found) if act is not AccountAct.CREATED]


def test_setting_it_up(app: Flask) -> None:
    user = a_provider()
    visitor = Visitor(app).sign_in(user, PASSWORD).open("/account").follow("Second factor").press("Set up", password=PASSWORD)
    secret = second_factor.begun(user)
    assert secret
    assert secret in visitor.text
    assert visitor.page.select_one("img.qr")["src"].startswith("data:image/svg+xml")  # type: ignore[index, union-attr]
    assert second_factor.of(user) is None

    visitor.press("Turn on", code=code_of(user))

    codes = [code.get_text() for code in visitor.page.select(".recovery-codes code")]
    assert (len(set(codes)), visitor.h1) == (10, "Your recovery codes")
    assert (second_factor.of(user) is not None, second_factor.codes_left(user)) == (True, 10)
    assert acts(user) == [AccountAct.SECOND_FACTOR_ADDED]
    assert mail_to(user.email)[-1].kind == "second_factor_changed"
    assert not re.search("|".join(codes), visitor.open(PAGE).html)


def test_nothing_is_stored_that_lets_anybody_in(app: Flask) -> None:
    user = a_provider()
    codes = with_an_app(user)
    factor = db.session.get_one(SecondFactor, user.id)
    secret = second_factor._secret(factor)

    stored = [factor.encrypted_secret, *db.session.scalars(sa.select(RecoveryCode.code_hash))]

    assert not [text for text in stored if secret in text or any(code in text or code.replace("-", "") in text for code in codes)]


def test_a_wrong_password_or_code_sets_up_nothing_and_says_so(app: Flask) -> None:
    user = a_provider()
    visitor = Visitor(app).sign_in(user, PASSWORD).open(PAGE).press("Set up", password="not this one")
    assert (visitor.status, "This is not your password." in visitor.text) == (422, True)
    visitor.press("Set up", password=PASSWORD).press("Turn on", code="000000")

    assert (visitor.status, "This is not the code" in visitor.text) == (422, True)
    assert second_factor.of(user) is None


def test_the_password_alone_signs_nobody_in(app: Flask) -> None:
    user = a_provider()
    with_an_app(user)

    visitor = at_the_second_step(app, user)

    assert (visitor.path, visitor.h1) == ("/login/code", "Enter your code")
    assert not is_signed_in(visitor)


def test_the_code_signs_in_and_leads_where_one_was_going(app: Flask) -> None:
    user = an_agent()
    with_an_app(user)
    visitor = Visitor(app).open("/account?from=mail").press("Sign in", email=user.email, password=PASSWORD)

    visitor.press("Sign in", code=f" {code_of(user)[:3]} {code_of(user)[3:]} ")

    assert (visitor.path, user.email in visitor.text) == ("/account", True)


@pytest.mark.parametrize(("steps", "is_taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_clocks_may_be_wrong_by_half_a_minute(app: Flask, steps: int, is_taken: bool) -> None:
    user = a_provider()
    with_an_app(user)

    visitor = at_the_second_step(app, user).press("Sign in", code=code_of(user, steps=steps))

    assert is_signed_in(visitor) is is_taken


def test_a_code_is_good_once(app: Flask) -> None:
    user = a_provider()
    with_an_app(user)
    first, second = at_the_second_step(app, user), at_the_second_step(app, user)

    first.press("Sign in", code=code_of(user))
    second.press("Sign in", code=code_of(user))

    assert (is_signed_in(first), is_signed_in(second)) == (True, False)


@pytest.mark.both_databases
@pytest.mark.parametrize("with_recovery_code", [False, True])
def test_of_parallel_tries_with_one_code_one_succeeds(app: Flask, with_recovery_code: bool) -> None:
    user = a_provider()
    codes = with_an_app(user)
    code, user_id = (codes[0] if with_recovery_code else code_of(user)), user.id

    def accepted(_try: int) -> bool:
        with app.app_context():
            try:
                with transaction():
                    second_factor.accept(db.session.get_one(User, user_id), code)
            except WrongCode:
                return False
            return True

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: contextvars.Context().run(clock_stands_still, accepted, n), range(8)))

    assert sorted(answers) == [False] * 7 + [True]


def clock_stands_still(act, number):
    """The clock of the tests is set per context; each thread has its own."""
    with clock.at(MONDAY_9_AM):
        return act(number)


def test_a_recovery_code_is_good_once_however_it_is_typed_and_its_use_is_told(app: Flask) -> None:
    user = a_provider()
    code = with_an_app(user)[3]

    visitor = at_the_second_step(app, user).press("Sign in", code=code.upper().replace("-", " "))

    assert "You have 9 recovery codes left." in visitor.text
    assert mail_to(user.email)[-2].kind == "recovery_code_used" or mail_to(user.email)[-1].kind == "recovery_code_used"
    again = at_the_second_step(app, user).press("Sign in", code=code)
    assert (again.status, is_signed_in(again)) == (422, False)


def test_under_a_new_key_of_the_desk_recovery_codes_still_sign_in(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    user = a_provider()
    codes, code = with_an_app(user), code_of(user)
    monkeypatch.setitem(app.config, "SECRET_KEY", "another key of the desk, as random as the first one was")

    visitor = at_the_second_step(app, user).press("Sign in", code=code)
    assert visitor.status == 422
    assert is_signed_in(visitor.press("Sign in", code=codes[0]))


def test_new_recovery_codes_end_the_old_ones(app: Flask) -> None:
    user = a_provider()
    old = with_an_app(user)
    visitor = at_the_second_step(app, user).press("Sign in", code=code_of(user))

    visitor.open(PAGE).press("Make new recovery codes", password=PASSWORD)

    new = [code.get_text() for code in visitor.page.select(".recovery-codes code")]
    assert (len(new), set(new) & set(old)) == (10, set())
    assert not is_signed_in(at_the_second_step(app, user).press("Sign in", code=old[0]))
    assert is_signed_in(at_the_second_step(app, user).press("Sign in", code=new[0]))


def test_after_some_wrong_codes_the_next_try_waits(app: Flask) -> None:
    user = a_provider()
    with_an_app(user)
    visitor = at_the_second_step(app, user)

    answers = [visitor.press("Sign in", code="000000").status for _ in range(5)]
    waits = visitor.press("Sign in", code=code_of(user))

    assert (answers, waits.status, waits.headers["Retry-After"]) == ([422] * 5, 429, "5")
    with clock.at(MONDAY_9_AM + timedelta(seconds=6)):
        assert is_signed_in(visitor.press("Sign in", code=code_of(user)))


@pytest.mark.parametrize("change", ["too late", "another password", "deactivated"])
def test_half_way_is_not_for_ever(app: Flask, change: str) -> None:
    user = a_provider()
    with_an_app(user)
    visitor, later = at_the_second_step(app, user), MONDAY_9_AM
    if change == "too late":
        later += timedelta(minutes=10)
    with transaction():
        if change == "another password":
            people.sign_out_everywhere(user, by=user)
        if change == "deactivated":
            user.deactivated_at = clock.now()

    with clock.at(later):
        visitor.press("Sign in", code=code_of(user))

        assert (visitor.path, "Please sign in again." in visitor.text) == ("/login", True)


def test_the_code_page_without_a_password_before_leads_to_signing_in(app: Flask) -> None:
    assert Visitor(app).open("/login/code").path == "/login"


def test_turning_it_off(app: Flask) -> None:
    user = a_provider()
    with_an_app(user)
    visitor = at_the_second_step(app, user).press("Sign in", code=code_of(user))

    visitor.open(PAGE).press("Turn the second factor off", password=PASSWORD)

    assert "your password alone" in visitor.text
    assert (second_factor.of(user), acts(user)[-1]) == (None, AccountAct.SECOND_FACTOR_REMOVED)
    assert Visitor(app).sign_in(user, PASSWORD).path == "/vaccine-provider"
