"""What follows when patients' data is suspected in what was sent: the case is marked, routed with it, and mail leaves it out."""

import pytest
import sqlalchemy as sa

from helpdesk import clock
from helpdesk.accounts.models import Language
from helpdesk.cases import commands, digest, suspicion, withdrawal
from helpdesk.cases.models import Case, EventKind, ResolutionCode, Status
from helpdesk.cases.suspicion import NotSuspected
from helpdesk.cases.wording import event_sentence
from helpdesk.extensions import db
from helpdesk.notifications.models import OutboxMessage
from helpdesk.routing.models import RoutingDecision
from helpdesk.transaction import transaction
from tests.case_factories import MONDAY_9_AM, a_case, mail_of
from tests.factories import a_provider, an_admin, an_agent

pytestmark = pytest.mark.usefixtures("monday_morning")

SECRET = "Wanda Castellow"
TELLS = f"We cannot find patient {SECRET} in CVMS since Monday."
HARMLESS = "Please look at the record ID 00351870 again."


def words_of(mail: OutboxMessage) -> str:
    return " ".join((mail.subject, mail.text_body, mail.html_body))


def happened(case: Case) -> list[EventKind]:
    return [event.kind for event in case.events]


def test_a_ticket_that_tells_of_a_patient_is_marked_and_says_so_in_its_timeline(app):
    case = a_case(description=TELLS)

    assert case.patient_data_suspected_at == MONDAY_9_AM
    event = next(event for event in case.events if event.kind is EventKind.PATIENT_DATA_SUSPECTED)
    assert event.new == {"kinds": ["patient_name"]}
    assert event_sentence(event) == f"Patient data is suspected in what {case.requester.name} sent: name of a patient"


def test_a_harmless_ticket_is_not(app):
    case = a_case(description=HARMLESS)

    assert case.patient_data_suspected_at is None
    assert EventKind.PATIENT_DATA_SUSPECTED not in happened(case)


@pytest.mark.parametrize("where", ["subject", "answers"])
def test_every_free_text_of_a_ticket_is_looked_at(app, where):
    said = {"subject": TELLS, "answers": (commands.Answer("Error text", TELLS, "error_text"),)}[where]

    assert a_case(**{where: said}).patient_data_suspected_at is not None


def test_what_was_chosen_from_a_list_is_not(app):
    chosen = commands.Answer("Patient name", TELLS, "status", "shown", decides=True)

    assert a_case(answers=(chosen,)).patient_data_suspected_at is None


def test_the_rules_know_of_it_and_flag_the_decision(app):
    marked, plain = a_case(description=TELLS), a_case(description=HARMLESS)

    decisions = {d.case_id: d for d in db.session.scalars(sa.select(RoutingDecision))}
    assert decisions[marked.id].outcome["tags"] == ["phi-suspected"]
    assert decisions[marked.id].facts["values"]["patient_data"] == "suspected"
    assert decisions[marked.id].outcome["team"] == decisions[plain.id].outcome["team"]
    assert decisions[plain.id].outcome["tags"] == []
    assert "patient_data" not in decisions[plain.id].facts["values"]


def test_the_receipt_leaves_the_text_out_and_says_where_it_is(app):
    case = a_case(description=TELLS, subject=f"No record of {SECRET}")

    receipt = mail_of(case, "case_received")[0]
    assert SECRET not in words_of(receipt)
    assert receipt.subject == f"[{case.number}] We received your case: {case.topic_name}"
    for part in (receipt.text_body, receipt.html_body):
        assert "The text is on the page of your case." in " ".join(part.split())
        assert "Vaccine Coordinator (primary)" not in part


def test_so_it_says_in_spanish(app):
    case = a_case(description=TELLS, requester=a_provider(language=Language.SPANISH))

    assert "El texto está en la página de su caso." in " ".join(mail_of(case, "case_received")[0].text_body.split())


def test_the_receipt_of_a_harmless_ticket_tells_all(app):
    assert HARMLESS in mail_of(a_case(description=HARMLESS), "case_received")[0].text_body


@pytest.mark.parametrize("kind", ["case_replied", "case_resolved"])
def test_replies_and_resolutions_of_a_marked_case_are_mailed_without_their_text(app, kind):
    case, agent = a_case(description=TELLS), an_agent("ENR")
    with transaction():
        if kind == "case_replied":
            commands.reply(case, by=agent, body="We have merged the two records.")
        else:
            commands.resolve(case, by=agent, code=ResolutionCode.FIXED, note="We have merged the two records.")

    mail = mail_of(case, kind)[0]
    assert "merged" not in words_of(mail)
    assert SECRET not in words_of(mail)
    assert all("The text is on the page of your case." in part for part in (mail.text_body, mail.html_body))
    assert "wrote" not in mail.text_body


def test_an_answer_of_staff_that_tells_of_a_patient_marks_the_case_before_its_mail_is_written(app):
    case, agent = a_case(description=HARMLESS), an_agent("ENR")
    with transaction():
        commands.reply(case, by=agent, body=TELLS)

    assert case.patient_data_suspected_at is not None
    assert SECRET not in words_of(mail_of(case, "case_replied")[0])


def test_so_does_a_reply_of_the_requester_and_a_rejection(app):
    replied, rejected = a_case(description=HARMLESS), a_case(description=HARMLESS, status=Status.RESOLVED)
    with transaction():
        commands.reply(replied, by=replied.requester, body=TELLS)
        commands.reject(rejected, by=rejected.requester, body=TELLS)

    assert replied.patient_data_suspected_at is not None
    assert rejected.patient_data_suspected_at is not None


def test_so_does_a_reply_that_is_told_in_other_words(app):
    case, agent = a_case(description=HARMLESS), an_agent("ENR")
    with transaction():
        message = commands.reply(case, by=agent, body=HARMLESS)
    with transaction():
        withdrawal.revise(case, message, by=agent, body=TELLS)

    assert case.patient_data_suspected_at is not None
    assert SECRET not in words_of(mail_of(case, "case_replied")[-1])


def test_an_internal_note_marks_nothing(app):
    case, agent = a_case(description=HARMLESS), an_agent("ENR")
    with transaction():
        commands.add_note(case, by=agent, body=TELLS)

    assert case.patient_data_suspected_at is None


def test_mail_to_staff_and_the_digest_name_its_topic_and_not_its_subject(app):
    agent = an_agent("ENR")
    case = a_case(subject=TELLS, status=Status.PENDING, agent=agent)
    with transaction():
        commands.reply(case, by=case.requester, body=HARMLESS)
        digest.write(at=clock.now())

    written = [mail for mail in db.session.scalars(sa.select(OutboxMessage)) if mail.user_id == agent.id]
    assert {"case_came_back", "staff_digest"} <= {mail.kind for mail in written}
    assert not [mail.kind for mail in written if SECRET in words_of(mail)]
    assert all(case.topic_name in mail.text_body for mail in written)


def test_whoever_has_read_it_and_found_none_takes_the_mark_off_and_mail_tells_again(app):
    case, lead, agent = a_case(description=TELLS), an_admin(), an_agent("ENR")
    with transaction():
        suspicion.clear(case, by=lead)
        commands.reply(case, by=agent, body="That was the name of your pharmacy.")

    assert case.patient_data_suspected_at is None
    assert "That was the name of your pharmacy." in mail_of(case, "case_replied")[0].text_body
    cleared = next(event for event in case.events if event.kind is EventKind.PATIENT_DATA_CLEARED)
    assert event_sentence(cleared) == f"{lead.name} found no patient data here"


def test_the_mark_is_taken_off_once(app):
    case, lead = a_case(description=HARMLESS), an_admin()

    with pytest.raises(NotSuspected), transaction():
        suspicion.clear(case, by=lead)
