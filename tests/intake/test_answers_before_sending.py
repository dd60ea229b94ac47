"""Before a ticket is sent, its subject and topic find the articles that may answer it."""

import pytest
from flask import Flask

from helpdesk.cases.models import Case
from helpdesk.extensions import db
from helpdesk.knowledge.models import Article, ArticleFeedback, Audience
from helpdesk.knowledge.queries import MOST_LISTED
from helpdesk.transaction import transaction
from tests.factories import a_provider, an_agent
from tests.intake.test_filling_in_the_form import ANSWERS, ASKING, FORM
from tests.knowledge import shelves
from tests.knowledge.written import an_article
from tests.queue.cases import statements
from tests.visitor import Visitor


@pytest.fixture
def provider(app: Flask) -> Visitor:
    """A provider at a desk with four articles."""
    with transaction():
        shelves.remove()
    an_article("not-shown", title="Shipment not shown in NCIR", topics=("INV-RECV",), body="**Look again** after 48 hours.")
    an_article("counts", title="Count twice", topics=("INV-RECV",))
    an_article("signatures", title="The officer did not get the signature mail", topics=("ENR-SIGN",))
    an_article("for-staff", title="Shipment not shown: ask for the order", topics=("INV-RECV",), audience=Audience.INTERNAL)
    return Visitor(app).sign_in(a_provider())


def suggested(visitor: Visitor) -> list[str]:
    return [summary.get_text().strip() for summary in visitor.page.select(".suggested summary")]


def test_what_fits_subject_and_topic_is_offered_the_best_first_and_read_in_its_place(provider):
    provider.open(ASKING).press("Continue", **{**ANSWERS, "subject": "Shipmnt does not show"})

    assert provider.h1 == "Check your answers"
    assert suggested(provider) == ["Shipment not shown in NCIR", "Count twice"]
    assert provider.page.select_one(".suggested .prose strong").get_text() == "Look again"


def test_subject_finds_what_stands_under_another_topic(provider):
    provider.open(ASKING).press("Continue", **{**ANSWERS, "subject": "Signature mail for our officer", "topic": "GEN-OTHER"})

    assert suggested(provider) == ["The officer did not get the signature mail"]


def test_an_article_is_found_by_what_it_says_now(provider):
    changed = {**ANSWERS, "subject": "Thermometer lost", "topic": "GEN-BILL"}
    provider.open(ASKING).press("Continue", **changed)
    assert suggested(provider) == []

    with transaction():
        db.session.execute(db.update(Article).where(Article.slug == "counts").values(title="Find a lost thermometer"))
    provider.open(ASKING).press("Continue", **changed)

    assert suggested(provider) == ["Find a lost thermometer"]


def test_nothing_is_offered_where_nothing_fits(provider):
    provider.open(ASKING).press("Continue", **{**ANSWERS, "subject": "Something entirely different", "topic": "GEN-BILL"})

    assert provider.h1 == "Check your answers"
    assert suggested(provider) == []


def test_who_finds_the_answer_sends_no_ticket_and_the_article_has_the_credit(provider):
    provider.open(ASKING).press("Continue", **ANSWERS).press("This answers it: do not send the ticket")

    assert provider.h1 == "Thank you"
    assert "No help ticket was sent" in provider.text
    assert db.session.query(Case).count() == 0
    assert [(f.article.slug, f.is_helpful) for f in db.session.query(ArticleFeedback)] == [("not-shown", True)]


def test_who_does_not_sends_the_ticket_as_before(provider):
    an_agent(team="NCIR")

    provider.open(ASKING).press("Continue", **ANSWERS).press("Send the ticket")

    assert provider.h1 == "We have received your case"


def test_nobody_is_talked_out_of_an_urgent_ticket(provider):
    provider.open(ASKING).press("Continue", **{**ANSWERS, "urgency": "at_risk"})

    assert suggested(provider)[0] == "Shipment not shown in NCIR"
    assert provider.has_button("Send the ticket")
    assert not provider.has_button("This answers it: do not send the ticket")


@pytest.mark.parametrize(("asked_for", "chosen"), [("TMP-EXC", ["TMP-EXC"]), ("NO-SUCH", [])])
def test_topic_can_be_chosen_in_the_address(provider, asked_for, chosen):
    provider.open(f"{FORM}?topic={asked_for}")

    assert [option["value"] for option in provider.page.select("select[name=topic] option[selected]")] == chosen


def test_checking_the_answers_asks_no_more_of_the_database_when_there_are_many_articles(provider):
    provider.open(ASKING).press("Continue", **ANSWERS)  # from here on there is a draft
    costs = []
    for more in (0, MOST_LISTED):
        for number in range(more):
            an_article(f"shipment-{number}", title=f"Shipment, part {number}", topics=("INV-RECV",))
        provider.open(ASKING)
        with statements() as asked:
            provider.press("Continue", **ANSWERS)
        costs.append(len(asked))

    assert len(suggested(provider)) == 3
    assert costs[0] == costs[1] <= 16
