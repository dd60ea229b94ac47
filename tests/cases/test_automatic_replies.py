"""A rule has the desk itself ask for something: in public, once, and then the case waits."""

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from helpdesk import clock
from helpdesk.accounts.models import Language, User
from helpdesk.cases import commands, own_data, redaction, told, withdrawal
from helpdesk.cases.choices import ProviderRole
from helpdesk.cases.models import Case, EventKind, Message, Status
from helpdesk.cases.redaction import Wanted
from helpdesk.cases.wording import event_sentence
from helpdesk.extensions import db
from helpdesk.notifications.models import MailState
from helpdesk.sla.models import ClockState, SlaClock, Target
from helpdesk.transaction import transaction
from tests.case_factories import FRIDAY_7_PM, MONDAY_9_AM, a_case, a_new_case, mail_of
from tests.cases.copied import a_copied_case, kinds
from tests.duty_factories import in_turn, on_duty
from tests.factories import a_lead, a_provider, an_agent
from tests.runs import postgresql_in_the_long_run
from tests.visitor import Visitor

pytestmark = [postgresql_in_the_long_run, pytest.mark.usefixtures("monday_morning")]
DESK = "NC Vaccines Help Desk"
AN_HOUR = timedelta(hours=1)


def a_case_asked_about(**named) -> Case:
    """A case about CVMS users by somebody who cannot grant access: a seeded rule asks them who can."""
    return a_case(topic="ACC-CVMS", provider_role=ProviderRole.OFFICE_STAFF, **named)


def question_of(case: Case) -> Message:
    """What the desk has asked."""
    return next(message for message in case.messages if message.author_id is None)


def clock_of(case: Case, target: Target) -> SlaClock:
    return db.session.scalars(sa.select(SlaClock).where(SlaClock.case_id == case.id, SlaClock.target == target)).one()


def test_the_text_is_on_the_case_and_the_case_waits(app: Flask) -> None:
    case = a_case_asked_about()

    assert (case.status, case.assignee_id, case.answered_at) == (Status.PENDING, None, None)
    assert "approval of a Location Manager" in question_of(case).body
    assert [event_sentence(event) for event in case.events[-2:]] == [
        "The desk sent “Information needed”, as a rule says",
        "New is now Pending",
    ]


def test_the_receipt_leaves_at_once_and_the_question_in_service_hours(app: Flask) -> None:
    with clock.at(FRIDAY_7_PM):
        case = a_case_asked_about()

    receipt, question = mail_of(case)
    assert (receipt.kind, receipt.state) == ("case_received", MailState.DUE)
    assert (question.kind, question.state) == ("case_replied", MailState.HELD)
    assert f"{DESK}, Access and Identity, wrote:" in question.text_body
    assert "approval of a Location Manager" in question.text_body


def test_a_first_response_is_owed_and_only_the_resolution_stands_still(app: Flask) -> None:
    case = a_case_asked_about()

    first, resolution = (clock_of(case, target) for target in (Target.FIRST_RESPONSE, Target.RESOLUTION))
    assert (first.state, resolution.state) == (ClockState.RUNNING, ClockState.PAUSED)
    assert case.due_at == first.due_at


def test_an_answer_of_the_requester_opens_the_case_and_the_clock_goes_on(app: Flask) -> None:
    case = a_case_asked_about()
    with clock.at(MONDAY_9_AM + AN_HOUR), transaction():
        commands.reply(case, by=case.requester, body="It is Ana Marin, ana@example.org.")

    assert (case.status, clock_of(case, Target.RESOLUTION).state) == (Status.OPEN, ClockState.RUNNING)
    assert clock_of(case, Target.FIRST_RESPONSE).state is ClockState.RUNNING


def test_an_agent_who_answers_meets_the_first_response(app: Flask) -> None:
    case = a_case_asked_about()
    agent = an_agent("ACC")
    with transaction():
        commands.reply(case, by=agent, body="Thank you, we go on with it.")

    assert (case.status, clock_of(case, Target.FIRST_RESPONSE).state) == (Status.OPEN, ClockState.STOPPED)


def test_in_spanish_the_text_is_spanish(app: Flask) -> None:
    case = a_case_asked_about(requester=a_provider(language=Language.SPANISH))

    assert question_of(case).body.startswith("Para seguir con su caso necesitamos algo más de usted.")
    assert "Para seguir con su caso" in mail_of(case, "case_replied")[0].text_body


def test_whoever_has_a_copy_is_told_too(app: Flask) -> None:
    ines = a_provider()

    case = a_copied_case(ines, topic="ACC-CVMS", provider_role=ProviderRole.OFFICE_STAFF)

    assert kinds(ines, case) == [("copy_received", "due"), ("copy_replied", "held")]


def test_a_case_that_waits_for_its_requester_is_given_to_nobody_until_they_answer(app: Flask) -> None:
    in_turn("ACC")
    on_duty(an_agent("ACC"))

    case = a_case_asked_about()

    assert (case.assignee_id, EventKind.LEFT_IN_QUEUE in [event.kind for event in case.events]) == (None, False)


def test_the_requester_can_cancel_while_nobody_has_begun(app: Flask) -> None:
    case, taken = a_case_asked_about(), a_case_asked_about()
    agent = an_agent("ACC")
    with transaction():
        commands.take(taken, by=agent)
        commands.cancel(case, by=case.requester)

    assert (case.status, case.events[-1].old) == (Status.CANCELED, {"status": "pending"})
    assert taken.work_has_begun


def test_taken_back_in_time_it_is_not_mailed_and_the_case_waits_no_more(app: Flask) -> None:
    case, agent = a_case_asked_about(), an_agent("ACC")
    with transaction():
        withdrawal.take_back(case, question_of(case), by=agent)

    assert (case.status, mail_of(case, "case_replied")[0].state) == (Status.OPEN, MailState.CANCELLED)
    assert [clock_of(case, target).state for target in (Target.FIRST_RESPONSE, Target.RESOLUTION)] == [ClockState.RUNNING] * 2


def test_told_in_other_words_it_is_the_answer_of_who_has_changed_it(app: Flask) -> None:
    case, agent = a_case_asked_about(), an_agent("ACC")
    with transaction():
        withdrawal.revise(case, question_of(case), by=agent, body="Who is your Location Manager?")

    assert (case.messages[-1].author_id, case.status) == (agent.id, Status.PENDING)
    assert clock_of(case, Target.FIRST_RESPONSE).state is ClockState.STOPPED


def test_taking_back_an_answer_below_it_owes_the_first_response_again(app: Flask) -> None:
    case, agent = a_case_asked_about(), an_agent("ACC")
    with transaction():
        message = commands.reply(case, by=agent, body="Please read this.")
        withdrawal.take_back(case, message, by=agent)

    assert (case.answered_at, clock_of(case, Target.FIRST_RESPONSE).state) == (None, ClockState.RUNNING)


def test_everybody_reads_that_the_desk_itself_has_written_it(app: Flask) -> None:
    case = a_case_asked_about()
    requester, lead = case.requester, a_lead("ACC")

    theirs = Visitor(app).sign_in(requester).open(f"/cases/{case.number}")
    assert f"{DESK}, sent automatically" in theirs.text
    assert "We need something from you to go on." in theirs.text
    desk = Visitor(app).sign_in(lead).open(f"/agent/cases/{case.number}")
    assert f"{DESK} replied, as a rule says" in desk.text
    assert f"What {DESK} wrote" in desk.open(f"/agent/cases/{case.number}/redact").text
    assert f"Reply by {DESK}" in desk.open(f"/agent/cases/{case.number}/told").text


def test_the_file_with_ones_own_data_tells_it(app: Flask) -> None:
    case = a_case_asked_about()

    held = json.loads("".join(own_data.of(case.requester)))

    assert [message["by"] for message in held["cases"][0]["messages"]] == ["you", DESK]


def test_it_is_found_by_its_words_as_what_the_desk_has_said(app: Flask) -> None:
    case = a_case_asked_about()

    page = Visitor(app).sign_in(an_agent("ACC")).open("/agent/search?q=approval")
    assert case.number in page.text
    assert DESK in page.page.main.get_text(" ")


def test_whether_it_was_told_is_known(app: Flask) -> None:
    case = a_case_asked_about()

    assert f"Reply by {DESK}, Mon, Nov 30, 9:00 a.m. ET: Not yet" in list(told.lines(told.told(case)))


def test_what_is_redacted_goes_from_it_as_from_every_other_text(app: Flask) -> None:
    case, lead = a_case_asked_about(), a_lead("ACC")
    with transaction():
        question_of(case).body += " Zebra Castellow."
        redaction.redact(case, Wanted(("Zebra Castellow",)), by=lead, reason="a name")

    assert "Zebra" not in question_of(case).body


def test_the_receipt_promises_a_first_answer_and_says_that_something_is_needed(app: Flask) -> None:
    requester = a_provider()
    with transaction():
        new = a_new_case("ACC-CVMS", provider_role=ProviderRole.OFFICE_STAFF)
        case = commands.open_case(new, requester=db.session.get_one(User, requester.id))

    page = Visitor(app).sign_in(requester).open(f"/vaccine-provider/get-help/receipt/{case.number}")
    assert "We need something from you" in page.text
    assert "You can expect a first answer by" in page.text
