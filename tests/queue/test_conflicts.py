"""Two people at once, a button pressed twice, a session that ends: nothing is lost and nothing is said twice."""

import pytest

from helpdesk import clock
from helpdesk.cases import commands
from helpdesk.cases.models import EventKind, MessageKind, Status
from helpdesk.transaction import transaction
from tests.case_factories import MONDAY_9_AM, a_case, mail_of
from tests.factories import an_agent
from tests.queue.cases import at_once, on_case

REPLY, NOTE = "Use the second form.", "We have sent the signature mail again."


def test_a_reply_to_an_older_version_is_refused_with_what_changed_and_its_text_kept(app):
    case = a_case()
    visitor = on_case(app, an_agent("ENR"), case)
    with transaction():
        commands.reply(case, by=case.requester, body="Never mind, it is the first form.")

    visitor.press("Send and wait for an answer", body=REPLY)

    assert visitor.status == 409
    assert f"{case.requester.name} replied" in visitor.page.select_one(".notice-warn").get_text()
    assert "Never mind, it is the first form." in visitor.text
    assert visitor.values("Send and keep open")["body"] == REPLY


def test_a_second_press_after_a_conflict_goes_through(app):
    colleague, case = an_agent("ENR"), a_case()
    visitor = on_case(app, an_agent("ENR"), case)
    with transaction():
        commands.add_note(case, by=colleague, body="Called, no answer.")

    visitor.press("Send and keep open", body=REPLY).press("Send and keep open")

    assert visitor.status == 200
    assert [m.body for m in case.messages if m.kind is MessageKind.REPLY] == [REPLY]


@pytest.mark.both_databases
def test_of_two_resolutions_one_stands_and_the_other_is_told_with_its_text_kept(app):
    first, second, case = an_agent("ENR"), an_agent("ENR"), a_case()
    late = on_case(app, second, case)
    on_case(app, first, case).press("Resolve and send the note", code="fixed", note=NOTE)

    late.press("Resolve and send the note", code="answered", note="You can ignore the second form.")

    assert late.status == 409
    assert f"{first.name} resolved the case: Fixed" in late.text
    assert NOTE in late.text
    assert "You can ignore the second form." in late.page.select_one("textarea[readonly]").get_text()
    assert len(mail_of(case, "case_resolved")) == 1


@pytest.mark.both_databases
def test_two_who_resolve_in_the_same_moment_leave_one_resolution(app):
    case = a_case()
    desks = [on_case(app, an_agent("ENR"), case) for _ in range(2)]

    at_once(*[lambda desk=desk: desk.press("Resolve and send the note", code="fixed", note=NOTE) for desk in desks])

    assert sorted(desk.status for desk in desks) == [200, 409]
    assert [event.kind for event in case.events].count(EventKind.RESOLVED) == 1
    assert len(mail_of(case, "case_resolved")) == 1


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("button", "fields"),
    [
        ("Save note", {"body": "Called, no answer."}),
        ("Send and keep open", {"body": REPLY}),
        ("Resolve and send the note", {"code": "fixed", "note": NOTE}),
    ],
)
def test_a_double_click_says_it_once_and_shows_the_case(app, button, fields):
    agent, case = an_agent("ENR"), a_case()
    first = on_case(app, agent, case)
    second = on_case(app, agent, case)

    at_once(lambda: first.press(button, **fields), lambda: second.press(button, **fields))

    assert [first.status, second.status] == [200, 200]
    assert len(case.messages) == 2
    assert "It is on the case once." in first.text + second.text


def test_the_same_note_minutes_later_is_meant(app):
    agent, case = an_agent("ENR"), a_case()
    visitor = on_case(app, agent, case).press("Save note", body="Called, no answer.")

    with clock.at(MONDAY_9_AM.replace(minute=2)):
        visitor.press("Save note", body="Called, no answer.")

    assert [m.body for m in case.messages[1:]] == ["Called, no answer."] * 2


def test_a_reply_to_a_case_closed_meanwhile_is_refused_and_the_text_kept(app):
    agent = an_agent("ENR")
    case = a_case(status=Status.RESOLVED, agent=agent)
    visitor = on_case(app, agent, case)
    with transaction():
        commands.accept(case, by=case.requester)

    visitor.press("Send reply", body=REPLY)

    assert visitor.status == 409
    assert "said that this solved it" in visitor.text
    assert REPLY in visitor.page.select_one("textarea[readonly]").get_text()


def test_a_note_on_a_case_closed_meanwhile_is_refused_and_the_text_kept(app):
    agent = an_agent("ENR")
    case = a_case(status=Status.RESOLVED, agent=agent)
    visitor = on_case(app, agent, case)
    with transaction():
        commands.accept(case, by=case.requester)

    visitor.press("Save note", body="Called, no answer.")

    assert visitor.status == 409
    assert "This case is closed and takes no more messages." in visitor.text
    assert "Called, no answer." in visitor.page.select_one("textarea[readonly]").get_text()


@pytest.mark.parametrize(
    ("button", "fields", "kept"),
    [
        ("Save note", {"body": "Called, no answer."}, "body"),
        ("Send and keep open", {"body": REPLY}, "body"),
        ("Resolve and send the note", {"code": "fixed", "note": NOTE}, "note"),
    ],
)
def test_what_was_typed_when_the_session_ended_is_there_after_signing_in(app, button, fields, kept):
    agent, case = an_agent("ENR"), a_case()
    visitor = on_case(app, agent, case)
    visitor.client.delete_cookie("session")
    visitor.press(button, **fields)
    assert visitor.path == "/login"

    back = visitor.press("Sign in", email=agent.email, password="correct horse battery staple")

    assert back.path == f"/agent/cases/{case.number}"
    assert back.values(button)[kept] == fields[kept]
    assert back.press(button).status == 200
    assert len(case.messages) == 2
    assert back.values("Save note")["body"] == ""


def test_forms_without_their_key_change_nothing(app):
    agent, case = an_agent("ENR"), a_case()
    visitor = on_case(app, agent, case)

    visitor.post(f"/agent/cases/{case.number}/notes", {"body": "Called, no answer."})

    assert len(case.messages) == 1
