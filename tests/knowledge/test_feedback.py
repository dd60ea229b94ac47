""" "Did this answer it?": once for each reader and version, as well as that can be told; and after a "no" a person."""

import json

import pytest
from flask import Flask

from helpdesk import clock
from helpdesk.extensions import db
from helpdesk.knowledge.models import Article, ArticleFeedback
from helpdesk.transaction import transaction
from tests.case_factories import MONDAY_9_AM
from tests.factories import a_provider, an_agent
from tests.knowledge.written import an_article
from tests.visitor import Visitor

ARTICLE = "/learn/cold-chain"


@pytest.fixture(autouse=True)
def article(app: Flask) -> Article:
    """An article about one topic."""
    return an_article("cold-chain", title="The cold chain", topics=("TMP-EXC",))


def answers() -> list[tuple[int, bool, str]]:
    found = db.session.query(ArticleFeedback).order_by(ArticleFeedback.id)
    return [(answer.version, answer.is_helpful, answer.comment) for answer in found]


@pytest.mark.both_databases
def test_a_visitor_is_heard_once_a_day_for_each_version(app, article):
    with clock.at(MONDAY_9_AM):
        visitor = Visitor(app).open(ARTICLE).press("Yes", comment="  Short and clear.\r\nThanks. ")
        assert (visitor.path, visitor.h1) == (f"{ARTICLE}/thanks", "Thank you")
        visitor.open(ARTICLE).press("No")
        assert visitor.h1 == "Thank you. Let us help you then"
        assert answers() == [(1, True, "Short and clear.\nThanks.")]

        other = Visitor(app)
        other.client.environ_base["HTTP_USER_AGENT"] = "Another browser"
        other.open(ARTICLE).press("No")
        with transaction():
            article.version = 2
        visitor.open(ARTICLE).press("No")

    assert answers() == [(1, True, "Short and clear.\nThanks."), (1, False, ""), (2, False, "")]


@pytest.mark.both_databases
def test_somebody_who_is_signed_in_may_change_their_mind(app):
    provider = a_provider()
    for name, comment in (("Yes", ""), ("No", "On reading it again: no.")):
        Visitor(app).sign_in(provider).open(ARTICLE).press(name, comment=comment)

    assert answers() == [(1, False, "On reading it again: no.")]
    assert db.session.query(ArticleFeedback).one().user_id == provider.id
    held = json.loads(Visitor(app).sign_in(provider).open("/account/data").html)["answers_about_articles"]
    assert [(said["article"], said["comment"]) for said in held] == [("The cold chain", "On reading it again: no.")]


def test_who_says_too_much_at_once_waits_and_keeps_the_text(app):
    with clock.at(MONDAY_9_AM):
        visitor = Visitor(app).sign_in(a_provider())
        for number in range(20):
            visitor.open(ARTICLE).press("Yes", comment=f"Comment {number}")
        visitor.open(ARTICLE).press("Yes", comment="One more")

    assert visitor.status == 429
    assert visitor.headers["Retry-After"] == "60"
    assert visitor.page.find("textarea").get_text().strip() == "One more"
    assert answers() == [(1, True, "Comment 19")]


@pytest.mark.parametrize(
    "forged",
    [{"answer": "perhaps"}, {"version": "x"}, {"language": "fr"}, {"comment": "x" * 1_001}],
)
def test_what_the_form_does_not_offer_is_refused(app, forged):
    visitor = Visitor(app).open(ARTICLE)
    visitor.post(f"{ARTICLE}/feedback", {**visitor.values("Yes"), "answer": "yes", **forged})

    assert visitor.status == 422
    assert visitor.page.select_one(".error-summary")
    assert answers() == []


def test_after_a_no_the_ticket_knows_the_topic(app):
    provider = Visitor(app).sign_in(a_provider()).open(ARTICLE).press("No")

    provider.open(str(provider.page.select_one("main .actions a")["href"]))

    assert provider.h1 == "Get Help"
    assert provider.page.select_one("select[name=topic] option[selected]")["value"] == "TMP-EXC"


def test_after_a_no_on_an_article_about_several_topics_one_is_asked_which(app):
    an_article("shipments", topics=("ORD-DMG", "ORD-LATE"))

    visitor = Visitor(app).open("/learn/shipments").press("No")

    choices = [str(a["href"]).rpartition("=")[2] for a in visitor.page.select(".choices a")]
    assert choices == ["ORD-LATE", "ORD-DMG", "/vaccine-provider/get-help"]


def test_staff_are_not_asked(app):
    assert not Visitor(app).sign_in(an_agent()).open(ARTICLE).has_button("Yes")
