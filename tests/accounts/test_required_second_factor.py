"""A second factor that the desk requires of a role (SECOND_FACTOR_ROLES)."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

from helpdesk import clock
from helpdesk.accounts import second_factor
from helpdesk.accounts.models import AccountAct, AccountEvent
from helpdesk.extensions import db
from helpdesk.transaction import transaction
from tests.accounts.mail import link_in_mail, mail_to
from tests.accounts.test_second_factor import PAGE, at_the_second_step, code_of, with_an_app
from tests.case_factories import MONDAY_9_AM
from tests.factories import PASSWORD, an_admin, an_agent
from tests.visitor import Visitor


@pytest.fixture(autouse=True)
def on_monday_morning() -> Iterator[None]:
    with clock.at(MONDAY_9_AM):
        yield


@pytest.fixture(autouse=True)
def of_administrators(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "SECOND_FACTOR_ROLES", frozenset({"admin"}))


def test_somebody_without_one_sets_it_up_before_anything_else(app: Flask) -> None:
    user = an_admin()
    visitor = Visitor(app).sign_in(user, PASSWORD)
    assert (visitor.path, "Your account needs a second factor." in visitor.text) == (PAGE, True)
    assert visitor.open("/agent/queue").path == PAGE
    assert visitor.post("/account", {"wants_digest": ""}).path != "/account"

    visitor.open(PAGE).press("Set up", password=PASSWORD).press("Turn on", code=code_of(user))

    assert visitor.open("/agent/queue").path == "/agent/queue"


def test_a_session_from_before_it_was_set_up_elsewhere_signs_in_again(app: Flask) -> None:
    user = an_admin()
    visitor = Visitor(app).sign_in(user, PASSWORD)
    with_an_app(user)

    assert visitor.open("/agent/queue").path == "/login"


def test_others_sign_in_without(app: Flask) -> None:
    assert Visitor(app).sign_in(an_agent(), PASSWORD).path == "/agent/queue"


def test_people_of_the_demo_sign_in_without(app: Flask) -> None:
    assert Visitor(app).sign_in(an_admin(is_demo=True), PASSWORD).path == "/agent/queue"


def test_it_cannot_be_turned_off(app: Flask) -> None:
    user = an_admin()
    with_an_app(user)
    visitor = at_the_second_step(app, user).press("Sign in", code=code_of(user)).open(PAGE)
    assert not visitor.has_button("Turn the second factor off")

    fields = {**visitor.values("Make new recovery codes"), "password": PASSWORD}
    visitor.post(f"{PAGE}/remove", fields)

    assert ("need a second factor" in visitor.text, second_factor.of(user) is not None) == (True, True)


def test_reset_by_an_administrator_it_is_set_up_anew(app: Flask) -> None:
    user, other = an_admin(), an_admin()
    with_an_app(user)

    with transaction():
        second_factor.reset(user, by=other, reason="The phone was lost.")

    event = db.session.scalars(sa.select(AccountEvent).where(AccountEvent.act == AccountAct.SECOND_FACTOR_RESET)).one()
    assert (event.user_id, event.actor_id, event.reason) == (user.id, other.id, "The phone was lost.")
    assert "An administrator has reset" in mail_to(user.email)[-1].text_body
    assert Visitor(app).sign_in(user, PASSWORD).status == 422
    Visitor(app).open("/forgot-password").press("Send the link", email=user.email)
    Visitor(app).open(link_in_mail(user.email)).press("Set the password", password=PASSWORD)
    assert Visitor(app).sign_in(user, PASSWORD).path == PAGE
