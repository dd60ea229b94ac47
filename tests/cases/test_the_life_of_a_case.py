"""The verbs of a case: what each changes, what it refuses, what mail follows."""

from datetime import timedelta

import pytest
from flask import Flask

from helpdesk import clock
from helpdesk.accounts.models import Team
from helpdesk.cases import commands, mail, queries
from helpdesk.cases.errors import AlreadyTaken, CaseClosed, CaseResolved, IllegalMove, NoteMissing, StaleCase, WorkHasBegun
from helpdesk.cases.models import MOVES, Case, MessageKind, ResolutionCode, Status, public_messages
from helpdesk.extensions import db
from helpdesk.notifications.models import MailState
from helpdesk.transaction import transaction
from tests.case_factories import FRIDAY_7_PM, MONDAY_9_AM, SOLUTION, a_case, mail_of
from tests.factories import a_provider, an_admin, an_agent
from tests.queue.cases import statements

pytestmark = pytest.mark.both_databases


def test_taking_a_new_case_opens_it(app: Flask) -> None:
    case, agent = a_case(), an_agent()

    with transaction():
        commands.take(case, by=agent)

    assert (case.status, case.assignee_id) == (Status.OPEN, agent.id)


def test_what_is_written_reads_nothing_of_what_was_said_before_but_the_last_word(app: Flask) -> None:
    agent = an_agent()
    case = a_case(status=Status.OPEN, agent=agent)
    with transaction():
        for number in range(5):
            commands.add_note(case, by=agent, body=f"Note {number}")

    with statements() as asked, transaction():
        commands.resolve(case, by=agent, code=ResolutionCode.FIXED, note=SOLUTION)

    read = [statement for statement in asked if "FROM messages" in statement or "FROM events" in statement]
    assert read == []
    assert [m.kind for m in case.messages][-2:] == [MessageKind.NOTE, MessageKind.RESOLUTION]


def test_a_case_that_is_held_is_as_it_stands_now_with_what_belongs_to_it(app: Flask) -> None:
    luis = an_agent(first_name="Luis", last_name="Whitfield")
    case = a_case(status=Status.OPEN, agent=an_agent("ENR"))
    with transaction():
        assert (case.assignee.id, case.team.code, len(case.events)) != (luis.id, "SD", 0)
        triage = db.select(Team.id).where(Team.code == "SD").scalar_subquery()
        stands = db.update(Case).values(assignee_id=luis.id, team_id=triage).execution_options(synchronize_session=False)
        db.session.execute(stands)

        case.hold()

        assert (case.assignee.name, case.team.code) == ("Luis Whitfield", "SD")


def test_a_case_taken_by_somebody_says_who_has_it(app: Flask) -> None:
    dana, luis = an_agent(first_name="Dana", last_name="Osei"), an_agent()
    case = a_case(status=Status.OPEN, agent=dana)

    with pytest.raises(AlreadyTaken) as refused, transaction():
        commands.take(case, by=luis)

    assert refused.value.assignee == "Dana Osei"


def test_a_reply_stops_the_first_response_clock_and_writes_one_mail(app: Flask) -> None:
    case, agent = a_case(), an_agent()

    with transaction():
        commands.reply(case, by=agent, body="We are looking into it.")

    assert case.answered_at is not None
    assert (case.status, case.assignee_id) == (Status.OPEN, agent.id)
    assert [mail.kind for mail in mail_of(case)] == ["case_received", "case_replied"]


def test_the_same_words_again_at_once_are_one_reply(app: Flask) -> None:
    case, agent = a_case(), an_agent()

    with clock.at(MONDAY_9_AM):
        for _ in range(2):
            with transaction():
                commands.reply(case, by=agent, body="We are looking into it.")

    assert len(mail_of(case, "case_replied")) == 1
    assert [m.kind for m in case.messages].count(MessageKind.REPLY) == 1


def test_a_reply_that_waits_pauses_the_case_until_the_provider_answers(app: Flask) -> None:
    with clock.at(MONDAY_9_AM):
        case = a_case(status=Status.PENDING)
    assert (case.status, case.due_at) == (Status.PENDING, None)

    with clock.at(MONDAY_9_AM + timedelta(hours=2)), transaction():
        commands.reply(case, by=case.requester, body="It is our practice manager.")

    assert case.status is Status.OPEN
    assert case.due_at == MONDAY_9_AM + timedelta(days=2, hours=2)  # the next update is owed, and the two hours it waited are not


def test_a_resolution_needs_a_note_of_substance(app: Flask) -> None:
    case, agent = a_case(), an_agent()

    with pytest.raises(NoteMissing), transaction():
        commands.resolve(case, by=agent, code=ResolutionCode.FIXED, note="   done   ")

    assert case.status is Status.NEW
    assert mail_of(case, "case_resolved") == []


def test_a_resolution_writes_its_mail_in_the_same_transaction(app: Flask) -> None:
    with clock.at(FRIDAY_7_PM):
        case = a_case(status=Status.RESOLVED)

    mail = mail_of(case, "case_resolved")[0]
    assert (case.status, case.resolution_code, case.due_at) == (Status.RESOLVED, ResolutionCode.FIXED, None)
    assert mail.state is MailState.HELD
    assert SOLUTION in mail.text_body


def test_an_internal_note_reaches_no_mail_and_no_requester(app: Flask) -> None:
    case, agent = a_case(), an_agent()

    with transaction():
        commands.add_note(case, by=agent, body="Caller sounded worried, zebra.")
        commands.reply(case, by=agent, body="We have good news.")
        commands.resolve(case, by=agent, code=ResolutionCode.ANSWERED, note=SOLUTION)

    assert [m.kind for m in public_messages(queries.messages_of(case))] == [
        MessageKind.QUESTION,
        MessageKind.REPLY,
        MessageKind.RESOLUTION,
    ]
    assert not any("zebra" in mail.text_body + mail.html_body + mail.subject for mail in mail_of(case))


def test_what_did_not_solve_it_opens_the_case_again_and_stops_the_held_mail(app: Flask) -> None:
    with clock.at(FRIDAY_7_PM):
        case = a_case(status=Status.RESOLVED)
        team, agent = case.team_id, case.assignee_id
        with transaction():
            commands.reject(case, by=case.requester, body="The mail still goes to the old officer.")

    assert (case.status, case.team_id, case.assignee_id) == (Status.OPEN, team, agent)
    assert case.resolution_code is None
    assert case.due_at is not None
    assert mail_of(case, "case_resolved")[0].state is MailState.CANCELLED
    assert "reopened" in mail_of(case, "case_resolved")[0].reason


def test_a_reply_of_the_requester_to_a_resolution_asks_first_whether_it_is_solved(app: Flask) -> None:
    case = a_case(status=Status.RESOLVED)

    with pytest.raises(CaseResolved), transaction():
        commands.reply(case, by=case.requester, body="Thank you for your patience.")

    assert (case.status, case.messages[-1].kind) == (Status.RESOLVED, MessageKind.RESOLUTION)


def test_saying_twice_at_once_that_it_is_not_solved_is_saying_it_once(app: Flask) -> None:
    case = a_case(status=Status.RESOLVED)

    for _ in range(2):
        with transaction():
            commands.reject(case, by=case.requester, body="It came back this morning.")

    assert [m.kind for m in case.messages].count(MessageKind.NOT_SOLVED) == 1


def test_the_same_resolution_again_after_it_was_rejected_is_a_new_one(app: Flask) -> None:
    case = a_case(status=Status.RESOLVED)
    with transaction():
        commands.reject(case, by=case.requester, body="It came back this morning.")

    assert queries.repeated(case, MessageKind.RESOLUTION, by=case.assignee, body=SOLUTION, at=clock.now()) is None
    with transaction():
        commands.resolve(case, by=case.assignee, code=ResolutionCode.FIXED, note=SOLUTION)

    assert case.status is Status.RESOLVED


@pytest.mark.parametrize("note", ["\u200b" * 12, "\u200f\u2060 \ufeff" * 5])
def test_a_note_that_nobody_can_see_is_no_note(app: Flask, note: str) -> None:
    case, agent = a_case(), an_agent()

    with pytest.raises(NoteMissing), transaction():
        commands.resolve(case, by=agent, code=ResolutionCode.FIXED, note=note)


def test_a_closed_case_takes_nothing_and_sends_nothing(app: Flask) -> None:
    case = a_case(status=Status.CLOSED)
    before = len(mail_of(case))

    for act in (
        lambda: commands.reply(case, by=case.assignee, body="Too late."),
        lambda: commands.add_note(case, by=case.assignee, body="Too late."),
        lambda: commands.resolve(case, by=case.assignee, code=ResolutionCode.FIXED, note=SOLUTION + "!"),
        lambda: commands.take(case, by=case.assignee),
        lambda: commands.reject(case, by=case.requester, body="Too late."),
        lambda: commands.accept(case, by=case.requester),
        lambda: commands.cancel(case, by=case.requester),
    ):
        with pytest.raises(CaseClosed), transaction():
            act()

    assert len(mail_of(case)) == before


def test_a_case_can_be_canceled_only_before_work_begins(app: Flask) -> None:
    fresh, begun = a_case(), a_case(status=Status.OPEN)

    with transaction():
        commands.cancel(fresh, by=fresh.requester)
    with pytest.raises(WorkHasBegun), transaction():
        commands.cancel(begun, by=begun.requester)

    assert (fresh.status, begun.status) == (Status.CANCELED, Status.OPEN)


def test_a_resolved_case_cannot_be_resolved_again(app: Flask) -> None:
    case = a_case(status=Status.RESOLVED)

    with pytest.raises(IllegalMove), transaction():
        commands.resolve(case, by=case.assignee, code=ResolutionCode.ANSWERED, note="Another note altogether.")

    assert len(mail_of(case, "case_resolved")) == 1


def test_every_status_stands_in_the_table_of_moves(app: Flask) -> None:
    assert set(MOVES) == set(Status)
    assert all(not MOVES[final] for final in (Status.CLOSED, Status.CANCELED))


def test_a_stale_version_is_refused(app: Flask) -> None:
    case, agent = a_case(), an_agent()
    seen = case.version
    with transaction():
        commands.add_note(case, by=agent, body="Something new.")

    with pytest.raises(StaleCase), transaction():
        case.expect_version(seen)


def test_each_event_counts_the_version_up(app: Flask) -> None:
    case = a_case(status=Status.CLOSED)

    assert [event.version for event in case.events] == list(range(1, case.version + 1))


def test_people_see_the_cases_that_are_theirs_to_see(app: Flask) -> None:
    case = a_case(topic="ENR-SECB")
    theirs, foreign, stranger, admin = an_agent(team="ENR"), an_agent(team="INV"), a_provider(), an_admin()

    def sees(user: object) -> bool:
        return db.session.scalar(queries.numbered(user, case.number)) is not None

    assert (sees(case.requester), sees(theirs), sees(admin)) == (True, True, True)
    assert (sees(foreign), sees(stranger)) == (False, False)


def test_what_is_with_the_service_desk_is_seen_by_every_agent(app: Flask) -> None:
    case, agent = a_case(topic="GEN-BILL"), an_agent(team="INV")

    assert case.team.code == "SD"
    assert db.session.scalar(queries.numbered(agent, case.number)) is not None


@pytest.mark.parametrize(
    "typed",
    [
        "NCV-",
        "",
        "NCV-0",
        "0",
        "NCV-99999999999999999999",
        "٣",
        "4294967297",
        "NCV-999999999999999999",
        "1; DROP TABLE cases",
        "NCV-1\x00",
    ],
)
def test_what_is_no_number_finds_no_case(app: Flask, typed: str) -> None:
    case = a_case()

    assert db.session.scalar(queries.numbered(case.requester, typed)) is None


def test_an_internal_note_is_refused_as_mail_whoever_asks_for_it(app: Flask) -> None:
    case = a_case(status=Status.OPEN)

    with pytest.raises(ValueError, match="never mailed"), transaction():
        mail.tell_requester(case, commands.add_note(case, by=case.assignee, body="Stuck in the interface."))

    assert mail_of(case, "case_replied") == []
