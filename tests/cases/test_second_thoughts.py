"""A reply or a resolution is taken back, or told in other words, until its mail has left."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from helpdesk import clock
from helpdesk.cases import commands, withdrawal
from helpdesk.cases.errors import NoteMissing, NotTakenBack
from helpdesk.cases.models import Case, EventKind, Message, MessageKind, ResolutionCode, Status
from helpdesk.extensions import db
from helpdesk.notifications import delivery
from helpdesk.notifications.models import MailAct
from helpdesk.sla.models import ClockState, SlaClock, Target
from helpdesk.transaction import transaction
from tests.case_factories import MONDAY_9_AM, a_case, mail_of
from tests.factories import an_agent
from tests.smtp_servers import good_server
from tests.visitor import Visitor

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("monday_morning")]

TEN_MINUTES = timedelta(minutes=10)
BETTER = "We sent the signature mail to the second officer, too."


def last_said(case: Case, kind: MessageKind) -> Message:
    """The newest message of this kind on the case."""
    return [message for message in case.messages if message.kind is kind][-1]


def take_back(case: Case, kind: MessageKind) -> None:
    with transaction():
        withdrawal.take_back(case, last_said(case, kind), by=case.assignee)


def clock_of(case: Case, target: Target) -> SlaClock:
    return db.session.scalars(sa.select(SlaClock).where(SlaClock.case_id == case.id, SlaClock.target == target)).one()


def delivered(app) -> list[str]:
    """The subjects of what leaves in the next ten minutes."""
    with good_server(app) as server, clock.at(MONDAY_9_AM + TEN_MINUTES):
        delivery.deliver_due()
    return [received.message["Subject"] for received in server.received]


def test_a_resolution_taken_back_is_not_mailed_and_the_case_is_open_again(app):
    case = a_case(status=Status.RESOLVED)

    take_back(case, MessageKind.RESOLUTION)

    assert (case.status, case.resolution_code, case.resolved_at) == (Status.OPEN, None, None)
    assert case.events[-1].kind is EventKind.TAKEN_BACK
    assert clock_of(case, Target.RESOLUTION).state is ClockState.RUNNING
    assert not [subject for subject in delivered(app) if "Resolved" in subject]


def test_the_mail_remembers_who_took_it_back(app):
    case = a_case(status=Status.RESOLVED)

    take_back(case, MessageKind.RESOLUTION)

    (mail,) = mail_of(case, "case_resolved")
    (entry,) = mail.events
    assert (mail.state, entry.act, entry.actor_id) == ("cancelled", MailAct.TAKEN_BACK, case.assignee_id)
    assert mail.reason == f"{case.assignee.name} took it back before it left"


def test_a_case_that_waits_for_an_answer_to_the_reply_waits_no_more(app):
    case = a_case(status=Status.PENDING)

    take_back(case, MessageKind.REPLY)

    assert (case.status, clock_of(case, Target.RESOLUTION).state) == (Status.OPEN, ClockState.RUNNING)


def test_the_first_answer_is_owed_again_when_it_is_taken_back(app):
    case = a_case(status=Status.PENDING)

    take_back(case, MessageKind.REPLY)

    first = clock_of(case, Target.FIRST_RESPONSE)
    assert (case.answered_at, first.state, case.due_at) == (None, ClockState.RUNNING, first.due_at)


def test_the_first_answer_is_owed_again_when_it_was_a_resolution(app):
    case = a_case(status=Status.RESOLVED)

    take_back(case, MessageKind.RESOLUTION)

    first = clock_of(case, Target.FIRST_RESPONSE)
    assert (case.answered_at, first.state, case.due_at) == (None, ClockState.RUNNING, first.due_at)


def test_an_earlier_answer_still_counts(app):
    case = a_case(status=Status.OPEN)
    with transaction():
        commands.reply(case, by=case.assignee, body="We look into it.")
    with clock.at(MONDAY_9_AM + TEN_MINUTES), transaction():
        commands.reply(case, by=case.assignee, body="One more thing.")
        withdrawal.take_back(case, last_said(case, MessageKind.REPLY), by=case.assignee)

    assert (case.answered_at, case.status) == (MONDAY_9_AM, Status.OPEN)


def test_a_case_goes_on_waiting_for_an_answer_to_a_later_reply(app):
    case = a_case(status=Status.OPEN)
    with transaction():
        earlier = commands.reply(case, by=case.assignee, body="We look into it.")
        commands.reply(case, by=case.assignee, body="Who is your back-up coordinator?", wait=True)
        withdrawal.take_back(case, earlier, by=case.assignee)

    assert (case.status, clock_of(case, Target.RESOLUTION).state) == (Status.PENDING, ClockState.PAUSED)


def test_what_the_requester_said_is_not_offered_to_be_taken_back_though_mail_tells_of_it(app):
    case = a_case(status=Status.OPEN)
    with transaction():
        commands.reply(case, by=case.requester, body="Is there any news?")

    visitor = Visitor(app).sign_in(case.assignee).open(f"/agent/cases/{case.number}")

    assert mail_of(case, "case_came_back")[0].state == "held"
    assert not visitor.has_button("Take it back")


def test_what_has_left_is_not_taken_back(app):
    case = a_case(status=Status.RESOLVED)
    delivered(app)

    with pytest.raises(NotTakenBack):
        take_back(case, MessageKind.RESOLUTION)

    assert case.status is Status.RESOLVED


@pytest.mark.parametrize("kind", [MessageKind.QUESTION, MessageKind.NOTE])
def test_what_no_mail_tells_is_not_taken_back(app, kind):
    case = a_case(status=Status.RESOLVED)
    with transaction():
        commands.add_note(case, by=case.assignee, body="Among us.")

    with pytest.raises(NotTakenBack):
        take_back(case, kind)


def test_taken_back_twice_is_taken_back_once(app):
    case = a_case(status=Status.RESOLVED)
    take_back(case, MessageKind.RESOLUTION)

    with pytest.raises(NotTakenBack):
        take_back(case, MessageKind.RESOLUTION)


def test_a_closed_case_keeps_its_resolution(app):
    case = a_case(status=Status.CLOSED)

    with pytest.raises(NotTakenBack):
        take_back(case, MessageKind.RESOLUTION)


def test_resolved_again_after_it_was_taken_back_one_mail_leaves(app):
    case = a_case(status=Status.RESOLVED)
    take_back(case, MessageKind.RESOLUTION)
    with transaction():
        commands.resolve(case, by=case.assignee, code=ResolutionCode.ANSWERED, note=BETTER)

    assert len([subject for subject in delivered(app) if "Resolved" in subject]) == 1


def test_a_note_that_is_changed_leaves_once_in_its_new_words(app):
    case = a_case(status=Status.RESOLVED)
    with transaction():
        withdrawal.revise(case, last_said(case, MessageKind.RESOLUTION), by=case.assignee, body=BETTER)

    old, new = mail_of(case, "case_resolved")
    assert (old.state, new.state, new.replaces_id) == ("superseded", "held", old.id)
    assert BETTER in new.text_body
    assert case.status is Status.RESOLVED
    assert len([subject for subject in delivered(app) if "Resolved" in subject]) == 1


def test_a_note_is_not_changed_into_nothing(app):
    case = a_case(status=Status.RESOLVED)

    with pytest.raises(NoteMissing), transaction():
        withdrawal.revise(case, last_said(case, MessageKind.RESOLUTION), by=case.assignee, body="ok")

    assert [mail.state for mail in mail_of(case, "case_resolved")] == ["held"]


def test_what_has_left_is_not_changed(app):
    case = a_case(status=Status.RESOLVED)
    delivered(app)

    with pytest.raises(NotTakenBack), transaction():
        withdrawal.revise(case, last_said(case, MessageKind.RESOLUTION), by=case.assignee, body=BETTER)

    assert len(case.messages) == 2


def test_the_requester_sees_what_was_withdrawn_and_when(app):
    case = a_case(status=Status.RESOLVED)
    visitor = Visitor(app).sign_in(case.requester)
    with clock.at(MONDAY_9_AM + timedelta(seconds=30)):
        take_back(case, MessageKind.RESOLUTION)

    visitor.open(f"/cases/{case.number}")

    assert "Withdrawn by the help desk, today 9 a.m." in visitor.text
    assert not visitor.has_button("This solved it")


def test_the_agent_takes_back_and_changes_on_the_page_of_the_case(app):
    case = a_case(status=Status.RESOLVED, agent=an_agent("ENR", first_name="Dana"))
    visitor = Visitor(app).sign_in(case.assignee).open(f"/agent/cases/{case.number}")

    visitor.follow("Change the text").press("Change it", body=BETTER)
    assert "Changed. By mail: leaves today 9:01 a.m." in visitor.text
    visitor.press("Take it back")

    assert "Taken back. No mail leaves" in visitor.text
    assert not visitor.has_button("Take it back")


def test_a_change_that_comes_too_late_is_said_and_its_text_kept(app):
    case = a_case(status=Status.RESOLVED)
    visitor = Visitor(app).sign_in(case.assignee).open(f"/agent/cases/{case.number}").follow("Change the text")
    delivered(app)

    visitor.press("Change it", body=BETTER)

    assert (visitor.status, "Too late to change it" in visitor.text) == (409, True)
    assert visitor.page.find("textarea").get_text().strip() == BETTER


def test_the_case_of_another_team_gives_nothing_away(app):
    case = a_case(status=Status.RESOLVED)
    stranger = Visitor(app).sign_in(an_agent("NCIR"))
    message = last_said(case, MessageKind.RESOLUTION)

    for address in ("take-back", "change"):
        assert stranger.post(f"/agent/cases/{case.number}/messages/{message.id}/{address}").status == 404


def test_a_message_of_another_case_is_not_found(app):
    case, other = a_case(status=Status.RESOLVED), a_case(status=Status.RESOLVED)
    visitor = Visitor(app).sign_in(case.assignee).open(f"/agent/cases/{case.number}")
    fields = visitor.values("Take it back")

    assert visitor.post(f"/agent/cases/{case.number}/messages/{other.messages[-1].id}/take-back", fields).status == 404
