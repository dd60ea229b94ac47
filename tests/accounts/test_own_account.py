"""What people do to their own accounts: details, password, address."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from helpdesk import clock
from helpdesk.accounts import commands, passwords
from helpdesk.accounts.models import AccountAct, AccountEvent, AccountToken, User
from helpdesk.extensions import db
from helpdesk.transaction import transaction
from tests.accounts.mail import link_in_mail, mail_to
from tests.accounts.test_second_factor import with_an_app
from tests.factories import PASSWORD, a_provider, an_agent
from tests.visitor import Visitor

NEW = "seven quiet herons at dusk"
ELSEWHERE = "dana@elsewhere.example.org"


def events(user: User) -> list[AccountEvent]:
    found = sa.select(AccountEvent).where(AccountEvent.user_id == user.id, AccountEvent.act != AccountAct.CREATED)
    return list(db.session.scalars(found.order_by(AccountEvent.id)))


def asked_for(app: Flask, user: User, address: str = ELSEWHERE, password: str = PASSWORD) -> Visitor:
    page = Visitor(app).sign_in(user).open("/account").follow("Change your e-mail address")
    return page.press("Send the link", email=address, current_password=password)


def confirmed(app: Flask, link: str, password: str = PASSWORD) -> Visitor:
    return Visitor(app).open(link).press("Confirm this address", password=password)


def kinds(address: str) -> list[str]:
    return [mail.kind for mail in mail_to(address)]


def test_details_are_corrected_and_the_history_says_what_they_were(app: Flask) -> None:
    user = a_provider(first_name="Dana", last_name="Okafor", phone="919-555-0100")
    page = Visitor(app).sign_in(user).open("/account").follow("Change your details")

    page.press("Save", last_name="Marín", language="es", pin="nca 123456")

    assert (page.path, user.name, user.phone, user.language.value, user.pin) == (
        "/account",
        "Dana Marín",
        "919-555-0100",
        "es",
        "123456",
    )
    (event,) = events(user)
    assert (event.act, event.actor_id) == (AccountAct.DETAILS_CHANGED, user.id)
    assert event.old == {"last_name": "Okafor", "language": "en", "pin": ""}
    assert event.new == {"last_name": "Marín", "language": "es", "pin": "123456"}


def test_details_left_as_they_are_leave_no_entry(app: Flask) -> None:
    user = a_provider(phone="919-555-0100")

    page = Visitor(app).sign_in(user).open("/account/details").press("Save")

    assert "Nothing has been changed." in page.text
    assert events(user) == []


@pytest.mark.parametrize(("field", "value"), [("first_name", "www.evil.example"), ("phone", ""), ("pin", "12345")])
def test_bad_details_are_refused_and_change_nothing(app: Flask, field: str, value: str) -> None:
    user = a_provider(phone="919-555-0100")

    page = Visitor(app).sign_in(user).open("/account/details").press("Save", **{field: value})

    assert (page.status, events(user)) == (422, [])


def test_staff_need_no_phone(app: Flask) -> None:
    agent = an_agent()

    page = Visitor(app).sign_in(agent).open("/account/details").press("Save", first_name="Grace")

    assert (page.path, agent.first_name) == ("/account", "Grace")


def test_a_new_password_ends_other_sessions_and_links_keeps_this_one_and_is_told(app: Flask) -> None:
    user = a_provider()
    elsewhere, here = Visitor(app).sign_in(user), Visitor(app).sign_in(user)
    with transaction():
        commands.send_reset(user)
    link = link_in_mail(user.email)

    page = here.open("/account/password").press("Set the password", current_password=PASSWORD, password=NEW)

    assert (page.path, page.status) == ("/account", 200)
    assert here.open("/account").path == "/account"
    assert elsewhere.open("/account").path == "/login"
    assert Visitor(app).open(link).status == 410
    assert "password_changed" in kinds(user.email)
    assert [event.act for event in events(user)] == [AccountAct.PASSWORD_CHANGED]
    assert Visitor(app).sign_in(user, NEW).path == "/vaccine-provider"


def test_a_wrong_current_password_changes_nothing_and_is_slowed_down(app: Flask) -> None:
    user = a_provider()
    page = Visitor(app).sign_in(user).open("/account/password")

    answers = [page.press("Set the password", current_password="not this one", password=NEW).status for _ in range(6)]

    assert (answers[0], answers[-1]) == (422, 429)
    assert passwords.check_password(user.password_hash, PASSWORD)


@pytest.mark.parametrize(("with_app", "status"), [(False, 422), (True, 200)])
def test_a_short_password_is_enough_beside_a_second_factor(app: Flask, with_app: bool, status: int) -> None:
    user = a_provider()
    page = Visitor(app).sign_in(user).open("/account/password")
    if with_app:
        with_an_app(user)

    assert page.press("Set the password", current_password=PASSWORD, password="kd73hvbq").status == status


def test_who_has_a_short_password_keeps_the_second_factor(app: Flask) -> None:
    user = a_provider()
    page = Visitor(app).sign_in(user)
    with_an_app(user)
    page.open("/account/password").press("Set the password", current_password=PASSWORD, password="kd73hvbq")

    page.open("/account/second-factor").press("Turn the second factor off", password="kd73hvbq")

    assert (page.path, "too short to be the only factor" in page.text) == ("/account/password", True)


def test_a_new_address_counts_once_it_is_confirmed_and_both_are_told(app: Flask) -> None:
    user = a_provider()
    old = user.email

    page = asked_for(app, user)
    assert (page.h1, user.email) == ("Check your mail", old)
    assert (kinds(ELSEWHERE), kinds(old)) == (["confirm_new_address"], ["address_change_asked"])

    link = link_in_mail(ELSEWHERE)
    assert Visitor(app).open(link).has_button("Confirm this address")
    assert user.email == old
    confirmed(app, link)

    assert (user.email, user.email_key) == (ELSEWHERE, ELSEWHERE)
    assert (kinds(ELSEWHERE)[-1], kinds(old)[-1]) == ("address_changed", "address_changed")
    assert "as you asked" in mail_to(old)[-1].text_body
    (event,) = events(user)
    assert (event.act, event.old, event.new) == (AccountAct.ADDRESS_CHANGED, {"email": old}, {"email": ELSEWHERE})


def test_the_link_is_worth_nothing_without_the_password(app: Flask) -> None:
    user = a_provider()
    asked_for(app, user)

    page = confirmed(app, link_in_mail(ELSEWHERE), "not this one")

    assert (page.status, user.email == ELSEWHERE) == (422, False)


def test_a_used_link_says_so(app: Flask) -> None:
    user = a_provider()
    asked_for(app, user)
    link = link_in_mail(ELSEWHERE)
    confirmed(app, link)

    assert Visitor(app).open(link).h1 == "This address is already confirmed"


def test_an_old_link_offers_a_fresh_one(app: Flask) -> None:
    user = a_provider()
    asked_for(app, user)
    link = link_in_mail(ELSEWHERE)

    with clock.at(clock.now() + timedelta(hours=24)):
        page = Visitor(app).open(link)
        assert (page.status, page.has_button("Confirm this address")) == (410, False)
        assert page.follow("Send me a fresh link").path == "/login"


def test_asking_again_ends_the_older_link(app: Flask) -> None:
    user = a_provider()
    asked_for(app, user)
    older = link_in_mail(ELSEWHERE)
    asked_for(app, user, "third@elsewhere.example.org")

    assert Visitor(app).open(older).status == 410


def test_an_unknown_link_says_so(app: Flask) -> None:
    assert Visitor(app).open("/confirm-address/unknown").status == 404


def test_a_taken_address_gets_the_same_answer_and_its_owner_a_mail(app: Flask) -> None:
    user, owner = a_provider(), a_provider()

    free, taken = asked_for(app, user), asked_for(app, user, owner.email.upper())

    assert (free.path, free.text) == (taken.path, taken.text)
    assert kinds(owner.email) == ["already_registered"]
    assert (
        db.session.scalar(sa.select(sa.func.count()).select_from(AccountToken).where(AccountToken.new_address == owner.email))
        == 0
    )


def test_an_account_that_nobody_has_confirmed_does_not_keep_its_address(app: Flask) -> None:
    user, stranger = a_provider(), a_provider(email=ELSEWHERE, verified=False)

    asked_for(app, user)
    assert kinds(ELSEWHERE) == ["confirm_new_address"]
    confirmed(app, link_in_mail(ELSEWHERE))

    assert (user.email, stranger.closed_at is not None) == (ELSEWHERE, True)


def test_an_address_that_is_taken_meanwhile_is_not_given(app: Flask) -> None:
    user = a_provider()
    old = user.email
    asked_for(app, user)
    link = link_in_mail(ELSEWHERE)
    a_provider(email=ELSEWHERE)

    assert (confirmed(app, link).status, user.email) == (410, old)


def test_ones_own_address_is_not_another_however_it_is_written(app: Flask) -> None:
    user = a_provider(email="José@Clínica.example.org")

    page = asked_for(app, user, "josé@CLÍNICA.example.org")

    assert (page.status, "This is your address already." in page.text) == (422, True)


@pytest.mark.parametrize("address", ["用户@例え.jp", "ZOË@bücher.example.org"])
def test_international_addresses_can_be_changed_to(app: Flask, address: str) -> None:
    user = a_provider()
    asked_for(app, user, address)
    (token,) = db.session.scalars(sa.select(AccountToken).where(AccountToken.new_address != ""))

    confirmed(app, link_in_mail(token.new_address))

    assert Visitor(app).open("/login").press("Sign in", email=address.swapcase(), password=PASSWORD).path == "/vaccine-provider"


def test_asking_for_many_addresses_is_slowed_down(app: Flask) -> None:
    user = a_provider()
    page = Visitor(app).sign_in(user)

    answers = [
        page.open("/account/address")
        .press("Send the link", email=f"number{n}@elsewhere.example.org", current_password=PASSWORD)
        .status
        for n in range(6)
    ]

    assert answers == [200] * 5 + [429]


@pytest.mark.parametrize("by_mail", [False, True])
def test_a_new_password_ends_a_change_of_address(app: Flask, by_mail: bool) -> None:
    user = a_provider()
    asked_for(app, user)
    link = link_in_mail(ELSEWHERE)

    if by_mail:
        Visitor(app).open("/forgot-password").press("Send the link", email=user.email)
        Visitor(app).open(link_in_mail(user.email)).press("Set the password", password=NEW)
    else:
        Visitor(app).sign_in(user).open("/account/password").press("Set the password", current_password=PASSWORD, password=NEW)

    assert Visitor(app).open(link).status == 410
