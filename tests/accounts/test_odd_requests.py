"""Requests that no page of ours makes get a calm answer."""

import pytest
from flask import Flask

from tests.accounts.mail import link_in_mail
from tests.factories import a_provider
from tests.visitor import Visitor


@pytest.mark.both_databases
@pytest.mark.parametrize("path", ["/learn/%00", "/learn/a%00b", "/verify/%00", "/%00", "/learn/%ED%A0%80", "/cases/%00"])
def test_a_path_that_no_page_can_have_is_not_found(app: Flask, path: str) -> None:
    for visitor in (Visitor(app), Visitor(app).sign_in(a_provider())):
        assert visitor.open(path).status == 404


@pytest.mark.both_databases
@pytest.mark.parametrize("path", ["/cases/%00/replies", "/cases/NCV-1%00/replies", "/agent/cases/%00/notes", "/login%00"])
def test_a_form_sent_to_such_a_path_is_not_found_and_not_kept(app: Flask, path: str) -> None:
    for visitor in (Visitor(app), Visitor(app).sign_in(a_provider())):
        assert visitor.post(path, {"body": "hello there"}).status == 404


def test_asking_for_the_head_of_a_page_answers_as_the_page_does(app: Flask) -> None:
    user = a_provider()
    Visitor(app).open("/forgot-password").press("Send the link", email=user.email)
    pages = ["/login", "/register", "/forgot-password", "/verify/again", link_in_mail(user.email)]

    answers = {page: app.test_client().head(page).status_code for page in pages}

    assert answers == dict.fromkeys(pages, 200)
