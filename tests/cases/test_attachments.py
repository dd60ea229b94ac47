"""Files that people send: they wait, belong to a message, are swept; no row is without its file, nor a file without row."""

import os
from datetime import timedelta
from hashlib import sha256

import pytest
import sqlalchemy as sa

from helpdesk import clock
from helpdesk.cases import attachment_sweep, attachments, closing, commands, withdrawal
from helpdesk.cases.arrivals import LARGEST_FILE, Arrival, Problem
from helpdesk.cases.models import MessageKind, Status
from helpdesk.extensions import db
from helpdesk.intake import drafts
from helpdesk.intake.models import Purpose
from helpdesk.notifications.stop_sign import StopSign
from helpdesk.timed_jobs import sweep
from helpdesk.transaction import transaction
from tests.attachment_factories import PNG, a_file_on, another, arrived, columns, files_kept, rows, waiting_on
from tests.case_factories import MONDAY_9_AM, SOLUTION, a_case, mail_of
from tests.factories import a_provider, an_agent

REPLY = MessageKind.REPLY
ONE_MONTH = timedelta(days=31)


@pytest.fixture(autouse=True)
def an_empty_store(app):
    """What other tests have left in the store is no business of these."""
    for path in files_kept().values():
        path.unlink()


@pytest.mark.both_databases
def test_a_file_waits_and_then_belongs_to_its_message(app):
    case = a_case(status=Status.OPEN)
    (waiting,) = waiting_on(case, case.requester, arrived("photo.png"))
    assert columns(waiting) == {"draft_id": None, "case_id": case.id, "waits_for": REPLY, "message_id": None}

    with transaction():
        message = commands.reply(case, by=case.requester, body="Here is the photo.", with_files=True)

    (file,) = rows()
    assert columns(file) == {"draft_id": None, "case_id": case.id, "waits_for": None, "message_id": message.id}
    assert (file.name, file.media_type, file.size, file.sha256) == ("photo.png", "image/png", len(PNG), sha256(PNG).hexdigest())
    assert files_kept()[file.stored_as].read_bytes() == PNG


@pytest.mark.both_databases
def test_a_file_of_a_draft_belongs_to_the_question_in_the_transaction_of_the_case(app):
    provider, case = a_provider(), a_case()
    with transaction():
        draft = drafts.save(provider, Purpose.OWN, "key", {"subject": ["Help"]})
        shelf = attachments.with_draft(provider, draft.id)
        attachments.receive([another(), another("b.csv")], on=shelf)

    with transaction():
        attachments.attach(attachments.take(shelf), to=case.messages[0])
        drafts.remove(draft)

    assert [file.message_id for file in rows()] == [case.messages[0].id] * 2
    assert len(files_kept()) == 2


def test_what_waits_for_a_note_leaves_with_no_reply(app):
    agent = an_agent()
    case = a_case(status=Status.OPEN, agent=agent)
    waiting_on(case, agent, another("only-for-us.csv"), kind=MessageKind.NOTE)

    with transaction():
        commands.reply(case, by=agent, body="Hello.", with_files=True)

    assert [file.waits_for for file in rows()] == [MessageKind.NOTE]


def test_what_somebody_else_adds_waits_for_what_they_write(app):
    case, colleague = a_case(status=Status.OPEN), a_provider()
    waiting_on(case, colleague)

    with transaction():
        commands.reply(case, by=case.requester, body="Hello.", with_files=True)

    assert [file.message_id for file in rows()] == [None]


@pytest.mark.both_databases
def test_a_sixth_file_is_refused_and_the_same_file_twice_is_one(app):
    case = a_case(status=Status.OPEN)
    shelf = attachments.on_case(case.requester, case, REPLY)
    waiting_on(case, case.requester, arrived("a.png"))

    with transaction():
        kept, refused = attachments.receive([arrived("a.png"), *(another(f"{n}.csv") for n in range(5))], on=shelf)

    assert [file.name for file in kept] == ["a.png", "0.csv", "1.csv", "2.csv", "3.csv"]
    assert [(one.name, one.problem) for one in refused] == [("4.csv", Problem.TOO_MANY)]
    assert len(rows()) == 5


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("nothing.png", b"", Problem.EMPTY),
        ("run.exe", b"MZ\x90\x00\x03", Problem.NOT_TAKEN),
        ("film.png", PNG + bytes(LARGEST_FILE), Problem.TOO_LARGE),
    ],
)
def test_a_file_that_is_refused_leaves_nothing(app, name, content, problem):
    case = a_case(status=Status.OPEN)

    with transaction():
        kept, refused = attachments.receive([arrived(name, content)], on=attachments.on_case(case.requester, case, REPLY))

    assert (kept, [one.problem for one in refused], rows(), files_kept()) == ([], [problem], [], {})


def test_the_largest_file_is_taken_and_a_byte_more_is_gone_from_the_store_at_once(app):
    arrival = Arrival("log.txt")
    arrival.write(b"a" * LARGEST_FILE)
    assert [path.stat().st_size for path in files_kept().values()] == [LARGEST_FILE]

    arrival.write(b"a")

    assert (arrival.problem, files_kept()) == (Problem.TOO_LARGE, {})


def test_what_nobody_takes_is_gone_with_its_request(app):
    arrival = Arrival("photo.png")
    arrival.write(PNG)
    arrival.finish()
    assert len(files_kept()) == 1

    arrival.close()

    assert files_kept() == {}


@pytest.mark.both_databases
def test_removing_a_row_removes_its_file_after_the_commit_only(app):
    case = a_case(status=Status.OPEN)
    (file,) = waiting_on(case, case.requester)
    with pytest.raises(ZeroDivisionError), transaction():
        attachments.remove([file])
        db.session.flush()
        1 / 0  # noqa: B018
    assert (len(rows()), len(files_kept())) == (1, 1)

    with transaction():
        attachments.remove(rows())
        assert len(files_kept()) == 1

    assert (rows(), files_kept()) == ([], {})


@pytest.mark.both_databases
def test_the_same_words_again_are_one_message_unless_another_file_comes_with_them(app):
    case, said = a_case(status=Status.OPEN), []
    for file in (arrived("a.png"), arrived("a.png"), another("b.csv")):
        waiting_on(case, case.requester, file)
        with transaction():
            said.append(commands.reply(case, by=case.requester, body="See the file.", with_files=True).id)

    assert said[0] == said[1] != said[2]
    assert [(file.name, file.message_id) for file in rows()] == [("a.png", said[0]), ("b.csv", said[2])]
    assert len(files_kept()) == 2


def test_the_mail_of_a_reply_says_how_many_files_there_are_and_never_which(app):
    agent = an_agent()
    case = a_case(status=Status.OPEN, agent=agent)
    waiting_on(case, agent, another("Jane Doe.csv"), another("b.csv"))

    with transaction():
        commands.reply(case, by=agent, body="Please look.", with_files=True)

    mail = mail_of(case, "case_replied")[0]
    for body in (mail.text_body, mail.html_body):
        assert "2 files are on the page of your case." in body
        assert "Jane" not in body


def test_a_message_in_other_words_has_its_files_still(app):
    agent = an_agent()
    case = a_case(status=Status.OPEN, agent=agent)
    waiting_on(case, agent)
    with clock.at(MONDAY_9_AM), transaction():
        first = commands.reply(case, by=agent, body="Please look at this.", with_files=True)
    with clock.at(MONDAY_9_AM), transaction():
        again = withdrawal.revise(case, first, by=agent, body="Please look at this file.")

    assert [file.message_id for file in rows()] == [again.id]
    assert "1 file is on the page of your case." in mail_of(case, "case_replied")[-1].text_body


def test_files_come_with_a_resolution_and_with_what_says_that_it_is_not_solved(app):
    agent = an_agent()
    case = a_case(status=Status.OPEN, agent=agent)
    waiting_on(case, agent, kind=MessageKind.RESOLUTION)
    with transaction():
        commands.resolve(case, by=agent, code=commands.ResolutionCode.FIXED, note=SOLUTION, with_files=True)
    waiting_on(case, case.requester)
    with transaction():
        commands.reject(case, by=case.requester, body="Still wrong.", with_files=True)

    assert [file.message.kind for file in rows()] == [MessageKind.RESOLUTION, MessageKind.NOT_SOLVED]


@pytest.mark.both_databases
def test_the_sweep_removes_what_has_waited_for_a_month_and_nothing_that_was_said(app):
    case = a_case(status=Status.OPEN)
    said = a_file_on(case.messages[0])
    waiting_on(case, case.requester)

    with clock.at(clock.now() + ONE_MONTH):
        sweep(StopSign())

    assert [file.id for file in rows()] == [said.id]
    assert list(files_kept()) == [said.stored_as]


@pytest.mark.both_databases
def test_the_sweep_takes_away_files_that_no_row_tells_of_once_they_are_a_day_old(app):
    kept = a_file_on(a_case().messages[0])
    orphan, young = (arrived(name).stream for name in ("old.png", "young.png"))
    orphan.take(), young.take()
    for name, days in ((orphan.stored_as, 2), (kept.stored_as, 2), (young.stored_as, 0)):
        then = (clock.now() - timedelta(days=days)).timestamp()
        os.utime(files_kept()[name], (then, then))

    sweep(StopSign())

    assert set(files_kept()) == {kept.stored_as, young.stored_as}


@pytest.mark.both_databases
def test_the_sweep_marks_rows_whose_file_is_gone_until_it_is_back(app):
    file = a_file_on(a_case().messages[0])
    path = files_kept()[file.stored_as]
    content = path.read_bytes()

    path.unlink()
    sweep(StopSign())
    assert rows()[0].missing_at is not None
    db.session.rollback()
    path.write_bytes(content)
    sweep(StopSign())

    assert rows()[0].missing_at is None
    assert not attachment_sweep.look(at=clock.now()).concerns_rows


def test_a_redacted_file_is_gone_and_not_missed(app):
    file = a_file_on(a_case().messages[0], another("Jane Doe.csv"))
    with transaction():
        attachments.redact(file, name="(removed)", at=clock.now())

    sweep(StopSign())

    assert (rows()[0].name, rows()[0].missing_at, files_kept()) == ("(removed)", None, {})


@pytest.mark.both_databases
def test_closing_an_account_removes_what_was_not_sent_and_leaves_what_was(app):
    case = a_case(status=Status.OPEN)
    requester, said = case.requester, a_file_on(case.messages[0])
    waiting_on(case, requester)
    with transaction():
        draft = drafts.save(requester, Purpose.OWN, "key", {"subject": ["Help"]})
        attachments.receive([another()], on=attachments.with_draft(requester, draft.id))

    with transaction():
        closing.close_account(requester)

    assert ([file.id for file in rows()], list(files_kept())) == ([said.id], [said.stored_as])
    assert drafts.of(requester, Purpose.OWN) is None


@pytest.mark.both_databases
@pytest.mark.parametrize("place", [{}, {"waits_for": "reply", "message_id": 1}, {"draft_id": 1, "case_id": 1}])
def test_a_file_is_in_one_place(app, place):
    case = a_case()
    waiting_on(case, case.requester)

    with pytest.raises(sa.exc.IntegrityError), transaction():
        nowhere = {"draft_id": None, "case_id": None, "waits_for": None, "message_id": None}
        db.session.execute(sa.text("UPDATE attachments SET " + ", ".join(f"{c} = :{c}" for c in nowhere)), {**nowhere, **place})
