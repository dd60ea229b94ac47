"""What makes a password good, and how it is kept."""

import pytest
from flask import Flask

from helpdesk.accounts import commands, password_rules, passwords
from helpdesk.accounts.errors import WeakPassword
from helpdesk.extensions import db
from helpdesk.permissions import Role
from helpdesk.transaction import transaction
from tests.factories import PASSWORD, a_provider
from tests.visitor import Visitor

OWNER = ("dana.okafor@clinic.example.org", "Dana", "Okafor")


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        "seven quiet herons at dusk",
        "ñandú über straße 雪 💉 ok",
        "8234 9917 2640 5571",
        "all lower case and no digit",
        "x9" * 3 + "kd73 hvb qpe",
        "".join(chr(0x4E00 + n) for n in range(256)),
    ],
)
def test_length_is_enough_whatever_the_characters(app: Flask, password: str) -> None:
    password_rules.check(password, personal=OWNER)


@pytest.mark.parametrize(
    "password",
    [
        "",
        "fourteen chars",
        "z" * 257,
        "passwordpassword",
        "Password Password 1",
        "P@ssw0rd P@ssw0rd",
        "123456789012345",
        "qwertyuiopasdfgh",
        "aaaaaaaaaaaaaaaaaaaa",
        "ababababababababab",
        "NC Vaccines Help Desk 24",
        "vaccineprovider2024",
        "Dana Okafor 2024!!",
        "dana.okafor@clinic.example.org",
        "okaforokaforokafor",
        "with a nul \x00 in it, long",
    ],
)
def test_what_is_guessed_first_is_refused_with_a_sentence(app: Flask, password: str) -> None:
    with pytest.raises(WeakPassword, match=r"[A-Z].+\."):
        password_rules.check(password, personal=OWNER)


def test_a_hash_is_argon2id_with_the_parameters_of_the_settings(app: Flask) -> None:
    stored = passwords.hash_password("correct horse battery staple")

    assert stored.startswith("$argon2id$v=19$m=64,t=1,p=1$")
    assert passwords.check_password(stored, "correct horse battery staple")
    assert not passwords.check_password(stored, "correct horse battery stapler")


def test_the_same_letters_typed_on_another_keyboard_are_the_same_password(app: Flask) -> None:
    stored = passwords.hash_password("caf\u00e9 at the corner")

    assert passwords.check_password(stored, "cafe\u0301 at the corner")


def test_a_broken_hash_lets_nobody_in(app: Flask) -> None:
    assert not passwords.check_password("", "correct horse battery staple")
    assert not passwords.check_password("plain text", "plain text")


def test_a_password_that_we_make_up_is_good(app: Flask) -> None:
    password_rules.check(passwords.random_password())


@pytest.mark.parametrize("typed", ["", PASSWORD])
def test_who_has_set_no_password_cannot_sign_in_with_any(app: Flask, typed: str) -> None:
    with transaction():
        user = commands.create_user(email="new@example.org", first_name="New", last_name="Here", role=Role.AGENT)

    assert passwords.check_password(user.password_hash, typed) is False
    assert not Visitor(app).open("/login").press("Sign in", email=user.email, password=typed).has_button("Sign out")


@pytest.mark.parametrize(
    ("password", "is_good"), [("kd73hvbq", True), ("kd73hvb", False), ("password1", False), ("okafor24", False)]
)
def test_eight_characters_are_enough_beside_a_second_factor(app: Flask, password: str, is_good: bool) -> None:
    if is_good:
        password_rules.check(password, personal=OWNER, has_second_factor=True)
        return
    with pytest.raises(WeakPassword):
        password_rules.check(password, personal=OWNER, has_second_factor=True)


def test_signing_in_keeps_the_password_under_the_parameters_of_today(app: Flask) -> None:
    user = a_provider()
    before = app.config["ARGON2_TIME_COST"]
    app.config["ARGON2_TIME_COST"] = 2
    try:
        Visitor(app).sign_in(user, PASSWORD)
        db.session.refresh(user)
        assert user.password_hash.startswith("$argon2id$v=19$m=64,t=2,p=1$")
        assert Visitor(app).sign_in(user, PASSWORD).path == "/vaccine-provider"
    finally:
        app.config["ARGON2_TIME_COST"] = before
