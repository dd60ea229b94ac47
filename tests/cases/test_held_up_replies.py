"""A provider's reply or rejection that looks as if it told of a patient is held up until they edit it or say "send it anyway"."""

import pytest
from flask import Flask

from helpdesk import clock
from helpdesk.cases.models import Case, MessageKind, Status, Urgency
from helpdesk.cases.tombstones import TOMBSTONE
from helpdesk.transaction import transaction
from tests.attachment_factories import upload
from tests.case_factories import a_case
from tests.factories import a_provider
from tests.visitor import Visitor

pytestmark = pytest.mark.usefixtures("monday_morning")

TELLS = "It is about patient Wanda Castellow."
HARMLESS = "It is about the record ID 00351870."
ASKED = "Does this tell of a patient?"


def on_my_case(app: Flask, case: Case, page: str = "") -> Visitor:
    """The requester with a page of their case open."""
    return Visitor(app).sign_in(case.requester).open(f"/cases/{case.number}{page}")


def test_a_reply_is_held_up_with_its_text_and_sent_when_it_is_confirmed(app: Flask) -> None:
    case = a_case(status=Status.PENDING)
    provider = on_my_case(app, case).press("Send the message", body=TELLS)
    assert (provider.status, len(case.messages)) == (422, 2)
    assert [mark.get_text() for mark in provider.page.select(".suspicion mark")] == ["Wanda Castellow"]
    assert provider.values("Send the message")["body"] == TELLS
    confirm = provider.page.select_one(".suspicion [name=confirmed]")
    assert confirm is not None
    assert provider.page.find("form", id=confirm["form"]) is not None

    provider.post(f"/cases/{case.number}/replies", {**provider.values("Send the message"), "confirmed": confirm["value"]})

    assert case.messages[-1].body == TELLS
    assert case.patient_data_suspected_at is not None


def test_an_edited_reply_is_looked_at_again(app: Flask) -> None:
    case = a_case(status=Status.PENDING)
    provider = on_my_case(app, case).press("Send the message", body=TELLS)
    confirm = provider.page.select_one(".suspicion [name=confirmed]")
    assert confirm is not None

    fields = {**provider.values("Send the message"), "body": f"{TELLS} SSN 412-55-9083", "confirmed": confirm["value"]}

    provider.post(f"/cases/{case.number}/replies", fields)
    held = (provider.status, len(case.messages))
    provider.press("Send the message", body=HARMLESS)

    assert held == (422, 2)
    assert case.messages[-1].body == HARMLESS
    assert case.patient_data_suspected_at is None


def test_files_wait_while_a_reply_is_held_up(app: Flask) -> None:
    case = a_case(status=Status.PENDING)

    provider = on_my_case(app, case).press("Send the message", body=TELLS, files=upload("log.png"))

    assert ASKED in provider.text
    assert "log.png" in provider.text


def test_a_rejection_is_held_up(app: Flask) -> None:
    case = a_case(status=Status.RESOLVED)
    provider = on_my_case(app, case, "/reject").press("Open my case again", body=TELLS)
    assert (provider.status, case.status) == (422, Status.RESOLVED)

    confirm = provider.page.select_one(".suspicion [name=confirmed]")
    assert confirm is not None
    provider.post(f"/cases/{case.number}/reject", {**provider.values("Open my case again"), "confirmed": confirm["value"]})

    assert (case.status, case.messages[-1].kind) == (Status.OPEN, MessageKind.NOT_SOLVED)
    assert case.patient_data_suspected_at is not None


@pytest.mark.parametrize("urgent", [{"urgency": Urgency.AT_RISK}, {"topic": "TMP-EXC"}])
def test_a_reply_on_an_urgent_case_is_never_held_up(app: Flask, urgent: dict[str, object]) -> None:
    case = a_case(**urgent)

    provider = on_my_case(app, case).press("Send the message", body=TELLS)

    assert case.messages[-1].body == TELLS
    assert "Because the case is urgent, it is not held up." in provider.text
    assert case.patient_data_suspected_at is not None


def test_a_case_that_was_resolved_meanwhile_says_so_first_and_keeps_the_text(app: Flask) -> None:
    case = a_case(status=Status.PENDING)
    provider = on_my_case(app, case)
    fields = provider.values("Send the message")
    resolved = a_case(status=Status.RESOLVED, requester=case.requester)

    provider.post(f"/cases/{resolved.number}/replies", {**fields, "body": TELLS})

    assert provider.status == 409
    assert provider.values("Open my case again")["body"] == TELLS


def test_the_requester_sees_the_tombstone_and_why(app: Flask) -> None:
    case = a_case(description=f"Please look for {TOMBSTONE} again, who is not there.", subject=f"{TOMBSTONE} is not there")
    with transaction():
        case.redacted_at = case.messages[0].redacted_at = clock.now()

    provider = on_my_case(app, case)

    stones = [stone.get_text() for stone in provider.page.select(".tombstone")]
    assert stones == ["[removed: patient data]"] * 2
    assert "Our staff removed information about a patient from this text" in provider.text
    assert "from your subject or answers" in provider.text


def test_in_spanish_too(app: Flask) -> None:
    requester = a_provider(language="es")
    case = a_case(description=f"Please look for {TOMBSTONE} again, who is not there.", requester=requester)

    assert "[eliminado: datos de un paciente]" in on_my_case(app, case).text
