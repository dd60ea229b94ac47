"""A forgotten password is replaced by a mailed link."""

import contextlib
import contextvars
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask

from helpdesk import clock
from helpdesk.accounts import commands
from helpdesk.accounts.errors import LinkNotValid
from helpdesk.accounts.models import User
from helpdesk.transaction import transaction
from tests.accounts.mail import link_in_mail, mail_to
from tests.factories import PASSWORD, a_provider
from tests.visitor import Visitor

NEW = "seven quiet herons at dusk"


def asked(app: Flask, address: str) -> Visitor:
    return Visitor(app).open("/login").follow("Forgot your password?").press("Send the link", email=address)


def can_sign_in(app: Flask, user: User, password: str) -> bool:
    return Visitor(app).sign_in(user, password).path == "/vaccine-provider"


def test_a_new_password_is_set_by_the_mailed_link_and_ends_every_session(app: Flask) -> None:
    user = a_provider()
    elsewhere = Visitor(app).sign_in(user)
    asked(app, user.email)

    page = Visitor(app).open(link_in_mail(user.email)).press("Set the password", password=NEW)

    assert (page.path, "Your new password is set" in page.text) == ("/login", True)
    assert elsewhere.open("/account").path == "/login"
    assert (can_sign_in(app, user, NEW), can_sign_in(app, user, PASSWORD)) == (True, False)


def test_every_address_gets_the_same_answer_and_only_known_ones_a_mail(app: Flask) -> None:
    user = a_provider()

    known, unknown = asked(app, user.email), asked(app, "nobody@example.org")

    assert (known.path, known.html) == (unknown.path, unknown.html)
    assert ([m.kind for m in mail_to(user.email)], mail_to("nobody@example.org")) == (["reset_password"], [])


def test_a_link_works_once(app: Flask) -> None:
    user = a_provider()
    asked(app, user.email)
    first, second = (Visitor(app).open(link_in_mail(user.email)) for _ in range(2))

    first.press("Set the password", password=NEW)
    second.press("Set the password", password="another good long one")

    assert (second.status, "This link is no longer good" in second.text) == (410, True)
    assert can_sign_in(app, user, NEW)


@pytest.mark.both_databases
def test_a_link_used_by_many_at_once_works_once(app: Flask) -> None:
    user = a_provider()
    asked(app, user.email)
    token = link_in_mail(user.email).rpartition("/")[2]

    def use(number: int) -> bool:
        with app.app_context(), contextlib.suppress(LinkNotValid), transaction():
            commands.reset_password(token, password=f"{NEW} {number}")
            return True
        return False

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(lambda number: contextvars.Context().run(use, number), range(6))) == 1


def test_using_one_link_ends_the_others(app: Flask) -> None:
    user = a_provider()
    asked(app, user.email)
    older = link_in_mail(user.email)
    asked(app, user.email)

    Visitor(app).open(link_in_mail(user.email)).press("Set the password", password=NEW)

    assert Visitor(app).open(older).status == 410


def test_a_link_ends_after_an_hour_and_a_fresh_one_is_offered(app: Flask) -> None:
    user = a_provider()
    asked(app, user.email)

    with clock.at(clock.now() + timedelta(hours=1)):
        page = Visitor(app).open(link_in_mail(user.email))

    assert (page.status, page.has_button("Set the password")) == (410, False)
    assert page.follow("Send me a fresh link").path == "/forgot-password"


def test_a_link_to_activate_sets_no_password(app: Flask) -> None:
    user = a_provider(verified=False)
    Visitor(app).open("/verify/again").press("Send the link", email=user.email)
    token = link_in_mail(user.email).rpartition("/")[2]

    assert Visitor(app).open(f"/reset-password/{token}").status == 410


def test_who_can_read_the_mail_has_confirmed_the_address(app: Flask) -> None:
    user = a_provider(verified=False)
    asked(app, user.email)
    Visitor(app).open(link_in_mail(user.email))
    assert user.verified_at is None

    Visitor(app).open(link_in_mail(user.email)).press("Set the password", password=NEW)
    assert can_sign_in(app, user, NEW)


@pytest.mark.parametrize("password", ["", "short", "x" * 257, "aaaaaaaaaaaaaaaa", "long enough\x00but with nul"])
def test_a_bad_password_is_refused_and_the_link_stays_good(app: Flask, password: str) -> None:
    user = a_provider()
    asked(app, user.email)

    page = Visitor(app).open(link_in_mail(user.email)).press("Set the password", password=password)

    assert page.status == 422
    page.press("Set the password", password=NEW)
    assert can_sign_in(app, user, NEW)
