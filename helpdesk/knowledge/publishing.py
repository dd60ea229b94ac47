"""Letting people read an article, and taking it away from them."""

from datetime import date

import sqlalchemy as sa

from .. import clock
from ..accounts.models import User
from ..extensions import db
from . import history
from .errors import AlreadyPublished, NoSuchVersion
from .models import Article, ArticleVersion, KnowledgeAct


def publish(article: Article, number: int, *, review_on: date, seen: int, by: User) -> None:
    """Let people read this version from now on, a withdrawn article included; on `review_on` somebody is to read it again.

    An older version can be published again. Raises NoSuchVersion, AlreadyPublished and StaleKnowledge.
    """
    history.hold(article)
    version = version_of(article, number)
    if article.version == number and article.is_published:
        raise AlreadyPublished(article.title)
    history.expect(article, seen=seen)
    at, before = clock.now(), {"version": article.version, "review_on": article.review_on}
    article.title, article.summary, article.body = version.title, version.summary, version.body
    article.version, article.updated_at, article.review_on = number, at, review_on
    article.published_at = article.published_at or at
    version.published_at = at
    old = {name: value for name, value in before.items() if value}
    history.record(article, KnowledgeAct.PUBLISHED, by=by, old=old, new={"version": number, "review_on": review_on})
    if article.withdrawn_at is not None:
        _bring_back(article, by=by)


def withdraw(article: Article, *, reason: str, seen: int, by: User) -> None:
    """Take an article away from its readers; its versions and its history stay. Raises StaleKnowledge."""
    history.hold(article)
    if article.withdrawn_at is not None:
        return
    history.expect(article, seen=seen)
    article.withdrawn_at = clock.now()
    history.record(article, KnowledgeAct.WITHDRAWN, by=by, new={"reason": reason})


def restore(article: Article, *, by: User) -> None:
    """Undo the withdrawing: people read again what they read before."""
    history.hold(article)
    if article.withdrawn_at is not None:
        _bring_back(article, by=by)


def version_of(article: Article, number: int) -> ArticleVersion:
    """The version of this number. Raises NoSuchVersion."""
    found = db.session.scalar(sa.select(ArticleVersion).filter_by(article_id=article.id, number=number))
    if found is None:
        raise NoSuchVersion(article.title, number)
    return found


def _bring_back(article: Article, *, by: User) -> None:
    article.withdrawn_at = None
    history.record(article, KnowledgeAct.RESTORED, by=by)
