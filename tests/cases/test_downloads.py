"""Files are downloaded by whoever may read their message, as files, and nothing of them runs under the address of the desk."""

import pytest

from helpdesk import clock
from helpdesk.cases import attachments, commands, withdrawal
from helpdesk.cases.attachment_answers import disposition
from helpdesk.cases.models import MessageKind, Status
from helpdesk.notifications.stop_sign import StopSign
from helpdesk.portal import health
from helpdesk.timed_jobs import sweep
from helpdesk.transaction import transaction
from tests.attachment_factories import LOG, PNG, a_file_on, arrived, files_kept, waiting_on
from tests.case_factories import MONDAY_9_AM, a_case
from tests.cases.people import a_practice
from tests.directory_factories import COORDINATOR, works_at
from tests.factories import a_provider, an_agent
from tests.visitor import Visitor


@pytest.fixture
def agent(app):
    return an_agent()


@pytest.fixture
def case(agent):
    return a_case(status=Status.OPEN, agent=agent)


def path_of(file, case, prefix=""):
    return f"{prefix}/cases/{case.number}/files/{file.id}/{file.name}"


def test_a_file_arrives_whole_as_a_file(app, case):
    file = a_file_on(case.messages[0], arrived("fotografía.png"))

    answer = Visitor(app).sign_in(case.requester).client.get(path_of(file, case))

    assert (answer.status_code, answer.data, answer.mimetype) == (200, PNG, "image/png")
    assert (
        answer.headers["Content-Disposition"] == "attachment; filename=\"fotografia.png\"; filename*=UTF-8''fotograf%C3%ADa.png"
    )
    assert answer.headers["Content-Length"] == str(len(PNG))
    told = {name: answer.headers[name] for name in ("X-Content-Type-Options", "Cache-Control", "Content-Security-Policy")}
    assert told == {
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }


def test_a_large_file_is_streamed_and_open_only_while_a_piece_is_read(app, case):
    content = LOG * 40_000
    file = a_file_on(case.messages[0], arrived("log.csv", content))
    client = Visitor(app).sign_in(case.requester).client

    answer = client.get(path_of(file, case))
    pieces = answer.iter_encoded()
    first = next(pieces)  # whoever asked goes away now, and nobody closes the answer: warnings are errors

    assert 0 < len(first) < len(content)
    assert b"".join([first, *pieces]) == content


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ('a "quoted"; name.png', "attachment; filename=\"a quoted; name.png\"; filename*=UTF-8''a%20%22quoted%22%3B%20name.png"),
        ("تقرير.pdf", "attachment; filename=\".pdf\"; filename*=UTF-8''%D8%AA%D9%82%D8%B1%D9%8A%D8%B1.pdf"),
        ("100%25.txt", "attachment; filename=\"10025.txt\"; filename*=UTF-8''100%2525.txt"),
    ],
)
def test_names_go_into_the_header_whole_and_harmless(name, header):
    assert disposition(name) == header


def test_a_file_of_a_note_exists_for_staff_only(app, case, agent):
    with transaction():
        note = commands.add_note(case, by=agent, body="Only for us.")
    file = a_file_on(note)
    requester = Visitor(app).sign_in(case.requester)

    assert requester.open(path_of(file, case)).status == 404
    assert file.name not in requester.open(f"/cases/{case.number}").html
    assert file.name not in requester.open("/account/data").html
    assert Visitor(app).sign_in(agent).open(path_of(file, case, "/agent")).status == 200


def test_a_file_that_waits_is_not_downloaded(app, case, agent):
    (file,) = waiting_on(case, case.requester)

    assert Visitor(app).sign_in(case.requester).open(path_of(file, case)).status == 404
    assert Visitor(app).sign_in(agent).open(path_of(file, case, "/agent")).status == 404


def test_a_file_of_another_case_does_not_exist(app, case):
    other = a_case(requester=case.requester)
    file = a_file_on(other.messages[0])
    stranger = Visitor(app).sign_in(a_provider())

    assert Visitor(app).sign_in(case.requester).open(path_of(file, case)).status == 404
    assert stranger.open(path_of(file, other)).status == 404
    assert Visitor(app).open(path_of(file, other)).path == "/login"


def test_a_colleague_who_reads_the_case_reads_its_files(app):
    practice = a_practice()
    file = a_file_on(practice.case.messages[0])
    works_at(colleague := a_provider(), practice.location, COORDINATOR)

    assert Visitor(app).sign_in(colleague).open(path_of(file, practice.case)).status == 200


def test_files_of_a_reply_that_was_taken_back_are_not_given_to_the_requester(app, case, agent):
    with clock.at(MONDAY_9_AM):
        waiting_on(case, agent)
        with transaction():
            reply = commands.reply(case, by=agent, body="For somebody else.", with_files=True)
        with transaction():
            withdrawal.take_back(case, reply, by=agent)
    file = attachments.of_case(case, reader=agent).said[reply.id][0]

    requester = Visitor(app).sign_in(case.requester)
    assert requester.open(path_of(file, case)).status == 404
    assert requester.open(f"/cases/{case.number}").page.select(".files a") == []
    assert Visitor(app).sign_in(agent).open(path_of(file, case, "/agent")).status == 200


@pytest.mark.parametrize("prefix", ["", "/agent"])
def test_a_redacted_file_says_so(app, case, agent, prefix):
    file = a_file_on(case.messages[0])
    with transaction():
        attachments.redact(file, name="(removed)", at=clock.now())
    visitor = Visitor(app).sign_in(agent if prefix else case.requester)

    assert (visitor.open(path_of(file, case, prefix)).status, visitor.h1) == (410, "This file was removed")
    assert "A file was removed, because it held information" in visitor.open(f"{prefix}/cases/{case.number}").text


@pytest.mark.parametrize("prefix", ["", "/agent"])
def test_a_file_that_is_gone_is_said_to_the_person_and_to_the_log_and_to_whoever_runs_the_desk(app, case, agent, prefix, capsys):
    file = a_file_on(case.messages[0])
    files_kept()[file.stored_as].unlink()
    visitor = Visitor(app).sign_in(agent if prefix else case.requester)

    visitor.open(path_of(file, case, prefix))
    assert (visitor.status, visitor.h1) == (500, "We cannot find this file")
    assert "attachment_missing" in capsys.readouterr().out
    sweep(StopSign())
    found = next(finding for finding in health.findings() if finding.subject == "Attachments")
    assert (found.is_fine, found.seen.startswith("1 file is not in ")) == (False, True)


def test_files_are_named_on_paper_and_their_box_is_not(app, case):
    a_file_on(case.messages[0], arrived("photo.png"))
    page = Visitor(app).sign_in(case.requester).open(f"/cases/{case.number}").page

    assert [li.find_parent(class_="off-paper") for li in page.select(".message .files li")] == [None]


def test_waiting_files_are_seen_by_their_owner_only(app, case, agent):
    waiting_on(case, case.requester, arrived("mine.png"))
    waiting_on(case, agent, arrived("ours.png"), kind=MessageKind.NOTE)

    requester, staff = Visitor(app).sign_in(case.requester), Visitor(app).sign_in(agent)
    requester.open(f"/cases/{case.number}"), staff.open(f"/agent/cases/{case.number}")

    assert ("mine.png" in requester.html, "ours.png" in requester.html) == (True, False)
    assert ("mine.png" in staff.html, "ours.png" in staff.html) == (False, True)
