"""Whom a case is copied to, as staff see and change it; and colleagues who could not be told."""

import pytest

from helpdesk import clock
from helpdesk.cases import commands, untold
from helpdesk.cases.models import Case, EventKind, Status
from helpdesk.cases.told import lines, told
from helpdesk.cases.wording import event_sentence
from helpdesk.extensions import db
from helpdesk.notifications import delivery
from helpdesk.notifications.models import MailState
from helpdesk.transaction import transaction
from tests.case_factories import MONDAY_9_AM, a_case, a_new_case, mail_of
from tests.cases.copied import a_colleague, a_copied_case, kinds, mail_to
from tests.directory_factories import ADMINISTRATOR, a_location, at, works_at
from tests.factories import a_lead, an_admin, an_agent
from tests.notifications.mails import eastern
from tests.queue.cases import at_the_desk, on_case, statements
from tests.queue.test_statements import MOST_FOR_A_CASE
from tests.runs import postgresql_in_the_long_run
from tests.smtp_servers import good_server
from tests.visitor import Visitor

MONDAY_9_02 = eastern("2026-11-30 09:02")


@pytest.fixture(autouse=True)
def monday_morning(app):
    with clock.at(MONDAY_9_AM):
        yield


@pytest.fixture
def place(app):
    return a_location()


@pytest.fixture
def ines(place):
    return a_colleague(place, first_name="Ines", last_name="Marin", phone="919-555-0177")


@pytest.fixture
def case(place, ines) -> Case:
    return a_copied_case(ines, place=place, status=Status.OPEN)


def unsent(case: Case, person) -> int:
    """A mail about the case to this person that was refused; its id."""
    with transaction():
        mail = mail_to(person, case)[-1]
        mail.state, mail.reason = MailState.FAILED, "550 no such mailbox"
    return mail.id


def test_staff_see_whom_it_is_copied_to_and_change_it(app, place, case, ines):
    luis = a_colleague(place, first_name="Luis", last_name="Whitfield")
    agent = on_case(app, case.assignee, case)
    assert "Copied: Ines Marin." in agent.text
    assert f"copied it to {ines.name}" in agent.page.select_one("#timeline").get_text()

    agent.press("Copy them", colleagues=luis.email)
    assert "Copied to Luis Whitfield" in agent.text
    assert f"{case.assignee.name} copied you" in mail_to(luis, case)[0].subject
    assert "has copied you on a case of" in mail_to(luis, case)[0].text_body
    agent.press("Take Ines Marin off")
    assert "Copied: Luis Whitfield." in agent.text
    assert kinds(ines, case) == [("copy_received", "cancelled")]


def test_above_the_button_it_says_to_whom_copies_go(app, case):
    agent = on_case(app, case.assignee, case)

    assert "· copies to Ines Marin ·" in " ".join(agent.page.select_one("#reply-to").get_text().split())
    agent.press("Send and keep open", body="We look into it.")
    assert "Copy of a reply, Ines Marin" in agent.page.select_one("#mail").get_text()


@pytest.mark.parametrize("typed", ["nobody@example.org", "staff"])
def test_who_is_no_colleague_is_refused_in_the_same_words(app, case, typed):
    typed = case.assignee.email if typed == "staff" else typed
    agent = on_case(app, case.assignee, case).press("Copy them", colleagues=typed)

    assert agent.status == 422
    assert f"“{typed}” cannot be copied: there is no confirmed colleague with this address" in agent.text
    assert agent.page.select_one("#colleagues").get_text().strip() == typed


def test_the_case_of_another_team_gives_nothing_away(app, case, ines):
    stranger = at_the_desk(app, an_agent("NCIR"))
    token = stranger.page.select_one("input[name=csrf_token]")["value"]

    for path in ("copies", f"copies/{ines.id}/end"):
        assert stranger.post(f"/agent/cases/{case.number}/{path}", {"csrf_token": token}).status == 404


def test_a_closed_case_is_copied_to_nobody_more(app, place, case):
    agent = on_case(app, case.assignee, case)
    fields = {**agent.values("Copy them"), "colleagues": a_colleague(place).email}
    closed = a_copied_case(place=place, status=Status.CLOSED)

    agent.post(f"/agent/cases/{closed.number}/copies", fields)
    assert (agent.status, "It cannot be copied to anybody else." in agent.text) == (409, True)


@postgresql_in_the_long_run
def test_copies_cost_the_page_no_statement(app, place):
    people = [a_colleague(place) for _ in range(5)]
    case = a_copied_case(*people, place=place, status=Status.PENDING)
    number, visitor = case.number, at_the_desk(app, case.assignee)
    with statements() as asked:
        visitor.open(f"/agent/cases/{number}")

    assert f"Copied: {', '.join(person.name for person in people)}." in visitor.text
    assert len(asked) <= MOST_FOR_A_CASE, "\n".join(asked)


def test_a_colleague_who_could_not_be_told_is_named_with_the_phone(app, case, ines):
    unsent(case, ines)
    with transaction():
        assert untold.report() == 1
    panel = " ".join(on_case(app, case.assignee, case).page.select_one("#mail").get_text().split())

    assert "A colleague whom it is copied to could not be told" in panel
    assert "Please call Ines Marin: 919-555-0177" in panel
    assert "The provider could not be told" not in panel
    assert "Correct the e-mail address" not in panel
    (told_staff,) = mail_of(case, "could_not_be_told")
    assert told_staff.subject == f"[{case.number}] Ines Marin could not be told"
    assert "They did not ask: the case is copied to them." in told_staff.text_body
    said = [event_sentence(event) for event in case.events if event.kind is EventKind.MAIL_FAILED]
    assert said == ["The mail to a colleague that the case is copied to them could not be sent: 550 no such mailbox"]
    assert case.number in at_the_desk(app, case.assignee, "/agent/queue?show=could-not-be-told").text


def test_both_who_could_not_be_told_are_named_the_requester_first(app, case, ines):
    unsent(case, ines)
    unsent(case, case.requester)
    titles = on_case(app, case.assignee, case).page.select("#mail .notice-title")

    assert [title.get_text() for title in titles] == [
        "The provider could not be told",
        "A colleague whom it is copied to could not be told",
    ]


def test_it_is_settled_like_other_mail(app, case, ines):
    unsent(case, ines)
    agent = on_case(app, case.assignee, case).press("They know: I called")

    assert "could not be told" not in agent.page.select_one("#mail").get_text()
    assert f"{case.assignee.name} told them by phone" in agent.page.select_one("#timeline").get_text()


@postgresql_in_the_long_run
def test_who_was_told_lists_everybody_with_a_copy(app, place, ines):
    gone, other = a_colleague(place, first_name="Gus"), a_colleague(place, first_name="Omar")
    with transaction():
        other.wants_copy_mail = False
    case = a_copied_case(ines, gone, other, place=place, status=Status.RESOLVED)
    with clock.at(MONDAY_9_02), good_server(app):
        delivery.deliver_due()
    Visitor(app).sign_in(gone).open(f"/cases/{case.number}").press("Take me off")

    said = {copy.who: (copy.standing, [(s.what, s.answer) for s in copy.everything]) for copy in told(case).copies}
    everything = [("Copy of a receipt", "Yes"), (f"Resolution by {case.assignee.name}", "Yes")]
    assert said == {
        ines.name: ("The case is copied to them.", everything),
        gone.name: ("The case is copied to them no more.", everything),
        other.name: ("They chose to get no mail about copies.", []),
    }
    text = "\n".join(lines(told(case)))
    assert f"Copy to {ines.name}. The case is copied to them." in text
    assert f"Mail to {ines.email}. Accepted by the mail server" in text
    for reader, path in ((case.assignee, f"/agent/cases/{case.number}/told"), (an_admin(), f"/admin/mail/told/{case.number}")):
        assert f"Copy to {ines.name}" in Visitor(app).sign_in(reader).open(path).text


def test_the_ledger_lists_a_copy_for_its_reader(app, case, ines):
    visitor = Visitor(app).sign_in(an_admin()).open(f"/admin/mail?address={ines.email}")

    assert "Copy of a receipt" in visitor.text


def test_the_end_of_the_work_there_stops_what_waits(app, place, case, ines):
    on_case(app, case.assignee, case).press("Send and keep open", body="We look into it.")
    lead = Visitor(app).sign_in(a_lead())
    lead.open(f"/admin/organizations/{place.organization_id}")
    works_at(a_colleague(place), place.organization, ADMINISTRATOR)
    from helpdesk.providers import queries

    work = db.session.scalars(queries.affiliations_of(ines, at=clock.now())).one()
    lead.open(f"/admin/organizations/{place.organization_id}/people/{work.id}/end")
    lead.post(lead.path, {"csrf_token": lead.page.select_one("input[name=csrf_token]")["value"]})

    assert "works there no more" in lead.text
    assert kinds(ines, case) == [("copy_received", "cancelled"), ("copy_replied", "cancelled")]


def test_a_case_without_copies_says_so(app):
    case = a_case(status=Status.OPEN)

    assert "Copied: nobody." in on_case(app, case.assignee, case).page.select_one("#copies").get_text()


def test_a_case_that_staff_file_for_a_caller_is_copied_by_them(app, place, ines):
    pat, agent = a_colleague(place, first_name="Pat", last_name="Rivera"), an_agent("ENR")
    with transaction():
        case = commands.open_case(a_new_case(copies=(ines.id,), **at(place)), requester=pat, filed_by=agent)

    (copied,) = [event for event in case.events if event.kind is EventKind.COPIED]
    assert copied.actor_id == agent.id
    assert f"{agent.name} has copied you on a case of Pat Rivera." in mail_to(ines, case)[0].text_body
