"""An agent finds an article and puts a link to it into the reply they are writing."""

from flask import Flask

from helpdesk.cases.models import Status
from helpdesk.extensions import db
from helpdesk.knowledge import history, publishing
from helpdesk.knowledge.models import Audience
from helpdesk.transaction import transaction
from tests.case_factories import a_case
from tests.factories import a_lead, an_agent
from tests.knowledge.shelves import a_published_article, a_text, an_article, remove
from tests.queue.cases import on_case
from tests.runs import postgresql_in_the_long_run
from tests.visitor import Visitor


def found(visitor: Visitor) -> list[str]:
    """The titles that were found, in order."""
    return [li.a.get_text() for li in visitor.page.select(".entries > li")]


@postgresql_in_the_long_run
def test_a_link_is_put_below_what_was_written_and_leaves_with_the_reply(app: Flask) -> None:
    with transaction():
        remove()
    db.session.commit()
    article = a_published_article(by=a_lead(), topics=frozenset({"ENR-SECB"}))
    case, agent = a_case(), an_agent("ENR")
    visitor = on_case(app, agent, case).press("Find an article to link", body="Hello,\n\nplease read this.")
    assert "please read this." in visitor.text
    assert found(visitor) == ["The freezer is off"], "it answers the topic of the case"

    visitor.press("Put into the reply")
    address = f"{app.config['BASE_URL']}/learn/{article.slug}"
    reply = f"Hello,\n\nplease read this.\n\nThe freezer is off:\n{address}"
    assert visitor.values("Send and keep open")["body"] == reply
    assert "Nothing has been sent yet." in visitor.text
    visitor.press("Find an article to link").press("Put into the reply")
    assert visitor.values("Send and keep open")["body"] == reply, "once is enough"
    visitor.press("Send and keep open")

    db.session.rollback()
    assert case.messages[-1].body == reply
    assert visitor.values("Send and keep open")["body"] == ""


@postgresql_in_the_long_run
def test_words_find_what_people_can_read_and_staff_articles_are_not_linked(app: Flask) -> None:
    with transaction():
        remove()
    db.session.commit()
    lead = a_lead()
    a_published_article(a_text("Freezer for everybody"), by=lead)
    inside = a_published_article(a_text("Freezer for us"), by=lead, audience=Audience.INTERNAL)
    an_article(a_text("Freezer to come"))
    gone = a_published_article(a_text("Freezer that was"), by=lead)
    with transaction():
        publishing.withdraw(gone, reason="Wrong", seen=history.mark_of(gone), by=lead)
    case = a_case()
    visitor = on_case(app, an_agent("ENR"), case).follow("Articles that may answer it").press("Search", q="freezr")

    assert found(visitor) == ["Freezer for everybody", "Freezer for us"]
    assert "For staff only: it cannot be linked" in visitor.text
    token = visitor.values("Put into the reply")["csrf_token"]
    for article in (inside, gone):
        path = f"/agent/cases/{case.number}/articles/{article.id}/link"
        assert visitor.post(path, {"csrf_token": token}).status == 404
    assert "No article answers that" in visitor.open(f"/agent/cases/{case.number}/articles?q=cold%20chain").text


def test_a_closed_case_takes_no_link_and_a_reply_too_long_is_kept_on_the_page(app: Flask) -> None:
    agent, closed, case = an_agent("ENR"), a_case(status=Status.CANCELED), a_case()
    visitor = on_case(app, agent, closed).follow("Articles that may answer it").press("Search", q="temperature")
    assert found(visitor)
    assert not visitor.has_button("Put into the reply")

    too_long = "x" * 10_001
    visitor = on_case(app, agent, case).press("Find an article to link", body=too_long)
    assert visitor.status == 422
    assert visitor.values("Send and keep open")["body"] == too_long
