"""The page of a case: what it shows, to whom, and nothing to anybody else."""

import re

import pytest

from helpdesk.cases import commands
from helpdesk.cases.models import Status
from helpdesk.notifications.models import MailState
from helpdesk.transaction import transaction
from tests.case_factories import SOLUTION, a_case, mail_of
from tests.factories import a_provider, an_admin, an_agent
from tests.queue.cases import at_the_desk, on_case
from tests.visitor import Visitor


def test_the_case_shows_who_asks_what_was_answered_and_why_it_is_here(app):
    requester = a_provider(phone="919-555-0142")
    page = on_case(app, an_agent("ENR"), a_case(requester=requester)).text

    for words in (
        "Section B asks for a second coordinator",
        requester.name,
        requester.email,
        "919-555-0142",
        "Vaccine Coordinator (primary)",
        "Cedar Fork Pharmacy",
        "Main Street",
        "Enrollment Portal",
        "To Provider Enrollment, because",
        "Receipt Waiting to be sent",
        "asked for help",
        "Routed to Provider Enrollment",
    ):
        assert words in page


def test_the_whole_decision_stands_behind_its_sentence(app):
    visitor = on_case(app, an_agent("ENR"), a_case()).follow("Every rule, and what would change it")

    assert "Provider enrollment : Decided" in visitor.text
    assert "false" in visitor.text


def test_rules_name_topics_and_their_groups_as_people_know_them(app):
    rules = at_the_desk(app, an_agent("ENR"), f"/agent/cases/{a_case().number}/decision").page.select_one(".rules").get_text()

    assert "topic is Temperature excursion or Storage unit, data logger or power failure" in rules
    assert "topic group is Recipients and doses or Inventory" in rules
    assert re.findall(r"\b[A-Z]{3}-[A-Z]+\b", rules) == []


def test_clocks_say_when_they_are_due_and_how_they_ended(app):
    agent, case = an_agent("ENR"), a_case()
    visitor = on_case(app, agent, case)
    assert "First response due tomorrow 9 a.m." in visitor.text

    visitor.press("Send and wait for an answer", body="Who is your back-up coordinator?")

    assert "First response met after 0 min" in visitor.text
    assert "Resolution paused, 0 min of 26 h 15 min used" in visitor.text


def test_notes_are_marked_as_for_staff_only(app):
    agent, case = an_agent("ENR"), a_case()

    visitor = on_case(app, agent, case).press("Save note", body="The officer has changed.")

    note = visitor.page.select_one(".said-note").get_text(" ")
    assert "The officer has changed." in note
    assert "staff only" in note


def test_above_send_stands_who_gets_it_and_when_it_leaves(app):
    requester = a_provider()
    visitor = on_case(app, an_agent("ENR"), a_case(requester=requester))

    assert f"To {requester.name}, {requester.email} · leaves today 9:01 a.m." in visitor.text


@pytest.mark.parametrize("number", ["NCV-999999", "nonsense", "0", "NCV-99999999999999999999", "%00"])
def test_missing_numbers_are_not_found(app, number):
    assert at_the_desk(app, an_agent("ENR"), f"/agent/cases/{number}").status == 404


def test_foreign_cases_look_like_missing_ones(app):
    case, stranger = a_case(), at_the_desk(app, an_agent("NCIR"))

    foreign = without_form_key(stranger.open(f"/agent/cases/{case.number}"))
    missing = without_form_key(stranger.open("/agent/cases/NCV-999999"))

    assert stranger.status == 404
    assert foreign == missing


def without_form_key(visitor: Visitor) -> str:
    """The page, but for the key of its forms, which is another one every second."""
    return re.sub(r'(name="csrf_token" value=)"[^"]+"', r"\1", visitor.html)


@pytest.mark.parametrize("act", ["take", "notes", "replies", "resolve"])
def test_foreign_cases_cannot_be_worked_on(app, act):
    case, stranger = a_case(), at_the_desk(app, an_agent("NCIR"))
    token = stranger.values("Take next")["csrf_token"]

    stranger.post(f"/agent/cases/{case.number}/{act}", {"csrf_token": token, "body": "Hello", "version": "3"})

    assert stranger.status == 404


def test_providers_never_see_the_agents_page_even_of_their_own_case(app):
    requester = a_provider()
    case = a_case(requester=requester)

    assert on_case(app, requester, case).status == 403
    assert Visitor(app).open(f"/agent/cases/{case.number}").path == "/login"


def test_a_number_typed_in_short_finds_the_case(app):
    case = a_case()

    assert at_the_desk(app, an_admin(), f"/agent/cases/{case.id}").h1 == case.subject


@pytest.mark.parametrize("act", ["take", "notes", "replies", "resolve"])
def test_the_address_of_a_refused_form_leads_back_to_the_case(app, act):
    case = a_case()

    assert at_the_desk(app, an_admin(), f"/agent/cases/{case.number}/{act}").path == f"/agent/cases/{case.number}"


def test_a_closed_case_offers_no_box(app):
    visitor = on_case(app, an_agent("ENR"), a_case(status=Status.CLOSED))

    assert "This case is closed. It takes no more messages." in visitor.text
    assert not visitor.page.select("main textarea")


def test_a_failed_mail_is_said_first_in_its_panel(app):
    case = a_case(status=Status.RESOLVED, requester=a_provider(phone="919-555-0142"))
    with transaction():
        [mail] = mail_of(case, "case_resolved")
        mail.state, mail.reason = MailState.FAILED, "550 no such person"

    panel = on_case(app, an_agent("ENR"), case).page.select_one("#mail").get_text(" ")

    assert "The provider could not be told" in panel
    assert "919-555-0142" in panel
    assert "Could not be sent: 550 no such person" in panel


def test_what_people_type_is_shown_as_text(app):
    agent, case = an_agent("ENR"), a_case(subject="<script>alert(1)</script> & more")
    with transaction():
        commands.add_note(case, by=agent, body="<b>bold</b>\nsecond line")

    visitor = on_case(app, agent, case)

    assert visitor.h1 == "<script>alert(1)</script> & more"
    assert "<b>bold</b>" in visitor.text


def test_the_resolution_is_part_of_the_conversation(app):
    said = on_case(app, an_agent("ENR"), a_case(status=Status.RESOLVED)).page.select_one(".said-resolution").get_text()

    assert "resolved the case: Fixed" in said
    assert SOLUTION in said
