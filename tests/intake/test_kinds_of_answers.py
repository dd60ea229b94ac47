"""Each kind of question: what is taken, how it is kept and shown, and what is refused with which words."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

from helpdesk import clock
from helpdesk.cases.models import Case
from helpdesk.extensions import db
from helpdesk.routing.models import RoutingDecision
from tests.case_factories import MONDAY_9_AM
from tests.factories import a_provider
from tests.intake.test_filling_in_the_form import ANSWERS, FORM, errors
from tests.visitor import Visitor

EXCURSION = {**ANSWERS, "topic": "TMP-EXC", "marked_do_not_use": "yes"}


@pytest.fixture
def provider(app: Flask) -> Iterator[Visitor]:
    """A provider on Monday at 9."""
    with clock.at(MONDAY_9_AM):
        yield Visitor(app).sign_in(a_provider(phone="(919) 555-0142"))


def asked(provider: Visitor, topic: str, **answers: str) -> Visitor:
    """Continue with these answers from the questions of the topic."""
    provider.open(f"{FORM}?topic={topic}")
    fields = {**provider.values("Continue"), **ANSWERS, "topic": topic, **answers}
    return provider.post(FORM, fields)


def kept(provider: Visitor, key: str) -> tuple[str, str]:
    """What the case of this ticket keeps of an answer: as it is shown, and its value."""
    provider.press("Send the ticket")
    case = db.session.scalars(sa.select(Case)).one()
    row = next(row for row in case.answers if row.get("key") == key)
    return row["answer"], row.get("value", "")


@pytest.mark.parametrize(
    ("topic", "key", "typed", "shown", "value"),
    [
        ("INV-RECV", "doses_counted", "1,250", "1250", "1250"),
        ("INV-RECV", "doses_counted", " 0 ", "0", "0"),
        ("INV-RECV", "doses_counted", "40.0", "", ""),
        ("INV-RECV", "lot", " EW0182 ", "EW0182", ""),
        ("INV-RECV", "provider_pin", "nca 123 456", "123456", ""),
        ("INV-RECV", "started_at", "2026-11-30T08:15", "Mon, Nov 30, 8:15 a.m. ET", "2026-11-30T08:15"),
        ("INV-RECV", "started_at", "2026-11-30 08:15", "Mon, Nov 30, 8:15 a.m. ET", "2026-11-30T08:15"),
        ("ENR-STAT", "submitted_on", "11/02/2026", "Mon, Nov 2, 2026", "2026-11-02"),
        ("ENR-STAT", "submitted_on", "2026-11-02", "Mon, Nov 2, 2026", "2026-11-02"),
        ("ENR-STAT", "application_status", "returned", "Returned", "returned"),
        ("ENR-SIGN", "officer_email", "lee@Example.ORG", "lee@example.org", ""),
        ("ENR-SYS", "wanted_on", "1/4/2027", "Mon, Jan 4, 2027", "2027-01-04"),
    ],
)
def test_what_is_taken_is_kept_in_one_form(provider, topic, key, typed, shown, value):
    asked(provider, topic, **{key: typed})
    if not shown:
        assert "must be a whole number, such as 40." in errors(provider)
        return
    assert kept(provider, key) == (shown, value)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [("-20", "-20"), ("\N{MINUS SIGN}20.5", "-20.5"), ("12.50", "12.5"), ("+3", "3"), ("7", "7")],
)
def test_temperatures_may_be_below_zero_and_broken(provider, typed, shown):
    asked(provider, "TMP-EXC", marked_do_not_use="yes", lowest_temperature=typed)
    assert kept(provider, "lowest_temperature") == (shown, shown)


@pytest.mark.parametrize(
    ("topic", "key", "typed", "told"),
    [
        ("INV-RECV", "doses_counted", "forty", "“Doses counted” must be a whole number, such as 40."),
        ("INV-RECV", "doses_counted", "-1", "“Doses counted” must be from 0 to 10,000,000."),
        ("INV-RECV", "doses_counted", "9" * 30, "must be a whole number"),
        ("INV-RECV", "doses_counted", "\u0664\u0660", "must be a whole number"),
        ("INV-RECV", "provider_pin", "12345", "A provider PIN has six digits"),
        ("INV-RECV", "lot", "x" * 121, "“Lot” can have up to 120 characters."),
        ("INV-RECV", "started_at", "yesterday", "must be a date and a time"),
        ("INV-RECV", "started_at", "2026-11-30T09:01", "“When did it start?” cannot lie in the future."),
        ("INV-RECV", "started_at", "2026-03-08T02:30", "must be a date and a time"),  # the hour that the clocks leave out
        ("INV-RECV", "started_at", "0001-01-01T00:00", "must be a date and a time"),
        ("ENR-STAT", "submitted_on", "2026-02-30", "“When was the application submitted?” must be a date"),
        ("ENR-STAT", "submitted_on", "12/01/2026", "cannot lie in the future"),
        ("ENR-STAT", "application_status", "forged", "Choose one of the answers on the list."),
        ("ENR-SIGN", "officer_email", "lee at example", "Enter an e-mail address"),
        ("TMP-EXC", "highest_temperature", "12,5 C", "“Highest temperature” must be a number, such as 7.5."),
        ("TMP-EXC", "highest_temperature", "7,5", "“Highest temperature” must be a number, such as 7.5."),
        ("INV-RECV", "doses_counted", "1,25", "“Doses counted” must be a whole number, such as 40."),
        ("TMP-EXC", "highest_temperature", "400", "“Highest temperature” must be from -200 to 200."),
        ("TMP-EXC", "marked_do_not_use", "", "Choose whether the vaccine is marked DO NOT USE."),
        ("INV-RECV", "reach_by", "", "Choose how we reach you best."),
        ("INV-RECV", "no_patient_data", "", "confirm that it contains no patient information"),
    ],
)
def test_what_is_refused_is_named_linked_and_kept(provider, topic, key, typed, told):
    asked(provider, topic, **{"marked_do_not_use": "yes", key: typed})

    assert provider.status == 422
    assert told in errors(provider)
    link = next(a for a in provider.page.select(".error-summary a") if told in " ".join(a.get_text().split()))
    field = provider.page.find(id=link["href"].lstrip("#"))
    assert field is not None and field["name"] == key
    assert field.get("type") in ("radio", "checkbox") or field.name == "select" or field.get("value") == typed


def test_hidden_answers_are_neither_checked_nor_stored(provider):
    forged = {"affected_name": "Somebody else", "reach_phone": "no number", "lot": "EW0182", "highest_temperature": "hot"}
    asked(provider, "GEN-OTHER", **forged)
    assert provider.h1 == "Check your answers"
    provider.press("Send the ticket")

    case = db.session.scalars(sa.select(Case)).one()
    decision = db.session.scalars(sa.select(RoutingDecision)).one()
    assert not {"affected_name", "reach_phone", "lot", "highest_temperature"} & {row.get("key") for row in case.answers}
    assert not set(forged) & set(decision.facts["values"])


def test_an_answer_that_shows_more_asks_for_it_before_it_goes_on(provider):
    asked(provider, "GEN-OTHER", reach_by="phone", reach_phone="")
    assert (provider.status, errors(provider)) == (
        422,
        "There is a problem Enter the phone number that we reach you at.",
    )
    provider.press("Continue", reach_phone="(919) 555-0100", reach_times="Mornings")
    assert kept(provider, "reach_phone") == ("(919) 555-0100", "")


def test_answers_that_decide_are_facts_of_the_routing_by_their_keys(provider):
    asked(provider, "INV-WAST", waste_reason="spoiled_by_temperature", doses="40", wasted_on="11/29/2026", lot="EW0182")
    provider.press("Send the ticket")

    facts = db.session.scalars(sa.select(RoutingDecision)).one().facts
    assert facts["values"]["waste_reason"] == "spoiled_by_temperature"
    assert (facts["values"]["doses"], facts["values"]["wasted_on"]) == ("40", "2026-11-29")
    assert facts["labels"]["waste_reason"] == "Spoiled by temperature"
    assert "lot" not in facts["values"]  # typed in free words


def test_the_language_of_the_reply_decides_where_it_is_asked_for(provider):
    asked(provider, "GEN-OTHER", reply_language="es")
    provider.press("Send the ticket")

    assert db.session.scalars(sa.select(RoutingDecision)).one().facts["values"]["language"] == "es"


def test_what_was_left_out_is_said_before_sending(provider):
    asked(provider, "INV-RECV", doses_counted="40")

    assert "Doses counted 40" in provider.text
    left = [item.get_text() for item in provider.page.select("main details li")]
    assert "Doses in the system" in left and "Doses counted" not in left


def test_going_back_and_forth_between_topics_keeps_what_was_typed(provider):
    provider.open(FORM).press("Show the questions", topic="INV-RECV")
    provider.press("Show the questions", **{**ANSWERS, "topic": "GEN-OTHER"})
    assert "doses_counted" not in provider.values("Continue")
    provider.press("Show the questions", topic="INV-RECV")

    values = provider.values("Continue")
    assert {name: values[name] for name in ANSWERS} == ANSWERS
