"""Leads and administrators remove a patient's data: what was found is proposed, what will be lost is named, then it is gone."""

import pytest

from helpdesk.cases import commands
from helpdesk.cases.models import EventKind, Status
from helpdesk.cases.tombstones import TOMBSTONE
from helpdesk.transaction import transaction
from tests.case_factories import a_case, mail_of
from tests.factories import a_lead, a_provider, an_admin, an_agent
from tests.queue.cases import at_once, at_the_desk

NAME, BIRTH = "Wanda Castellow", "3/4/1956"
TELLS = f"We cannot find patient {NAME}, DOB {BIRTH}. She lives on Elm Street."
REASON = "It was in the ticket by mistake."


def redacting(app, who, case, at=""):
    """This person on the page that removes patients' data from the case."""
    return at_the_desk(app, who, f"/agent/cases/{case.number}/redact{at}")


def checking(app, who, case, **fields):
    """The same, one page on: what will be lost."""
    return redacting(app, who, case).press("See what will be lost", **{"reason": REASON, **fields})


def test_what_was_found_is_proposed_shown_where_it_stands_and_removed(app):
    case, lead = a_case(description=TELLS, subject=f"Where is {NAME}?"), a_lead("ENR")
    visitor = redacting(app, lead, case)
    assert [mark.get_text() for mark in visitor.page.select(".passages mark")] == [NAME, BIRTH]
    assert visitor.values("See what will be lost")["passage"] == [NAME, BIRTH]

    visitor.press("See what will be lost", reason=REASON, more="Elm Street")
    assert visitor.h1 == "Remove this for good?"
    receipt = mail_of(case, "case_received")[0]
    named = [li.get_text() for li in visitor.page.select("main ul li")]
    assert named[:3] == [NAME, BIRTH, "Elm Street"]
    assert f"What {case.requester.name} wrote" in named
    assert "The facts that decided where it went" in named
    assert not [line for line in named if receipt.to_address in line]  # it told nothing of it in the first place

    visitor.press("Remove it for good")

    assert case.messages[0].body == f"We cannot find patient {TOMBSTONE}, DOB {TOMBSTONE}. She lives on {TOMBSTONE}."
    assert case.subject == f"Where is {TOMBSTONE}?"
    assert (case.events[-1].kind, case.events[-1].actor) == (EventKind.REDACTED, lead)
    assert f"{lead.name} removed patient data" in visitor.text
    assert not [word for word in (NAME, BIRTH, "Elm Street") if word in visitor.html]


def test_a_page_of_one_message_shows_that_one(app):
    case = a_case(description=TELLS)
    with transaction():
        commands.reply(case, by=case.requester, body="And patient Otis Castellow.")

    visitor = redacting(app, a_lead("ENR"), case, f"?at=message-{case.messages[-1].id}")

    assert visitor.values("See what will be lost")["passage"] == "Otis Castellow"
    assert NAME not in visitor.text


def test_what_has_left_is_said_to_be_out_of_reach(app):
    case = a_case(subject="Elm Street site cannot sign in")  # nobody suspected it, so the receipt tells it

    visitor = checking(app, a_lead("ENR"), case, more="Elm Street")
    receipt = mail_of(case, "case_received")[0]
    assert f"Mail to {receipt.to_address}: Receipt" in visitor.text
    assert "What cannot be taken back" not in visitor.text
    with transaction():
        receipt.state, receipt.sent_at = "sent", receipt.made_at

    assert "what is in the mailbox stays there" in checking(app, a_lead("ENR"), case, more="Elm Street").text


def test_a_reply_that_tells_the_requester_is_begun(app):
    case = a_case(description=TELLS, requester=a_provider(language="es"))

    visitor = checking(app, a_lead("ENR"), case).press("Remove it for good")

    assert visitor.values("Send and keep open")["body"].startswith("Quitamos de su caso información de un paciente")


def test_nothing_chosen_typed_too_short_or_nowhere_is_said_and_kept(app):
    case, lead = a_case(description=TELLS), a_lead("ENR")
    visitor = redacting(app, lead, case)
    bare = {**visitor.values("See what will be lost"), "passage": []}
    for more, problem in (("", "Choose a passage"), ("ab", "has 3 to 300 characters"), ("Nobody Here", "stands nowhere")):
        visitor.post(f"/agent/cases/{case.number}/redact/check", {**bare, "more": more, "reason": REASON})
        assert visitor.status == 422
        assert problem in visitor.text
        assert visitor.values("See what will be lost")["reason"] == REASON
    assert NAME in case.messages[0].body


def test_a_reason_is_needed_and_must_not_tell_it_again(app):
    case = a_case(description=TELLS)
    visitor = checking(app, a_lead("ENR"), case, reason="")
    assert "Say why it is removed." in visitor.text

    visitor.press("See what will be lost", reason=f"{NAME} was named").press("Remove it for good")

    assert visitor.status == 422
    assert "It would stay: say it without." in visitor.text
    assert NAME in case.messages[0].body


def test_somebody_without_the_right_gets_no_page_and_changes_nothing(app):
    case, agent = a_case(description=TELLS), an_agent("ENR")
    visitor = redacting(app, agent, case)
    seen = [visitor.status]
    for path in ("redact/check", "redact", "no-patient-data"):
        fields = {"passage": NAME, "reason": REASON, "version": str(case.version)}
        seen.append(visitor.post(f"/agent/cases/{case.number}/{path}", fields).status)

    assert seen == [403] * 4
    assert NAME in case.messages[0].body
    assert case.patient_data_suspected_at is not None


def test_a_case_of_another_team_does_not_exist(app):
    assert redacting(app, a_lead("NCIR"), a_case(description=TELLS)).status == 404


def test_a_case_that_has_changed_since_is_looked_at_again(app):
    case, lead = a_case(description=TELLS), a_lead("ENR")
    visitor = checking(app, lead, case)
    with transaction():
        commands.reply(case, by=case.requester, body="And patient Otis Castellow.")

    visitor.press("Remove it for good")

    assert visitor.status == 409
    assert "The case has changed since you looked." in visitor.text
    assert NAME in case.messages[0].body
    visitor.press("See what will be lost").press("Remove it for good")
    assert NAME not in case.messages[0].body


@pytest.mark.both_databases
def test_of_two_at_once_one_removes_it_and_the_other_is_told(app):
    case = a_case(description=TELLS)
    first, second = (checking(app, who, case) for who in (a_lead("ENR"), an_admin()))

    at_once(lambda: first.press("Remove it for good"), lambda: second.press("Remove it for good"))

    assert sorted([first.status, second.status]) == [200, 409]
    assert [event.kind for event in case.events].count(EventKind.REDACTED) == 1


def test_whoever_finds_none_says_so(app):
    case, lead = a_case(description=TELLS), a_lead("ENR")

    visitor = redacting(app, lead, case).press("There is no patient data here")

    assert case.patient_data_suspected_at is None
    assert f"{lead.name} found no patient data here" in visitor.text
    assert visitor.post(f"/agent/cases/{case.number}/no-patient-data").status == 200


def test_a_closed_case_loses_it_too_and_nobody_is_written_to(app):
    case = a_case(description=TELLS, status=Status.CLOSED)

    checking(app, a_lead("ENR"), case).press("Remove it for good")

    assert NAME not in case.messages[0].body
