"""How a case was handled: asked of its requester once it is closed, said once, and read by staff."""

import pytest
import sqlalchemy as sa
from flask import Flask

from helpdesk.accounts.models import User
from helpdesk.cases import closing, commands, own_data
from helpdesk.cases.errors import AlreadyRated, NotClosed, NotTheRequester
from helpdesk.cases.models import Case, EventKind, Status
from helpdesk.cases.ratings import CaseRating
from helpdesk.extensions import db
from helpdesk.transaction import transaction
from tests.case_factories import a_case
from tests.cases.people import a_practice
from tests.directory_factories import COORDINATOR, at, works_at
from tests.factories import PASSWORD, a_provider, an_agent
from tests.queue.cases import at_once, at_the_desk, statements
from tests.visitor import Visitor

WORDS = "Quick and clear. The second step could be said sooner."
QUESTION = "How did we handle your case?"


def ratings() -> list[tuple[int, int, str]]:
    return [
        (row.case_id, row.score, row.comment) for row in db.session.scalars(sa.select(CaseRating).order_by(CaseRating.case_id))
    ]


def test_who_asked_is_asked_once_it_is_closed_and_staff_read_the_answer(app: Flask) -> None:
    case = a_case(status=Status.RESOLVED)
    visitor = Visitor(app).sign_in(case.requester).open(f"/cases/{case.number}")
    assert QUESTION not in visitor.text

    visitor.press("This solved it")
    visitor.press("Send my rating", comment=WORDS)
    assert (visitor.status, "Choose one of the five answers." in visitor.text) == (422, True)
    assert visitor.values("Send my rating")["comment"] == WORDS
    visitor.press("Send my rating", score="4")

    assert "Thank you. The team reads what you told us." in visitor.text
    assert ("4 of 5, good" in visitor.text, WORDS in visitor.text, QUESTION in visitor.text) == (True, True, False)
    event = case.events[-1]
    assert (event.kind, event.actor_id, event.new) == (EventKind.RATED, case.requester_id, {"score": 4})
    agent, path = at_the_desk(app, case.assignee), f"/agent/cases/{case.number}"
    with statements() as asked:
        agent.open(path)
    assert f"{case.requester.name} rated how it was handled: 4 of 5, good" in agent.text
    assert WORDS in agent.text
    assert len(asked) <= 12, "\n".join(asked)


def test_the_first_word_counts(app: Flask) -> None:
    case = a_case(status=Status.CLOSED)
    visitor = Visitor(app).sign_in(case.requester).open(f"/cases/{case.number}")
    said = {**visitor.values("Send my rating"), "score": "5", "comment": ""}
    visitor.post(f"/cases/{case.number}/rating", said)
    version = case.version

    visitor.post(f"/cases/{case.number}/rating", said)
    assert "Thank you." in visitor.text
    visitor.post(f"/cases/{case.number}/rating", {**said, "score": "1", "comment": "No, bad."})

    assert "You have rated this case already" in visitor.text
    assert (ratings(), case.version) == ([(case.id, 5, "")], version)


@pytest.mark.both_databases
def test_two_ratings_at_once_are_one(app: Flask) -> None:
    case = a_case(status=Status.CLOSED)
    case_id, user_id = case.id, case.requester_id
    db.session.rollback()

    def rate(score: int) -> bool:
        with app.app_context():
            try:
                with transaction():
                    commands.rate(db.session.get_one(Case, case_id), by=db.session.get_one(User, user_id), score=score)
            except AlreadyRated:
                return False
            return True

    assert sorted(at_once(lambda: rate(1), lambda: rate(5))) == [False, True]
    assert len(ratings()) == 1


@pytest.mark.parametrize("status", [Status.OPEN, Status.RESOLVED, Status.CANCELED])
def test_what_is_not_closed_is_not_rated(app: Flask, status: Status) -> None:
    case = a_case(status=status)

    assert QUESTION not in Visitor(app).sign_in(case.requester).open(f"/cases/{case.number}").text
    with transaction(), pytest.raises(NotClosed):
        commands.rate(case, by=case.requester, score=5)


def test_a_colleague_is_not_asked_and_does_not_read_it(app: Flask) -> None:
    practice = a_practice()
    works_at(colleague := a_provider(), practice.location, COORDINATOR)
    case = a_case(status=Status.CLOSED, requester=practice.case.requester, **at(practice.location))
    visitor = Visitor(app).sign_in(colleague).open(f"/cases/{practice.case.number}")
    key = visitor.values("Send the message")["csrf_token"]

    assert QUESTION not in visitor.open(f"/cases/{case.number}").text
    assert visitor.post(f"/cases/{case.number}/rating", {"csrf_token": key, "score": "1"}).status == 403
    with transaction(), pytest.raises(NotTheRequester):
        commands.rate(case, by=colleague, score=1)
    with transaction():
        commands.rate(case, by=case.requester, score=2, comment=WORDS)
    assert WORDS not in visitor.open(f"/cases/{case.number}").text


def test_a_rating_typed_while_the_session_ended_is_there_after_signing_in(app: Flask) -> None:
    case = a_case(status=Status.CLOSED, requester=a_provider(email="pat@example.org"))
    visitor = Visitor(app).sign_in(case.requester).open(f"/cases/{case.number}")
    typed = {**visitor.values("Send my rating"), "score": "2", "comment": WORDS}
    visitor.client.delete_cookie("session")

    visitor.post(f"/cases/{case.number}/rating", typed)
    visitor.press("Sign in", email="pat@example.org", password=PASSWORD)

    kept = visitor.values("Send my rating")
    assert (visitor.path, kept["score"], kept["comment"]) == (f"/cases/{case.number}", "2", WORDS)


@pytest.mark.both_databases
def test_it_is_told_to_whom_it_is_of_and_its_words_end_with_their_account(app: Flask) -> None:
    cases = [a_case(status=Status.CLOSED, agent=an_agent()) for _ in range(2)]
    with transaction():
        for case in cases:
            commands.rate(case, by=case.requester, score=3, comment=WORDS)
    leaver = cases[0].requester
    assert f'"comment": "{WORDS}"' in "".join(own_data.of(leaver))

    with transaction():
        closing.close_account(leaver)

    assert ratings() == [(cases[0].id, 3, ""), (cases[1].id, 3, WORDS)]
