"""Everything held about one person, for themselves; and the end of their account."""

import json

import pytest
import sqlalchemy as sa
from flask import Flask

from helpdesk import clock
from helpdesk.accounts.models import AccountAct, AccountEvent, AccountToken, UserSession
from helpdesk.cases import closing, commands, mail_decisions, own_data
from helpdesk.cases.models import Case, EventKind, Status
from helpdesk.cases.ratings import CaseRating
from helpdesk.extensions import db
from helpdesk.knowledge.models import Article, ArticleFeedback
from helpdesk.notifications.models import MailAct, MailState, OutboxMessage, RefusedAddress
from helpdesk.providers.models import Affiliation, AffiliationRole, Organization, OrganizationType, RequestState
from helpdesk.transaction import transaction
from tests.accounts.mail import mail_to
from tests.case_factories import FRIDAY_7_PM, SOLUTION, a_case, mail_of
from tests.cases.copied import a_copied_case
from tests.directory_factories import COORDINATOR, a_location, a_request, an_organization, at, works_at
from tests.factories import PASSWORD, a_provider, an_agent
from tests.visitor import Visitor

SECRET = "Between us: they never read the manual."


def held(app: Flask, user) -> dict:
    page = Visitor(app).sign_in(user).open("/account/data")
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Content-Disposition"] == 'attachment; filename="my-help-desk-data.json"'
    return json.loads(page.html)


def works_somewhere(user) -> Affiliation:
    now = clock.now()
    with transaction():
        place = Organization(
            legal_name="Cedar Fork Pharmacy", name_key="cedar fork pharmacy", type=OrganizationType.PHARMACY, created_at=now
        )
        affiliation = Affiliation(user=user, organization=place, role=AffiliationRole.STAFF, starts_at=now)
        db.session.add(affiliation)
    return affiliation


def a_case_with_a_note(requester) -> Case:
    case, agent = a_case(requester=requester, status=Status.RESOLVED), an_agent()
    with transaction():
        commands.add_note(case, by=agent, body=SECRET)
    return case


@pytest.mark.both_databases
def test_the_file_holds_ones_own_things_and_no_note_and_no_secret(app: Flask) -> None:
    user = a_provider(first_name="Dana", phone="919-555-0100", pin="123456")
    works_somewhere(user)
    case = a_case_with_a_note(user)
    other = a_case_with_a_note(a_provider(last_name="Someone-Else"))
    Visitor(app).open("/forgot-password").press("Send the link", email=user.email)

    told = held(app, user)

    assert (told["account"]["first_name"], told["account"]["phone"], told["account"]["provider_pin"]) == (
        "Dana",
        "919-555-0100",
        "123456",
    )
    assert [row["number"] for row in told["cases"]] == [case.number]
    assert SOLUTION in [message.get("text") for message in told["cases"][0]["messages"]]
    assert [row["organization"] for row in told["affiliations"]] == ["Cedar Fork Pharmacy"]
    assert [row["purpose"] for row in told["mailed_links"]] == ["reset_password"]
    assert (len(told["sessions"]), told["history"][0]["act"]) == (1, "created")
    text = json.dumps(told, ensure_ascii=False)
    secrets = [SECRET, other.number, user.password_hash, user.session_key, "Someone-Else"]
    secrets += list(db.session.scalars(sa.select(AccountToken.token_hash).union(sa.select(UserSession.token_hash))))
    assert [secret for secret in secrets if secret in text] == []


def test_copies_are_told_to_both_sides_without_the_case_of_the_other(app: Flask) -> None:
    ines = a_provider(first_name="Ines", last_name="Marin")
    case = a_copied_case(ines, subject="A question of a colleague", status=Status.RESOLVED)

    theirs, mine = held(app, ines), held(app, case.requester)

    assert [row["number"] for row in theirs["cases_copied_to_you"]] == [case.number]
    assert (theirs["cases"], theirs["account"]["mailed_about"]["copies"]) == ([], True)
    assert (mine["cases"][0]["copied_to"], mine["cases_copied_to_you"]) == (["Ines Marin"], [])


def test_what_one_wrote_to_a_colleague_and_that_mail_was_refused_is_told_and_the_case_is_not(app: Flask) -> None:
    user, place = a_provider(), a_location()
    works_at(user, place, COORDINATOR)
    case = a_case(requester=a_provider(), description="A question of a colleague", **at(place))
    with transaction():
        commands.reply(case, by=user, body="I can tell you more about it.")
        refused = {"address": user.email, "answer": "550 No such user", "refused_at": clock.now(), "released_at": None}
        db.session.add(RefusedAddress(**refused, user_id=user.id, outbox_message_id=mail_of(case)[0].id))

    told = held(app, user)

    assert [(row["number"], row["text"]) for row in told["replies_on_cases_of_colleagues"]] == [
        (case.number, "I can tell you more about it.")
    ]
    assert [row["address"] for row in told["addresses_that_refused_mail"]] == [user.email]
    assert "A question of a colleague" not in json.dumps(told)
    assert held(app, case.requester)["replies_on_cases_of_colleagues"] == []


def test_what_one_thought_of_cases_and_articles_is_told_and_its_words_go_with_the_account(app: Flask) -> None:
    user = a_provider()
    case = a_case(requester=user, status=Status.CLOSED)
    with transaction():
        article = db.session.scalars(sa.select(Article).limit(1)).one()
        db.session.add(CaseRating(case_id=case.id, user_id=user.id, score=4, comment="Quick.", at=clock.now()))
        thought = {"version": 1, "is_helpful": False, "comment": "Too long.", "at": clock.now()}
        db.session.add_all([ArticleFeedback(article_id=article.id, user_id=who, **thought) for who in (user.id, None)])

    told = held(app, user)

    assert (told["cases"][0]["rating"]["score"], told["cases"][0]["rating"]["comment"]) == (4, "Quick.")
    assert [(row["article"], row["comment"]) for row in told["answers_about_articles"]] == [(article.title, "Too long.")]

    with transaction():
        closing.close_account(user)
    left = db.session.scalars(sa.select(ArticleFeedback).order_by(ArticleFeedback.id)).all()
    assert [(one.is_helpful, one.comment) for one in left] == [(False, ""), (False, "Too long.")]


def test_mail_is_told_once_it_has_left_and_links_are_not(app: Flask) -> None:
    user = a_provider()
    a_case(requester=user)
    Visitor(app).open("/forgot-password").press("Send the link", email=user.email)
    assert held(app, user)["mail"] == []

    with transaction():
        db.session.execute(sa.update(OutboxMessage).values(state=MailState.SENT, sent_at=clock.now()))

    receipt, reset = held(app, user)["mail"]
    assert ("text" in receipt, receipt["kind"]) == (True, "case_received")
    assert ("text" in reset, reset["kind"]) == (False, "reset_password")


def test_what_staff_wrote_about_a_change_is_not_told(app: Flask) -> None:
    user = a_provider()
    with transaction():
        db.session.add(
            AccountEvent(at=clock.now(), user=user, act=AccountAct.REACTIVATED, reason=SECRET, old={"x": SECRET}, new={})
        )

    assert SECRET not in json.dumps(held(app, user))


def test_many_cases_are_told_some_at_a_time_and_each_once(app: Flask) -> None:
    user = a_provider()
    numbers = [a_case(requester=user).number for _ in range(own_data.AT_ONCE + 2)]

    assert [row["number"] for row in held(app, user)["cases"]] == numbers


@pytest.mark.both_databases
def test_closing_an_account_leaves_its_cases_and_nobody_to_find(app: Flask) -> None:
    user = a_provider(first_name="Dana", last_name="Okafor", phone="919-555-0100", pin="123456")
    address, affiliation = user.email, works_somewhere(user)
    with clock.at(FRIDAY_7_PM):
        case = a_case(requester=user, status=Status.RESOLVED)  # its mail waits for Monday
        page = Visitor(app).sign_in(user).open("/account/close")
        elsewhere = Visitor(app).sign_in(user)
        page.press("Close my account for good", current_password=PASSWORD)

    assert (page.path, "Your account is closed." in page.text) == ("/", True)
    assert elsewhere.open("/account").path == "/login"
    assert (case.requester.name, user.phone, user.pin, address in user.email) == ("Former user", "", "", False)
    assert user.closed_at == user.deactivated_at
    assert affiliation.ends_at is not None
    held_mail = db.session.scalars(sa.select(OutboxMessage).where(OutboxMessage.kind == "case_resolved")).one()
    assert held_mail.state is MailState.CANCELLED
    assert case.events[-1].kind is EventKind.MAIL_STOPPED
    assert mail_to(address)[-1].kind == "account_closed"
    closed = db.session.scalars(sa.select(AccountEvent).where(AccountEvent.act == AccountAct.CLOSED)).one()
    assert (closed.user_id, closed.actor_id, closed.new["affiliations"]) == (user.id, user.id, 1)
    with clock.at(FRIDAY_7_PM):
        assert Visitor(app).open("/login").press("Sign in", email=address, password=PASSWORD).status == 422


@pytest.mark.both_databases
def test_the_history_of_a_closed_account_keeps_its_entries_but_not_the_person(app: Flask) -> None:
    user = a_provider(first_name="Dana", last_name="Okafor", email="dana@example.org", phone="919-555-0100")
    Visitor(app).sign_in(user).open("/account/details").press("Save", first_name="Dana Maria", phone="919-555-0142")

    with transaction():
        closing.close_account(user)

    events = list(db.session.scalars(sa.select(AccountEvent).where(AccountEvent.user_id == user.id).order_by(AccountEvent.id)))
    assert [event.act for event in events] == [AccountAct.CREATED, AccountAct.DETAILS_CHANGED, AccountAct.CLOSED]
    told = "".join(f"{event.old}{event.new}{event.reason}" for event in events)
    assert ([word for word in ("Dana", "dana@", "555-01") if word in told], "(erased)" in told) == ([], True)


@pytest.mark.both_databases
def test_what_was_mailed_to_a_closed_account_stays_proven_and_the_person_is_erased_from_the_rest(app: Flask) -> None:
    user, agent = a_provider(first_name="Dana", last_name="O'Kafor", email="dana@example.org"), an_agent()
    case = a_case(requester=user)
    Visitor(app).open("/forgot-password").press("Send the link", email=user.email)
    wanted = a_request(user, an_organization(), words="Dana, ask at the front desk.", pin="123456")
    with transaction():
        db.session.scalars(sa.select(OutboxMessage).where(OutboxMessage.case_id == case.id)).one().state = MailState.FAILED
    with transaction():
        mail_decisions.correct_address(case, to="okafor@example.org", by=agent, reason="misspelled")
        db.session.execute(sa.update(OutboxMessage).values(state=MailState.SENT, sent_at=clock.now()))

    with transaction():
        closing.close_account(user)

    mail = list(db.session.scalars(sa.select(OutboxMessage).where(OutboxMessage.user_id == user.id)))
    told = {m.kind: (m.to_address, m.text_body == "(erased)", m.html_body == "(erased)", bool(m.sent_at)) for m in mail}
    assert told["reset_password"] == ("dana@example.org", True, True, True)
    assert told["case_received"] == ("okafor@example.org", False, False, True)
    assert {m.to_name for m in mail} == {"Former user"}
    assert [m.kind for m in mail if "Dana" in m.text_body + m.html_body] == []
    assert all("Hello (erased)," in m.text_body for m in mail if m.kind == "case_received")
    moved = next(event for m in mail for event in m.events if event.act is MailAct.READDRESSED)
    assert (moved.old, moved.new) == ({"to_address": "(erased)"}, {"to_address": "(erased)"})
    corrected = next(event for event in case.events if event.kind is EventKind.ADDRESS_CORRECTED)
    assert (corrected.actor_id, corrected.old, corrected.new) == (agent.id, {"email": "(erased)"}, {"email": "(erased)"})
    assert (wanted.state, wanted.words, wanted.pin) == (RequestState.WITHDRAWN, "", "")
    assert db.session.scalars(sa.select(AccountToken).where(AccountToken.user_id == user.id)).all() == []


def test_a_closed_account_leaves_its_address_free(app: Flask) -> None:
    user = a_provider()
    address = user.email
    with transaction():
        closing.close_account(user)

    assert a_provider(email=address).id != user.id


def test_a_wrong_password_closes_nothing(app: Flask) -> None:
    user = a_provider()

    page = Visitor(app).sign_in(user).open("/account/close").press("Close my account for good", current_password="not this one")

    assert (page.status, user.closed_at) == (422, None)


def test_staff_are_told_to_ask_an_administrator(app: Flask) -> None:
    agent = an_agent()
    visitor = Visitor(app).sign_in(agent)
    key = visitor.open("/account").values("Save")["csrf_token"]

    page = visitor.open("/account/close")
    assert ("Ask an administrator" in page.text, page.has_button("Close my account for good")) == (True, False)
    visitor.post("/account/close", {"csrf_token": key, "current_password": PASSWORD})
    assert agent.closed_at is None
