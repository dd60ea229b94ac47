"""Who is calling: found by what they say of themselves; who cannot ask is refused with the reason."""

import pytest
from flask import Flask

from helpdesk import clock
from helpdesk.accounts.models import User
from helpdesk.accounts.queries import by_address
from helpdesk.cases.models import Case
from helpdesk.extensions import db
from helpdesk.transaction import transaction
from tests.accounts.mail import mail_to
from tests.case_factories import MONDAY_9_AM
from tests.directory_factories import a_location, an_organization, works_at
from tests.factories import a_provider, an_agent
from tests.intake.calls import ADDRESS, KIM, NEW_CASE, TYPED, a_ticket_for, a_ticket_for_kim, filed
from tests.queue.cases import at_the_desk, statements
from tests.visitor import Visitor


@pytest.fixture(autouse=True)
def monday_morning():
    with clock.at(MONDAY_9_AM):
        yield


@pytest.fixture
def desk(app: Flask) -> Visitor:
    """An agent at the first step; Dana works at a place with a PIN."""
    dana = a_provider(first_name="Dana", last_name="Okafor", email="dana@cedarfork.example.org", phone="(919) 555-0142")
    works_at(dana, a_location(an_organization("Cedar Fork"), "Main Street", pin="123456"))
    a_provider(first_name="Priya", last_name="Nguyen", email="priya@oakhollow.example.org", pin="654321")
    return at_the_desk(app, an_agent(), NEW_CASE)


def found(page: Visitor) -> list[str]:
    return [link.get_text(strip=True) for link in page.page.select(".case-list .case-subject")]


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("dana", ["Dana Okafor"]),
        ("okafor dana", ["Dana Okafor"]),
        ("cedarfork.example", ["Dana Okafor"]),
        ("919 555 01", ["Dana Okafor"]),
        ("+1 919-555-0142", ["Dana Okafor"]),
        ("0142", ["Dana Okafor"]),
        ("NCA123456", ["Dana Okafor"]),
        ("654321", ["Priya Nguyen"]),
        ("n", ["Priya Nguyen", "Dana Okafor"]),
        ("dana nguyen", []),
        ("100%", []),
        ("014", []),
    ],
)
def test_callers_are_found_by_name_address_phone_or_pin(desk, text, who):
    assert found(desk.press("Find", q=text)) == who


def test_a_row_says_who_it_is_and_where_they_work(desk):
    row = desk.press("Find", q="dana").page.select_one(".case-list li").get_text(" ", strip=True)

    assert row == "Dana Okafor dana@cedarfork.example.org · Main Street, Cedar Fork"


def test_staff_deactivated_and_unconfirmed_people_are_not_listed(desk):
    an_agent(first_name="Zoe", last_name="Agent")
    a_provider(first_name="Zoe", last_name="Unconfirmed", verified=False)
    gone = a_provider(first_name="Zoe", last_name="Gone")
    with transaction():
        gone.deactivated_at = clock.now()

    assert found(desk.press("Find", q="zoe")) == []
    assert "Nobody found" in desk.text


def test_who_was_invited_by_phone_is_found_when_they_call_again(desk, app):
    an_agent("NCIR")
    filed(a_ticket_for_kim(app, an_agent()))

    assert "no password yet" in desk.press("Find", q="kim lee").text


def test_a_long_list_is_cut_and_says_so_and_costs_no_more(desk):
    costs = []
    for more in (2, 25):
        for _ in range(more):
            a_provider(last_name="Longlist")
        with statements() as asked:
            desk.press("Find", q="longlist")
        costs.append(len(asked))

    assert len(found(desk)) == 20
    assert "There are more. Type more of the name." in desk.text
    assert costs[0] == costs[1]


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("kim lee", "caller-last_name", "lee"),
        ("kim@newclinic.example.org", "caller-email", "kim@newclinic.example.org"),
        ("919 555 0177", "caller-phone", "919 555 0177"),
    ],
)
def test_what_was_looked_for_in_vain_begins_the_form_for_somebody_new(desk, text, field, value):
    assert desk.press("Find", q=text).follow("Somebody new").values("Continue")[field] == value


def test_staff_file_nothing_as_requesters_and_are_told_why(desk, app):
    colleague = an_agent(first_name="Grace", last_name="Lindqvist")
    why = "Grace Lindqvist works at the desk, and cases are asked by providers"

    assert (desk.open(f"{NEW_CASE}/ticket?caller={colleague.id}").status, why in desk.text) == (409, True)
    desk.open(f"{NEW_CASE}/somebody-new").press("Continue", **{**KIM, "caller-email": colleague.email})
    assert (desk.status, why in desk.text) == (409, True)
    assert desk.values("Continue")["caller-phone"] == KIM["caller-phone"]


def test_nobody_files_for_a_deactivated_caller_and_what_was_typed_is_kept(app):
    an_agent("NCIR")
    dana = a_provider(first_name="Dana", last_name="Okafor", phone="919-555-0142")
    page = a_ticket_for(app, an_agent(), dana).press("Continue", **TYPED)
    with transaction():
        dana.deactivated_at = clock.now()
    page.press("File the case")

    assert (page.status, page.h1) == (409, "Who is calling?")
    assert "The account of Dana Okafor is deactivated" in page.text
    assert db.session.query(Case).count() == 0
    other = a_provider(first_name="Priya", last_name="Nguyen", phone="919-555-0199")
    filed(page.press("Find", q="nguyen").press("Priya Nguyen"))
    assert [(case.requester_id, case.subject) for case in db.session.query(Case)] == [(other.id, TYPED["subject"])]


def test_an_address_whose_account_is_deactivated_is_refused(desk):
    gone = a_provider(email=ADDRESS)
    with transaction():
        gone.deactivated_at = clock.now()

    desk.open(f"{NEW_CASE}/somebody-new").press("Continue", **KIM)

    assert desk.status == 409
    assert "is deactivated" in desk.page.select_one(".error-summary").get_text()


def test_a_registration_that_nobody_confirmed_is_taken_up_with_what_is_said_now(app):
    an_agent("NCIR")
    begun = a_provider(email=ADDRESS, first_name="Mallory", phone="919-555-0666", verified=False)
    page = filed(a_ticket_for_kim(app, an_agent()))

    kim: User = db.session.scalars(by_address(ADDRESS)).one()
    assert (kim.id, kim.name, kim.phone, kim.is_invited) == (begun.id, "Kim Lee", KIM["caller-phone"], True)
    assert "Somebody had begun to register with kim@newclinic.example.org." in page.text
    assert [mail.kind for mail in mail_to(ADDRESS)] == ["invitation_of_provider", "case_received"]


@pytest.mark.parametrize("caller", ["", "new", "0", "999999", "x", "1" * 40, "-1", "\N{ARABIC-INDIC DIGIT ONE}"])
def test_a_ticket_of_nobody_asks_who_is_calling_and_keeps_the_text(desk, caller):
    key = desk.open(f"{NEW_CASE}/somebody-new").values("Continue")["csrf_token"]
    desk.post(f"{NEW_CASE}/ticket", {**TYPED, "topic": "INV-RECV", "caller": caller, "csrf_token": key})

    assert (desk.status, desk.h1) == (409, "Who is calling?")
    assert desk.values("Find")["subject"] == TYPED["subject"]
