"""A provider asks, an agent resolves, the mail arrives in service hours: with real mail, at the edges of the window."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from helpdesk import clock
from helpdesk.notifications import delivery
from tests.directory_factories import a_location, an_organization
from tests.factories import a_lead, an_agent
from tests.journeys import story
from tests.journeys.story import NOTE, Post
from tests.notifications.mails import eastern
from tests.smtp_servers import good_server
from tests.visitor import Visitor

ONE_MICROSECOND = timedelta(microseconds=1)


@pytest.fixture
def post(app: Flask) -> Iterator[Post]:
    """The provider's mailbox, behind a real mail server."""
    with good_server(app) as server:
        yield Post(server)


@pytest.mark.parametrize(
    ("resolved_at", "leaves_at"),
    [
        ("2026-12-04 16:43:58", "2026-12-04 16:44:58"),  # a minute of rest, and it is still open
        ("2026-12-04 16:44:59", "2026-12-07 08:00:00"),  # the minute of rest passes the end of the day
        ("2026-12-04 16:45:00", "2026-12-07 08:00:00"),
        ("2026-12-05 11:00:00", "2026-12-07 08:00:00"),  # a Saturday
        ("2026-11-25 17:00:00", "2026-11-30 08:00:00"),  # Thanksgiving, two days, and the weekend
        ("2027-03-12 17:00:00", "2027-03-15 08:00:00"),  # the clocks go forward on Sunday
        ("2026-10-30 17:00:00", "2026-11-02 08:00:00"),  # and back
    ],
)
def test_the_mail_with_the_notes_arrives_once_and_never_early(app: Flask, post: Post, resolved_at: str, leaves_at: str) -> None:
    resolved, leaves = eastern(resolved_at), eastern(leaves_at)
    dana = an_agent(team="NCIR", first_name="Dana", last_name="Osei")
    provider, agent = Visitor(app), Visitor(app)
    with clock.at(resolved - timedelta(hours=3)):
        story.register(provider)
        delivery.deliver_due()
        story.activate(provider, post.mine()[-1])
        number = story.ask_for_help(provider)
        delivery.deliver_due()
        assert post.subjects()[-1].startswith(f"[{number}]")  # the receipt leaves at once, whatever the hour
        story.work_on(agent.sign_in(dana), number)
    with clock.at(resolved):
        story.resolve(agent.sign_in(dana), number)  # their sessions have lain idle for too long
        story.sign_in(provider)
        assert NOTE in provider.open(f"/cases/{number}").text  # the provider sees it at once
    with clock.at(leaves - ONE_MICROSECOND):
        delivery.deliver_due()
        assert post.about_resolution() == []
    for _ in range(2):
        with clock.at(leaves):
            delivery.deliver_due()
    mail = post.about_resolution()
    assert len(mail) == 1
    with clock.at(leaves + timedelta(minutes=5)):
        story.sign_in(provider)
        provider.open(story.link_in(mail[0], "/cases/")).press("This solved it")
        assert "The case is closed." in provider.text


def test_the_agent_is_told_when_the_mail_leaves_and_why(app: Flask, post: Post) -> None:
    agent, number = _resolved(app, post, at="2026-11-27 10:00:00")  # the Friday after Thanksgiving is a holiday

    with clock.at(eastern("2026-11-27 10:00:01")):
        agent.open(f"/agent/cases/{number}")

    assert "eld until Mon, Nov 30, 8:00 a.m. ET, because the desk is closed" in agent.text


def test_the_mail_of_a_resolution_is_all_that_it_should_be(app: Flask, post: Post) -> None:
    _agent, number = _resolved(app, post, at="2026-12-07 10:00:00")
    with clock.at(eastern("2026-12-07 10:01:00")):
        delivery.deliver_due()

    receipt = next(mail for mail in post.mine() if "received" in str(mail.message["Subject"]).lower() or number in mail.text)
    mail = post.about_resolution()[0]
    assert str(mail.message["Subject"]).startswith(f"[{number}]")
    assert NOTE in mail.text
    assert NOTE in mail.html
    assert f"http://127.0.0.1:8000/cases/{number}" in mail.text
    assert mail.message["Auto-Submitted"] == "auto-generated"
    assert str(receipt.message["Message-ID"]) in str(mail.message["References"])
    assert str(receipt.message["Message-ID"]) != str(mail.message["Message-ID"])
    assert not any("zebra" in mail.content.decode() for mail in post.mine())


def test_what_did_not_solve_it_opens_the_case_and_stops_the_mail(app: Flask, post: Post) -> None:
    _agent, number = _resolved(app, post, at="2026-12-04 19:00:00")
    provider, colleague = Visitor(app), an_agent(team="NCIR")
    with clock.at(eastern("2026-12-05 09:00:00")):
        story.sign_in(provider)
        provider.open(f"/cases/{number}").follow("This did not solve it")
        provider.press("Open my case again", body="It is still not there.")
        agent = Visitor(app).sign_in(colleague)
        assert "It is still not there." in agent.open(f"/agent/cases/{number}").text

    with clock.at(eastern("2026-12-07 08:00:00")):
        delivery.deliver_due()

    assert post.about_resolution() == []


def _resolved(app: Flask, post: Post, *, at: str) -> tuple[Visitor, str]:
    """A case resolved at a time of the wall clock: the agent who did it, and its number."""
    dana, provider, agent = an_agent(team="NCIR"), Visitor(app), Visitor(app)
    with clock.at(eastern(at)):
        story.register(provider)
        delivery.deliver_due()
        story.activate(provider, post.mine()[-1])
        number = story.ask_for_help(provider)
        story.work_on(agent.sign_in(dana), number)
        story.resolve(agent, number)
        delivery.deliver_due()
    return agent, number


def test_the_same_with_a_location_of_the_directory(app: Flask, post: Post) -> None:
    dana, lead = an_agent(team="NCIR"), a_lead(team="SD")
    location = a_location(an_organization("Cedar Fork Pharmacy"), "Main Street", pin="123456")
    provider, agent = Visitor(app), Visitor(app)
    with clock.at(eastern("2026-12-07 09:00:00")):
        story.register(provider)
        delivery.deliver_due()
        story.activate(provider, post.mine()[-1])
        story.sign_in(provider)
        provider.open("/account/organizations/join").press("Find", q="123456")
        provider.follow("Main Street, Cedar Fork Pharmacy").press("Send the request", role="coordinator_primary")
        Visitor(app).sign_in(lead).open("/agent/queue").follow("Requests (1)").follow(
            "Pat Rivera: Main Street, Cedar Fork Pharmacy"
        ).press("Confirm")
        delivery.deliver_due()
        assert post.subjects()[-1] == "Your request to join Main Street, Cedar Fork Pharmacy"
        number = story.ask_for_help(provider, place=f"location-{location.id}")
        story.work_on(agent.sign_in(dana), number)
        assert "Confirmed: Vaccine Coordinator (primary), Main Street, Cedar Fork Pharmacy" in agent.text
        story.resolve(agent, number)
    with clock.at(eastern("2026-12-07 09:02:00")):
        delivery.deliver_due()
        assert len(post.about_resolution()) == 1
        provider.open(story.link_in(post.about_resolution()[0], "/cases/")).press("This solved it")
        assert "The case is closed." in provider.text
