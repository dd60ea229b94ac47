"""Mail to those whom a case is copied to: what its requester is told, and it follows the case as the original does."""

from datetime import timedelta

import pytest
from flask import Flask

from helpdesk import clock
from helpdesk.accounts import commands as accounts
from helpdesk.accounts import preferences
from helpdesk.accounts.models import Language
from helpdesk.cases import commands, copying, mail_decisions, withdrawal
from helpdesk.cases.errors import NotTakenBack
from helpdesk.cases.models import Case, EventKind, Message, ResolutionCode, Status
from helpdesk.cases.wording import event_sentence
from helpdesk.extensions import db
from helpdesk.notifications import delivery
from helpdesk.notifications.models import MailState
from helpdesk.providers import affiliations, queries
from helpdesk.transaction import transaction
from tests.case_factories import FRIDAY_7_PM, MONDAY_9_AM, SOLUTION, mail_of
from tests.cases.copied import a_copied_case, kinds, mail_to
from tests.factories import a_provider, an_admin, an_agent
from tests.runs import postgresql_in_the_long_run
from tests.smtp_servers import good_server

pytestmark = [postgresql_in_the_long_run, pytest.mark.usefixtures("monday_morning")]
BETTER = "We sent the signature mail to the second officer, too."
SOON = timedelta(minutes=10)


@pytest.fixture
def ines(app: Flask):
    return a_provider(first_name="Ines", last_name="Marin")


def last_said(case: Case) -> Message:
    return case.messages[-1]


def delivered(app: Flask) -> list[str]:
    """To whom each mail goes that leaves in the next ten minutes."""
    with good_server(app) as server, clock.at(MONDAY_9_AM + SOON):
        delivery.deliver_due()
    return [received.message["To"] for received in server.received]


def test_each_copy_is_a_mail_of_its_own_and_each_is_windowed_as_its_original(app, ines):
    luis = a_provider()
    with clock.at(FRIDAY_7_PM):
        case = a_copied_case(ines, luis, status=Status.PENDING)
        with transaction():
            commands.resolve(case, by=case.assignee, code=ResolutionCode.FIXED, note=SOLUTION)

    for person in (ines, luis):
        assert kinds(person, case) == [("copy_received", "due"), ("copy_replied", "held"), ("copy_resolved", "held")]
    originals = {m.kind.removeprefix("case_"): m for m in mail_to(case.requester, case)}
    for copy in mail_to(ines, case):
        original = originals[copy.kind.removeprefix("copy_")]
        assert (copy.due_at, copy.is_windowed) == (original.due_at, original.is_windowed)
        assert (copy.to_address, copy.message_id != original.message_id) == (ines.email, True)
    assert len(mail_of(case)) == 9


def test_mail_to_a_colleague_answers_the_first_one_to_them(app, ines):
    case = a_copied_case(ines, status=Status.RESOLVED)

    first, second = mail_to(ines, case)
    assert second.headers["In-Reply-To"] == first.message_id


def test_a_copy_says_whose_case_it_is_and_how_to_end_it_and_holds_no_answers(app, ines):
    case = a_copied_case(ines, status=Status.RESOLVED)
    received, resolved = mail_to(ines, case)

    assert received.subject == f"[{case.number}] {case.requester.name} copied you: {case.subject}"
    assert "has asked for help and copied you" in received.text_body
    assert "will not let us go on" not in received.text_body
    assert f'"{case.subject}", which {case.requester.name} opened, is resolved.' in resolved.text_body
    assert SOLUTION in resolved.text_body
    for mail in (received, resolved):
        for part in (mail.text_body, mail.html_body):
            assert "You can take yourself off on its page" in part
            assert "/account#copies" in part
            assert "your case" not in part.lower()


def test_a_copy_is_in_the_language_of_its_reader(app):
    ana = a_provider(first_name="Ana", language=Language.SPANISH)
    case = a_copied_case(ana, status=Status.RESOLVED)

    received, resolved = mail_to(ana, case)
    assert (received.language, mail_to(case.requester, case)[0].language) == ("es", "en")
    assert "pidió ayuda y le puso en copia" in received.text_body
    assert "está resuelto" in resolved.text_body


def test_who_wants_no_mail_about_copies_gets_none_and_still_has_the_case(app, ines):
    with transaction():
        preferences.choose_copy_mail(ines, is_wanted=False)
    case = a_copied_case(ines, status=Status.RESOLVED)

    assert kinds(ines, case) == []


def test_a_resolution_that_is_taken_back_leaves_for_nobody(app, ines):
    case = a_copied_case(ines, status=Status.RESOLVED)
    with transaction():
        withdrawal.take_back(case, last_said(case), by=case.assignee)

    assert kinds(ines, case)[1:] == [("copy_resolved", "cancelled")]
    assert mail_to(ines, case)[1].reason == f"{case.assignee.name} took it back before it left"
    assert len(delivered(app)) == 2  # both receipts


def test_what_one_of_them_has_been_told_is_not_taken_back_or_changed(app, ines):
    case = a_copied_case(ines, status=Status.RESOLVED)
    with transaction():
        mail_to(ines, case)[1].state = MailState.SENT

    for act in (
        lambda: withdrawal.take_back(case, last_said(case), by=case.assignee),
        lambda: withdrawal.revise(case, last_said(case), by=case.assignee, body=BETTER),
    ):
        with pytest.raises(NotTakenBack), transaction():
            act()

    assert kinds(case.requester, case)[1] == ("case_resolved", "held")
    assert case.status is Status.RESOLVED


def test_a_copy_that_failed_does_not_keep_the_resolution_from_being_taken_back(app, ines):
    case = a_copied_case(ines, status=Status.RESOLVED)
    with transaction():
        mail_to(ines, case)[1].state = MailState.FAILED
    with transaction():
        withdrawal.take_back(case, last_said(case), by=case.assignee)

    assert kinds(ines, case)[1] == ("copy_resolved", "cancelled")


def test_a_note_that_is_changed_is_changed_for_everybody(app, ines):
    luis = a_provider()
    case = a_copied_case(ines, luis, status=Status.RESOLVED)
    with transaction():
        withdrawal.revise(case, last_said(case), by=case.assignee, body=BETTER)

    for person in (ines, luis):
        old, new = mail_to(person, case)[1:]
        assert (old.state, new.state, new.replaces_id) == ("superseded", "held", old.id)
        assert BETTER in new.text_body
    assert len(delivered(app)) == 6  # three receipts, three resolutions


def test_a_reopened_case_tells_nobody_that_it_is_resolved(app, ines):
    case = a_copied_case(ines, status=Status.RESOLVED)
    with transaction():
        commands.reject(case, by=case.requester, body="The mail still goes to the old officer.")

    (resolved,) = [m for m in mail_to(ines, case) if m.kind == "copy_resolved"]
    assert (resolved.state, resolved.reason) == ("cancelled", "the case was reopened before this mail left")


def test_another_address_is_where_the_copies_go(app, ines):
    case, admin = a_copied_case(ines, status=Status.RESOLVED), an_admin()
    with transaction():
        accounts.change_address(ines, "ines@new.example.org", by=admin)

    assert {mail.to_address for mail in mail_to(ines, case) if mail.kind.startswith("copy_")} == {"ines@new.example.org"}


def test_copies_for_somebody_whose_account_ends_are_stopped_and_the_case_says_so(app, ines):
    case, admin = a_copied_case(ines, status=Status.RESOLVED), an_admin()
    with transaction():
        assert mail_decisions.stop_mail_of(ines, by=admin, reason="the account is deactivated") == 2

    assert kinds(ines, case) == [("copy_received", "cancelled"), ("copy_resolved", "cancelled")]
    assert kinds(case.requester, case)[1] == ("case_resolved", "held")
    said = [event_sentence(event) for event in case.events if event.kind is EventKind.MAIL_STOPPED]
    assert "A copy for a colleague of the mail with the resolution was not sent: the account is deactivated" in said


def test_whoever_works_there_no_more_is_told_nothing_more(app, ines):
    case, admin = a_copied_case(ines, status=Status.RESOLVED), an_admin()
    work = db.session.scalars(queries.affiliations_of(ines, at=clock.now())).one()
    with transaction():
        affiliations.end(work, by=admin)
        assert copying.stop_mail_of_leaver(ines, by=admin) == 1
    with transaction():
        commands.reply(case, by=case.assignee, body="One more thing.")

    assert {state for _kind, state in kinds(ines, case)} == {"cancelled"}
    assert len(kinds(ines, case)) == 2
    said = [event_sentence(event) for event in case.events if event.kind is EventKind.MAIL_STOPPED]
    assert f"A copy for a colleague of the mail with the resolution was not sent: {ines.name} works there no more" in said


def test_who_is_taken_off_is_told_nothing_more_and_who_is_copied_again_is_told_again(app, ines):
    case = a_copied_case(ines, status=Status.RESOLVED)
    with transaction():
        copying.take_off(case, ines, by=case.requester)
    assert kinds(ines, case) == [("copy_received", "cancelled"), ("copy_resolved", "cancelled")]
    assert kinds(case.requester, case)[1] == ("case_resolved", "held")

    with transaction():
        copying.copy(case, ines.email, by=case.requester)
    assert kinds(ines, case)[2:] == [("copy_received", "due")]


def test_copies_never_use_up_what_the_requester_may_be_mailed(app, ines):
    before = app.config["MAIL_MOST_AN_HOUR_FOR_A_CASE"]
    app.config["MAIL_MOST_AN_HOUR_FOR_A_CASE"] = 3
    try:
        case = a_copied_case(ines, a_provider(), a_provider(), status=Status.OPEN, agent=an_agent())
        with transaction():
            for number in range(3):
                commands.reply(case, by=case.assignee, body=f"Answer {number}")
    finally:
        app.config["MAIL_MOST_AN_HOUR_FOR_A_CASE"] = before

    assert [state for _kind, state in kinds(case.requester, case)] == ["due", "held", "held", "failed"]
    assert [state for _kind, state in kinds(ines, case)] == ["due", "held", "held", "failed"]


def test_on_a_case_that_may_hold_a_patient_s_data_copies_leave_the_text_out_as_the_original_does(app, ines):
    told = "Her SSN is 512-44-8821."
    case = a_copied_case(ines, status=Status.PENDING, description=f"Please help us soon. {told}", subject="Wrong record")
    received, replied = mail_to(ines, case)

    assert case.patient_data_suspected_at is not None
    for mail in (received, replied):
        for part in (mail.subject, mail.text_body, mail.html_body):
            assert "Wrong record" not in part
            assert "Who is your back-up coordinator?" not in part
    assert "The text is on the page of the case." in replied.text_body
    assert "The text is on the page of the case." in replied.html_body
