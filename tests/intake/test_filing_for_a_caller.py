"""Staff files a case for somebody who calls: who it is, the ticket, check, and a receipt with the number to read out."""

import pytest
import sqlalchemy as sa
from flask import Flask

from helpdesk import clock
from helpdesk.accounts.models import Language, User
from helpdesk.accounts.queries import by_address
from helpdesk.cases.models import Case, Channel, EventKind, System
from helpdesk.extensions import db
from helpdesk.notifications.models import MailState, RefusedAddress
from helpdesk.transaction import transaction
from tests.accounts.mail import mail_to
from tests.case_factories import FRIDAY_7_PM, MONDAY_9_AM, a_case, mail_of
from tests.directory_factories import a_location, an_organization, works_at
from tests.factories import a_provider, an_agent
from tests.intake.calls import ADDRESS, KIM, NEW_CASE, TYPED, a_ticket_for, a_ticket_for_kim, filed
from tests.queue.cases import at_once, at_the_desk
from tests.visitor import Visitor


@pytest.fixture(autouse=True)
def monday_morning():
    with clock.at(MONDAY_9_AM):
        yield


@pytest.fixture
def agent(app: Flask) -> User:
    """Somebody of Provider Enrollment; the cases of these tests go to NCIR Support, where somebody else works."""
    an_agent("NCIR")
    return an_agent("ENR", first_name="Luis", last_name="Whitfield")


@pytest.fixture
def dana(app: Flask) -> User:
    return a_provider(first_name="Dana", last_name="Okafor", email="dana@cedarfork.example.org", phone="919-555-0142")


def cases() -> list[Case]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Case).order_by(Case.id)))


def kim() -> User:
    return db.session.scalars(by_address(ADDRESS)).one()


def test_a_case_is_filed_for_a_caller_and_the_number_is_read_out(app, agent, dana):
    page = at_the_desk(app, agent).follow("New case")
    page.press("Find", q="okafor").follow("Dana Okafor").press("Show the questions", topic="INV-RECV")
    assert page.h1 == "New case for Dana Okafor"
    page.press("Continue", **TYPED)
    assert page.h1 == "Check the answers"
    assert "dana@cedarfork.example.org gets the receipt" in page.text
    page.press("File the case")

    case = cases()[0]
    assert page.path == f"{NEW_CASE}/receipt/{case.number}"
    for told in (case.number, "NCIR Support has it", "a first answer by Mon, Nov 30, 11:00 a.m. ET", "File another"):
        assert told in page.text
    assert (case.requester_id, case.channel, case.subject) == (dana.id, Channel.PHONE, TYPED["subject"])
    assert [m.author_id for m in case.messages] == [dana.id]
    opened = case.events[0]
    assert (opened.kind, opened.actor_id, opened.new) == (EventKind.OPENED, agent.id, {"channel": "phone"})


def test_the_receipt_shows_no_more_than_number_team_and_time_to_who_may_not_see_the_case(app, agent, dana):
    page = filed(a_ticket_for(app, agent, dana))

    for untold in (TYPED["subject"], "40 doses", "Dana", "cedarfork", "Open the case"):
        assert untold not in page.page.find("main").get_text()
    assert page.open(f"/agent/cases/{cases()[0].number}").status == 404


def test_who_may_see_the_case_opens_it_from_the_receipt(app, dana):
    page = filed(a_ticket_for(app, an_agent("NCIR"), dana)).follow("Open the case")

    assert page.h1 == TYPED["subject"]
    assert "asked by phone" in page.text
    assert "Channel Phone" in " ".join(page.page.select_one("#requester").get_text(" ").split())


def test_the_receipt_of_a_case_that_somebody_else_filed_is_not_there(app, agent, dana):
    number = filed(a_ticket_for(app, agent, dana)).path.rpartition("/")[2]

    stranger = at_the_desk(app, an_agent("ENR"), f"{NEW_CASE}/receipt/{number}")

    assert stranger.status == 404
    assert stranger.open(f"{NEW_CASE}/receipt/NCV-000999").status == 404


def test_the_caller_gets_the_receipt_at_once_in_their_language_and_sees_the_case(app, agent, dana):
    by_phone = "Luis Whitfield, de nuestro personal, abrió este caso por usted por teléfono."
    with transaction():
        dana.language = Language.SPANISH
    with clock.at(FRIDAY_7_PM):
        filed(a_ticket_for(app, agent, dana))
        page = Visitor(app).sign_in(dana).open(f"/cases/{cases()[0].number}")

    mail = mail_of(cases()[0], "case_received")[0]
    assert (mail.to_address, mail.state, mail.language) == (dana.email, MailState.DUE, "es")
    assert by_phone in mail.text_body
    assert "contraseña" not in mail.text_body
    assert by_phone in page.text
    assert agent.email not in page.text


def test_somebody_who_comes_by_is_asked_the_same(app, agent, dana):
    filed(a_ticket_for(app, agent, dana), channel="walk_in")

    assert cases()[0].channel is Channel.WALK_IN
    assert "filed this case for you when you came to us" in mail_of(cases()[0])[0].text_body


def test_a_way_of_asking_that_there_is_not_is_refused_with_everything_kept(app, agent, dana):
    page = a_ticket_for(app, agent, dana).press("Continue", **TYPED, channel="pigeon")

    assert page.status == 422
    assert page.values("Continue")["subject"] == TYPED["subject"]
    assert page.values("Continue")["caller"] == str(dana.id)


def test_we_call_back_at_the_number_of_the_caller_unless_they_say_otherwise(app, agent, dana):
    values = a_ticket_for(app, agent, dana).values("Continue")

    assert (values["channel"], values["reach_by"], values["reach_phone"]) == ("phone", "phone", "919-555-0142")


def test_the_places_are_those_of_the_caller(app, agent, dana):
    works_at(dana, place := a_location(an_organization("Cedar Fork"), "Main Street"))
    answers = {name: value for name, value in TYPED.items() if name not in ("organization", "location")}
    page = a_ticket_for(app, agent, dana)
    assert page.values("Continue")["place"] == f"location-{place.id}"

    page.press("Continue", **answers).press("File the case")

    assert (cases()[0].location_id, cases()[0].organization) == (place.id, "Cedar Fork")


def test_a_colleague_whom_the_caller_names_is_copied_by_who_files_it(app, agent, dana):
    place = a_location(an_organization("Cedar Fork"), "Main Street")
    works_at(dana, place)
    works_at(colleague := a_provider(), place)
    answers = {name: value for name, value in TYPED.items() if name not in ("organization", "location")}
    a_ticket_for(app, agent, dana).press("Continue", **answers, copies=colleague.email).press("File the case")

    copied = next(event for event in cases()[0].events if event.kind is EventKind.COPIED)
    assert (copied.actor_id, copied.new["person_id"]) == (agent.id, colleague.id)
    assert [mail.kind for mail in mail_to(colleague.email)] == ["copy_received"]


def test_an_open_case_about_the_same_is_shown_to_who_may_see_it(app, agent, dana):
    known = a_case(requester=dana, topic="INV-RECV", system=System.NCIR)

    assert known.number in a_ticket_for(app, an_agent("NCIR"), dana).press("Continue", **TYPED).text
    assert known.number not in a_ticket_for(app, agent, dana).press("Continue", **TYPED).text


@pytest.mark.both_databases
def test_somebody_new_gets_an_account_an_invitation_and_the_receipt(app, agent):
    page = a_ticket_for_kim(app, agent)
    assert page.values("Continue")["organization"] == "New Clinic"
    assert page.values("Continue")["reach_phone"] == "(919) 555-0177"
    assert db.session.scalar(by_address(ADDRESS)) is None, "nobody is written to before the case is filed"
    filed(page)

    assert "They have no password yet: the link to choose one goes to kim@newclinic.example.org." in page.text
    assert (kim().name, kim().language, kim().is_invited) == ("Kim Lee", Language.SPANISH, True)
    assert cases()[0].requester_id == kim().id
    assert [(m.kind, m.language) for m in mail_to(ADDRESS)] == [("invitation_of_provider", "es"), ("case_received", "es")]
    assert "elija primero una contraseña" in mail_to(ADDRESS)[1].text_body


def test_what_is_missing_of_somebody_new_is_named_and_the_rest_is_kept(app, agent):
    page = Visitor(app).sign_in(agent).open(f"{NEW_CASE}/somebody-new")
    page.press("Continue", **{**KIM, "caller-email": "kim at clinic", "caller-last_name": ""})

    assert page.status == 422
    assert {a["href"] for a in page.page.select(".error-summary a")} == {"#caller-email", "#caller-last_name"}
    assert page.values("Continue")["caller-phone"] == KIM["caller-phone"]


def test_an_address_that_has_an_account_is_that_account_and_says_so(app, agent, dana):
    page = Visitor(app).sign_in(agent).open(f"{NEW_CASE}/somebody-new")
    page.press("Continue", **{**KIM, "caller-email": "DANA@cedarfork.example.org"})
    assert page.h1 == "New case for Dana Okafor"
    assert "dana@cedarfork.example.org has an account already, of Dana Okafor." in page.text
    filed(page.press("Show the questions", topic="INV-RECV"))

    assert [case.requester_id for case in cases()] == [dana.id]
    assert [mail.kind for mail in mail_to(dana.email)] == ["case_received"]


def test_an_account_that_was_made_while_the_ticket_was_filled_in_is_used(app, agent):
    page = a_ticket_for_kim(app, agent).press("Continue", **TYPED)
    there = a_provider(email=ADDRESS, first_name="Kimberly", last_name="Lee")
    page.press("File the case")

    assert "kim@newclinic.example.org has an account already, of Kimberly Lee." in page.text
    assert [case.requester_id for case in cases()] == [there.id]
    assert [mail.kind for mail in mail_to(ADDRESS)] == ["case_received"]


@pytest.mark.both_databases
def test_two_agents_who_file_for_the_same_new_address_at_once_make_one_account(app, agent):
    pages = [a_ticket_for_kim(app, who).press("Continue", **TYPED) for who in (agent, an_agent("SD"))]

    at_once(*(lambda page=page: page.press("File the case") for page in pages))

    assert [page.status for page in pages] == [200, 200]
    assert [case.requester_id for case in cases()] == [kim().id, kim().id]
    assert sorted(mail.kind for mail in mail_to(ADDRESS)) == ["case_received", "case_received", "invitation_of_provider"]
    assert sum("has an account already" in page.text for page in pages) == 1


@pytest.mark.both_databases
def test_the_button_pressed_many_times_at_once_makes_one_case(app, agent):
    page = a_ticket_for_kim(app, agent).press("Continue", **TYPED)
    sent = page.values("File the case")
    windows = [at_the_desk(app, agent, f"{NEW_CASE}/somebody-new") for _ in range(4)]
    keys = [{"csrf_token": window.values("Continue")["csrf_token"]} for window in windows]

    at_once(*(lambda w=w, key=key: w.post(f"{NEW_CASE}/check", {**sent, **key}) for w, key in zip(windows, keys, strict=True)))

    assert {window.path for window in windows} == {f"{NEW_CASE}/receipt/{cases()[0].number}"}
    assert len(cases()) == 1
    assert [mail.kind for mail in mail_to(ADDRESS)] == ["invitation_of_provider", "case_received"]


def test_the_same_form_with_other_answers_is_refused_with_the_text_kept(app, agent, dana):
    page = a_ticket_for(app, agent, dana).press("Continue", **TYPED)
    sent = page.values("File the case")
    page.post(f"{NEW_CASE}/check", sent).post(f"{NEW_CASE}/check", {**sent, "subject": "Another question altogether"})

    assert (page.status, len(cases())) == (409, 1)
    page.press("Continue").press("File the case")
    assert [case.subject for case in cases()] == [TYPED["subject"], "Another question altogether"]


def test_the_same_form_for_another_caller_is_no_answer_about_the_first(app, agent, dana):
    page, other = a_ticket_for(app, agent, dana).press("Continue", **TYPED), a_provider()
    sent = page.values("File the case")
    page.press("File the case").post(f"{NEW_CASE}/check", {**sent, "caller": str(other.id), "asker": str(other.id)})

    assert (page.status, len(cases())) == (409, 1)


def test_providers_do_not_file_for_others(app):
    assert Visitor(app).sign_in(a_provider()).open(NEW_CASE).status == 403


def test_a_text_that_tells_of_a_patient_is_asked_about_and_can_be_filed_anyway(app, agent, dana):
    page = a_ticket_for(app, agent, dana)
    told = {**TYPED, "description": "The record of patient John Miller, born 03/04/1961, is not in NCIR."}
    page.press("Continue", **told)
    assert "Does this tell of a patient?" in page.text
    sent = page.values("Change the answers")
    page.post(f"{NEW_CASE}/check", sent)
    assert (page.status, cases()) == (422, [])
    page.press("File the case anyway")

    flagged = next(event for event in cases()[0].events if event.kind is EventKind.PATIENT_DATA_SUSPECTED)
    assert flagged.actor_id == agent.id
    assert "John Miller" not in mail_of(cases()[0])[0].text_body


def test_the_topic_is_found_by_what_the_caller_says(app, agent, dana):
    page = Visitor(app).sign_in(agent).open(f"{NEW_CASE}/ticket?caller={dana.id}")
    page.press("Find the topic", problem="fridge was at 12 degrees")
    picked = page.page.select_one("#likely button[name=pick][value=TMP-EXC]")
    page.press(" ".join(picked.get_text(" ").split()))

    assert page.values("Continue")["topic"] == "TMP-EXC"
    assert page.h1 == "New case for Dana Okafor"


def test_a_receipt_that_could_not_be_sent_is_not_promised(app, agent, dana):
    earlier = mail_of(a_case(requester=dana))[0]
    with transaction():
        refused = {"address": dana.email, "refused_at": clock.now(), "answer": "550 no such mailbox"}
        db.session.add(RefusedAddress(outbox_message_id=earlier.id, **refused))
    page = filed(a_ticket_for(app, agent, dana))

    assert "The receipt could not be sent to them" in page.text
