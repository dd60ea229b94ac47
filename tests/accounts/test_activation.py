"""An account becomes active for whoever reads its mail and knows its password: both, or neither is enough."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from helpdesk import clock
from helpdesk.accounts import people
from helpdesk.accounts.models import User
from helpdesk.extensions import db
from tests.accounts.mail import link_in_mail, mail_to
from tests.accounts.test_registration import ADDRESS, registered
from tests.factories import PASSWORD
from tests.visitor import Visitor

STRANGERS = "the password of a stranger"
BUTTON = "Activate my account"


def activated(address: str = ADDRESS) -> bool:
    return db.session.scalars(sa.select(User.verified_at).where(User.email == address)).one() is not None


@pytest.mark.both_databases
def test_a_password_that_a_stranger_chose_is_not_confirmed_by_the_owner_of_the_address(app: Flask) -> None:
    registered(app, password=STRANGERS)

    page = Visitor(app).open(link_in_mail(ADDRESS)).press(BUTTON, password=PASSWORD)

    assert (page.status, "This is not the password that was chosen" in page.text) == (422, True)
    assert not activated()
    assert Visitor(app).open("/login").press("Sign in", email=ADDRESS, password=STRANGERS).status == 422


def test_who_reads_the_mail_gets_the_account_by_a_link_to_set_a_password(app: Flask) -> None:
    registered(app, password=STRANGERS)
    page = Visitor(app).open(link_in_mail(ADDRESS)).press(BUTTON, password=PASSWORD)

    page.press("Send me a link to set a new password")
    assert mail_to(ADDRESS)[-1].kind == "reset_password"
    page.open(link_in_mail(ADDRESS)).press("Set the password", password=PASSWORD)

    assert activated()
    assert Visitor(app).open("/login").press("Sign in", email=ADDRESS, password=PASSWORD).path == "/vaccine-provider"
    assert Visitor(app).open("/login").press("Sign in", email=ADDRESS, password=STRANGERS).status == 422


def test_the_phone_number_that_a_stranger_typed_is_not_kept_for_the_owner_of_the_address(app: Flask) -> None:
    registered(app, password=STRANGERS, phone="(919) 555-0666")
    Visitor(app).open("/forgot-password").press("Send the link", email=ADDRESS)

    page = Visitor(app).open(link_in_mail(ADDRESS)).press("Set the password", password=PASSWORD)

    assert "We have no phone number of yours." in page.text
    user = db.session.scalars(sa.select(User).where(User.email == ADDRESS)).one()
    page.press("Sign in", email=ADDRESS, password=PASSWORD).open("/account/details").press("Save", phone="(919) 555-0100")
    assert (user.phone, people.phone_to_call(user)) == ("(919) 555-0100", "")
    assert "0666" not in page.open("/account/data").html


def test_no_password_activates_nothing_and_says_so(app: Flask) -> None:
    registered(app)

    page = Visitor(app).open(link_in_mail(ADDRESS)).press(BUTTON)

    assert (page.status, "Enter your password." in page.text, activated()) == (422, True, False)
    assert "The password you chose when you registered." in page.text


def test_after_a_wrong_password_the_right_one_activates(app: Flask) -> None:
    registered(app)

    page = Visitor(app).open(link_in_mail(ADDRESS)).press(BUTTON, password=STRANGERS)
    page.press(BUTTON, password=PASSWORD)

    assert (page.path, activated()) == ("/login", True)


def test_guessing_is_slowed_down_like_signing_in(app: Flask) -> None:
    registered(app)
    page, now = Visitor(app).open(link_in_mail(ADDRESS)), clock.now()

    with clock.at(now):
        answers = [page.press(BUTTON, password=STRANGERS).status for _ in range(5)]
        refused = page.press(BUTTON, password=PASSWORD)
    assert (answers, refused.status, refused.headers["Retry-After"]) == ([422] * 5, 429, "5")
    assert (refused.has_button(BUTTON), activated()) == (True, False)

    with clock.at(now + timedelta(seconds=5)):
        assert page.press(BUTTON, password=PASSWORD).path == "/login"


def test_a_link_that_another_registration_has_ended_activates_nothing(app: Flask) -> None:
    registered(app)
    page = Visitor(app).open(link_in_mail(ADDRESS))
    registered(app, password=STRANGERS)

    page.press(BUTTON, password=PASSWORD)

    assert (page.status, activated()) == (410, False)
