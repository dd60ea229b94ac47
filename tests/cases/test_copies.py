"""Whom a case is copied to: what they see, who decides about it, and when it ends."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from helpdesk import clock
from helpdesk.admin import deactivation
from helpdesk.cases import closing, commands, copying, privacy
from helpdesk.cases.errors import NotCopiedByThem
from helpdesk.cases.models import Case, Event, EventKind, Status
from helpdesk.cases.wording import event_sentence
from helpdesk.extensions import db
from helpdesk.providers import affiliations, queries
from helpdesk.transaction import transaction
from tests.case_factories import MONDAY_9_AM, a_case
from tests.cases.copied import a_colleague, a_copied_case
from tests.cases.test_visibility import MOST_STATEMENTS, sees
from tests.directory_factories import ADMINISTRATOR, COORDINATOR, a_location, works_at
from tests.factories import a_provider, an_admin, an_agent
from tests.queue.cases import a_stock, statements
from tests.runs import postgresql_in_the_long_run
from tests.visitor import Visitor


@pytest.fixture
def place(app: Flask):
    return a_location()


@pytest.fixture
def ines(place):
    return a_colleague(place, first_name="Ines", last_name="Marin")


@pytest.fixture
def case(place, ines) -> Case:
    return a_copied_case(ines, place=place)


def on_page(app: Flask, user: object, case: Case) -> Visitor:
    return Visitor(app).sign_in(user).open(f"/cases/{case.number}")


def what_happened(case: Case) -> list[str]:
    kinds = (EventKind.COPIED, EventKind.COPY_ENDED)
    db.session.expire_all()
    return [event_sentence(event) for event in case.events if event.kind in kinds]


@postgresql_in_the_long_run
def test_a_copy_shows_the_case_to_a_colleague_also_when_it_is_private(app, place, case, ines):
    other = a_colleague(place)
    with transaction():
        privacy.set_privacy(case, is_private=True, by=case.requester)

    assert sees(app, ines, case)
    assert not sees(app, other, case)


@postgresql_in_the_long_run
def test_sight_ends_with_the_work_there_and_comes_back_with_it(app, place, case, ines):
    work = db.session.scalars(queries.affiliations_of(ines, at=clock.now())).one()
    with transaction():
        affiliations.end(work, by=None)
    assert not sees(app, ines, case)

    works_at(ines, a_location())
    assert not sees(app, ines, case)
    works_at(ines, place)
    assert sees(app, ines, case)


def test_a_copy_is_worth_nothing_at_another_organization(app, case):
    stranger = a_colleague(a_location())
    with transaction():
        copying.copy_new(case, [stranger], by=case.requester)

    assert not sees(app, stranger, case)


def test_an_account_that_ends_ends_the_sight_and_the_page_says_so(app, case, ines):
    admin = an_admin()
    with transaction():
        deactivation.deactivate(
            ines, by=admin, version=deactivation.history.version_of(user_id=ines.id), reason="has left", takers={}
        )

    requester = on_page(app, case.requester, case)
    assert "Ines Marin cannot see the case any more." in requester.text


@postgresql_in_the_long_run
def test_the_list_shows_what_is_copied_among_the_rest_and_by_itself(app, place, case, ines):
    own = a_case(requester=ines, subject="My very own question")
    a_stock(30, organization_id=place.organization_id, location_id=place.id)
    visitor = Visitor(app).sign_in(ines).open("/cases")

    assert (own.number in visitor.text, case.number in visitor.text) == (True, True)
    assert f"Asked by {case.requester.name}" in visitor.text
    visitor.follow("Copied to me")
    assert (own.number in visitor.text, case.number in visitor.text) == (False, True)


@postgresql_in_the_long_run
def test_the_list_of_copies_goes_on_page_by_page_in_as_many_statements(app, place, ines):
    requester, ids, seen = a_colleague(place), [], []
    for more in (30, 40):
        ids += a_stock(more, requester=requester, organization_id=place.organization_id)
        with transaction():
            for case in db.session.scalars(sa.select(Case).where(Case.id.in_(ids[-more:]))):
                copying.copy_new(case, [ines], by=requester)
        visitor = Visitor(app).sign_in(ines)
        with statements() as asked:
            visitor.open("/cases")
        seen.append(len(asked))
    found = []
    while True:
        found += [int(link["href"].rpartition("-")[2]) for link in visitor.page.select(".case-subject")]
        if "Older cases" not in visitor.text:
            break
        visitor.follow("Older cases")

    assert found == sorted(ids, reverse=True)
    assert seen[0] == seen[1] <= MOST_STATEMENTS


def test_a_colleague_reads_and_replies_and_ends_nothing_of_the_requester_s(app, case, ines):
    agent = an_agent()
    with transaction():
        commands.take(case, by=agent)
        commands.add_note(case, by=agent, body="An internal zebra.")
    visitor = on_page(app, ines, case)

    assert "You can read this case because it is copied to you." in visitor.text
    assert "zebra" not in visitor.text
    visitor.press("Send the message", body="I can tell you more about it.")
    assert "I can tell you more about it." in visitor.text
    token = visitor.values("Send the message")["csrf_token"]
    for act in ("accept", "reject", "cancel", "privacy", "copies", f"copies/{case.requester_id}/end"):
        fields = {"csrf_token": token, "body": "Long enough to be a reason.", "colleagues": ines.email}
        assert visitor.post(f"/cases/{case.number}/{act}", fields).status == 403


def test_the_requester_copies_somebody_later_and_takes_them_off(app, place, case, ines):
    luis = a_colleague(place, first_name="Luis", last_name="Whitfield")
    visitor = on_page(app, case.requester, case)
    assert "Copied: Ines Marin." in visitor.text

    visitor.press("Copy them", colleagues=f"Luis <{luis.email.upper()}>; {ines.email}")
    assert "Copied to Luis Whitfield, who can read the case and reply from now on." in visitor.text
    assert "Copied: Ines Marin, Luis Whitfield." in visitor.text
    assert sees(app, luis, case)
    visitor.press("Take Ines Marin off")
    assert "Ines Marin has no copy of the case any more." in visitor.text
    assert not sees(app, ines, case)

    who = case.requester.name
    assert what_happened(case) == [
        f"{who} copied it to Ines Marin",
        f"{who} copied it to Luis Whitfield",
        f"{who} took Ines Marin off the copies",
    ]
    assert [e.actor_id for e in case.events if e.kind is EventKind.COPY_ENDED] == [case.requester_id]


def test_a_colleague_takes_themselves_off_and_is_led_to_their_own_cases(app, case, ines):
    visitor = on_page(app, ines, case).press("Take me off")

    assert (visitor.path, visitor.status) == ("/cases", 200)
    assert f"{case.number} is not copied to you any more." in visitor.text
    assert not sees(app, ines, case)
    assert what_happened(case)[-1] == "Ines Marin took themselves off the copies"


def test_a_colleague_who_sees_the_case_anyway_stays_on_its_page(app, place, case, ines):
    works_at(ines, place, COORDINATOR)
    visitor = on_page(app, ines, case).press("Take me off")

    assert visitor.path == f"/cases/{case.number}"


def test_who_only_coordinates_decides_nothing_about_copies(app, place, case, ines):
    works_at(boss := a_provider(), place, COORDINATOR)

    with pytest.raises(NotCopiedByThem), transaction():
        copying.copy(case, ines.email, by=boss)
    with pytest.raises(NotCopiedByThem), transaction():
        copying.take_off(case, ines, by=boss)
    assert not on_page(app, boss, case).page.select("#copies")


@pytest.mark.parametrize("typed", ["", "nobody@example.org", "not an address"])
def test_who_cannot_be_copied_is_named_on_the_page_with_the_text_kept(app, case, typed):
    visitor = on_page(app, case.requester, case).press("Copy them", colleagues=typed)

    assert visitor.status == 422
    told = typed if typed else "Write the e-mail address of a colleague."
    assert told in visitor.page.select_one(".error-summary").get_text()
    assert visitor.page.select_one("#colleagues").get_text().strip() == typed
    assert visitor.page.select_one("#copies details").has_attr("open")


def test_a_sixth_person_is_refused(app, place, case):
    others = [a_colleague(place) for _ in range(5)]
    visitor = on_page(app, case.requester, case).press("Copy them", colleagues="\n".join(p.email for p in others))

    assert "A case can be copied to up to five people. Take somebody off first." in visitor.text
    visitor.press("Copy them", colleagues="\n".join(p.email for p in others[:4]))
    assert not visitor.has_button("Copy them")


def test_a_requester_who_has_left_copies_nobody_there(app, place, case):
    luis, work = a_colleague(place), db.session.scalars(queries.affiliations_of(case.requester, at=clock.now())).one()
    with transaction():
        affiliations.end(work, by=None)
    visitor = on_page(app, case.requester, case).press("Copy them", colleagues=luis.email)

    assert "You can copy colleagues only while it is confirmed that you work at" in visitor.text


def test_a_case_of_a_typed_place_has_no_copies(app):
    visitor = on_page(app, (case := a_case()).requester, case)

    assert not visitor.page.select("#copies")
    token = visitor.values("Send the message")["csrf_token"]
    visitor.post(f"/cases/{case.number}/copies", {"csrf_token": token, "colleagues": "ines@example.org"})
    assert (visitor.status, "its place was typed" in visitor.text) == (422, True)


def test_a_closed_case_takes_nobody_more_and_lets_everybody_go(app, place, ines):
    case = a_copied_case(ines, place=place, status=Status.CLOSED)
    requester = on_page(app, case.requester, case)
    assert not requester.has_button("Copy them")
    token = requester.values("Take Ines Marin off")["csrf_token"]
    requester.post(f"/cases/{case.number}/copies", {"csrf_token": token, "colleagues": a_colleague(place).email})
    assert "This case is closed. It cannot be copied to anybody else." in requester.text

    on_page(app, ines, case).press("Take me off")
    assert not sees(app, ines, case)


def test_what_was_typed_before_the_session_ended_is_there_after_signing_in(app, case):
    from helpdesk.accounts.commands import new_session_key
    from tests.factories import PASSWORD

    visitor = on_page(app, case.requester, case)
    with transaction():
        case.requester.session_key = new_session_key()
    visitor.press("Copy them", colleagues="luis@example.org")
    visitor.press("Sign in", email=case.requester.email, password=PASSWORD)

    assert visitor.path == f"/cases/{case.number}"
    assert visitor.page.select_one("#colleagues").get_text().strip() == "luis@example.org"


def test_who_sees_a_private_case_says_that_it_is_copied(app, case):
    visitor = on_page(app, case.requester, case).press("Hide it from colleagues")

    assert "Only the colleagues whom it is copied to see this case." in visitor.text
    assert "Only you, the colleagues whom it is copied to and our staff see this case." in visitor.text


@postgresql_in_the_long_run
def test_the_page_of_a_case_with_copies_takes_no_more_statements(app, place):
    people = [a_colleague(place) for _ in range(5)]
    case = a_copied_case(*people, place=place)
    works_at(people[0], place.organization, ADMINISTRATOR)
    number, requester = case.number, case.requester
    for reader in (requester, people[0]):
        visitor = Visitor(app).sign_in(reader)
        with statements() as asked:
            visitor.open(f"/cases/{number}")
        assert visitor.status == 200
        assert len(asked) <= MOST_STATEMENTS, "\n".join(asked)


def test_a_closed_account_is_named_in_no_entry_and_the_entries_stay(app, case, ines):
    with clock.at(MONDAY_9_AM + timedelta(days=1)), transaction():
        copying.take_off(case, ines, by=case.requester)
        closing.close_account(ines)

    kinds = (EventKind.COPIED, EventKind.COPY_ENDED)
    told = db.session.scalars(sa.select(Event).where(Event.kind.in_(kinds)).order_by(Event.id)).all()
    assert [event.kind for event in told] == list(kinds)
    assert "Marin" not in str([(event.old, event.new) for event in told])


@postgresql_in_the_long_run
def test_copied_twice_at_once_is_copied_once(app, case, ines):
    for _ in range(2):
        with transaction():
            assert copying.copy(case, ines.email, by=case.requester) == []

    assert what_happened(case) == [f"{case.requester.name} copied it to Ines Marin"]
