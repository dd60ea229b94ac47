"""What is typed into the help ticket is kept on every step, files included, for its owner alone, until it is sent."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from helpdesk import clock
from helpdesk.accounts.models import User
from helpdesk.cases.models import Case
from helpdesk.extensions import db
from helpdesk.intake import drafts
from helpdesk.intake.models import Draft
from helpdesk.transaction import transaction
from tests.attachment_factories import files_kept, rows, upload
from tests.case_factories import MONDAY_9_AM
from tests.factories import a_provider, an_agent
from tests.intake import definitions
from tests.intake.test_filling_in_the_form import ANSWERS, ASKING, FORM
from tests.visitor import Visitor

UNSENT = "This is the ticket that you have not sent yet"


@pytest.fixture
def pat(app: Flask) -> User:
    return a_provider(email="pat@example.org")


@pytest.fixture
def provider(app: Flask, pat: User) -> Visitor:
    return Visitor(app).sign_in(pat)


def autosave(visitor: Visitor, **typed: str) -> Visitor:
    return visitor.post(f"{FORM}/draft", {**visitor.values("Continue"), **typed})


def number_of_drafts() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(Draft)) or 0


@pytest.mark.both_databases
def test_what_was_typed_is_there_on_another_device(app: Flask, pat: User, provider: Visitor) -> None:
    provider.open(ASKING)
    autosave(provider, **ANSWERS, doses_counted="40")
    assert provider.status == 200

    phone = Visitor(app).sign_in(pat).open(FORM)

    assert UNSENT in phone.text
    values = phone.values("Continue")
    assert {name: values[name] for name in ANSWERS} == ANSWERS
    assert values["doses_counted"] == "40"


@pytest.mark.parametrize("step", ["Continue", "Show the questions"])
def test_every_step_keeps_it(app: Flask, pat: User, provider: Visitor, step: str) -> None:
    provider.open(ASKING).press(step, **{**ANSWERS, "subject": "Half a"})

    assert Visitor(app).sign_in(pat).open(FORM).values("Continue")["subject"] == "Half a"


def test_a_refused_step_keeps_it_too(app: Flask, pat: User, provider: Visitor) -> None:
    provider.open(ASKING).press("Continue", subject="Hi", description="Too short")
    assert provider.status == 422

    values = Visitor(app).sign_in(pat).open(FORM).values("Continue")
    assert (values["subject"], values["description"]) == ("Hi", "Too short")


def test_answers_to_another_topic_wait_for_its_return(provider: Visitor) -> None:
    provider.open(ASKING).press("Show the questions", **{**ANSWERS, "topic": "GEN-OTHER", "doses_counted": "40"})
    assert "doses_counted" not in provider.values("Continue")

    provider.press("Show the questions", topic="INV-RECV")
    provider.open(FORM)

    assert provider.values("Continue")["doses_counted"] == "40"


def test_a_box_that_is_no_longer_ticked_does_not_come_back_ticked(provider: Visitor) -> None:
    provider.open(ASKING)
    autosave(provider, **ANSWERS)
    provider.open(FORM)
    values = provider.values("Continue")
    del values["no_patient_data"]

    provider.post(f"{FORM}/draft", values)

    assert "no_patient_data" not in provider.open(FORM).values("Continue")


def test_a_ticket_that_is_sent_leaves_nothing_behind(provider: Visitor) -> None:
    provider.open(ASKING).press("Continue", **ANSWERS).press("Send the ticket")

    assert number_of_drafts() == 0
    provider.open(ASKING)
    assert (UNSENT in provider.text, provider.values("Continue")["subject"]) == (False, "")


def test_a_late_autosave_of_a_ticket_that_was_sent_brings_no_second_case(provider: Visitor) -> None:
    provider.open(ASKING)
    late = {**provider.values("Continue"), **ANSWERS}
    provider.press("Continue", **ANSWERS).press("Send the ticket")

    provider.post(f"{FORM}/draft", late)
    provider.open(FORM).press("Continue").press("Send the ticket")

    assert db.session.scalar(sa.select(sa.func.count()).select_from(Case)) == 1
    assert number_of_drafts() == 0


def test_it_is_offered_where_cases_are_listed(provider: Visitor) -> None:
    provider.open(ASKING)
    autosave(provider, subject="Half a ticket")

    provider.open("/cases")
    assert "You have a ticket that you have not sent yet" in provider.text
    assert provider.follow("Go on with it").values("Continue")["subject"] == "Half a ticket"


def test_starting_over_asks_first_and_deletes_files_as_well(provider: Visitor) -> None:
    before = files_kept()
    provider.open(ASKING).press("Add these, then choose more", subject="Half a ticket", files=[upload()])
    provider.open(FORM).follow("Start over")
    assert ("Half a ticket" in provider.text, "1 file goes with it." in provider.text) == (True, True)
    assert provider.follow("Keep it").values("Continue")["subject"] == "Half a ticket"

    provider.follow("Start over").press("Delete it and start over")

    assert (provider.path, number_of_drafts(), rows(), files_kept()) == (FORM, 0, [], before)
    assert "What you had typed is deleted." in provider.text
    assert provider.open(f"{FORM}/start-over").path == FORM


def test_after_thirty_days_it_is_gone(app: Flask, pat: User) -> None:
    with clock.at(MONDAY_9_AM):
        visitor = Visitor(app).sign_in(pat).open(ASKING)
        autosave(visitor, subject="Half a ticket")
    with clock.at(MONDAY_9_AM + timedelta(days=31)):
        visitor = Visitor(app).sign_in(pat).open(ASKING)
        assert visitor.values("Continue")["subject"] == ""
        with transaction():
            drafts.sweep(before=clock.now() - drafts.KEPT_FOR)

    assert number_of_drafts() == 0


def test_nobody_else_gets_to_see_it(app: Flask, provider: Visitor) -> None:
    provider.open(ASKING)
    autosave(provider, subject="Half a ticket")

    assert Visitor(app).sign_in(a_provider()).open(ASKING).values("Continue")["subject"] == ""
    agent = Visitor(app).sign_in(an_agent())
    assert [agent.open(FORM + path).status for path in ("", "/start-over", "/files")] == [403, 403, 403]


def test_who_is_signed_out_is_told_rather_than_left_in_the_belief_that_it_is_kept(app: Flask, provider: Visitor) -> None:
    provider.open(ASKING)
    typed = {**provider.values("Continue"), "subject": "Half a ticket"}
    provider.client.delete_cookie("session")

    provider.post(f"{FORM}/draft", typed)

    assert provider.status == 400  # which the script takes for "not saved"


def test_a_topic_that_somebody_follows_a_link_to_takes_the_place_of_the_one_before(provider: Visitor) -> None:
    provider.open(ASKING)
    autosave(provider, **ANSWERS)

    provider.open(f"{FORM}?topic=TMP-EXC")

    values = provider.values("Continue")
    assert (values["topic"], values["subject"]) == ("TMP-EXC", ANSWERS["subject"])


def test_what_is_too_much_to_keep_is_said_and_a_file_is_not_taken_for_added(provider: Visitor) -> None:
    provider.open(ASKING).press("Add these, then choose more", description="x" * 70_000, files=[upload()])

    assert (provider.status, "This is more than we can keep" in provider.text) == (422, True)
    assert (rows(), number_of_drafts()) == ([], 0)


def test_a_box_that_an_administrator_added_does_not_come_back_ticked_either(provider: Visitor) -> None:
    raw = definitions.the_seeded()
    box = {"key": "is_shared", "section": "about", "kind": "checkbox", "label": "The unit is shared"}
    definitions.publish({**raw, "questions": [*raw["questions"], box]})
    provider.open(ASKING)
    autosave(provider, **ANSWERS, is_shared="y")
    values = provider.open(FORM).values("Continue")
    del values["is_shared"]

    provider.post(f"{FORM}/draft", values)

    assert "is_shared" not in provider.open(FORM).values("Continue")


def test_what_was_typed_since_wins_over_what_waited_behind_the_sign_in_page(app: Flask, pat: User, provider: Visitor) -> None:
    older = {**provider.open(ASKING).values("Continue"), "subject": "Older"}
    provider.client.delete_cookie("session")
    provider.post(FORM, older).press("Sign in", email=pat.email, password="correct horse battery staple")
    assert provider.values("Continue")["subject"] == "Older"

    autosave(provider, subject="Newer")

    assert provider.open(FORM).values("Continue")["subject"] == "Newer"


def test_a_form_left_open_keeps_nothing_for_whoever_signs_in_after_its_writer(app: Flask) -> None:
    ana, bo = a_provider(), a_provider()
    page = Visitor(app).sign_in(ana).open(ASKING)
    left_open = page.shown

    page.open("/account").press("Sign out")
    for _each in ("signed out", "another person"):
        late = {**page.go_back_to(left_open).values("Continue"), "description": "What Ana tells us."}
        assert page.post(f"{FORM}/draft", late).status == 400
        page.sign_in(bo)

    assert "What Ana tells us." not in page.open(ASKING).html
