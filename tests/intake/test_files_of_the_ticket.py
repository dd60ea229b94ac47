"""Files that come with the help ticket: kept while it is filled in, seen before it is sent, and then with the case."""

import pytest
import sqlalchemy as sa
from flask import Flask

from helpdesk.accounts.models import User
from helpdesk.cases.models import Case, MessageKind, Status
from helpdesk.extensions import db
from tests.attachment_factories import LOG, PDF, columns, files_kept, rows, upload
from tests.case_factories import a_case
from tests.factories import a_provider
from tests.intake.test_filling_in_the_form import ANSWERS, ASKING, FORM, errors
from tests.visitor import Visitor

ADD = "Add these, then choose more"
BEFORE: set[str] = set()


@pytest.fixture
def pat(app: Flask) -> User:
    return a_provider(email="pat@example.org")


@pytest.fixture
def provider(app: Flask, pat: User) -> Visitor:
    BEFORE.clear()
    BEFORE.update(files_kept())
    return Visitor(app).sign_in(pat).open(ASKING)


def stored() -> set[str]:
    """Of the files that stand in the store now, those that this test has brought there."""
    return set(files_kept()) - BEFORE


def shown(visitor: Visitor) -> list[str]:
    return [name.get_text() for name in visitor.page.select("main .file-name")]


@pytest.mark.both_databases
def test_a_file_goes_with_the_ticket_to_the_case(provider: Visitor) -> None:
    provider.press("Continue", **ANSWERS, files=[upload("log.csv", LOG), upload("photo.png")])
    assert (provider.h1, shown(provider)) == ("Check your answers", ["log.csv", "photo.png"])

    provider.press("Send the ticket")

    assert shown(provider) == ["log.csv", "photo.png"]
    case = db.session.scalars(sa.select(Case)).one()
    question = next(m for m in case.messages if m.kind is MessageKind.QUESTION)
    assert {columns(row)["message_id"] for row in rows()} == {question.id}
    assert stored() == {row.stored_as for row in rows()}
    assert provider.open(f"/cases/{case.number}").page.select("main .file-name")


def test_files_are_added_one_after_the_other_and_removed_with_everything_typed_kept(provider: Visitor) -> None:
    provider.press(ADD, **ANSWERS, files=[upload("first.png")])
    assert (provider.path, shown(provider)) == (FORM, ["first.png"])
    provider.press(ADD, files=[upload("second.pdf", PDF)])
    assert shown(provider) == ["first.png", "second.pdf"]

    provider.press("Remove first.png")

    assert shown(provider) == ["second.pdf"]
    values = provider.values("Continue")
    assert {name: values[name] for name in ANSWERS} == ANSWERS
    assert stored() == {row.stored_as for row in rows()}


@pytest.mark.parametrize(
    ("file", "told"),
    [
        (upload("virus.png", b"MZ\x90\x00 not a picture at all"), "of a kind that we do not take"),
        (upload("empty.csv", b""), "because it is empty"),
    ],
)
def test_a_file_that_is_not_kept_is_named_with_what_to_do_and_the_rest_stays(provider: Visitor, file, told) -> None:
    provider.press("Continue", **ANSWERS, files=[upload("log.csv", LOG), file])

    assert (provider.status, told in errors(provider)) == (422, True)
    assert shown(provider) == ["log.csv"]
    values = provider.values("Continue")
    assert {name: values[name] for name in ANSWERS} == ANSWERS
    assert provider.press("Continue").h1 == "Check your answers"


def test_a_sixth_file_is_refused_by_name(provider: Visitor) -> None:
    names = [f"log-{number}.csv" for number in range(6)]
    provider.press("Continue", **ANSWERS, files=[upload(name, LOG + name.encode()) for name in names])

    assert provider.status == 422
    assert "“log-5.csv” was not added, because there can be up to 5 files." in errors(provider)
    assert shown(provider) == names[:5]


def test_a_ticket_sent_twice_keeps_its_files_once(provider: Visitor) -> None:
    provider.press("Continue", **ANSWERS, files=[upload()])
    sent = provider.values("Send the ticket")

    first, again = (provider.post(f"{FORM}/check", sent).path for _ in range(2))

    assert (first, len(rows())) == (again, 1)
    assert columns(rows()[0])["message_id"] is not None


def test_files_that_were_not_seen_are_neither_sent_nor_thrown_away(app: Flask, pat: User, provider: Visitor) -> None:
    provider.press("Continue", **ANSWERS, files=[upload("seen.png")])
    other = Visitor(app).sign_in(pat).open(FORM)
    other.press(ADD, files=[upload("not-seen.pdf", PDF)])

    provider.press("Send the ticket")

    assert (provider.status, shown(provider)) == (409, ["seen.png", "not-seen.pdf"])
    assert "Other files wait with your ticket than you have seen" in provider.text
    assert shown(provider.press("Send the ticket")) == ["seen.png", "not-seen.pdf"]
    assert stored() == {row.stored_as for row in rows()}


def test_somebody_elses_file_cannot_be_sent_along(app: Flask, provider: Visitor) -> None:
    theirs = Visitor(app).sign_in(a_provider()).open(ASKING)
    theirs.press(ADD, files=[upload("theirs.png")])
    provider.press("Continue", **ANSWERS)

    provider.post(f"{FORM}/check", {**provider.values("Send the ticket"), "file_id": str(rows()[0].id)})

    assert (provider.status, columns(rows()[0])["message_id"]) == (409, None)


def test_files_go_along_when_the_ticket_is_added_to_a_case(app: Flask, pat: User, provider: Visitor) -> None:
    case = a_case(status=Status.OPEN, requester=pat, topic="INV-RECV")
    provider.open(ASKING).press("Continue", **ANSWERS, files=[upload("log.csv", LOG)])

    provider.press(f"Add this to {case.number}")

    db.session.refresh(case)
    reply = case.messages[-1]
    assert (reply.kind, columns(rows()[0])["message_id"]) == (MessageKind.REPLY, reply.id)


def test_a_store_that_cannot_be_written_is_said_and_nothing_is_lost(app: Flask, provider: Visitor, tmp_path) -> None:
    in_the_way = tmp_path / "not-a-folder"
    in_the_way.write_text("")
    before, app.config["ATTACHMENTS_DIR"] = app.config["ATTACHMENTS_DIR"], str(in_the_way / "store")

    provider.press("Continue", **ANSWERS, files=[upload()])

    assert (provider.status, "something is wrong with our store of files" in errors(provider)) == (503, True)
    assert provider.values("Continue")["subject"] == ANSWERS["subject"]
    app.config["ATTACHMENTS_DIR"] = before
    assert provider.press("Continue").press("Send the ticket").h1 == "We have received your case"
    assert rows() == []


def test_a_file_that_is_added_to_a_ticket_that_was_sent_is_not_slipped_into_its_case(provider: Visitor) -> None:
    provider.press("Continue", **ANSWERS)
    sent = provider.values("Send the ticket")
    provider.post(f"{FORM}/check", sent)
    provider.open(ASKING)
    provider.post(FORM, {**sent, "files": [upload("late.png")]})

    provider.press("Send the ticket")

    assert provider.status == 409
    assert "You have sent this form before" in provider.text
    assert columns(rows()[0])["message_id"] is None


def test_the_name_of_a_file_is_asked_about_as_a_text_is(provider: Visitor) -> None:
    provider.press("Continue", **ANSWERS, files=[upload("patient Joan Smitherton.csv", LOG)])
    assert "Joan Smitherton" in [mark.get_text() for mark in provider.page.select("mark")]

    provider.press("Send the ticket anyway")

    assert db.session.scalars(sa.select(Case)).one().patient_data_suspected_at is not None
