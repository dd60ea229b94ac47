"""Taking, noting, replying and resolving, as an agent does it."""

import pytest

from helpdesk import clock
from helpdesk.cases.models import Case, MessageKind, ResolutionCode, Status
from helpdesk.extensions import db
from tests.case_factories import FRIDAY_7_PM, a_case, mail_of
from tests.factories import an_agent
from tests.queue.cases import on_case

NOTE = "We have sent the signature mail again."


def test_take_makes_the_case_mine(app):
    agent, case = an_agent("ENR"), a_case()

    visitor = on_case(app, agent, case).press("Take")

    assert "You have this case." in visitor.text
    assert (case.assignee, case.status) == (agent, Status.OPEN)


def test_a_case_that_somebody_has_is_not_taken_again_and_says_who_has_it(app):
    winner, loser, case = an_agent("ENR"), an_agent("ENR"), a_case()
    late = on_case(app, loser, case)
    on_case(app, winner, case).press("Take")

    late.press("Take")

    assert late.status == 409
    assert f"{winner.name} has this case already." in late.text
    assert case.assignee == winner


def test_a_note_is_stored_and_nobody_is_mailed(app):
    case = a_case()
    before = len(mail_of(case))

    visitor = on_case(app, an_agent("ENR"), case).press("Save note", body="Called, no answer.")

    assert "Your note is saved. Only staff can read it." in visitor.text
    assert case.messages[-1].kind is MessageKind.NOTE
    assert len(mail_of(case)) == before


def test_send_and_keep_open_answers_and_keeps_the_case_open(app):
    case = a_case()

    visitor = on_case(app, an_agent("ENR"), case).press("Send and keep open", body="Use the second form.")

    assert "By mail: leaves today 9:01 a.m. " in visitor.text  # one full stop
    assert case.status is Status.OPEN
    assert "Use the second form." in mail_of(case, "case_replied")[0].text_body


def test_send_and_wait_for_you_answers_and_makes_the_case_wait(app):
    case = a_case()

    on_case(app, an_agent("ENR"), case).press("Send and wait for an answer", body="Who is the officer?")

    assert case.status is Status.PENDING


def test_when_the_desk_is_closed_the_agent_reads_until_when_mail_is_held(app):
    agent, case = an_agent("ENR"), a_case()

    with clock.at(FRIDAY_7_PM):
        visitor = on_case(app, agent, case)
        assert "held until Mon, Dec 7, 8:00 a.m. ET, because the desk is closed" in visitor.text
        visitor.press("Send and keep open", body="Use the second form.")

    assert "By mail: held until Mon, Dec 7, 8:00 a.m. ET, because the desk is closed." in visitor.text
    assert "Reply Held until Mon, Dec 7, 8:00 a.m. ET" in visitor.text


def test_resolve_takes_a_code_and_the_note_that_the_provider_reads(app):
    case = a_case()

    visitor = on_case(app, an_agent("ENR"), case).press("Resolve and send the note", code="fixed", note=NOTE)

    assert "The case is resolved." in visitor.text
    assert (case.status, case.resolution_code) == (Status.RESOLVED, ResolutionCode.FIXED)
    assert NOTE in mail_of(case, "case_resolved")[0].text_body


@pytest.mark.parametrize(
    ("code", "note", "says"),
    [
        ("", NOTE, "Choose how it was resolved."),
        ("forged", NOTE, "Choose how it was resolved."),
        ("fixed", "", "Write the resolution note"),
        ("fixed", " \x00\t ", "Write the resolution note"),
        ("fixed", "ok", "Say a little more in the note"),
        ("fixed", "ok" + "\u200c" * 20, "Say a little more in the note"),
        ("fixed", "x" * 10_001, "Please shorten it."),
    ],
)
def test_without_a_code_and_a_note_of_substance_nothing_is_resolved(app, code, note, says):
    case = a_case()

    visitor = on_case(app, an_agent("ENR"), case).press("Resolve and send the note", code=code, note=note)

    assert visitor.status == 422
    assert says in visitor.page.select_one(".error-summary").get_text()
    assert visitor.values("Resolve and send the note")["note"] == note.replace("\x00", "").strip()
    assert db.session.get_one(Case, case.id).status is Status.NEW


@pytest.mark.parametrize(
    ("button", "says"), [("Save note", "Write the note first."), ("Send and keep open", "Write the reply first.")]
)
def test_an_empty_box_is_not_sent(app, button, says):
    case = a_case()

    visitor = on_case(app, an_agent("ENR"), case).press(button, body=" \r\n ")

    assert visitor.status == 422
    assert says in visitor.text
    assert len(case.messages) == 1


@pytest.mark.both_databases
def test_control_characters_go_and_everything_people_see_stays(app):
    case = a_case()

    on_case(app, an_agent("ENR"), case).press("Send and keep open", body="a\x00b \x1b[31m\r\n😀 שלום‏")

    assert case.messages[-1].body == "ab [31m\n😀 שלום‏"


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 40, "１"])
def test_a_reply_that_names_no_version_is_shown_again_with_its_text(app, version):
    case = a_case()

    visitor = on_case(app, an_agent("ENR"), case).press("Send and keep open", body="Use the second form.", version=version)

    assert visitor.status == 422
    assert visitor.press("Send and keep open").status == 200
    assert [m.body for m in case.messages if m.kind is MessageKind.REPLY] == ["Use the second form."]


def test_a_resolved_case_can_still_be_answered_without_opening_it_again(app):
    case = a_case(status=Status.RESOLVED)

    on_case(app, an_agent("ENR"), case).press("Send reply", body="One more thing: keep the form.")

    assert case.status is Status.RESOLVED
    assert case.messages[-1].kind is MessageKind.REPLY


def test_waiting_on_a_resolved_case_is_refused_and_the_text_kept(app):
    visitor = on_case(app, an_agent("ENR"), a_case(status=Status.RESOLVED))
    forged = {**visitor.values("Send reply"), "body": "Who is the officer?", "then": "wait"}

    visitor.post(f"{visitor.path}/replies", forged)

    assert visitor.status == 409
    assert visitor.values("Send reply")["body"] == "Who is the officer?"
