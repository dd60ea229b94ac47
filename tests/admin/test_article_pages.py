"""Articles in the hands of the desk: agents draft, leads and administrators publish, and nothing typed is lost."""

from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask

from helpdesk import clock
from helpdesk.accounts.models import Language
from helpdesk.extensions import db
from helpdesk.knowledge import editing, history, publishing
from helpdesk.knowledge.models import Article, ArticleFeedback, Audience, Section
from helpdesk.transaction import transaction
from tests.case_factories import a_case
from tests.factories import a_lead, a_provider, an_admin, an_agent
from tests.knowledge.shelves import BODY, a_published_article, a_text, an_article, publish, remove, saved
from tests.queue.cases import at_once, at_the_desk
from tests.visitor import Visitor

LIST = "/admin/articles"


def page_of(article: Article, act: str = "") -> str:
    """The address of an article's page, or of an act on it."""
    return f"{LIST}/{article.id}{act}"


def listed(visitor: Visitor) -> list[str]:
    """The titles in the list, in order."""
    return [a.get_text() for a in visitor.page.select(".article-list .ledger-subject")]


def newest_article() -> Article:
    """The article that was begun last."""
    db.session.rollback()
    return db.session.scalars(sa.select(Article).order_by(Article.id.desc()).limit(1)).one()


def test_an_agent_drafts_looks_at_a_preview_and_a_lead_publishes(app: Flask) -> None:
    agent = at_the_desk(app, an_agent(), LIST).follow("Write an article").press("Save the draft", body="")
    assert agent.status == 422
    assert "Write the text." in agent.text
    agent.press("Preview", title="The freezer is off", summary="Whom to call.", body=f"{BODY}\nCall [[phone]].")
    assert [li.get_text() for li in agent.page.select(".preview-page ol li")] == ["Read the thermometer.", "Call us."]
    assert agent.page.select_one('.preview-page a[href="tel:+18778736247"]')
    assert db.session.scalar(sa.select(Article.id).where(Article.slug == "the-freezer-is-off")) is None
    agent.press("Save the draft", section="vaccine", topics=["TMP-EQP", "ORD-DMG"])
    assert agent.h1 == "The freezer is off"
    assert not agent.page.select('a[href$="/publish"]')
    assert agent.open(f"{agent.path}/versions/1/publish").status == 403

    lead = at_the_desk(app, a_lead(), f"{LIST}?q=freezer").follow("The freezer is off").follow("Publish version 1")
    assert "Everybody can read it at once" in lead.text
    lead.press("Publish it", review_on="2026-11-30")
    assert "Enter a day to come." in lead.text
    lead.press("Publish it", review_on="2027-11-30")

    article = newest_article()
    assert (article.section, editing.topics_of(article)) == (Section.VACCINE, {"TMP-EQP", "ORD-DMG"})
    assert (article.is_published, article.review_on) == (True, date(2027, 11, 30))
    assert lead.follow("/learn/the-freezer-is-off").h1 == "The freezer is off"


@pytest.mark.both_databases
def test_of_two_who_save_at_once_one_is_told_what_the_other_has_changed_and_keeps_the_text(app: Flask) -> None:
    article = an_article()
    desks = [at_the_desk(app, an_agent(), page_of(article, "/edit")) for _ in range(2)]

    def save(desk: Visitor, number: int) -> Visitor:
        return desk.press("Save as a draft", body=f"{BODY}\nWords of {number}.", reason=f"Reason {number}")

    at_once(*[lambda desk=desk, number=number: save(desk, number) for number, desk in enumerate(desks)])

    assert sorted(desk.status for desk in desks) == [200, 409]
    late = next(desk for desk in desks if desk.status == 409)
    mine = desks.index(late)
    assert f"Version 2: Reason {1 - mine}" in late.text
    assert [ins.get_text() for ins in late.page.select(".differences ins")][-1] == f"Words of {1 - mine}."
    assert f"Words of {mine}." in late.values("Save as a draft")["body"]
    late.press("Save as a draft")
    assert editing.newest_version(article).number == 3


def test_the_list_is_searched_narrowed_and_paged(app: Flask) -> None:
    lead = a_lead()
    with transaction():
        remove()
    db.session.commit()
    yes = a_published_article(a_text("Alpha freezer"), by=lead, position=1, section=Section.VACCINE, keywords="thermometer")
    saved(yes, a_text("Alpha freezer, again"), by=lead)
    an_article(a_text("Beta 100%"), position=2)
    gone = a_published_article(a_text("Gamma"), by=lead, position=3, language=Language.SPANISH)
    with transaction():
        publishing.withdraw(gone, reason="Wrong", seen=history.mark_of(gone), by=lead)
    with transaction():
        db.session.get_one(Article, yes.id).review_on = date(2026, 11, 30)
        answers = {"article_id": yes.id, "version": 1, "at": clock.now()}
        db.session.add_all([ArticleFeedback(**answers, is_helpful=helpful) for helpful in (True, True, False)])
    visitor = at_the_desk(app, an_agent(), LIST)

    assert listed(visitor) == ["Alpha freezer", "Beta 100%", "Gamma"]
    assert [td.get_text() for td in visitor.page.select_one(".article-list tbody tr").find_all("td")][1:] == [
        "Vaccine: storage, shipments, inventory",
        "Everybody",
        "English",
        "Published, newer draft",
        "1, draft 2",
        "2 yes, 1 no",
        "Mon, Nov 30, 2026, due",
    ]
    found = {
        "q=THERMOMETER": ["Alpha freezer"],
        "q=%25": ["Beta 100%"],
        "state=published": ["Alpha freezer"],
        "state=changed": ["Alpha freezer"],
        "state=draft": ["Beta 100%"],
        "state=withdrawn": ["Gamma"],
        "section=vaccine": ["Alpha freezer"],
        "language=es": ["Gamma"],
        "overdue=y": ["Alpha freezer"],
        "state=nonsense&after=x&q=": ["Alpha freezer", "Beta 100%", "Gamma"],
    }
    assert {asked: listed(visitor.open(f"{LIST}?{asked}")) for asked in found} == found
    for number in range(25):
        an_article(a_text(f"More {number}"), position=10)
    assert listed(visitor.open(LIST))[-1] == "More 21"
    assert listed(visitor.follow("Next page")) == ["More 22", "More 23", "More 24"]


def test_one_page_tells_versions_readers_history_and_languages(app: Flask) -> None:
    agent, lead = an_agent(), a_lead()
    article = a_published_article(by=lead, topics=frozenset({"TMP-EQP"}))
    saved(article, a_text(body="Call us at once.\n"), by=agent, reason="Shorter")
    with transaction():
        said = {"article_id": article.id, "version": 1, "at": clock.now()}
        db.session.add(ArticleFeedback(**said, is_helpful=False, comment="<b>And</b> at night?"))
    visitor = at_the_desk(app, lead, page_of(article))

    for told in ("People read version 1.", f"by {agent.name}", "Shorter", "0 said yes, 1 said no", "<b>And</b> at night?"):
        assert told in visitor.text
    assert "Storage unit, data logger or power failure" in visitor.text
    assert visitor.has_button("Sign out")
    visitor.follow("See what would change")
    assert visitor.page.select(".differences del")
    visitor.open(page_of(article)).follow("Translate it").press("Save the draft", title="El congelador no funciona")
    assert visitor.h1 == "El congelador no funciona"
    assert newest_article().slug == article.slug
    assert visitor.follow("The freezer is off").path == page_of(article)


def test_what_stands_beside_the_text_is_changed_unless_somebody_was_first(app: Flask) -> None:
    lead, admin = a_lead(), an_admin()
    article = a_published_article(by=lead)
    late = at_the_desk(app, admin, page_of(article, "/place"))
    first = at_the_desk(app, lead, page_of(article)).follow("Change this")
    first.press("Save", audience="internal", position="no number")
    assert first.status == 422
    first.press("Save", position="3", topics=["TMP-EQP"])
    assert (article.audience, article.position) == (Audience.INTERNAL, 3)

    late.press("Save", keywords="fridge")
    assert late.status == 409
    assert f"Changed by {lead.name}" in late.text
    assert "place: 500; for: Everybody; topics: nothing →" in late.text
    late.press("Save")
    db.session.rollback()
    assert (article.keywords, article.position, editing.topics_of(article)) == ("fridge", 500, frozenset())


def test_withdrawing_names_what_leads_to_it_and_asks_why(app: Flask) -> None:
    lead = a_lead()
    article = a_published_article(by=lead)
    a_published_article(a_text("Leads there", body="See [this](/learn/the-freezer-is-off)."), by=lead)
    visitor = at_the_desk(app, lead, page_of(article)).follow("Withdraw the article")
    assert "Leads there" in visitor.text
    assert visitor.press("Withdraw the article").status == 422
    visitor.press("Withdraw the article", reason="Out of date")
    assert "reason: Out of date" in visitor.text
    assert not article.is_published

    visitor.press("Restore it")
    db.session.rollback()
    assert article.is_published


def test_reviewing_moves_the_date(app: Flask) -> None:
    lead = a_lead()
    article = a_published_article(by=lead)
    visitor = at_the_desk(app, lead, page_of(article)).follow("Mark as reviewed")
    assert visitor.values("Mark as reviewed")["review_on"] == "2027-11-30"  # a year from now

    visitor.press("Mark as reviewed", review_on="2028-02-01")

    db.session.rollback()
    assert article.review_on == date(2028, 2, 1)
    assert "Reviewed by" in visitor.text


def test_an_article_from_a_case_takes_its_subject_and_nothing_else_the_requester_wrote(app: Flask) -> None:
    case = a_case(topic="TMP-EQP", subject="The freezer is off", description="Patient Jane Roe was waiting.", location="")
    agent = an_agent("VMGT")
    visitor = at_the_desk(app, agent, f"/agent/cases/{case.number}").follow("Start an article from this case")
    form = visitor.values("Save the draft")

    assert "Nothing else of what the requester wrote is copied" in visitor.text
    assert (form["title"], form["section"], form["topics"]) == ("The freezer is off", "vaccine", "TMP-EQP")
    assert [line for line in form["body"].splitlines() if line.startswith("#")] == [
        "## What happens",
        "## What to do",
        "## When to call",
    ]
    assert "Jane Roe" not in visitor.html
    visitor.press("Preview").press("Save the draft", summary="Whom to call.")
    assert newest_article().origin_case_id == case.id
    assert visitor.follow(case.number).path == f"/agent/cases/{case.number}"
    stranger = at_the_desk(app, an_agent("ENR"), page_of(newest_article()))
    assert case.number not in stranger.text
    assert stranger.open(f"{LIST}/add/from/{case.number}").status == 404


def test_addresses_that_are_taken_are_named(app: Flask) -> None:
    visitor = at_the_desk(app, an_agent(), f"{LIST}/add")
    visitor.press("Save the draft", title="Who?", summary="Who.", body="Who.", slug="Who-To-Call")
    assert visitor.status == 409
    assert "Another article has this address." in visitor.text
    visitor.press("Save the draft", slug="who to call")
    assert "Use small letters, digits and single hyphens" in visitor.text
    visitor.press("Save the draft", slug="")
    assert newest_article().slug == "who"


def test_agents_draft_and_providers_see_nothing_of_it(app: Flask) -> None:
    article = a_published_article(by=a_lead())
    agent, provider = at_the_desk(app, an_agent()), at_the_desk(app, a_provider(), "/cases")

    assert agent.open(page_of(article, "/edit")).status == 200
    for act in ("/place", "/review", "/withdraw", "/versions/1/publish"):
        assert agent.open(page_of(article, act)).status == 403
    assert agent.post(page_of(article, "/versions/1/publish"), {}).status != 200
    assert agent.open(page_of(article, "/versions/9")).status == 404
    assert agent.open(page_of(article, "/translations/en")).status == 404
    for path in (LIST, page_of(article), f"{LIST}/add"):
        assert provider.open(path).status == 403
    publish(article, saved(article, a_text("Another"), by=a_lead()).number, by=a_lead())
    assert "Another" in agent.open(page_of(article)).h1
