"""What a digest says, and what it never says."""

import html
from datetime import timedelta
from itertools import takewhile

import pytest
import sqlalchemy as sa

from helpdesk import clock
from helpdesk.cases import commands
from helpdesk.cases.models import Status
from helpdesk.extensions import db
from helpdesk.notifications import delivery
from helpdesk.notifications.models import MailState, OutboxMessage, Settlement
from helpdesk.routing.models import Priority
from helpdesk.transaction import transaction
from tests.case_factories import a_case, mail_of
from tests.cases.digests import FRIDAY_7_PM, MONDAY_8_01, MONDAY_8_AM, digest_of, digests, filed, morning, tick
from tests.directory_factories import ADMINISTRATOR, a_request, an_organization, works_at
from tests.factories import a_provider, an_admin, an_agent
from tests.notifications.mails import eastern
from tests.runs import postgresql_in_the_long_run
from tests.smtp_servers import good_server

pytestmark = postgresql_in_the_long_run


def part(text: str, heading: str) -> str:
    """The part of a digest below a heading."""
    below = text.partition(heading)[2].splitlines()
    return "\n".join(takewhile(lambda line: not line or line.startswith("    "), below))


def settle(case, kind, **values):
    """Bring the mail of this kind about a case to where it stands after an attempt."""
    with transaction():
        for name, value in values.items():
            setattr(mail_of(case, kind)[0], name, value)


def test_it_tells_what_came_since_the_desk_closed(app):
    agent = an_agent()
    filed(at=eastern("2026-12-04 16:44:59"), subject="Asked before closing")
    (came,) = filed(
        at=eastern("2026-12-04 16:45"), subject="Asked at closing", priority=Priority.P2, due_at=eastern("2026-12-07 12:00")
    )
    filed(at=eastern("2026-12-04 18:00"), subject="Asked in vain", status=Status.CANCELED)
    tick(MONDAY_8_01)

    text = digest_of(agent)
    assert (
        f"New since Fri, Dec 4, 4:45 p.m. ET (1)\n\n    {came.number}, P2, due Mon, Dec 7, 12:00 p.m. ET\n    Asked at closing"
        in text
    )
    assert "Asked in vain" not in text


def test_what_came_and_is_resolved_already_says_so(app):
    agent = an_agent()
    with clock.at(FRIDAY_7_PM):
        case = a_case(status=Status.RESOLVED, agent=agent)
    tick("2026-12-07 08:15")

    assert f"{case.number}, {case.priority.value}, Resolved\n" in digest_of(agent)


def test_it_tells_what_left_at_the_opening(app):
    agent, pat = an_agent(), a_provider(first_name="Pat", last_name="Rivera")
    with clock.at(FRIDAY_7_PM):
        case = a_case(status=Status.RESOLVED, agent=agent, requester=pat)
    with good_server(app):
        morning()

    assert f"accepted since 8 a.m. (1)\n\n    {case.number}, Resolution to Pat Rivera\n" in digest_of(agent)


def test_mail_that_left_the_day_before_and_mail_to_staff_are_not_counted(app):
    agent = an_agent()
    with good_server(app):
        with clock.at(eastern("2026-12-04 10:00")):
            case = a_case(status=Status.RESOLVED, agent=agent)
        with clock.at(eastern("2026-12-04 10:05")):
            delivery.deliver_due()
        with clock.at(FRIDAY_7_PM), transaction():
            commands.reject(case, by=case.requester, body="It came back.")
        filed()
        morning()

    assert [mail.state for mail in mail_of(case, "case_came_back")] == [MailState.SENT]
    assert digest_of(agent)
    assert "accepted since" not in digest_of(agent)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"state": MailState.FAILED}, "It could not be sent."),
        ({"state": MailState.DOUBTFUL, "doubts": 2}, "Nobody knows whether it arrived."),
        ({"state": MailState.DOUBTFUL, "doubts": 1}, ""),
        ({"state": MailState.FAILED, "settlement": Settlement.TOLD}, ""),
    ],
    ids=["failed", "in doubt twice", "in doubt once", "settled"],
)
def test_it_tells_which_mail_waits_for_a_person(app, values, said):
    agent, pat = an_agent(), a_provider(first_name="Pat", last_name="Rivera", email="pat@example.org")
    case = a_case(agent=agent, requester=pat)
    settle(case, "case_received", **values)
    filed()
    tick(MONDAY_8_01)

    told = part(digest_of(agent), "Mail that a person has to settle (1)\n\n")
    assert told.startswith(f"    {case.number}, Receipt to Pat Rivera, pat@example.org\n    {said}" if said else "")
    assert bool(told) == bool(said)


def test_staff_mail_that_failed_is_not_for_the_digest(app):
    agent = an_agent()
    with clock.at(FRIDAY_7_PM):
        case = a_case(status=Status.RESOLVED, agent=agent)
        with transaction():
            commands.reject(case, by=case.requester, body="It came back.")
    settle(case, "case_came_back", state=MailState.FAILED)
    tick(MONDAY_8_01)

    assert "has to settle" not in digest_of(agent)


def test_it_tells_what_is_due_before_the_desk_closes_and_what_is_over(app):
    agent, old = an_agent(), eastern("2026-12-01 09:00")
    over, at_closing, tomorrow = (
        filed(at=old, due_at=eastern(due_at))[0] for due_at in ("2026-12-04 15:10", "2026-12-07 16:45", "2026-12-08 08:00")
    )
    filed(at=old, due_at=None, status=Status.PENDING)
    tick(MONDAY_8_01)

    told = part(digest_of(agent), "Due today, or over (2)\n\n")
    assert f"    {over.number}, P3, over since Fri, Dec 4, 3:10 p.m. ET\n" in told
    assert f"    {at_closing.number}, P3, due today 4:45 p.m.\n" in told
    assert tomorrow.number not in digest_of(agent)


def test_at_noon_what_was_due_in_the_morning_is_over(app):
    agent = an_agent()
    filed(at=FRIDAY_7_PM, due_at=eastern("2026-12-07 10:00"))
    tick("2026-12-07 12:00")

    assert "over since Mon, Dec 7, 10:00 a.m. ET" in digest_of(agent)


def test_long_lists_are_cut_and_lead_to_the_queue(app):
    agent = an_agent()
    filed(25, due_at=eastern("2026-12-09 12:00"))
    tick(MONDAY_8_01)

    text, page = digest_of(agent), digests()[0].html_body
    assert text.count("Question ") == 10
    assert "and 15 more, in the queue: http://127.0.0.1:8000/agent/queue" in text
    assert 'href="http://127.0.0.1:8000/agent/queue"' in page.partition("and 15 more")[0].rpartition("<p")[2]


def test_of_several_teams_the_most_urgent_come_first(app):
    admin = an_admin()
    for hour, team in enumerate(("ENR", "NCIR", "ENR", "SD")):
        filed(team=team, subject=f"The {hour}.", due_at=eastern(f"2026-12-07 1{3 - hour}:00"))
    tick(MONDAY_8_01)

    told = part(digest_of(admin), "Due today, or over (4)\n\n")
    assert [line.strip() for line in told.splitlines() if "The " in line] == ["The 3.", "The 2.", "The 1.", "The 0."]


def test_the_subject_says_how_the_day_begins(app):
    an_agent()
    filed(3, due_at=eastern("2026-12-07 12:00"))
    tick(MONDAY_8_01)

    assert digests()[0].subject == "Monday, December 7: 3 due today or over, 3 new cases"


def test_no_word_of_a_message_or_a_note_stands_in_it(app):
    agent = an_agent()
    with clock.at(FRIDAY_7_PM):
        case = a_case(agent=agent, description="A zebra asked for help.")
        with transaction():
            commands.add_note(case, by=agent, body="They owe us a zebra.")
            commands.reply(case, by=agent, body="We looked for your zebra.")
    with good_server(app):
        morning(MONDAY_8_AM + timedelta(minutes=2))

    mail = digests()[0]
    assert case.subject in mail.text_body
    assert "zebra" not in mail.subject + mail.text_body + mail.html_body


def test_it_ends_with_the_way_to_other_mail(app):
    an_agent()
    filed()
    with good_server(app) as server:
        tick(MONDAY_8_01)
        morning()

    for said in (server.received[0].text, html.unescape(server.received[0].html)):
        assert "Change what you are mailed about" in said
        assert "http://127.0.0.1:8000/account#mail" in said
    assert db.session.scalar(sa.select(sa.func.count()).select_from(OutboxMessage)) == 1


def test_it_tells_those_of_triage_which_requests_to_join_only_staff_can_decide(app):
    here, elsewhere, pat = an_agent("SD"), an_agent("ENR"), a_provider(first_name="Pat", last_name="Rivera")
    led, other = an_organization("Cedar Fork Pharmacy"), an_organization("Oak Hollow Clinic")
    works_at(a_provider(), led, ADMINISTRATOR)
    gone = works_at(a_provider(), other, ADMINISTRATOR).user
    with clock.at(FRIDAY_7_PM):
        a_request(pat, led)
        a_request(pat, other)
        wanted = a_request(pat, None, named_organization="Pine Level Pharmacy")
        with transaction():
            gone.deactivated_at = clock.now()
    tick(MONDAY_8_01)

    told = part(digest_of(here), "Requests to join that only we can decide (2)\n\n")
    assert told.count("Pat Rivera, since Fri, Dec 4, 7:00 p.m. ET\n    ") == 2
    assert ("Oak Hollow Clinic" in told, "Pine Level Pharmacy" in told, "Cedar Fork" in told) == (True, True, False)
    assert "Decide them here: http://127.0.0.1:8000/agent/requests" in told
    assert f"/agent/requests/{wanted.id}" in digests()[0].html_body
    assert "2 requests to join" in digests()[0].subject
    assert digest_of(elsewhere) == ""
