"""What an agent says in public and looks as if it told of a patient is held up; a note is not. Marked cases show it."""

import pytest

from helpdesk.cases.models import MessageKind, Status
from tests.case_factories import a_case, mail_of
from tests.factories import a_lead, an_agent
from tests.queue.cases import at_the_desk, on_case, statements
from tests.queue.test_statements import MOST_FOR_A_CASE, MOST_FOR_THE_QUEUE

TELLS = "We have merged patient Wanda Castellow with the older record."
HARMLESS = "We have merged the two records."
BADGE = "Patient data?"


def confirmed(visitor):
    """The digest that the button "Send it anyway" carries."""
    return visitor.page.select_one(".suspicion [name=confirmed]")["value"]


def test_a_reply_is_held_up_and_sent_when_it_is_confirmed(app):
    case = a_case()
    agent = on_case(app, an_agent("ENR"), case).press("Send and keep open", body=TELLS)
    assert (agent.status, len(case.messages)) == (422, 1)
    assert [mark.get_text() for mark in agent.page.select(".suspicion mark")] == ["Wanda Castellow"]

    agent.post(f"/agent/cases/{case.number}/replies", {**agent.values("Send and keep open"), "confirmed": confirmed(agent)})

    assert (case.messages[-1].body, case.status) == (TELLS, Status.OPEN)
    assert case.patient_data_suspected_at is not None
    assert "Wanda" not in mail_of(case, "case_replied")[0].text_body


def test_it_is_remembered_that_the_case_was_to_wait(app):
    case = a_case()
    agent = on_case(app, an_agent("ENR"), case).press("Send and wait for an answer", body=TELLS)

    agent.post(f"/agent/cases/{case.number}/replies", {**agent.values("Send and keep open"), "confirmed": confirmed(agent)})

    assert case.status is Status.PENDING


def test_another_button_after_an_edit_is_what_counts(app):
    case = a_case()
    agent = on_case(app, an_agent("ENR"), case).press("Send and wait for an answer", body=TELLS)

    agent.press("Send and keep open", body=HARMLESS)

    assert case.status is Status.OPEN


def test_a_resolution_is_held_up(app):
    case = a_case()
    agent = on_case(app, an_agent("ENR"), case).press("Resolve and send the note", code="fixed", note=TELLS)
    assert (agent.status, case.status) == (422, Status.NEW)
    assert agent.page.select_one("details.composer")["open"] == ""

    agent.post(
        f"/agent/cases/{case.number}/resolve", {**agent.values("Resolve and send the note"), "confirmed": confirmed(agent)}
    )

    assert case.status is Status.RESOLVED


def test_a_reply_that_is_told_in_other_words_is_held_up(app):
    case = a_case()
    agent = on_case(app, an_agent("ENR"), case).press("Send and keep open", body=HARMLESS)
    agent.follow("Change the text").press("Change it", body=TELLS)
    assert (agent.status, len(case.messages)) == (422, 2)

    agent.post(agent.path, {**agent.values("Change it"), "confirmed": confirmed(agent)})

    assert case.messages[-1].body == TELLS


def test_a_note_is_not_held_up(app):
    case = a_case()

    on_case(app, an_agent("ENR"), case).press("Save note", body=TELLS)

    assert case.messages[-1].kind is MessageKind.NOTE


def test_files_that_are_only_kept_ask_nothing(app):
    case = a_case()
    agent = on_case(app, an_agent("ENR"), case)

    agent.post(f"/agent/cases/{case.number}/files", {**agent.values("Send and keep open"), "body": TELLS, "box": "reply"})

    assert agent.values("Send and keep open")["body"] == TELLS
    assert not agent.page.select(".suspicion")


@pytest.mark.both_databases
def test_a_marked_case_shows_it_on_its_page_and_in_its_row_at_no_cost(app):
    agent = an_agent("ENR")
    marked, plain = a_case(description=TELLS), a_case()
    visitor = at_the_desk(app, agent)
    with statements() as for_the_queue:
        visitor.open("/agent/queue")
    rows = {row.select_one("a")["href"]: BADGE in row.get_text() for row in visitor.page.select(".row-of-case")}
    path = f"/agent/cases/{marked.number}"
    with statements() as for_the_case:
        visitor.open(path)

    assert rows == {path: True, f"/agent/cases/{plain.number}": False}
    assert BADGE in visitor.page.select_one(".page-header").get_text()
    assert BADGE not in visitor.open(f"/agent/cases/{plain.number}").page.select_one(".page-header").get_text()
    assert len(for_the_queue) <= MOST_FOR_THE_QUEUE
    assert len(for_the_case) <= MOST_FOR_A_CASE


def test_no_article_begins_with_a_subject_that_tells_of_a_patient(app):
    marked, plain, agent = a_case(subject=TELLS), a_case(description=TELLS), an_agent("ENR")

    begun = [
        at_the_desk(app, agent, f"/admin/articles/add/from/{case.number}").values("Save the draft")["title"]
        for case in (marked, plain)
    ]

    assert begun == ["", plain.subject]


def test_only_those_who_may_remove_it_are_offered_to(app):
    case = a_case(description=TELLS)

    offered = ["Remove patient data" in on_case(app, who, case).text for who in (an_agent("ENR"), a_lead("ENR"))]

    assert offered == [False, True]
