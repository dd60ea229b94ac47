"""Where one is signed in: the list, ending one or all, being kept signed in, and the mail about a new browser."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from helpdesk import clock
from helpdesk.accounts import commands, devices
from helpdesk.accounts.devices import browser_in_words
from helpdesk.accounts.models import KnownDevice
from helpdesk.extensions import db
from helpdesk.transaction import transaction
from tests.accounts.mail import mail_to
from tests.accounts.test_sign_in import is_signed_in
from tests.factories import PASSWORD, a_provider, an_agent
from tests.visitor import Visitor

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/604"
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0"
CHROME = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36"
PAGE = "/account/sessions"


def a_browser(app: Flask, name: str) -> Visitor:
    visitor = Visitor(app)
    visitor.client.environ_base["HTTP_USER_AGENT"] = name
    return visitor


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (FIREFOX, "Firefox, Linux"),
        (SAFARI, "Safari, iPhone"),
        (EDGE, "Edge, Windows"),
        (CHROME, "Chrome, Android"),
        ("curl/8.5", ""),
        ("", ""),
    ],
)
def test_browsers_are_named_in_words(app: Flask, name: str, words: str) -> None:
    assert browser_in_words(name) == words


def test_every_browser_is_listed_and_this_one_is_marked(app: Flask) -> None:
    user = a_provider()
    here = a_browser(app, FIREFOX).sign_in(user, PASSWORD)
    a_browser(app, SAFARI).sign_in(user, PASSWORD)

    here.open("/account").follow("Where you are signed in")

    panels = {panel.h2.get_text(): panel.get_text() for panel in here.page.select("section.panel")}  # type: ignore[union-attr]
    assert {"Firefox, Linux", "Safari, iPhone"} <= set(panels)
    assert "the browser you are using now" in panels["Firefox, Linux"]
    assert "127.0.0.1" in panels["Safari, iPhone"]


def test_one_browser_is_signed_out_from_another(app: Flask) -> None:
    user = a_provider()
    here, lost = a_browser(app, FIREFOX).sign_in(user, PASSWORD), a_browser(app, SAFARI).sign_in(user, PASSWORD)

    here.open(PAGE).press("Sign out there")

    assert ("That browser is signed out." in here.text, is_signed_in(here), is_signed_in(lost)) == (True, True, False)


def test_nobody_ends_the_session_of_somebody_else(app: Flask) -> None:
    theirs = Visitor(app).sign_in(a_provider(), PASSWORD)
    mine = Visitor(app).sign_in(an_agent(), PASSWORD).open(PAGE)
    token = mine.values("Sign out everywhere")

    for number in range(1, 4):
        mine.post(f"{PAGE}/{number}/end", token)

    assert is_signed_in(theirs)


def test_signing_out_everywhere_ends_this_session_too(app: Flask) -> None:
    user = a_provider()
    here, there = Visitor(app).sign_in(user, PASSWORD), Visitor(app).sign_in(user, PASSWORD)

    here.open(PAGE).press("Sign out everywhere")

    assert ("You are signed out everywhere." in here.text, is_signed_in(here), is_signed_in(there)) == (True, False, False)


def test_a_provider_is_kept_signed_in_for_thirty_days_if_they_ask_for_it(app: Flask) -> None:
    user, now = a_provider(), clock.now()
    with clock.at(now):
        kept = Visitor(app).open("/login").press("Sign in", email=user.email, password=PASSWORD, remember="on")
        not_kept = Visitor(app).sign_in(user, PASSWORD)
    with clock.at(now + timedelta(days=29)):
        assert (is_signed_in(kept), is_signed_in(not_kept)) == (True, False)
    with clock.at(now + timedelta(days=30)):
        assert not is_signed_in(kept)


def test_only_a_kept_session_outlives_the_browser(app: Flask) -> None:
    user = a_provider()
    kept = Visitor(app).open("/login").press("Sign in", email=user.email, password=PASSWORD, remember="on")
    not_kept = Visitor(app).sign_in(user, PASSWORD)

    cookies = [visitor.client.get_cookie("session") for visitor in (kept, not_kept)]

    assert [cookie.expires is not None for cookie in cookies if cookie] == [True, False]


def test_staff_are_never_kept_signed_in(app: Flask) -> None:
    user, now = an_agent(), clock.now()
    with clock.at(now):
        visitor = Visitor(app).open("/login").press("Sign in", email=user.email, password=PASSWORD, remember="on")
    with clock.at(now + timedelta(minutes=31)):
        assert not is_signed_in(visitor)


def test_a_new_browser_is_told_by_mail_but_not_the_first_and_not_one_that_is_known(app: Flask) -> None:
    user = a_provider()
    first = a_browser(app, FIREFOX).sign_in(user, PASSWORD)
    assert mail_to(user.email) == []

    first.press("Sign out").open("/login").press("Sign in", email=user.email, password=PASSWORD)
    assert mail_to(user.email) == []

    a_browser(app, SAFARI).sign_in(user, PASSWORD)
    (told,) = mail_to(user.email)
    assert told.kind == "new_device"
    assert "Browser: Safari, iPhone. Network: 127.0.0.1." in told.text_body


def test_a_browser_that_somebody_else_has_used_is_new_to_me(app: Flask) -> None:
    user = a_provider()
    a_browser(app, FIREFOX).sign_in(user, PASSWORD)
    shared = a_browser(app, SAFARI).sign_in(a_provider(), PASSWORD).press("Sign out")

    shared.open("/login").press("Sign in", email=user.email, password=PASSWORD)

    assert [mail.kind for mail in mail_to(user.email)] == ["new_device"]


def test_the_cookie_of_a_browser_is_not_for_scripts(app: Flask) -> None:
    visitor = Visitor(app).sign_in(a_provider(), PASSWORD)

    cookie = visitor.client.get_cookie("device")

    assert cookie is not None
    assert (cookie.http_only, cookie.same_site) == (True, "Lax")


@pytest.mark.both_databases
def test_browsers_not_seen_for_long_are_forgotten_but_not_the_last_of_a_person(app: Flask) -> None:
    user, other, now = a_provider(), a_provider(), clock.now()
    with clock.at(now - devices.COOKIE_LASTS - timedelta(minutes=1)):
        for person in (user, user, other):
            a_browser(app, FIREFOX).sign_in(person, PASSWORD)
    with clock.at(now):
        a_browser(app, SAFARI).sign_in(user, PASSWORD)
        with transaction():
            swept = commands.sweep()
        a_browser(app, EDGE).sign_in(other, PASSWORD)

    left = sa.select(sa.func.count()).select_from(KnownDevice)
    assert (swept["browsers"], db.session.scalar(left.where(KnownDevice.user_id == user.id))) == (2, 1)
    assert [mail.kind for mail in mail_to(other.email)] == ["new_device"]
