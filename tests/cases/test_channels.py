"""How a case was asked, and for whom: on its pages, in its decision, in what a person can fetch of their own."""

import json

import pytest

from helpdesk.cases import commands
from helpdesk.cases.commands import Answer
from helpdesk.cases.errors import FormKeyReused
from helpdesk.cases.models import Case, Channel
from helpdesk.extensions import db
from helpdesk.routing.models import RoutingDecision
from helpdesk.transaction import transaction
from tests.case_factories import a_case, a_new_case, mail_of
from tests.directory_factories import ADMINISTRATOR, a_location, an_organization, at, works_at
from tests.factories import a_provider, an_agent
from tests.queue.cases import on_case, statements
from tests.visitor import Visitor

pytestmark = pytest.mark.usefixtures("monday_morning")

FOR_A_COLLEAGUE = (
    Answer("Are you asking for yourself?", "No, for a colleague", "for_self", "no", decides=True),
    Answer("Name of the colleague", "Robin Vega", "affected_name"),
    Answer("Business e-mail of the colleague", "robin@cedarfork.example.org", "affected_email"),
)
FOR_THEMSELVES = (Answer("Are you asking for yourself?", "Yes", "for_self", "yes", decides=True), *FOR_A_COLLEAGUE[1:])


def a_case_by(channel: Channel, *, requester=None, **named) -> Case:
    agent, requester = an_agent("ENR", first_name="Luis", last_name="Whitfield"), requester or a_provider()
    with transaction():
        return commands.open_case(a_new_case(channel=channel, **named), requester=requester, filed_by=agent)


def on_its_page(app, case: Case, reader=None) -> str:
    return Visitor(app).sign_in(reader or case.requester).open(f"/cases/{case.number}").text


def who_asks(app, case: Case) -> str:
    return " ".join(on_case(app, an_agent("ENR"), case).page.select_one("#requester").get_text(" ").split())


def test_a_case_that_was_asked_on_the_web_says_so_to_staff_and_nothing_to_its_requester(app):
    case = a_case()

    assert case.channel is Channel.WEB
    assert "Channel Help ticket" in who_asks(app, case)
    assert "of our staff" not in on_its_page(app, case)
    assert "of our staff" not in mail_of(case)[0].text_body


@pytest.mark.parametrize(
    ("channel", "on_page", "in_timeline"),
    [
        (Channel.PHONE, "filed this case for you by phone.", "Luis Whitfield filed the case by phone for Dana Okafor"),
        (
            Channel.WALK_IN,
            "filed this case for you when you came to us.",
            "Luis Whitfield filed the case for Dana Okafor, who came in person",
        ),
    ],
)
def test_who_filed_a_case_is_told_in_plain_words(app, channel, on_page, in_timeline):
    case = a_case_by(channel, requester=a_provider(first_name="Dana", last_name="Okafor"))

    assert f"Luis Whitfield of our staff {on_page}" in on_its_page(app, case)
    assert f"Luis Whitfield of our staff {on_page}" in mail_of(case)[0].text_body
    assert in_timeline in on_case(app, an_agent("ENR"), case).text


def test_a_colleague_who_reads_along_is_told_for_whom(app):
    place = a_location(organization := an_organization("Cedar Fork"))
    works_at(boss := a_provider(), organization, ADMINISTRATOR)
    named = {"requester": a_provider(first_name="Dana", last_name="Okafor"), **at(place)}
    by_phone, in_person = (a_case_by(channel, **named) for channel in (Channel.PHONE, Channel.WALK_IN))

    assert "of our staff filed this case by phone for Dana Okafor." in on_its_page(app, by_phone, boss)
    assert "of our staff filed this case for Dana Okafor, who came to us." in on_its_page(app, in_person, boss)


def test_the_channel_is_a_fact_of_the_decision(app):
    decision = db.session.get_one(RoutingDecision, a_case_by(Channel.PHONE).id)

    assert (decision.facts["values"]["channel"], decision.facts["labels"]["channel"]) == ("phone", "Phone")


def test_the_channel_stands_in_what_a_person_fetches_of_their_own(app):
    case = a_case_by(Channel.PHONE)
    held = json.loads(Visitor(app).sign_in(case.requester).open("/account/data").html)

    assert [row["asked_by_way_of"] for row in held["cases"]] == ["phone"]


def test_the_same_ticket_by_another_way_is_not_the_same(app):
    new, user, agent = a_new_case(), a_provider(), an_agent()
    with transaction():
        commands.open_case(new, requester=user)
    other = a_new_case(form_key=new.form_key, channel=Channel.PHONE)

    with pytest.raises(FormKeyReused), transaction():
        commands.open_case(other, requester=user, filed_by=agent)


def test_for_whom_a_case_was_asked_stands_beside_who_asks(app):
    requester = a_provider(first_name="Dana", last_name="Okafor")
    case = a_case(requester=requester, answers=FOR_A_COLLEAGUE)

    assert "Name Dana Okafor For Robin Vega, robin@cedarfork.example.org, a colleague" in who_asks(app, case)
    assert "You asked for a colleague: Robin Vega, robin@cedarfork.example.org." in on_its_page(app, case)


def test_who_asks_for_themselves_asks_for_nobody_else(app):
    case = a_case(answers=FOR_THEMSELVES)

    assert "a colleague" not in who_asks(app, case)
    assert "You asked for a colleague" not in on_its_page(app, case)


def test_a_requester_without_a_password_yet_is_marked_as_such(app):
    case = a_case()
    with transaction():
        case.requester.verified_at, case.requester.password_hash = None, ""

    assert "They have not chosen a password yet, so they read our answers by mail alone." in who_asks(app, case)


def test_a_filed_case_costs_its_requester_one_statement_more(app):
    user = a_provider()
    numbers = [a_case(requester=user).number, a_case_by(Channel.PHONE, requester=user).number]
    visitor, costs = Visitor(app).sign_in(user), []
    for number in numbers:
        with statements() as asked:
            visitor.open(f"/cases/{number}")
        costs.append(len(asked))

    assert costs[1] == costs[0] + 1 <= 12
