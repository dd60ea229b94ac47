"""Files that agents send with notes, replies and resolutions: each in its own box, and none lost when a form is refused."""

import pytest

from helpdesk.cases import commands
from helpdesk.cases.models import MessageKind, Status
from helpdesk.transaction import transaction
from tests.attachment_factories import LOG, files_kept, rows, upload
from tests.case_factories import SOLUTION, a_case
from tests.factories import an_agent
from tests.queue.cases import on_case

TEXT = "Please look at the file."


@pytest.fixture(autouse=True)
def an_empty_store(app):
    for path in files_kept().values():
        path.unlink()


@pytest.fixture
def agent(app):
    return an_agent("ENR")


@pytest.fixture
def case(agent):
    return a_case(status=Status.OPEN, agent=agent)


@pytest.fixture
def visitor(app, agent, case):
    return on_case(app, agent, case)


@pytest.mark.parametrize(
    ("button", "fields", "kind"),
    [
        ("Save note", {"body": TEXT}, MessageKind.NOTE),
        ("Send and keep open", {"body": TEXT}, MessageKind.REPLY),
        ("Resolve and send the note", {"note": SOLUTION, "code": "fixed"}, MessageKind.RESOLUTION),
    ],
)
def test_files_go_with_each_kind_of_message(visitor, button, fields, kind):
    visitor.press(button, **fields, files=[upload("photo.png"), upload("log.csv", LOG)])

    assert [(file.name, file.message.kind) for file in rows()] == [("photo.png", kind), ("log.csv", kind)]
    assert [a.get_text() for a in visitor.page.select(f".said-{kind.value} .files a")] == ["photo.png", "log.csv"]


def test_a_file_waits_in_its_own_box(visitor):
    visitor.press("Save note", body="", files=upload("only-for-us.png"))
    assert visitor.status == 422

    in_note, in_reply = (visitor.page.select_one(f".composer-{box}").get_text() for box in ("note", "reply"))

    assert ("only-for-us.png" in in_note, "only-for-us.png" in in_reply) == (True, False)
    visitor.press("Send and keep open", body=TEXT)
    assert [file.message_id for file in rows()] == [None]


def test_a_stale_save_keeps_the_files_with_the_text(app, visitor, case):
    with transaction():
        commands.reply(case, by=case.requester, body="One thing more.")
    visitor.press("Send and keep open", body=TEXT, files=upload())
    assert (visitor.status, visitor.values("Send and keep open")["body"]) == (409, TEXT)
    assert visitor.has_button("Remove photo.png")

    visitor.press("Send and keep open")

    assert [file.message.body for file in rows()] == [TEXT]


def test_files_are_added_in_turns_and_removed_while_the_text_stays(visitor):
    more = visitor.page.select_one(".composer-reply .file-choice button")
    visitor.post(more["formaction"], {**visitor.values("Send and keep open"), "body": TEXT, "files": upload("a.png")})
    assert visitor.values("Send and keep open")["body"] == TEXT

    visitor.press("Remove a.png")

    assert (visitor.values("Send and keep open")["body"], rows(), files_kept()) == (TEXT, [], {})


def test_an_unfinished_resolution_is_shown_open_with_its_file(visitor):
    visitor.press("Resolve and send the note", note="", code="", files=upload())

    assert visitor.page.select_one("details.composer").has_attr("open")
    assert visitor.has_button("Remove photo.png")


def test_a_file_for_a_resolution_that_is_not_possible_any_more_can_be_removed(visitor, case, agent):
    with transaction():
        commands.resolve(case, by=agent, code=commands.ResolutionCode.FIXED, note=SOLUTION)
    visitor.press("Resolve and send the note", note="Another solution of it.", code="fixed", files=upload())
    assert "Your files were not sent" in visitor.text

    visitor.press("Remove photo.png")

    assert (rows(), files_kept()) == ([], {})


def test_a_button_pressed_twice_sends_text_and_file_once(visitor):
    form = {**visitor.values("Save note"), "body": TEXT}
    path = f"{visitor.path}/notes"
    visitor.post(path, {**form, "files": upload()})
    visitor.post(path, {**form, "files": upload()})

    assert "It is on the case once." in visitor.text
    assert [(file.name, file.message.body) for file in rows()] == [("photo.png", TEXT)]
    assert len(files_kept()) == 1


def test_looking_for_an_article_keeps_the_file_with_the_reply(visitor):
    visitor.press("Find an article to link", body=TEXT, files=upload())

    assert TEXT in visitor.text
    assert [file.waits_for for file in rows()] == [MessageKind.REPLY]


def test_what_is_not_taken_is_said_at_its_box(visitor):
    visitor.press("Send and keep open", body=TEXT, files=upload("run.exe", b"MZ\x90\x00"))

    assert (visitor.status, visitor.page.select_one(".error-summary a")["href"]) == (422, "#reply-files")
    assert visitor.values("Send and keep open")["body"] == TEXT
