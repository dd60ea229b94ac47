"""Articles and sessions for tests, named by what matters about them."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from helpdesk import clock
from helpdesk.extensions import db
from helpdesk.knowledge.models import Article, ArticleTopic, TrainingSession
from helpdesk.transaction import transaction

_numbers = count(1_000)


def an_article(slug: str, *, topics: tuple[str, ...] = (), **named: Any) -> Article:
    """A published article for everybody, unless something else is said."""
    now = clock.now()
    told = {"title": slug.replace("-", " ").capitalize(), "summary": "What it says, in one line.", "body": "Read this.\n"}
    stands = {"position": next(_numbers), "version": 1, "published_at": now, "updated_at": now}
    with transaction():
        article = Article(slug=slug, **{**told, **stands, **named})
        article.topics = [ArticleTopic(topic_code=code) for code in topics]
        db.session.add(article)
    return article


def a_session(title: str, *, starts_at: datetime, **named: Any) -> TrainingSession:
    """A training session of an hour."""
    with transaction():
        session = TrainingSession(title=title, starts_at=starts_at, ends_at=starts_at + timedelta(hours=1), **named)
        db.session.add(session)
    return session
