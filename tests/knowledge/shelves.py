"""The shelves of the desk: articles written, published and taken away, a session announced."""

from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from helpdesk import clock
from helpdesk.accounts.models import Language, User
from helpdesk.extensions import db
from helpdesk.knowledge import editing, editing_sessions, history, publishing
from helpdesk.knowledge.editing import Placement, Text
from helpdesk.knowledge.editing_sessions import SessionFacts
from helpdesk.knowledge.models import Article, ArticleTopic, ArticleVersion, KnowledgeEvent, TrainingSession
from helpdesk.transaction import transaction

BODY = "## What happens\n\nThe freezer is off.\n\n## What to do\n\n1. Read the thermometer.\n2. Call us.\n"
NEXT_YEAR = date(2027, 11, 30)


def a_text(title: str = "The freezer is off", body: str = BODY, summary: str = "What to read and whom to call.") -> Text:
    """What an article says."""
    return Text(title=title, summary=summary, body=body)


def an_article(
    text: Text | None = None, *, by: User | None = None, language: Language = Language.ENGLISH, **placed: Any
) -> Article:
    """A draft that nobody has published."""
    text = text or a_text()
    with transaction():
        placement = Placement(**{"position": 500, **placed})
        return editing.add(text, placement, slug=editing.free_slug(text.title), by=by, language=language)


def a_published_article(text: Text | None = None, *, by: User, **named: Any) -> Article:
    """An article that people can read."""
    article = an_article(text, by=by, **named)
    publish(article, 1, by=by)
    return article


def publish(article: Article, number: int, *, by: User) -> None:
    """Let people read this version."""
    with transaction():
        publishing.publish(article, number, review_on=NEXT_YEAR, seen=history.mark_of(article), by=by)


def saved(article: Article, text: Text, *, by: User, reason: str = "Clearer steps") -> ArticleVersion:
    """Save another version upon the newest."""
    with transaction():
        return editing.save_draft(article, text, seen=editing.newest_version(article).number, reason=reason, by=by)


def a_session(**facts: Any) -> TrainingSession:
    """A training session in an hour."""
    begins = clock.now() + timedelta(hours=1)
    plain = {"title": "Section B, step by step", "starts_at": begins, "ends_at": begins + timedelta(hours=1)}
    with transaction():
        return editing_sessions.add(SessionFacts(**{**plain, "zone": "America/New_York", **facts}), by=None)


def acts(subject: history.Subject) -> list[str]:
    """What its history says, the oldest first."""
    db.session.rollback()
    return [event.act.value for event in reversed(db.session.scalars(history.of(subject)).all())]


def remove(*slugs: str) -> None:
    """Take the articles of these names away with all that belongs to them, or all articles. Needs an open transaction."""
    chosen = sa.select(Article.id).where(Article.slug.in_(slugs) if slugs else sa.true())
    for part in (ArticleTopic, ArticleVersion, KnowledgeEvent):
        db.session.execute(sa.delete(part).where(part.article_id.in_(chosen)))
    db.session.execute(sa.delete(Article).where(Article.id.in_(chosen)))
