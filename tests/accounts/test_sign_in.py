"""Signing in and out, and where it leads."""

import logging
import time
from collections.abc import Iterator

import pytest
import structlog
from flask import Flask
from structlog.typing import EventDict

from helpdesk import clock
from helpdesk.accounts import commands
from helpdesk.accounts.models import User
from helpdesk.transaction import transaction
from tests.accounts.mail import mail_to
from tests.case_factories import a_case
from tests.factories import PASSWORD, a_lead, a_provider, an_admin, an_agent
from tests.visitor import Visitor


def signed_in(app: Flask, user: User, *, at: str = "/login", password: str = PASSWORD) -> Visitor:
    return Visitor(app).open(at).press("Sign in", email=user.email, password=password)


def is_signed_in(visitor: Visitor) -> bool:
    return visitor.open("/account").path == "/account"


def test_a_provider_begins_at_the_vaccine_provider_page(app: Flask) -> None:
    assert signed_in(app, a_provider()).path == "/vaccine-provider"


@pytest.mark.parametrize("somebody", [an_agent, a_lead, an_admin])
def test_staff_begin_at_the_queue(app: Flask, somebody: object) -> None:
    assert signed_in(app, somebody()).path == "/agent/queue"  # type: ignore[operator]


def test_the_page_that_asked_to_sign_in_comes_next(app: Flask) -> None:
    visitor = Visitor(app).open("/account?from=mail")
    assert visitor.path == "/login"

    user = a_provider()
    visitor.press("Sign in", email=user.email, password=PASSWORD)

    assert (visitor.path, user.email in visitor.text) == ("/account", True)


@pytest.mark.parametrize(
    "elsewhere",
    [
        "//evil.example",
        "https://evil.example/",
        "https:evil.example",
        "\\\\evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "///evil.example",
        "javascript:alert(1)",
        "/account\x00",
        "/account%0d%0aLocation:%20https://evil.example",
        "evil.example",
        "/no-such-page",
        "/logout",
        "/login",
    ],
)
def test_nobody_is_sent_elsewhere_after_signing_in(app: Flask, elsewhere: str) -> None:
    user = a_provider()
    visitor = Visitor(app).open("/login")

    visitor.press("Sign in", email=user.email, password=PASSWORD, next=elsewhere)

    assert visitor.path == "/vaccine-provider"


def test_the_address_may_be_written_in_any_case(app: Flask) -> None:
    user = a_provider(email="Dana.Okafor@example.org")

    visitor = Visitor(app).open("/login").press("Sign in", email=" dana.OKAFOR@Example.ORG ", password=PASSWORD)

    assert (visitor.path, user.email) == ("/vaccine-provider", "Dana.Okafor@example.org")


def test_an_unknown_address_and_a_wrong_password_get_the_same_answer(app: Flask) -> None:
    user = a_provider()
    wrong = signed_in(app, user, password="not the right password")
    unknown = Visitor(app).open("/login").press("Sign in", email="nobody@example.org", password="not the right password")

    assert (wrong.status, unknown.status) == (422, 422)
    assert "The e-mail address or the password is not right" in wrong.text
    assert wrong.text == unknown.text


def test_an_unknown_address_costs_as_much_work_as_a_wrong_password(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "ARGON2_MEMORY_KIB", 65_536)
    known = a_provider().email
    wrong_password(app, "warm-up@example.org")

    work = {address: seconds_of_work(app, address) for address in (known, "nobody@example.org")}

    assert 0.5 < work["nobody@example.org"] / work[known] < 2


def wrong_password(app: Flask, address: str) -> None:
    page = Visitor(app).open("/login").press("Sign in", email=address, password="not the right password")
    assert page.status == 422


def seconds_of_work(app: Flask, address: str) -> float:
    """How long the processor is busy with a wrong password, whatever else this machine does; the least of three."""
    taken = []
    for _ in range(3):
        begun = time.process_time()
        wrong_password(app, address)
        taken.append(time.process_time() - begun)
    return min(taken)


@pytest.mark.parametrize("name", ["dokafor", "dokafor@ncid", "x" * 400, "💉", "' OR 1=1 --", "dana\x00@example.org"])
def test_a_name_that_is_no_address_is_answered_about_ncid(app: Flask, name: str) -> None:
    page = Visitor(app).open("/login").press("Sign in", email=name, password=PASSWORD)

    assert page.status == 422
    assert "This desk does not use NCID user names." in page.text


def test_the_sign_in_page_offers_to_register(app: Flask) -> None:
    assert Visitor(app).open("/login").follow("Register").path == "/register"


def test_who_has_not_confirmed_the_address_is_told_and_offered_a_fresh_link(app: Flask) -> None:
    user = a_provider(verified=False)

    page = signed_in(app, user)
    assert (page.status, "Your address is not confirmed yet" in page.text) == (422, True)

    assert page.press("Send me a fresh link").h1 == "Check your mail"
    assert [m.kind for m in mail_to(user.email)] == ["verify_address"]
    assert not is_signed_in(page)


def test_only_the_right_password_tells_that_an_address_is_not_confirmed(app: Flask) -> None:
    page = signed_in(app, a_provider(verified=False), password="not the right password")

    assert "not confirmed" not in page.text


def test_a_closed_account_cannot_sign_in(app: Flask) -> None:
    user = a_provider()
    with transaction():
        user.deactivated_at = clock.now()

    page = signed_in(app, user)

    assert (page.status, "This account is closed" in page.text) == (422, True)
    assert not is_signed_in(page)


def test_signing_in_begins_a_new_session(app: Flask) -> None:
    visitor = Visitor(app).open("/login")
    with visitor.client.session_transaction() as session:
        session["planted"] = "by somebody else"
        before = session["csrf_token"]

    user = a_provider()
    visitor.press("Sign in", email=user.email, password=PASSWORD)

    with visitor.client.session_transaction() as session:
        assert "planted" not in session
        assert session.get("csrf_token") != before


def test_signing_out_ends_the_session(app: Flask) -> None:
    visitor = signed_in(app, a_provider())

    visitor.press("Sign out")

    assert (visitor.path, "You are signed out." in visitor.text) == ("/", True)
    assert not is_signed_in(visitor)


def test_signing_out_when_the_session_is_over_is_no_error(app: Flask) -> None:
    visitor = signed_in(app, a_provider())
    visitor.client.delete_cookie("session")

    visitor.press("Sign out")

    assert (visitor.path, visitor.status) == ("/", 200)


def test_who_is_signed_in_passes_by_the_sign_in_page(app: Flask) -> None:
    visitor = signed_in(app, a_provider())

    assert visitor.open("/login?next=/account").path == "/account"
    assert visitor.open("/register").path == "/account"


def test_a_double_click_on_sign_in_leads_on_without_a_word(app: Flask) -> None:
    user = a_provider()
    visitor = Visitor(app).open("/login?next=/account")
    form = {**visitor.values("Sign in"), "email": user.email, "password": PASSWORD}

    visitor.post("/login", form).post("/login", form)

    assert (visitor.path, "open too long" in visitor.text) == ("/account", False)


@pytest.mark.parametrize("what", ["deactivated_at", "session_key"])
def test_deactivation_and_a_new_session_key_end_every_session(app: Flask, what: str) -> None:
    user = a_provider()
    visitor = signed_in(app, user)
    assert is_signed_in(visitor)

    with transaction():
        setattr(user, what, clock.now() if what == "deactivated_at" else commands.new_session_key())

    assert not is_signed_in(visitor)


def test_a_password_is_hashed_anew_when_the_parameters_have_changed(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    user = a_provider()
    monkeypatch.setitem(app.config, "ARGON2_TIME_COST", 2)

    signed_in(app, user)

    assert "t=2" in user.password_hash
    assert is_signed_in(signed_in(app, user))


def test_the_account_page_shows_ones_details(app: Flask) -> None:
    user = an_agent(phone="(919) 555-0133")

    page = signed_in(app, user).open("/account")

    for detail in (user.name, user.email, user.phone, "English", "Agent", "Provider Enrollment"):
        assert detail in page.text


@pytest.fixture
def log() -> Iterator[list[EventDict]]:
    """All that is logged during a test, of every level."""
    usual = structlog.get_config()["wrapper_class"]
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG))
    with structlog.testing.capture_logs() as entries:
        yield entries
    structlog.configure(wrapper_class=usual)


def test_neither_pages_nor_logs_tell_a_password(app: Flask, log: list[EventDict]) -> None:
    pages = [signed_in(app, a_provider()), signed_in(app, a_provider(), password="wrong but just as secret")]
    pages.append(Visitor(app).post("/cases/NCV-000001/replies", {"password": PASSWORD}))

    told = repr(log) + "".join(page.html for page in pages)

    assert "accounts.login" in told
    assert PASSWORD not in told
    assert "just as secret" not in told


def test_who_signs_in_over_the_page_of_somebody_else_begins_at_their_own_start(app: Flask) -> None:
    case = a_case()
    theirs = signed_in(app, a_provider(), at=f"/login?next=/cases/{case.number}")
    staff = signed_in(app, an_agent("NCIR"), at=f"/login?next=/cases/{case.number}")

    assert (theirs.path, staff.path) == ("/vaccine-provider", "/agent/queue")
    assert all("this is where you start" in visitor.text for visitor in (theirs, staff))
    assert theirs.open(f"/cases/{case.number}").status == 404
