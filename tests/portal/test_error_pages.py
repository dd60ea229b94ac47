"""When something fails, people read what happened, what to do, and the phone."""

import pytest

from helpdesk.error_pages import PAGES
from tests.factories import a_provider
from tests.visitor import Visitor

PHONE = "(877) 873-6247"
MORE_THAN_WE_TAKE = "x" * (2 * 1024 * 1024 + 1)


@pytest.mark.parametrize("code", PAGES)
def test_every_error_has_a_page_in_our_frame_with_what_to_do_and_the_phone(failing_app, code):
    visitor = Visitor(failing_app).open(f"/fail/{code}")

    assert (visitor.status, visitor.h1) == (code, str(PAGES[code].title))
    assert str(PAGES[code].to_do) in visitor.text
    assert f"call us: {PHONE}" in visitor.text
    assert visitor.page.select_one("main .btn-primary")["href"] == "/"


def test_unknown_address_is_a_404_with_the_navigation(visitor):
    visitor.open("/no-such-page")

    assert visitor.status == 404
    assert visitor.page.select_one(".desk-nav")


def test_page_for_staff_is_a_403_for_a_provider(app):
    visitor = Visitor(app).sign_in(a_provider()).open("/agent/queue")

    assert (visitor.status, visitor.h1) == (403, "Your account cannot open this page")


def test_too_large_a_request_is_a_413(visitor):
    visitor.post("/login", {"email": MORE_THAN_WE_TAKE})

    assert (visitor.status, visitor.h1) == (413, "That is more than we can take at once")


def test_target_of_a_button_cannot_be_opened_by_its_address(visitor):
    visitor.open("/logout")

    assert visitor.status == 405
    assert "POST" in visitor.headers["Allow"]


def test_429_says_when_to_come_back(failing_app):
    visitor = Visitor(failing_app).open("/too-often")

    assert (visitor.status, visitor.headers["Retry-After"]) == (429, "90")


def test_crash_is_a_500_that_tells_nothing_of_the_inside(failing_app):
    visitor = Visitor(failing_app).open("/crash")

    assert (visitor.status, visitor.h1) == (500, "Something went wrong on our side")
    assert "crashed for a test" not in visitor.html


def test_503_needs_no_database(app_without_database):
    visitor = Visitor(app_without_database).open("/")

    assert (visitor.status, visitor.h1) == (503, "The help desk is not available right now")
    assert PHONE in visitor.text


def test_503_needs_no_database_for_somebody_signed_in_either(app_without_database):
    visitor = Visitor(app_without_database)
    with visitor.client.session_transaction() as session:
        session["_user_id"] = "1.key"

    visitor.open("/")

    assert (visitor.status, visitor.h1) == (503, "The help desk is not available right now")
    assert visitor.headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in visitor.headers["Content-Security-Policy"]
