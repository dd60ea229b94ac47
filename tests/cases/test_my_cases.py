"""The page of a case as its requester has it, and what they can do there."""

from datetime import timedelta

import pytest
from flask import Flask

from helpdesk import clock
from helpdesk.cases import commands
from helpdesk.cases.models import ResolutionCode, Status
from helpdesk.transaction import transaction
from tests.case_factories import FRIDAY_7_PM, MONDAY_9_AM, SOLUTION, a_case
from tests.factories import PASSWORD, a_provider, an_agent
from tests.visitor import Visitor


def test_a_resolved_case_tells_when_its_mail_leaves(app: Flask) -> None:
    with clock.at(FRIDAY_7_PM):
        case = a_case(status=Status.RESOLVED)
        visitor = Visitor(app).sign_in(case.requester)

        visitor.open(f"/cases/{case.number}")

    assert SOLUTION in visitor.text
    assert "The e-mail with these notes leaves Mon, Dec 7, 8:00 a.m. ET." in visitor.text


def test_the_page_says_what_happens_next_and_by_when(app: Flask) -> None:
    with clock.at(MONDAY_9_AM):
        case = a_case()
        visitor = Visitor(app).sign_in(case.requester).open(f"/cases/{case.number}")

    assert "You can expect a first answer by Tue, Dec 1, 9:00 a.m. ET." in visitor.text


def test_a_promise_that_has_passed_is_not_made_again(app: Flask) -> None:
    with clock.at(MONDAY_9_AM):
        case = a_case()
    with clock.at(MONDAY_9_AM + timedelta(days=3)):
        visitor = Visitor(app).sign_in(case.requester).open(f"/cases/{case.number}")

    assert "Our answer was due by Tue, Dec 1, 9:00 a.m. ET: we are late, and sorry." in visitor.text
    assert "You can expect" not in visitor.text


def test_a_canceled_case_does_not_wait_for_an_answer(app: Flask) -> None:
    case = a_case(status=Status.CANCELED)

    steps = Visitor(app).sign_in(case.requester).open(f"/cases/{case.number}").page.select_one(".steps").get_text(" ")

    assert "Answered not needed" in " ".join(steps.split())


def test_paper_names_the_case_and_the_day(app: Flask) -> None:
    with clock.at(MONDAY_9_AM):
        case = a_case()
        visitor = Visitor(app).sign_in(case.requester)
        printed = [
            " ".join(visitor.open(path).page.select_one(".on-paper").get_text().split())
            for path in (f"/cases/{case.number}", f"/vaccine-provider/get-help/receipt/{case.number}")
        ]

    assert set(printed) == {f"Case {case.number}, opened Mon, Nov 30, 9:00 a.m. ET. Printed Mon, Nov 30, 9:00 a.m. ET."}


def test_notes_of_staff_are_nowhere_on_the_page(app: Flask) -> None:
    case = a_case(status=Status.OPEN)
    with transaction():
        commands.add_note(case, by=case.assignee, body="zebra: internal only")

    visitor = Visitor(app).sign_in(case.requester).open(f"/cases/{case.number}")

    assert "zebra" not in visitor.html
    assert "zebra" not in visitor.open("/cases").html


def test_this_solved_it_closes_the_case(app: Flask) -> None:
    case = a_case(status=Status.RESOLVED)
    visitor = Visitor(app).sign_in(case.requester).open(f"/cases/{case.number}")
    page = visitor.values("This solved it")

    visitor.press("This solved it")
    again = visitor.post(f"/cases/{case.number}/accept", page)

    assert case.status is Status.CLOSED
    assert "closed already" in again.text


def test_this_did_not_solve_it_asks_why_and_opens_the_case(app: Flask) -> None:
    case = a_case(status=Status.RESOLVED)
    visitor = Visitor(app).sign_in(case.requester).open(f"/cases/{case.number}").follow("This did not solve it")

    visitor.press("Open my case again", body="")
    assert "Say what is still wrong" in visitor.text
    visitor.press("Open my case again", body="The mail still goes to the old officer.")

    assert case.status is Status.OPEN
    assert "The mail still goes to the old officer." in visitor.text


def test_a_case_can_be_canceled_after_a_question(app: Flask) -> None:
    case = a_case()
    visitor = Visitor(app).sign_in(case.requester).open(f"/cases/{case.number}").follow("Cancel this case")
    assert visitor.h1 == "Cancel this case?"

    visitor.press("Cancel the case")

    assert case.status is Status.CANCELED
    assert "Cancel this case" not in visitor.text


def test_a_case_somebody_works_on_offers_no_cancel_and_refuses_a_late_one(app: Flask) -> None:
    case, agent = a_case(), an_agent()
    visitor = Visitor(app).sign_in(case.requester).open(f"/cases/{case.number}/cancel")
    late = visitor.values("Cancel the case")
    with transaction():
        commands.take(case, by=agent)

    assert "Cancel this case" not in visitor.open(f"/cases/{case.number}").text
    assert "cannot be canceled any more" in visitor.post(f"/cases/{case.number}/cancel", late).text
    assert case.status is Status.OPEN


def test_a_message_that_comes_after_the_end_is_kept_to_be_copied(app: Flask) -> None:
    case = a_case(status=Status.OPEN)
    visitor = Visitor(app).sign_in(case.requester).open(f"/cases/{case.number}")
    typed = {**visitor.values("Send the message"), "body": "One more thing before you go."}
    with transaction():
        commands.resolve(case, by=case.assignee, code=ResolutionCode.FIXED, note=SOLUTION)
        commands.accept(case, by=case.requester)

    visitor.post(f"/cases/{case.number}/replies", typed)

    assert visitor.status == 409
    assert "One more thing before you go." in visitor.text


def test_a_message_pressed_twice_is_said_once(app: Flask) -> None:
    case = a_case(status=Status.OPEN)
    visitor = Visitor(app).sign_in(case.requester).open(f"/cases/{case.number}")
    typed = {**visitor.values("Send the message"), "body": "Here is the name you asked for."}

    for _ in range(2):
        visitor.post(f"/cases/{case.number}/replies", typed)

    assert visitor.text.count("Here is the name you asked for.") == 1


def test_a_message_typed_while_the_session_ended_is_there_after_signing_in(app: Flask) -> None:
    case = a_case(status=Status.OPEN, requester=a_provider(email="pat@example.org"))
    visitor = Visitor(app).sign_in(case.requester).open(f"/cases/{case.number}")
    typed = {**visitor.values("Send the message"), "body": "A long answer, typed over lunch."}
    visitor.client.delete_cookie("session")

    visitor.post(f"/cases/{case.number}/replies", typed)
    visitor.press("Sign in", email="pat@example.org", password=PASSWORD)

    assert visitor.path == f"/cases/{case.number}"
    assert visitor.values("Send the message")["body"] == "A long answer, typed over lunch."


@pytest.mark.parametrize("rest", ["", "/cancel", "/reject"])
def test_a_foreign_case_looks_like_one_that_is_not_there(app: Flask, rest: str) -> None:
    case, stranger = a_case(status=Status.RESOLVED), Visitor(app).sign_in(a_provider())

    foreign = stranger.open(f"/cases/{case.number}{rest}").page.find("main").get_text(" ", strip=True)
    assert stranger.status == 404
    missing = stranger.open(f"/cases/NCV-009999{rest}").page.find("main").get_text(" ", strip=True)

    assert foreign == missing


def test_an_empty_and_an_overlong_message_are_named(app: Flask) -> None:
    case = a_case(status=Status.OPEN)
    visitor = Visitor(app).sign_in(case.requester).open(f"/cases/{case.number}")

    assert "Write your message." in visitor.press("Send the message", body=" \x00 ").text
    assert "up to 10,000 characters" in visitor.press("Send the message", body="y" * 10_001).text
    assert visitor.values("Send the message")["body"] == "y" * 10_001


def test_the_four_steps_show_how_far_it_has_come_and_by_when_the_next_is_expected(app: Flask) -> None:
    def steps() -> list[str]:
        visitor.open(f"/cases/{case.number}")
        return [" ".join(li.get_text(" ").split()) for li in visitor.page.select("ol.steps li")]

    def current() -> list[str]:
        return [li.select_one("strong").get_text() for li in visitor.page.select("ol.steps [aria-current=step]")]

    with clock.at(MONDAY_9_AM):
        case, agent = a_case(), an_agent()
        visitor = Visitor(app).sign_in(case.requester)
        began = ["Received today 9 a.m.", "With Provider Enrollment today 9 a.m."]
        assert steps() == [*began, "Answered expected by tomorrow 9 a.m.", "Resolved not yet"]
        assert current() == ["With Provider Enrollment"]
        assert "Such times are counted in our service hours" in visitor.text
        with transaction():
            commands.reply(case, by=agent, body="Who is your back-up coordinator?", wait=True)
        assert steps() == [*began, "Answered today 9 a.m.", "Resolved once we have an answer"]
        assert current() == ["Answered"]
        assert "We need something from you" in visitor.text
        with transaction():
            commands.reply(case, by=case.requester, body="Ines is.")
        assert steps()[-1] == "Resolved expected by Thu 9 a.m."
    with clock.at(MONDAY_9_AM + timedelta(days=4)):
        visitor.sign_in(case.requester)
        assert steps()[-1] == "Resolved was expected by yesterday 9 a.m."
        with transaction():
            commands.resolve(case, by=agent, code=ResolutionCode.FIXED, note=SOLUTION)
        assert steps()[-1] == "Resolved today 9 a.m."
        assert current() == ["Resolved"]


def test_a_reply_of_staff_after_the_resolution_leaves_the_way_on_open(app: Flask) -> None:
    case = a_case(status=Status.RESOLVED)
    with transaction():
        commands.reply(case, by=case.assignee, body="One more thing: please keep the old link.")

    visitor = Visitor(app).sign_in(case.requester).open(f"/cases/{case.number}")

    assert visitor.has_button("This solved it")
    assert visitor.follow("This did not solve it").h1 == "This did not solve it"


def test_a_message_that_crosses_a_resolution_is_kept_and_the_choice_is_theirs(app: Flask) -> None:
    case = a_case(status=Status.OPEN)
    visitor = Visitor(app).sign_in(case.requester).open(f"/cases/{case.number}")
    typed = {**visitor.values("Send the message"), "body": "By the way, thank you for your patience."}
    with transaction():
        commands.resolve(case, by=case.assignee, code=ResolutionCode.FIXED, note=SOLUTION)

    visitor.post(f"/cases/{case.number}/replies", typed)

    assert (visitor.status, case.status) == (409, Status.RESOLVED)
    assert SOLUTION in visitor.text
    assert visitor.values("Open my case again")["body"] == "By the way, thank you for your patience."
    assert visitor.has_button("This solved it")


def test_text_typed_before_the_session_ended_is_there_whatever_became_of_the_case(app: Flask) -> None:
    case = a_case(status=Status.OPEN, requester=a_provider(email="pat@example.org"))
    visitor = Visitor(app).sign_in(case.requester).open(f"/cases/{case.number}")
    typed = {**visitor.values("Send the message"), "body": "A long answer, typed over lunch."}
    visitor.client.delete_cookie("session")
    visitor.post(f"/cases/{case.number}/replies", typed)
    with transaction():
        commands.resolve(case, by=case.assignee, code=ResolutionCode.FIXED, note=SOLUTION)

    visitor.press("Sign in", email="pat@example.org", password=PASSWORD)

    assert visitor.values("Open my case again")["body"] == "A long answer, typed over lunch."
    with transaction():
        commands.accept(case, by=case.requester)
    assert "A long answer, typed over lunch." in visitor.open(f"/cases/{case.number}").text


@pytest.mark.parametrize("button", ["replies", "accept"])
def test_the_address_of_a_button_leads_back_to_the_case(app: Flask, button: str) -> None:
    case = a_case()

    assert Visitor(app).sign_in(case.requester).open(f"/cases/{case.number}/{button}").path == f"/cases/{case.number}"
