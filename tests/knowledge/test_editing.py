"""Articles are written in versions, published by name, placed without a version, and never lost."""

from datetime import date

import pytest

from helpdesk import clock
from helpdesk.accounts.models import Language
from helpdesk.extensions import db
from helpdesk.knowledge import editing, history, publishing
from helpdesk.knowledge.editing import Placement
from helpdesk.knowledge.errors import (
    AlreadyPublished,
    AlreadyTranslated,
    NoSuchVersion,
    NotASlug,
    NothingNew,
    SlugTaken,
    StaleKnowledge,
    StaleText,
)
from helpdesk.knowledge.models import Audience, Section
from helpdesk.transaction import transaction
from tests.case_factories import FRIDAY_7_PM, MONDAY_9_AM
from tests.factories import a_lead, an_agent
from tests.knowledge.shelves import NEXT_YEAR, a_published_article, a_text, acts, an_article, publish, saved

OTHER = a_text("The freezer is warm", "Call us.\n")


def test_a_draft_is_read_by_nobody_until_a_version_is_published(app):
    agent, lead = an_agent(), a_lead()
    article = an_article(by=agent)
    assert (article.version, article.is_published, article.published_at) == (0, False, None)

    saved(article, OTHER, by=agent, reason="Shorter")
    assert article.title == OTHER.title, "a draft shows what was drafted last"
    with clock.at(MONDAY_9_AM):
        publish(article, 2, by=lead)

    assert (article.version, article.is_published, article.published_at) == (2, True, MONDAY_9_AM)
    assert (article.body, article.review_on, article.versions[1].published_at) == ("Call us.\n", NEXT_YEAR, MONDAY_9_AM)
    assert [(v.number, v.reason, v.author) for v in article.versions] == [(1, "", agent), (2, "Shorter", agent)]
    assert acts(article) == ["added", "drafted", "published"]


def test_a_newer_draft_leaves_what_people_read_until_it_is_published_and_the_old_one_can_come_back(app):
    lead = a_lead()
    with clock.at(MONDAY_9_AM):
        article = a_published_article(by=lead)
    with clock.at(FRIDAY_7_PM):
        saved(article, OTHER, by=lead)
        assert (article.title, article.updated_at) == (a_text().title, MONDAY_9_AM)

        publish(article, 2, by=lead)
        assert (article.title, article.updated_at, article.published_at) == (OTHER.title, FRIDAY_7_PM, MONDAY_9_AM)
        publish(article, 1, by=lead)

    assert (article.title, article.version, len(article.versions)) == (a_text().title, 1, 2)


def test_the_same_version_is_not_published_twice_and_a_missing_one_never(app):
    lead = a_lead()
    article = a_published_article(by=lead)

    with pytest.raises(AlreadyPublished):
        publish(article, 1, by=lead)
    with pytest.raises(NoSuchVersion):
        publish(article, 2, by=lead)


@pytest.mark.both_databases
def test_a_draft_upon_an_older_version_is_refused(app):
    first, second = an_agent(), an_agent()
    article = an_article(by=first)
    saved(article, OTHER, by=first)

    with pytest.raises(StaleText) as stale, transaction():
        editing.save_draft(article, a_text("Mine"), seen=1, reason="Mine", by=second)

    assert stale.value.since == 1
    assert editing.newest_version(article).title == OTHER.title


def test_the_same_words_again_are_no_version(app):
    agent = an_agent()
    article = an_article(by=agent)
    saved(article, OTHER, by=agent)

    with transaction():
        again = editing.save_draft(article, OTHER, seen=1, reason="Shorter", by=agent)  # the button, pressed twice
    assert again.number == 2
    with pytest.raises(NothingNew):
        saved(article, OTHER, by=agent)


@pytest.mark.both_databases
def test_what_stands_beside_the_text_changes_without_a_version_and_is_told_with_old_and_new(app):
    lead = a_lead()
    article = a_published_article(by=lead, topics=frozenset({"TMP-EQP", "TMP-EXC"}))
    wanted = Placement(
        position=7,
        section=Section.VACCINE,
        audience=Audience.INTERNAL,
        topics=frozenset({"TMP-EQP", "ORD-DMG"}),
        keywords="fridge",
        on_home=True,
        review_on=date(2027, 1, 4),
    )
    seen = history.mark_of(article)
    with transaction():
        assert editing.place(article, wanted, seen=seen, by=lead)
    with transaction():
        assert not editing.place(article, wanted, seen=history.mark_of(article), by=lead)

    event = db.session.scalars(history.of(article)).first()
    assert event.old["topics"] == ["TMP-EQP", "TMP-EXC"]
    assert (event.new["topics"], event.new["review_on"]) == (["ORD-DMG", "TMP-EQP"], "2027-01-04")
    assert (article.section, article.keywords, len(article.versions)) == (Section.VACCINE, "fridge", 1)
    assert editing.topics_of(article) == wanted.topics
    with pytest.raises(StaleKnowledge), transaction():
        editing.place(article, Placement(position=8), seen=seen, by=lead)


def test_a_new_draft_makes_no_other_page_stale(app):
    lead = a_lead()
    article = a_published_article(by=lead)
    seen = history.mark_of(article)
    saved(article, OTHER, by=lead)

    with transaction():
        editing.mark_reviewed(article, next_on=date(2028, 1, 3), seen=seen, by=lead)

    assert article.review_on == date(2028, 1, 3)
    assert acts(article)[-2:] == ["drafted", "reviewed"]


def test_withdrawing_takes_it_from_readers_and_publishing_or_restoring_brings_it_back(app):
    lead = a_lead()
    article = a_published_article(by=lead)
    for _ in range(2):  # the button, pressed twice
        with transaction():
            publishing.withdraw(article, reason="Out of date", seen=history.mark_of(article), by=lead)
    assert not article.is_published

    publish(article, 1, by=lead)
    assert article.is_published
    with transaction():
        publishing.withdraw(article, reason="Wrong", seen=history.mark_of(article), by=lead)
    with transaction():
        publishing.restore(article, by=lead)

    assert article.is_published
    assert acts(article)[-5:] == ["withdrawn", "published", "restored", "withdrawn", "restored"]


@pytest.mark.both_databases
def test_a_translation_has_the_same_address_and_place_and_is_a_draft_of_its_own(app):
    lead = a_lead()
    article = a_published_article(by=lead, section=Section.VACCINE, topics=frozenset({"TMP-EQP"}))

    with transaction():
        spanish = editing.translate(article, a_text("El congelador no funciona"), to=Language.SPANISH, by=lead)

    assert (spanish.slug, spanish.section, editing.topics_of(spanish)) == (article.slug, Section.VACCINE, {"TMP-EQP"})
    assert not spanish.is_published
    with pytest.raises(AlreadyTranslated), transaction():
        editing.translate(article, a_text(), to=Language.SPANISH, by=lead)
    with pytest.raises(SlugTaken), transaction():
        editing.add(a_text(), Placement(position=1), slug=article.slug, by=lead, language=Language.SPANISH)


def test_an_address_is_made_from_the_title_and_never_given_twice(app):
    assert editing.free_slug("¿Qué pasa? Power outage!") == "que-pasa-power-outage"
    assert editing.free_slug("Power outage") == "power-outage-2"  # there is such an article
    assert editing.free_slug("…") == "article"
    assert len(editing.free_slug("very " * 40 + "long")) <= editing.LONGEST_SLUG
    for wrong in ("", "Big", "a--b", "a/b", "-a", "ñ", "a" * 61):
        with pytest.raises(NotASlug), transaction():
            editing.add(a_text(), Placement(position=1), slug=wrong, by=None)
