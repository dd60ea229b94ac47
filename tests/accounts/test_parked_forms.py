"""What somebody has typed survives the end of their session, for them alone."""

import contextvars
import json
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask, session

from helpdesk import clock
from helpdesk.accounts import commands, parked, return_paths
from helpdesk.accounts.models import ParkedForm
from helpdesk.extensions import db
from helpdesk.transaction import transaction
from tests.accounts.test_second_factor import with_an_app
from tests.case_factories import a_case
from tests.factories import PASSWORD, a_provider, an_agent
from tests.visitor import Visitor

FORM = "/vaccine-provider/get-help"
TYPED = {"subject": "Fridge 2 was warm 💉", "description": "It read 12 °C.\nFor two hours."}


def signed_in(app: Flask, user: Any) -> Visitor:
    return Visitor(app).sign_in(user, PASSWORD)


def kept(visitor: Visitor, path: str = FORM) -> dict[str, Any] | None:
    """What the pages of this browser would find."""
    with visitor.client.session_transaction() as browser:
        cookie = dict(browser)

    def found() -> dict[str, Any] | None:
        with visitor.client.application.test_request_context(path):
            session.update(cookie)
            return parked.fields_for(path)

    return contextvars.Context().run(found)


def forms_kept() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(ParkedForm)) or 0


def test_a_form_sent_after_the_session_ended_waits_behind_the_sign_in_page(app: Flask) -> None:
    user = a_provider()
    visitor = signed_in(app, user).open(FORM)
    typed = {**visitor.values("Continue"), **TYPED}

    with clock.at(clock.now() + timedelta(hours=13)):
        visitor.post(FORM, typed)
        assert (visitor.path, "what you typed is kept" in visitor.text) == ("/login", True)
        visitor.press("Sign in", email=user.email, password=PASSWORD)

        assert visitor.path == FORM
        assert {name: visitor.values("Continue")[name] for name in TYPED} == TYPED


def test_another_person_at_the_same_computer_does_not_get_it_but_its_owner_does(app: Flask) -> None:
    owner, other = a_provider(), a_provider()
    visitor = signed_in(app, owner)
    with transaction():
        owner.session_key = commands.new_session_key()
    visitor.post(FORM, TYPED)

    visitor.press("Sign in", email=other.email, password=PASSWORD)
    assert (visitor.path, kept(visitor)) == (FORM, None)

    visitor.press("Sign out").sign_in(owner, PASSWORD)
    assert kept(visitor) == TYPED


def test_the_cookie_of_a_session_that_has_expired_still_tells_whose_it_was(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    owner, other = a_provider(), a_provider()
    visitor = signed_in(app, owner)
    monkeypatch.setitem(app.config, "PERMANENT_SESSION_LIFETIME", timedelta(seconds=-1))
    visitor.post(FORM, TYPED)

    assert db.session.scalars(sa.select(ParkedForm.user_id)).all() == [owner.id] != [other.id]


def test_a_form_of_nobody_we_know_goes_to_the_first_who_signs_in_there(app: Flask) -> None:
    first, second = a_provider(), a_provider()
    visitor = Visitor(app).post(FORM, TYPED)

    visitor.press("Sign in", email=first.email, password=PASSWORD)
    assert kept(visitor) == TYPED

    visitor.press("Sign out").sign_in(second, PASSWORD)
    assert kept(visitor) is None


def test_another_browser_of_the_same_person_does_not_get_it(app: Flask) -> None:
    owner = a_provider()
    visitor = signed_in(app, owner)
    with transaction():
        owner.session_key = commands.new_session_key()
    visitor.post(FORM, TYPED)

    assert kept(Visitor(app).sign_in(owner, PASSWORD)) is None


def test_a_page_open_too_long_while_signed_in_keeps_the_text_and_says_so(app: Flask) -> None:
    visitor = signed_in(app, a_provider())

    visitor.post(FORM, {**TYPED, "csrf_token": "from yesterday"})

    assert visitor.path == FORM
    assert "Your page was open too long; nothing is lost, please send it again." in visitor.text
    assert visitor.values("Continue")["subject"] == TYPED["subject"]


def test_a_stale_registration_keeps_all_but_the_password(app: Flask) -> None:
    visitor = Visitor(app).open("/register")

    visitor.post("/register", {"first_name": "Dana", "email": "dana@example.org", "password": PASSWORD})

    values = visitor.values("Register")
    assert (visitor.path, values["first_name"], values["password"]) == ("/register", "Dana", "")
    assert PASSWORD not in json.dumps(db.session.scalars(sa.select(ParkedForm.fields)).one())


def test_a_code_that_signs_somebody_in_is_never_kept(app: Flask) -> None:
    user = a_provider()
    with_an_app(user)
    visitor = Visitor(app).sign_in(user, PASSWORD)
    assert visitor.path == "/login/code"

    visitor.post("/login/code", {"csrf_token": "too old", "code": "abcde-fghij"})

    assert "Please press the button again." in visitor.text
    assert db.session.scalars(sa.select(ParkedForm)).all() == []


def test_a_stale_sign_in_keeps_the_address_and_where_to_go_on(app: Flask) -> None:
    visitor = Visitor(app).post("/login", {"email": "dana@example.org", "password": PASSWORD, "next": "/account"})

    values = visitor.values("Sign in")
    assert (values["email"], values["password"], values["next"]) == ("dana@example.org", "", "/account")


def test_fields_with_several_values_are_kept_as_lists(app: Flask) -> None:
    visitor = Visitor(app).post(FORM, {"topic": ["a", "b"], "subject": "one"})

    assert db.session.scalars(sa.select(ParkedForm.fields)).one() == {"topic": ["a", "b"], "subject": ["one"]}
    visitor.sign_in(a_provider(), PASSWORD)
    assert kept(visitor) == {"topic": ["a", "b"], "subject": "one"}


def test_what_is_larger_than_64_kilobytes_is_not_kept_and_not_promised(app: Flask) -> None:
    visitor = Visitor(app).post(FORM, {"description": "x" * 65_600})

    assert (forms_kept(), "is kept" in visitor.text, visitor.path) == (0, False, "/login")


@pytest.mark.both_databases
def test_what_no_database_stores_is_left_out(app: Flask) -> None:
    Visitor(app).post(FORM, {"subject": "a\x00b \u202e💉", "na\x00me": "x"})

    assert db.session.scalars(sa.select(ParkedForm.fields)).one() == {"subject": ["ab \u202e💉"], "name": ["x"]}


def test_one_address_cannot_fill_the_database_with_forms_of_nobody(app: Flask) -> None:
    with clock.at(clock.now()):
        for _ in range(25):
            Visitor(app).post(FORM, TYPED)

    assert forms_kept() == 20


def test_a_browser_keeps_the_newest_three_forms_and_one_of_a_page(app: Flask) -> None:
    visitor = Visitor(app)
    for subject in ("first", "second"):
        visitor.post(FORM, {"subject": subject})
    assert forms_kept() == 1

    for path in ("/register", "/forgot-password", "/verify/again"):
        visitor.post(path, {"email": "dana@example.org"})
    assert kept(visitor) is None


def test_what_another_site_sends_is_refused_and_changes_nothing(app: Flask) -> None:
    visitor = signed_in(app, a_provider())
    headers = {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"}

    for header in headers:
        answer = visitor.client.post("/login", data={"email": "a@example.org"}, headers=header)
        assert (answer.status_code, answer.headers.get("Set-Cookie"), forms_kept()) == (400, None, 0)


def test_our_own_pages_are_known_by_their_origin(app: Flask) -> None:
    for origin in ("http://localhost", app.config["BASE_URL"]):
        headers = {"Origin": origin, "Sec-Fetch-Site": "same-origin"}
        answer = Visitor(app).client.post("/verify/again", data={"email": "a@example.org"}, headers=headers)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/verify/again")


def test_reading_a_parked_form_writes_nothing_and_sending_it_ends_it(app: Flask) -> None:
    visitor = Visitor(app).post("/verify/again", {"email": "dana@example.org"})
    visitor.open("/verify/again").open("/verify/again")
    assert forms_kept() == 1

    visitor.press("Send the link", email="dana@example.org")
    assert forms_kept() == 0


def test_old_parked_forms_are_swept_up_after_a_day(app: Flask) -> None:
    Visitor(app).post(FORM, TYPED)

    for hours, left in ((23, 1), (25, 0)):
        with clock.at(clock.now() + timedelta(hours=hours)), transaction():
            commands.sweep()
        assert forms_kept() == left


@pytest.mark.parametrize(
    ("sent_to", "page"),
    [
        ("/vaccine-provider/get-help", "/vaccine-provider/get-help"),
        ("/agent/cases/NCV-000001/replies", "/agent/cases/NCV-000001/replies"),  # which leads back to the case
        ("/agent/queue/take-next", "/agent/queue"),
        ("/cases/NCV-000001/replies", "/cases/NCV-000001/replies"),  # and so does this
        ("/logout", "/"),
        ("/no/such/path", "/"),
    ],
)
def test_the_page_to_go_on_is_the_nearest_that_can_be_opened(app: Flask, sent_to: str, page: str) -> None:
    assert return_paths.page_for(sent_to) == page


def test_an_agents_reply_survives_too(app: Flask) -> None:
    agent = an_agent()
    number = a_case(agent=agent).number
    visitor = signed_in(app, agent)
    with transaction():
        agent.session_key = commands.new_session_key()

    visitor.post(f"/agent/cases/{number}/replies", {"body": "Please check the probe."})
    visitor.press("Sign in", email=agent.email, password=PASSWORD)

    assert visitor.path == f"/agent/cases/{number}"
    assert kept(visitor, f"/agent/cases/{number}/replies") == {"body": "Please check the probe."}
    assert "Please check the probe." in visitor.text
