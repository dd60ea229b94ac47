"""Answers to "Did this answer it?": one for each reader and version, as well as that can be told."""

from dataclasses import dataclass

import sqlalchemy as sa

from .. import clock
from ..accounts import throttling
from ..accounts.models import User
from ..extensions import db
from .models import Article, ArticleFeedback


@dataclass(frozen=True)
class From:
    """Who answers: somebody who is signed in, or else what little a visitor's request tells."""

    user: User | None
    address: str | None
    browser: str

    @property
    def counted_as(self) -> str:
        """In whose name answers are counted: the account, or the network."""
        return f"user {self.user.id}" if self.user else throttling.network(self.address)


def forget_comments(user_id: int) -> None:
    """Erase what this person wrote beside their answers; whether an article helped them stays."""
    db.session.execute(sa.update(ArticleFeedback).where(ArticleFeedback.user_id == user_id).values(comment=""))


def answer(article: Article, given_by: From, *, version: int, is_helpful: bool, comment: str = "") -> None:
    """Keep whether an article helped; raises TooManyTries where too much is said at once.

    Somebody who is signed in and answers again has changed their mind. A visitor is told by network and browser, for a day:
    what they say again about the same version is not kept.
    """
    throttling.count_opinion(given_by.counted_as)
    said = {"is_helpful": is_helpful, "comment": comment, "at": clock.now()}
    if given_by.user is None:
        if throttling.is_first(f"article {article.id} version {version} {given_by.counted_as} {given_by.browser}"):
            db.session.add(ArticleFeedback(article_id=article.id, version=version, **said))
        return
    mine = {"article_id": article.id, "version": version, "user_id": given_by.user.id}
    before = db.session.scalar(sa.select(ArticleFeedback).filter_by(**mine).limit(1))
    if before is None:
        db.session.add(ArticleFeedback(**mine, **said))
        return
    for name, value in said.items():
        setattr(before, name, value)
