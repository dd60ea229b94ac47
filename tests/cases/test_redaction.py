"""Taking a patient's data out of a case: every copy goes, wherever it stands, and what happened stays to be seen."""

from contextlib import closing
from datetime import timedelta

import pytest
import sqlalchemy as sa

from helpdesk import clock
from helpdesk.accounts import history
from helpdesk.accounts.models import AccountAct, Language, ParkedForm, User
from helpdesk.cases import attachments, case_drafts, commands, digest, redaction, suspicion
from helpdesk.cases.attachment_models import Attachment
from helpdesk.cases.models import Case, EventKind, MessageKind, ResolutionCode, Status
from helpdesk.cases.redaction import NothingToRedact, ReasonTells, Wanted
from helpdesk.cases.tombstones import TOMBSTONE
from helpdesk.cases.wording import event_sentence
from helpdesk.extensions import db
from helpdesk.hours import queries as hours
from helpdesk.intake import drafts
from helpdesk.intake.models import Purpose
from helpdesk.knowledge import editing
from helpdesk.knowledge.editing import Placement
from helpdesk.knowledge.models import Article
from helpdesk.notifications import acts, claim
from helpdesk.notifications.models import DeliveryAttempt, MailAct, MailState
from helpdesk.transaction import transaction
from tests.attachment_factories import a_file_on, another, files_kept, waiting_on
from tests.case_factories import MONDAY_9_AM, a_case, mail_of
from tests.factories import a_lead, a_provider, an_agent
from tests.knowledge.shelves import a_text

pytestmark = pytest.mark.usefixtures("monday_morning")

NAME = "Zyxwald Quillfeather"  # no word before it says that it is a patient's: mail tells it, too
MARK = "quillfeather"
REASON = "It was in the ticket by mistake."
TABLES = {
    "cases",
    "messages",
    "case_ratings",
    "events",
    "routing_decisions",
    "outbox_messages",
    "delivery_attempts",
    "mail_events",
    "attachments",
    "drafts",
    "parked_forms",
    "case_drafts",
    "account_events",
    "articles",
    "article_versions",
    "knowledge_events",
}


def where_it_stands() -> set[str]:
    """Every column of every table that holds the mark, whatever its type, as table.column."""
    db.session.rollback()
    found = set()
    for table in db.metadata.sorted_tables:
        for row in db.session.execute(sa.select(table)).mappings():
            found |= {f"{table.name}.{name}" for name, value in row.items() if MARK in _as_text(value)}
    db.session.rollback()
    return found


def _as_text(value: object) -> str:
    return (value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)).casefold()


def a_file_named(name: str, case: Case) -> Attachment:
    """A file that came with the ticket of the case."""
    with closing(another(name)) as file:
        return a_file_on(case.messages[0], file)


def a_case_full_of_it(requester: User, agent: User) -> Case:
    """A case that has lived long, with the name in every place that it can get to."""
    answers = (commands.Answer("Error text", f"{NAME} not found", "error_text"),)
    case = a_case(
        requester=requester,
        agent=agent,
        subject=f"{NAME} is not found",
        description=f"We look for\nZyxwald   Quillfeather <{NAME}> & cannot find O'Neil.",
        organization=f"Practice of {NAME}",
        location=NAME,
        answers=answers,
    )
    with transaction():
        commands.reply(case, by=requester, body=f"It is {NAME.upper()}.")
        commands.add_note(case, by=agent, body=f"Called about {NAME}.")
        commands.reply(case, by=agent, body=f"We have found {NAME}.")
        commands.resolve(case, by=agent, code=ResolutionCode.FIXED, note=f"{NAME} is there now.")
        commands.reject(case, by=requester, body=f"No, {NAME} is not.")
        digest.write(at=clock.now())
        commands.resolve(case, by=agent, code=ResolutionCode.FIXED, note=f"Now {NAME} is there.")
        commands.accept(case, by=requester)
        commands.rate(case, by=requester, score=5, comment=f"{NAME} is there!")
        case.record(EventKind.MAIL_STOPPED, by=None, at=clock.now(), new={"mail": "case_replied", "why": f"no {NAME}"})
    a_file_named(f"{NAME}.csv", case)
    with closing(another(f"More of {NAME}.csv")) as file:
        waiting_on(case, requester, file)
    _kept_elsewhere(case, requester, agent)
    return case


def _kept_elsewhere(case: Case, requester: User, agent: User) -> None:
    with transaction():
        receipt, answer = mail_of(case)[0], mail_of(case, "case_resolved")[-1]
        receipt.attempts.append(DeliveryAttempt(claimed_at=clock.now(), answer=f"550 no {NAME} here"))
        acts.send_now(answer, by=agent.id, reason=f"{NAME} waits for it")
        drafts.save(requester, Purpose.OWN, "f" * 32, {"description": [f"Again {NAME}"]})
        case_drafts.save(case, agent, MessageKind.NOTE, body=f"Ask {NAME}")
        history.record(AccountAct.ADDRESS_CHANGED, user=requester, by=agent, reason=f"{NAME} said so")
        for path in ("/vaccine-provider/get-help", f"/agent/cases/{case.number}/notes"):
            kept = {"body": [f"About {NAME}"]}
            owner = requester.id if path.endswith("help") else None
            db.session.add(ParkedForm(token_hash=path, path=path, fields=kept, user_id=owner, created_at=clock.now()))
        text = a_text(title=f"When {NAME} is not found", body=f"Look for {NAME}.")
        article = editing.add(text, Placement(position=500), slug=editing.free_slug(text.title), by=agent, origin_case_id=case.id)
        editing.translate(article, text, to=Language.SPANISH, by=agent)


@pytest.mark.both_databases
def test_every_copy_is_erased_from_every_column_of_every_table(app):
    lead, agent = a_lead("ENR"), an_agent("ENR")
    case = a_case_full_of_it(a_provider(), agent)
    before = where_it_stands()
    assert {column.partition(".")[0] for column in before} == TABLES

    with transaction():
        redaction.redact(case, Wanted((NAME,)), by=lead, reason=REASON)

    assert where_it_stands() == set()


@pytest.mark.both_databases
def test_tombstones_stand_in_its_place_and_everything_else_stays(app):
    lead, agent = a_lead("ENR"), an_agent("ENR")
    case = a_case_full_of_it(a_provider(), agent)
    receipt = mail_of(case, "case_received")[0]
    kept = {m.id: (m.message_id, m.state, m.to_name, m.due_at) for m in mail_of(case)}
    with transaction():
        redaction.redact(case, Wanted((NAME,)), by=lead, reason=REASON)

    assert case.subject == f"{TOMBSTONE} is not found"
    assert case.messages[0].body == f"We look for\n{TOMBSTONE} <{TOMBSTONE}> & cannot find O'Neil."
    assert case.answers[0]["answer"] == f"{TOMBSTONE} not found"
    assert (case.redacted_at, case.messages[0].redacted_at) == (MONDAY_9_AM, MONDAY_9_AM)
    assert f"We look for<br>{TOMBSTONE} &lt;{TOMBSTONE}&gt; &amp; cannot find O&#39;Neil." in receipt.html_body
    assert receipt.subject == f"[{case.number}] We received your case: {TOMBSTONE} is not found"
    assert {m.id: (m.message_id, m.state, m.to_name, m.due_at) for m in mail_of(case)} == kept
    assert case.number in receipt.text_body
    article = db.session.scalars(sa.select(Article).where(Article.origin_case_id == case.id)).first()
    assert (article.slug, article.title) == ("when-removed-patient-data-is-not-found", f"When {TOMBSTONE} is not found")


def test_the_entry_says_who_when_where_and_why_and_never_what(app):
    lead, case = a_lead("ENR"), a_case(subject=f"{NAME} is not found", description=f"{NAME} is not there.")
    with transaction():
        redaction.redact(case, Wanted((NAME,)), by=lead, reason=REASON)

    event = case.events[-1]
    assert (event.kind, event.actor_id, event.at) == (EventKind.REDACTED, lead.id, MONDAY_9_AM)
    assert event.new == {"places": {"case": 1, "message": 1, "decision": 1, "mail": 1}, "reason": REASON}
    words = event_sentence(event)
    assert words == f"{lead.name} removed patient data (the subject or place, messages, the routing decision, mail): {REASON}"


def test_the_ledger_says_it_of_the_mail(app):
    lead, case = a_lead("ENR"), a_case(description=f"{NAME} is not there.")
    with transaction():
        redaction.redact(case, Wanted((NAME,)), by=lead, reason=REASON)

    assert [(e.act, e.actor_id, e.reason) for e in mail_of(case)[0].events] == [(MailAct.REDACTED, lead.id, "")]


def test_a_plan_names_every_place_and_changes_nothing(app):
    case = a_case(subject=f"{NAME} is not found", description=f"{NAME} is not there.")

    plan = redaction.plan(case, Wanted((NAME, "Nobody At All")))

    receipt = mail_of(case)[0]
    assert [called for called, _times in plan.named] == [
        "Subject, organization and location of the case",
        f"What {case.requester.name} wrote",
        "The facts that decided where it went",
        f"Mail to {receipt.to_address}: Receipt",
    ]
    assert plan.not_found == ["Nobody At All"]
    db.session.rollback()
    assert NAME in case.subject


@pytest.mark.both_databases
@pytest.mark.parametrize("state", [MailState.HELD, MailState.SENDING, MailState.SENT])
def test_what_has_left_or_is_in_hand_is_named_as_out_of_reach(app, state):
    lead, agent, case = a_lead("ENR"), an_agent("ENR"), a_case()
    with transaction():
        commands.reply(case, by=agent, body=f"We have found {NAME}.")
    mail = mail_of(case, "case_replied")[0]
    at = MONDAY_9_AM + timedelta(minutes=2)
    if state is not MailState.HELD:
        with transaction():
            claim.release(at=at, calendar=hours.calendar())
            claim.take(holder="busy", at=at, lease_until=at + timedelta(minutes=5), calendar=hours.calendar())
            db.session.refresh(mail)
            mail.state = state

    reach = [m.id for m in redaction.plan(case, Wanted((NAME,))).out_of_reach]
    with transaction():
        redaction.redact(case, Wanted((NAME,)), by=lead, reason=REASON)

    assert reach == ([] if state is MailState.HELD else [mail.id])
    assert (mail.state, MARK in mail.text_body.casefold()) == (state, False)


def test_a_file_is_removed_with_all_that_is_in_it(app):
    lead, case = a_lead("ENR"), a_case()
    file = a_file_named("record.csv", case)
    stored_as = file.stored_as
    with transaction():
        redaction.redact(case, Wanted(files=frozenset({file.id})), by=lead, reason=REASON)

    assert (file.redacted_at, file.name) == (MONDAY_9_AM, TOMBSTONE)
    assert stored_as not in files_kept()
    assert case.events[-1].new["places"] == {"file": 1}
    assert attachments.number_on(case.messages[0]) == 1


def test_files_of_other_cases_are_not_reached(app):
    lead, case, other = a_lead("ENR"), a_case(), a_case()
    file = a_file_named("record.csv", other)

    with pytest.raises(NothingToRedact), transaction():
        redaction.redact(case, Wanted(files=frozenset({file.id})), by=lead, reason=REASON)


def test_other_cases_keep_what_they_say(app):
    lead, case, other = a_lead("ENR"), a_case(subject=NAME), a_case(subject=NAME)
    with transaction():
        redaction.redact(case, Wanted((NAME,)), by=lead, reason=REASON)

    assert (case.subject, other.subject) == (TOMBSTONE, NAME)


def test_what_stands_nowhere_cannot_be_removed_and_leaves_no_entry(app):
    lead, case = a_lead("ENR"), a_case()
    before = len(case.events)

    with pytest.raises(NothingToRedact), transaction():
        redaction.redact(case, Wanted((NAME,)), by=lead, reason=REASON)

    assert len(case.events) == before


@pytest.mark.parametrize("reason", [f"{NAME} was named", "patient Wanda Castellow was named", "SSN 412-55-9083"])
def test_a_reason_that_tells_it_again_is_refused(app, reason):
    lead, case = a_lead("ENR"), a_case(subject=NAME)

    with pytest.raises(ReasonTells), transaction():
        redaction.redact(case, Wanted((NAME,)), by=lead, reason=reason)

    assert case.subject == NAME


def test_the_mark_stays_until_somebody_says_that_nothing_is_left(app):
    lead, case = a_lead("ENR"), a_case(description="Patient Wanda Castellow cannot be found.")
    with transaction():
        redaction.redact(case, Wanted(("Wanda",)), by=lead, reason=REASON)  # a half of the name is no longer found
    is_marked = case.patient_data_suspected_at is not None
    with transaction():
        suspicion.clear(case, by=lead)

    assert (is_marked, case.patient_data_suspected_at) == (True, None)


def test_a_closed_case_can_lose_it_too(app):
    lead, case = a_lead("ENR"), a_case(status=Status.CLOSED, subject=NAME)
    with transaction():
        redaction.redact(case, Wanted((NAME,)), by=lead, reason=REASON)

    assert case.subject == TOMBSTONE
