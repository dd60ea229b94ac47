"""Somebody new registers, reads the mail, activates the account and signs in."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from helpdesk import clock
from helpdesk.accounts.models import AccountToken, User
from helpdesk.extensions import db
from helpdesk.permissions import Role
from tests.accounts.mail import link_in_mail, mail_to
from tests.factories import PASSWORD, a_provider
from tests.visitor import Visitor

TYPE_AGAIN = "Please type the password once more"
ADDRESS = "dana.okafor@clinic.example.org"
TYPED = {
    "first_name": "Dana",
    "last_name": "Okafor",
    "email": ADDRESS,
    "phone": "(919) 555-0100",
    "language": "en",
    "password": PASSWORD,
}


def registered(app: Flask, **typed: str) -> Visitor:
    return Visitor(app).open("/register").press("Register", **{**TYPED, **typed})


def person(address: str = ADDRESS) -> User | None:
    return db.session.scalar(sa.select(User).where(User.email == address))


def test_somebody_new_registers_activates_and_signs_in(app: Flask) -> None:
    visitor = registered(app)
    assert visitor.h1 == "Check your mail"

    visitor.open(link_in_mail(ADDRESS)).press("Activate my account", password=PASSWORD)
    assert (visitor.path, visitor.status) == ("/login", 200)

    visitor.press("Sign in", email=ADDRESS, password=PASSWORD)
    assert visitor.path == "/vaccine-provider"


def test_a_new_account_is_a_providers_and_not_active(app: Flask) -> None:
    registered(app)

    user = person()
    assert user is not None
    assert (user.role, user.name, user.phone, user.verified_at) == (Role.PROVIDER, "Dana Okafor", "(919) 555-0100", None)


def test_the_page_says_that_this_is_not_the_ncid_and_where_ncid_help_is(app: Flask) -> None:
    page = Visitor(app).open("/register")

    assert "It is not your NCID" in page.text
    assert "NCDIT at (800) 722-3946" in page.text


def test_a_known_address_gets_the_same_answer_and_another_mail(app: Flask) -> None:
    user = a_provider()

    known, unknown = registered(app, email=user.email), registered(app)

    assert (known.path, known.status, known.html) == (unknown.path, unknown.status, unknown.html)
    assert [m.kind for m in mail_to(user.email)] == ["already_registered"]
    assert [m.kind for m in mail_to(ADDRESS)] == ["verify_address"]


def test_registering_again_changes_nothing_of_an_active_account(app: Flask) -> None:
    user = a_provider(first_name="Rosa")

    registered(app, email=user.email.upper(), first_name="Mallory", password="another long password 77")

    assert user.first_name == "Rosa"
    assert Visitor(app).sign_in(user).path == "/vaccine-provider"


def test_registering_again_before_activation_counts_and_ends_the_older_link(app: Flask) -> None:
    registered(app, password="the first long password 1")
    first_link = link_in_mail(ADDRESS)

    registered(app, first_name="Dana Maria")

    assert Visitor(app).open(first_link).status == 410
    Visitor(app).open(link_in_mail(ADDRESS)).press("Activate my account", password=PASSWORD)
    assert Visitor(app).sign_in(person()).path == "/vaccine-provider"


def test_a_double_click_makes_one_account_and_both_links_are_good(app: Flask) -> None:
    for _ in range(2):
        registered(app)

    first_link = re.findall(r"/verify/\S+", mail_to(ADDRESS)[0].text_body)[0]
    assert Visitor(app).open(first_link).has_button("Activate my account")


def test_opening_the_link_activates_nothing(app: Flask) -> None:
    registered(app)

    page = Visitor(app).open(link_in_mail(ADDRESS))

    assert page.has_button("Activate my account")
    assert person().verified_at is None


def test_a_used_link_says_that_the_account_is_active(app: Flask) -> None:
    registered(app)
    link = link_in_mail(ADDRESS)
    Visitor(app).open(link).press("Activate my account", password=PASSWORD)

    again = Visitor(app).open(link)

    assert (again.status, again.h1) == (200, "Your account is already active")
    assert again.follow("Sign in").path == "/login"


def test_an_old_link_offers_a_fresh_one_that_works(app: Flask) -> None:
    registered(app)

    with clock.at(clock.now() + timedelta(hours=24)):
        old = Visitor(app).open(link_in_mail(ADDRESS))
        assert (old.status, old.has_button("Activate my account")) == (410, False)
        old.follow("Send me a fresh link").press("Send the link", email=ADDRESS)
        Visitor(app).open(link_in_mail(ADDRESS)).press("Activate my account", password=PASSWORD)

    assert person().verified_at is not None


def test_an_old_link_does_not_act_when_its_form_is_sent(app: Flask) -> None:
    registered(app)
    page = Visitor(app).open(link_in_mail(ADDRESS))

    with clock.at(clock.now() + timedelta(hours=24)):
        page.press("Activate my account", password=PASSWORD)

    assert (page.status, person().verified_at) == (410, None)


@pytest.mark.parametrize("token", ["unknown", "x" * 5000, "%F0%9F%92%89", "' OR 1=1 --", "%E2%80%AE"])
def test_an_unknown_link_says_so_and_offers_a_fresh_one(app: Flask, token: str) -> None:
    page = Visitor(app).open(f"/verify/{token}")

    assert (page.status, page.h1) == (404, "We do not know this link")
    assert page.follow("Send me a fresh link").path == "/verify/again"


def test_a_link_to_set_a_password_activates_nothing(app: Flask) -> None:
    registered(app)
    Visitor(app).open("/forgot-password").press("Send the link", email=ADDRESS)
    token = link_in_mail(ADDRESS).rpartition("/")[2]

    assert Visitor(app).open(f"/verify/{token}").status == 404


def test_a_fresh_link_is_promised_to_every_address_and_sent_to_known_ones(app: Flask) -> None:
    user = a_provider(verified=False)

    known = Visitor(app).open("/verify/again").press("Send the link", email=user.email)
    unknown = Visitor(app).open("/verify/again").press("Send the link", email="nobody@example.org")

    assert (known.path, known.html) == (unknown.path, unknown.html)
    assert (len(mail_to(user.email)), len(mail_to("nobody@example.org"))) == (1, 0)


def test_links_are_stored_only_as_hashes(app: Flask) -> None:
    registered(app)
    token = link_in_mail(ADDRESS).rpartition("/")[2]

    assert token not in [row.token_hash for row in db.session.scalars(sa.select(AccountToken))]


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("first_name", "", "Enter your first name."),
        ("first_name", "   ", "Enter your first name."),
        ("first_name", "\u200f\u202e\u200b", "Enter your first name."),
        ("last_name", "x" * 81, "A name can have up to 80 characters."),
        ("last_name", "Oka\x00for", "cannot be typed"),
        ("first_name", "Win at www.evil.example", "A name cannot hold a web or e-mail address"),
        ("last_name", "HTTPS://evil.example", "A name cannot hold a web or e-mail address"),
        ("last_name", "x@evil.example", "A name cannot hold a web or e-mail address"),
        ("last_name", "visit evil.com now", "A name cannot hold a web or e-mail address"),
        ("last_name", "ｅvil．com", "A name cannot hold a web or e-mail address"),
        ("last_name", "see evil.us", "A name cannot hold a web or e-mail address"),
        ("last_name", "bit.ly/3x", "A name cannot hold a web or e-mail address"),
        ("last_name", "evil。app", "A name cannot hold a web or e-mail address"),
        ("first_name", "Dana\nVisit us", "or several lines"),
        ("pin", "12345", "A provider PIN has six digits"),
        ("pin", "NCA1234567", "A provider PIN has six digits"),
        ("pin", "１２３４５６", "A provider PIN has six digits"),
        ("email", "", "Enter your business e-mail address."),
        ("email", "dana.okafor", "Enter an e-mail address"),
        ("email", "dana@clinic.example.org\r\nBcc: all@example.org", "Enter an e-mail address"),
        ("email", f"{'x' * 300}@example.org", "Enter an e-mail address"),
        ("email", "da\x00na@example.org", "cannot be typed"),
        ("email", "' OR 1=1 --", "Enter an e-mail address"),
        ("phone", "", "Enter a phone number."),
        ("phone", "call me", "Enter a phone number with its area code"),
        ("phone", "9" * 41, "up to 40 characters"),
        ("language", "xx", "Not a valid choice"),
        ("password", "", "Choose a password."),
        ("password", "short", "at least 15 characters"),
        ("password", "passwordpassword", "would be guessed quickly"),
    ],
)
def test_bad_input_gets_a_clear_answer_and_keeps_what_was_typed(app: Flask, field: str, value: str, says: str) -> None:
    page = registered(app, **{field: value})

    assert (page.status, says in page.text) == (422, True), page.text
    assert page.values("Register")["first_name" if field != "first_name" else "last_name"] in ("Dana", "Okafor")
    assert page.values("Register")["password"] == ""
    assert (TYPE_AGAIN in page.text) == (field != "password")  # the only thing that is typed twice
    assert db.session.scalar(sa.select(sa.func.count()).select_from(User)) == 0


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("Zoë 💉", "Zoë 💉"),
        ("J.R. St. John Ph.D.", "J.R. St. John Ph.D."),
        ("  Mary\tAnn\n ", "Mary Ann"),
        ("Da\u202ena\x07", "Dana"),
        ("ליאורה", "ליאורה"),
        ("Robert'); DROP TABLE users;--", "Robert'); DROP TABLE users;--"),
        ("<b>Dana</b>", "<b>Dana</b>"),
    ],
)
def test_names_are_kept_as_typed_without_what_cannot_be_seen(app: Flask, typed: str, stored: str) -> None:
    registered(app, first_name=typed)

    assert person().first_name == stored


@pytest.mark.parametrize("address", ["josé@clínica.example.org", "用户@例え.jp"])
def test_international_addresses_are_welcome(app: Flask, address: str) -> None:
    registered(app, email=address)

    Visitor(app).open(link_in_mail(address)).press("Activate my account", password=PASSWORD)
    assert Visitor(app).sign_in(person(address)).path == "/vaccine-provider"


def test_many_mails_to_one_address_are_slowed_down(app: Flask) -> None:
    answers = [Visitor(app).open("/verify/again").press("Send the link", email=ADDRESS) for _ in range(4)]

    assert [answer.status for answer in answers] == [200, 200, 200, 429]
    assert "wait 5 minutes, then try again" in answers[-1].text
    assert answers[-1].headers["Retry-After"] == "300"


@pytest.mark.parametrize(
    ("typed", "stored"), [("", ""), ("123456", "123456"), ("NCA123456", "123456"), (" nca 123 456 ", "123456")]
)
def test_a_provider_pin_is_kept_as_six_digits(app: Flask, typed: str, stored: str) -> None:
    registered(app, pin=typed)

    assert person().pin == stored


@pytest.mark.parametrize(
    ("typed", "again"),
    [("José@Clínica.example.org", "josé@CLÍNICA.example.org"), ("info@bücher.example.org", "INFO@BÜCHER.example.org")],
)
def test_international_addresses_are_one_however_they_are_written(app: Flask, typed: str, again: str) -> None:
    registered(app, email=typed)
    registered(app, email=again)

    assert db.session.scalar(sa.select(sa.func.count()).select_from(User)) == 1
