"""Files that providers send with a reply: received as the request is read, kept when the form is not, refused with a reason."""

import io
import re

import pytest

from helpdesk.cases import commands
from helpdesk.cases.arrivals import LARGEST_FILE
from helpdesk.cases.models import MessageKind, Status
from helpdesk.transaction import transaction
from tests.attachment_factories import LOG, PDF, PNG, files_kept, rows, upload, waiting_on
from tests.case_factories import SOLUTION, a_case
from tests.factories import a_provider, an_agent
from tests.queue.cases import at_once
from tests.visitor import Visitor

MEGABYTE = 1024 * 1024
TEXT = "Here is what the logger says."


@pytest.fixture(autouse=True)
def an_empty_store(app):
    for path in files_kept().values():
        path.unlink()


@pytest.fixture
def case(app):
    return a_case(status=Status.OPEN)


@pytest.fixture
def visitor(app, case):
    """The requester, with the page of the case open."""
    return Visitor(app).sign_in(case.requester).open(f"/cases/{case.number}")


def test_files_are_sent_with_a_reply_and_shown_with_it(visitor, case):
    visitor.press("Send the message", body=TEXT, files=[upload("photo.png"), upload("log.csv", LOG), upload("report.pdf", PDF)])

    assert "Your message is with the team." in visitor.text
    assert [file.message.body for file in rows()] == [TEXT] * 3
    listed = [" ".join(li.get_text(" ").split()) for li in visitor.page.select(".message .files li")]
    assert listed == ["photo.png PNG picture, 1 kB", "log.csv CSV table, 1 kB", "report.pdf PDF, 1 kB"]


def test_a_form_without_a_file_sends_none(visitor):
    visitor.press("Send the message", body=TEXT, files=upload("", b""))

    assert ("Your message is with the team." in visitor.text, rows(), files_kept()) == (True, [], {})


def test_a_file_waits_when_the_form_is_refused_for_another_reason(visitor):
    visitor.press("Send the message", body=" ", files=upload())
    assert (visitor.status, [file.waits_for for file in rows()]) == (422, [MessageKind.REPLY])
    assert "Write your message." in visitor.text
    assert visitor.has_button("Remove photo.png")

    visitor.press("Send the message", body=TEXT)

    assert [file.message.body for file in rows()] == [TEXT]


def test_files_can_be_added_in_turns_and_removed_while_the_text_stays(visitor):
    visitor.press("Add these, then choose more", files=[upload("a.png"), upload("run.exe", b"MZ\x90\x00")])
    assert ("“run.exe” was not added" in visitor.text, "Write your message." in visitor.text) == (True, False)
    visitor.press("Add these, then choose more", body=TEXT, files=upload("b.csv", LOG))
    assert visitor.values("Send the message")["body"] == TEXT
    assert "Nothing has been sent yet; your files wait below." in visitor.text

    visitor.press("Remove a.png")

    assert visitor.values("Send the message")["body"] == TEXT
    assert [file.name for file in rows()] == ["b.csv"]
    assert len(files_kept()) == 1
    visitor.press("Send the message")
    assert [file.message.body for file in rows()] == [TEXT]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("nothing.png", b"", "it is empty"),
        ("run.exe", b"MZ\x90\x00\x03\x00", "it is of a kind that we do not take"),
        ("film.png", PNG + b"\0" * LARGEST_FILE, "it is larger than 10 MB"),
    ],
)
def test_a_file_that_is_not_taken_is_named_with_the_reason_and_the_others_wait(visitor, name, content, reason):
    visitor.press("Send the message", body=TEXT, files=[upload("good.png"), upload(name, content)])

    assert visitor.status == 422
    error = visitor.page.select_one(".error-summary a")
    assert (f"“{name}” was not added, because {reason}" in error.get_text(), error["href"]) == (True, "#files")
    assert visitor.values("Send the message")["body"] == TEXT
    assert [file.name for file in rows()] == ["good.png"]
    assert len(files_kept()) == 1


def test_the_sixth_file_is_refused_in_one_request_and_in_the_next(visitor):
    visitor.press("Send the message", body=TEXT, files=[upload(f"{n}.csv", b"%d" % n) for n in range(6)])
    assert "“5.csv” was not added, because there can be up to 5 files." in visitor.text
    assert (len(rows()), len(files_kept())) == (5, 5)
    assert not visitor.has_button("Add these, then choose more")

    form = visitor.values("Send the message")
    visitor.post(f"{visitor.path}", {**form, "body": TEXT, "files": upload("6.csv", b"6")})

    assert "“6.csv” was not added, because there can be up to 5 files." in visitor.text
    assert (len(rows()), len(files_kept())) == (5, 5)


@pytest.mark.both_databases
def test_two_requests_at_once_never_leave_more_than_five(app, case):
    visitors = [Visitor(app).sign_in(case.requester).open(f"/cases/{case.number}") for _each in range(2)]

    def send_four(number):
        files = [upload(f"{number}{n}.csv", b"%d%d" % (number, n)) for n in range(4)]
        return lambda: visitors[number].press("Add these, then choose more", body=TEXT, files=files).status

    assert sorted(at_once(send_four(0), send_four(1))) == [200, 422]
    assert (len(rows()), len(files_kept())) == (5, 5)


def test_a_page_that_was_open_too_long_keeps_the_text_and_says_that_the_files_are_not_kept(visitor):
    form = {**visitor.values("Send the message"), "csrf_token": "stale", "body": TEXT, "files": upload()}
    visitor.post(f"{visitor.path}/replies", form)

    assert visitor.values("Send the message")["body"] == TEXT
    assert "Only files are not kept: please choose them again." in visitor.text
    assert (rows(), files_kept()) == ([], {})


def test_files_of_somebody_whose_session_has_ended_are_not_kept(app, case):
    visitor = Visitor(app)
    visitor.post(f"/cases/{case.number}/replies", {"body": TEXT, "files": upload()})

    assert (visitor.path, "Only files are not kept" in visitor.text) == ("/login", True)
    assert (rows(), files_kept()) == ([], {})


def send(visitor, path, body, *, length):
    """Send a body that is made while it is read."""
    given = {"wsgi.input": body, "CONTENT_LENGTH": str(length), "CONTENT_TYPE": "multipart/form-data; boundary=x"}
    return visitor.client.post(path, environ_overrides=given, buffered=True)


class Unread(io.RawIOBase):
    """A body that must not be read."""

    def readable(self):
        return True

    def readinto(self, _buffer):
        raise AssertionError("the body was read")


@pytest.mark.parametrize("endpoint", ["replies", "files", "reject"])
def test_a_large_request_of_a_visitor_is_refused_unread(app, case, endpoint):
    answer = send(Visitor(app), f"/cases/{case.number}/{endpoint}", Unread(), length=3 * MEGABYTE)

    assert answer.status_code == 413


@pytest.mark.parametrize("path", ["/cases/{number}/privacy", "/cases/{number}/rating", "/agent/cases/{number}/replies"])
def test_a_large_request_is_refused_unread_where_no_files_are_taken_or_not_from_this_person(visitor, case, path):
    answer = send(visitor, path.format(number=case.number), Unread(), length=3 * MEGABYTE)

    assert answer.status_code == 413


def test_more_than_five_of_the_largest_files_is_refused_unread(visitor, case):
    answer = send(visitor, f"/cases/{case.number}/replies", Unread(), length=5 * LARGEST_FILE + 3 * MEGABYTE)

    assert answer.status_code == 413


class Growing(io.RawIOBase):
    """A request with a file of this size, that notes how large the store has grown each time it is read."""

    def __init__(self, size, token):
        head = f'--x\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token}\r\n--x\r\n'
        head += 'Content-Disposition: form-data; name="files"; filename="log.txt"\r\n\r\n'
        self.parts = [head.encode(), *[b"a" * MEGABYTE] * (size // MEGABYTE), b"a" * (size % MEGABYTE), b"\r\n--x--\r\n"]
        self.length = sum(map(len, self.parts))
        self.largest = 0
        self.rest = b""

    def readable(self):
        return True

    def readinto(self, buffer):
        kept = files_kept().values()
        self.largest = max([self.largest, *(path.stat().st_size for path in kept)])
        while not self.rest and self.parts:
            self.rest = self.parts.pop(0)
        piece, self.rest = self.rest[: len(buffer)], self.rest[len(buffer) :]
        buffer[: len(piece)] = piece
        return len(piece)


def test_ten_megabytes_and_a_byte_never_lie_in_the_store(visitor, case):
    body = Growing(LARGEST_FILE + 1 + 5 * MEGABYTE, visitor.values("Send the message")["csrf_token"])

    answer = send(visitor, f"/cases/{case.number}/files", body, length=body.length)

    assert (answer.status_code, "larger than 10 MB" in answer.get_data(as_text=True)) == (422, True)
    assert 8 * MEGABYTE < body.largest <= LARGEST_FILE
    assert (rows(), files_kept()) == ([], {})


def test_a_request_that_breaks_off_leaves_nothing(visitor, case):
    body = Growing(2 * MEGABYTE, visitor.values("Send the message")["csrf_token"])
    body.parts = body.parts[:2]

    answer = send(visitor, f"/cases/{case.number}/files", body, length=body.length)

    assert answer.status_code == 400
    assert body.largest > 0
    assert (rows(), files_kept()) == ([], {})


def test_odd_names_are_shown_safe(visitor):
    names = ["../../etc/photo.png", "invoice\u202egnp.exe", "x" * 300 + ".png", "<b>&.png", "تقرير.png"]
    visitor.press("Send the message", body=TEXT, files=[upload(name, PNG + name.encode()) for name in names])

    shown = [bdi.get_text() for bdi in visitor.page.select(".message .files bdi")]
    assert shown == ["photo.png", "invoicegnp.exe.png", "x" * 95 + "….png", "<b>&.png", "تقرير.png"]


def test_files_wait_when_the_case_is_resolved_meanwhile_and_go_with_what_is_still_wrong(visitor, case):
    agent = an_agent()
    with transaction():
        commands.resolve(case, by=agent, code=commands.ResolutionCode.FIXED, note=SOLUTION)
    visitor.press("Send the message", body=TEXT, files=upload())
    assert (visitor.status, visitor.has_button("Remove photo.png")) == (409, True)

    visitor.press("Open my case again")

    assert [(file.message.kind, file.message.body) for file in rows()] == [(MessageKind.NOT_SOLVED, TEXT)]


def test_files_are_shown_when_the_case_has_closed_and_can_be_removed(visitor, case):
    agent = an_agent()
    with transaction():
        commands.resolve(case, by=agent, code=commands.ResolutionCode.FIXED, note=SOLUTION)
        commands.accept(case, by=case.requester)
    visitor.press("Send the message", body=TEXT, files=upload())
    assert (visitor.status, TEXT in visitor.text) == (409, True)

    visitor.press("Remove photo.png")

    assert (visitor.status, rows(), files_kept()) == (200, [], {})


def test_what_is_still_wrong_can_be_shown_in_a_file(app):
    case = a_case(status=Status.RESOLVED)
    visitor = Visitor(app).sign_in(case.requester).open(f"/cases/{case.number}/reject")
    visitor.press("Add these, then choose more", body=TEXT, files=upload())
    assert (visitor.path, visitor.values("Open my case again")["body"]) == (f"/cases/{case.number}/reject", TEXT)

    visitor.press("Open my case again")

    assert [file.message.body for file in rows()] == [TEXT]


def test_a_file_is_removed_by_nobody_else(app, visitor, case):
    (theirs,) = waiting_on(case, other := a_provider())

    visitor.post(f"/cases/{case.number}/files", {**visitor.values("Send the message"), "remove": str(theirs.id)})

    assert [file.owner_id for file in rows()] == [other.id]


def test_own_data_names_the_files(app, visitor, case):
    visitor.press("Send the message", body=TEXT, files=upload("photo.png"))

    assert re.search(r'"name": "photo.png",\s+"type": "image/png"', visitor.open("/account/data").html)


def test_in_spanish(app):
    case = a_case(status=Status.OPEN, requester=a_provider(language="es"))
    visitor = Visitor(app).sign_in(case.requester).open(f"/cases/{case.number}")

    visitor.press("Enviar el mensaje", body=TEXT, files=upload("vacio.png", b""))

    assert "“vacio.png” no se agregó, porque está vacío." in visitor.text
