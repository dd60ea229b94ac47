"""What people change about their own account: details, password, address."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from helpdesk import clock
from helpdesk.accounts import commands, second_factor
from helpdesk.accounts.models import AccountAct, AccountEvent, User
from helpdesk.extensions import db
from helpdesk.transaction import transaction
from tests.accounts.mail import link_in_mail, mail_to
from tests.accounts.test_second_factor import with_an_app
from tests.accounts.test_sign_in import is_signed_in
from tests.factories import PASSWORD, a_provider, an_agent
from tests.visitor import Visitor

ANOTHER = "seven violet tractors hum"
NEW = "dana@new.example.org"


def last_event(user: User) -> AccountEvent:
    found = sa.select(AccountEvent).where(AccountEvent.user_id == user.id).order_by(AccountEvent.id.desc())
    return db.session.scalars(found.limit(1)).one()


def change_password(visitor: Visitor, *, current: str = PASSWORD, new: str = ANOTHER) -> Visitor:
    return visitor.open("/account/password").press("Set the password", current=current, password=new)


def ask_for(visitor: Visitor, email: str, *, current: str = PASSWORD) -> Visitor:
    return visitor.open("/account/address").press("Send the link", email=email, current=current)


def test_details_are_changed_and_the_change_is_written_down(app: Flask) -> None:
    user = a_provider(phone="(919) 555-0100")
    visitor = Visitor(app).sign_in(user).open("/account").follow("Change your details")

    visitor.press("Save", first_name="Dana", last_name=user.last_name, phone="(919) 555-0142", language="es", pin="nca 123456")

    assert "Your details are saved." in visitor.text
    db.session.refresh(user)
    assert (user.first_name, user.phone, user.language, user.pin) == ("Dana", "(919) 555-0142", "es", "123456")
    event = last_event(user)
    assert (event.act, event.actor_id) == (AccountAct.DETAILS_CHANGED, user.id)
    assert (event.old["phone"], event.new["phone"], "last_name" in event.new) == ("(919) 555-0100", "(919) 555-0142", False)


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("first_name", ""),
        ("first_name", "Dana https://evil.example"),
        ("last_name", "www.evil.example"),
        ("last_name", "win at casino.com now"),
        ("first_name", "dana@example.org"),
        ("phone", "call me"),
        ("pin", "12345"),
        ("pin", "NCB123456"),
    ],
)
def test_what_makes_no_sense_is_refused_and_kept(app: Flask, field: str, typed: str) -> None:
    visitor = Visitor(app).sign_in(a_provider(phone="(919) 555-0100")).open("/account/details")

    visitor.press("Save", **{field: typed})

    assert visitor.status == 422
    assert visitor.page.select_one(f"#{field}")["value"] == typed  # type: ignore[index]
    assert visitor.page.select_one(f"#{field}-error") is not None


@pytest.mark.parametrize("name", ["O'Neill-Smith", "Ng", "María José", "van der Berg", "St. John", "Jr."])
def test_names_of_people_are_names(app: Flask, name: str) -> None:
    visitor = Visitor(app).sign_in(a_provider(phone="(919) 555-0100")).open("/account/details")

    assert "Your details are saved." in visitor.press("Save", last_name=name).text


def test_staff_have_no_provider_pin(app: Flask) -> None:
    visitor = Visitor(app).sign_in(an_agent()).open("/account/details")

    assert visitor.page.select_one("#pin") is None


def test_another_password_signs_out_everywhere_else_and_is_told(app: Flask) -> None:
    user = a_provider()
    here, there = Visitor(app).sign_in(user), Visitor(app).sign_in(user)

    change_password(here)

    assert "Your new password is set." in here.text
    assert (is_signed_in(here), is_signed_in(there)) == (True, False)
    assert mail_to(user.email)[-1].kind == "password_changed"
    assert last_event(user).act is AccountAct.PASSWORD_CHANGED
    assert [is_signed_in(Visitor(app).sign_in(user, password)) for password in (PASSWORD, ANOTHER)] == [False, True]


@pytest.mark.parametrize(("current", "new"), [("not my password", ANOTHER), (PASSWORD, "short"), ("", ANOTHER)])
def test_a_wrong_or_weak_password_changes_nothing(app: Flask, current: str, new: str) -> None:
    user = a_provider()

    visitor = change_password(Visitor(app).sign_in(user), current=current, new=new)

    assert visitor.status == 422
    assert is_signed_in(Visitor(app).sign_in(user))


def test_guessing_the_present_password_is_slowed_down(app: Flask) -> None:
    visitor = Visitor(app).sign_in(a_provider())
    with clock.at(clock.now()):
        statuses = [change_password(visitor, current="not my password").status for _ in range(6)]

    assert statuses == [422] * 5 + [429]


def test_beside_a_second_factor_a_shorter_password_will_do(app: Flask) -> None:
    user = a_provider()
    short = "violet-7tr"
    assert change_password(Visitor(app).sign_in(user), new=short).status == 422
    visitor = Visitor(app).sign_in(user)
    with_an_app(user)

    assert "Your new password is set." in change_password(visitor, new=short).text


def test_another_address_is_asked_for_told_and_confirmed(app: Flask) -> None:
    user = a_provider()
    old = user.email
    visitor = ask_for(Visitor(app).sign_in(user), NEW)
    assert visitor.h1 == "Check your mail"
    assert (mail_to(old)[-1].kind, mail_to(NEW)[-1].kind) == ("address_change_asked", "confirm_address")
    link = link_in_mail(NEW)

    elsewhere = Visitor(app).open(link)
    db.session.refresh(user)
    assert (elsewhere.h1, user.email) == ("Change to this address", old)
    elsewhere.press("Change my address")

    db.session.refresh(user)
    assert user.email == NEW
    assert [mail_to(address)[-1].kind for address in (old, NEW)] == ["address_changed"] * 2
    assert (last_event(user).act, last_event(user).actor_id) == (AccountAct.ADDRESS_CHANGED, user.id)
    assert is_signed_in(Visitor(app).sign_in(user))
    again = Visitor(app).open(link)
    assert (again.status, again.h1) == (200, "You have used this link")


def test_an_old_link_says_so_and_offers_a_fresh_one(app: Flask) -> None:
    user, now = a_provider(), clock.now()
    ask_for(Visitor(app).sign_in(user), NEW)
    link = link_in_mail(NEW)

    with clock.at(now + timedelta(hours=25)):
        visitor = Visitor(app).open(link)

    assert (visitor.status, visitor.h1) == (410, "This link is no longer good")
    assert "Ask for a fresh link" in visitor.text


def test_only_the_newest_link_is_good(app: Flask) -> None:
    user = a_provider()
    visitor = ask_for(Visitor(app).sign_in(user), NEW)
    first = link_in_mail(NEW)
    ask_for(visitor, NEW)

    assert (Visitor(app).open(first).status, Visitor(app).open(link_in_mail(NEW)).status) == (410, 200)


def test_an_address_of_somebody_else_is_answered_alike_and_its_owner_is_told(app: Flask) -> None:
    user, other = a_provider(), a_provider()
    visitor = Visitor(app).sign_in(user)

    answers = [ask_for(visitor, address).h1 for address in (NEW, other.email)]

    assert answers == ["Check your mail"] * 2
    assert [mail.kind for mail in mail_to(other.email)] == ["already_registered"]


def test_an_address_that_somebody_has_taken_meanwhile_is_not_changed_to(app: Flask) -> None:
    user = a_provider()
    old = user.email
    ask_for(Visitor(app).sign_in(user), NEW)
    a_provider(email=NEW)

    visitor = Visitor(app).open(link_in_mail(NEW)).press("Change my address")

    db.session.refresh(user)
    assert (visitor.status, user.email) == (410, old)


@pytest.mark.parametrize("typed", ["", "nonsense", "own"])
def test_an_address_that_cannot_be_changed_to_is_refused(app: Flask, typed: str) -> None:
    user = a_provider()

    visitor = ask_for(Visitor(app).sign_in(user), user.email if typed == "own" else typed)

    assert (visitor.status, visitor.page.select_one("#email-error") is not None) == (422, True)


def test_with_a_wrong_password_no_address_is_asked_for(app: Flask) -> None:
    visitor = ask_for(Visitor(app).sign_in(a_provider()), NEW, current="not my password")

    assert (visitor.status, mail_to(NEW)) == (422, [])


@pytest.mark.parametrize(
    ("kept_as", "typed"),
    [
        ("dana@bücher.example", "DANA@BÜCHER.example"),
        ("dana@bücher.example", "dana@xn--bcher-kva.example"),
        ("josé@example.org", "José@Example.org"),
    ],
)
def test_addresses_of_the_world_are_compared_without_case(app: Flask, kept_as: str, typed: str) -> None:
    user = a_provider(email=kept_as)

    assert is_signed_in(Visitor(app).open("/login").press("Sign in", email=typed, password=PASSWORD))
    assert commands.addresses.key_of(typed) == user.email_key


def test_a_pin_is_kept_as_six_digits_when_registering(app: Flask) -> None:
    fields: dict[str, Any] = {"first_name": "Dana", "last_name": "Okafor", "email": NEW, "phone": "(919) 555-0100"}

    Visitor(app).open("/register").press("Register", **fields, password=ANOTHER, pin="NCA 654321")

    assert db.session.scalar(sa.select(User.pin).where(User.email == NEW)) == "654321"


def test_registering_with_a_link_for_a_name_sends_nothing(app: Flask) -> None:
    fields: dict[str, Any] = {"first_name": "Click http://evil.example", "last_name": "Now", "email": NEW}

    visitor = Visitor(app).open("/register").press("Register", **fields, phone="(919) 555-0100", password=ANOTHER)

    assert (visitor.status, mail_to(NEW)) == (422, [])


def test_a_password_that_was_reset_by_mail_still_asks_for_the_second_factor(app: Flask) -> None:
    user = a_provider()
    with_an_app(user)
    with transaction():
        commands.send_reset(user)

    Visitor(app).open(link_in_mail(user.email)).press("Set the password", password=ANOTHER)

    visitor = Visitor(app).sign_in(user, ANOTHER)
    assert (visitor.path, second_factor.of(user) is not None) == ("/login/code", True)
