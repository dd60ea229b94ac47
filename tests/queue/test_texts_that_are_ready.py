"""A rule has a text ready for the answer, and an agent puts it into the reply; what rules added is seen on the case."""

import pytest
import sqlalchemy as sa
from flask import Flask

from helpdesk.accounts.models import Language, Team
from helpdesk.cases.macros import Macro
from helpdesk.extensions import db
from helpdesk.transaction import transaction
from tests.case_factories import a_case
from tests.factories import a_provider, an_agent
from tests.queue.cases import at_the_desk, on_case, statements, subjects
from tests.queue.test_statements import MOST_FOR_A_CASE
from tests.routing.examples import a_rule, publish
from tests.runs import postgresql_in_the_long_run
from tests.visitor import Visitor

pytestmark = postgresql_in_the_long_run
INTO_THE_REPLY = "Put it into the reply"


def on_ncid_case(app: Flask, **named) -> Visitor:
    """An agent with a case about an NCID open, for which a seeded rule has a text ready."""
    return on_case(app, an_agent("ACC"), a_case(topic="ACC-NCID", **named))


def test_the_text_is_put_below_what_was_written_and_leaves_with_the_reply(app):
    visitor = on_ncid_case(app)
    assert "A rule has a text ready for this case: NCID self-service steps" in visitor.text

    visitor.press(INTO_THE_REPLY, body="Good morning,")

    body = visitor.values("Send and keep open")["body"]
    assert body.startswith("Good morning,\n\nYou can often open your NCID yourself")
    assert "(877) 873-6247 (Monday to Friday, 8 a.m. to 4:45 p.m. ET)" in body
    assert "Nothing has been sent yet." in visitor.text
    assert not visitor.has_button(INTO_THE_REPLY), "it stands there"
    assert "it is on the case" not in visitor.press("Send and keep open").text
    assert not visitor.has_button(INTO_THE_REPLY), "it was answered"


def test_the_address_of_the_button_shows_what_it_says_and_does_and_keeps_nothing(app):
    visitor = on_ncid_case(app)
    address = f"{visitor.path}/macros/M4"

    visitor.open(address)
    assert visitor.h1 == "NCID self-service steps"
    assert "You can often open your NCID yourself" in visitor.text
    assert "Nothing more: you say by the button what becomes of the case." in visitor.text

    visitor.open(address.removesuffix("/macros/M4"))
    assert visitor.values("Send and keep open")["body"] == ""


def test_it_is_in_the_language_in_which_the_answer_is_wanted(app):
    an_agent("SD")
    case = a_case(topic="ACC-NCID", requester=a_provider(language=Language.SPANISH))

    visitor = on_case(app, an_agent("SD"), case).press(INTO_THE_REPLY)

    assert visitor.values("Send and keep open")["body"].startswith("Muchas veces usted mismo puede abrir su NCID")


def test_what_the_desk_has_sent_by_itself_is_not_offered_again(app):
    publish(a_rule(when="always", then={"team": "ENR", "macro": "M6", "status": "pending"}))

    assert not on_case(app, an_agent("ENR"), a_case()).has_button(INTO_THE_REPLY)


@pytest.mark.parametrize("macro", ["M99", "M6", "M5"])
def test_there_are_only_texts_that_are_in_use_and_the_teams_own(app, macro):
    with transaction():
        macros = {one.code: one for one in db.session.scalars(sa.select(Macro))}
        macros["M6"].is_active = False
        macros["M5"].team_id = db.session.scalars(sa.select(Team.id).where(Team.code == "INV")).one()
    visitor = on_ncid_case(app)

    assert visitor.open(f"{visitor.path}/macros/{macro}").status == 404


def test_tags_and_watchers_are_shown_and_cost_no_more_statements(app):
    publish(a_rule(when="always", then={"team": "ENR", "tags": ["officer"], "watchers": ["NCIR", "INV"], "macro": "M6"}))
    number, visitor = a_case().number, at_the_desk(app, an_agent("ENR"))

    with statements() as asked:
        visitor.open(f"/agent/cases/{number}")

    assert "Tag: officer" in visitor.text
    assert "Watched by Inventory and Accountability, NCIR Support." in visitor.text
    assert len(asked) <= MOST_FOR_A_CASE, "\n".join(asked)


def test_a_watching_team_finds_the_case_under_watched_and_opens_it(app):
    publish(a_rule(when="always", then={"team": "ENR", "watchers": ["NCIR"]}))
    a_case(subject="Seen by two teams")
    publish(a_rule(when="always", then={"team": "ENR"}))
    a_case(subject="Seen by one")

    visitor = at_the_desk(app, an_agent("NCIR"), "/agent/queue?show=watched")
    assert subjects(visitor) == ["Seen by two teams"]
    assert "Watched 1 case" in visitor.text
    assert visitor.follow("Seen by two teams").h1 == "Seen by two teams"
    assert subjects(at_the_desk(app, an_agent("NCIR"))) == []
    assert subjects(at_the_desk(app, an_agent("ENR"), "/agent/queue?show=watched")) == []
