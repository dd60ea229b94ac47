"""What people of the desk look for among articles, and where an article stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from ..accounts.models import Language
from ..extensions import db
from ..knowledge.models import Article, ArticleFeedback, ArticleVersion, Section

ROWS = 25
LONGEST = 100  # of what is typed

NEWEST = sa.select(sa.func.max(ArticleVersion.number)).where(ArticleVersion.article_id == Article.id).scalar_subquery()


class State(StrEnum):
    """Where an article stands."""

    DRAFT = "draft"  # never published
    PUBLISHED = "published"
    CHANGED = "changed"  # published, and a newer version waits
    WITHDRAWN = "withdrawn"


CONDITIONS: dict[State, sa.ColumnElement[bool]] = {
    State.DRAFT: sa.and_(Article.withdrawn_at.is_(None), Article.version == 0),
    State.PUBLISHED: sa.and_(Article.withdrawn_at.is_(None), Article.version > 0),
    State.CHANGED: sa.and_(Article.withdrawn_at.is_(None), Article.version > 0, Article.version < NEWEST),
    State.WITHDRAWN: Article.withdrawn_at.is_not(None),
}


@dataclass(frozen=True)
class Search:
    """What one looks for; what is empty narrows nothing."""

    text: str = ""  # in title, summary, address or other words
    state: State | None = None
    section: Section | None = None
    language: Language | None = None
    is_overdue: bool = False  # to be read again on a day that is over or begun

    @classmethod
    def asked_for(cls, asked: Mapping[str, str]) -> "Search":
        """What the parameters of an address ask for; what makes no sense in them is left aside."""
        return cls(
            text=" ".join(asked.get("q", "").replace("\0", "").split())[:LONGEST],
            state=next((state for state in State if state == asked.get("state")), None),
            section=next((section for section in Section if section == asked.get("section")), None),
            language=next((language for language in Language if language == asked.get("language")), None),
            is_overdue=asked.get("overdue") == "y",
        )

    @property
    def is_narrowed(self) -> bool:
        """Whether the list is narrowed at all."""
        return self != Search()

    @property
    def asked(self) -> dict[str, str]:
        """This search as the parameters of an address."""
        given = {
            "q": self.text,
            "state": self.state or "",
            "section": self.section or "",
            "language": self.language or "",
            "overdue": "y" if self.is_overdue else "",
        }
        return {name: str(value) for name, value in given.items() if value}


@dataclass(frozen=True)
class Row:
    """An article in the list, with its newest version, and how many said that it answered their question and that it did not."""

    article: Article
    newest: int
    yes: int
    no: int

    @property
    def state(self) -> State:
        """Where it stands."""
        return state_of(self.article, newest=self.newest)


def state_of(article: Article, *, newest: int) -> State:
    """Where an article stands whose newest version has this number."""
    if article.withdrawn_at is not None:
        return State.WITHDRAWN
    if article.version == 0:
        return State.DRAFT
    return State.CHANGED if newest > article.version else State.PUBLISHED


def page(search: Search, *, today: date, after: int | None = None) -> tuple[list[Row], int | None]:
    """One page of articles in their places, and the id of the article that the next page begins behind."""
    place = sa.tuple_(Article.position, Article.id)
    found = sa.select(Article, NEWEST, feedback(is_helpful=True), feedback(is_helpful=False)).order_by(
        Article.position, Article.id
    )
    found = found.where(*_conditions(search, today)).limit(ROWS + 1)
    if after is not None:
        position = sa.select(Article.position).where(Article.id == after).scalar_subquery()
        found = found.where(place > sa.tuple_(position, sa.literal(after)))
    rows = [Row(*row) for row in db.session.execute(found)]
    return rows[:ROWS], rows[ROWS - 1].article.id if len(rows) > ROWS else None


def feedback(*, is_helpful: bool) -> sa.ScalarSelect[int]:
    """How many have answered so about an article, as a column beside it."""
    counted = sa.select(sa.func.count()).where(ArticleFeedback.article_id == Article.id)
    return counted.where(ArticleFeedback.is_helpful.is_(is_helpful)).scalar_subquery()


def _conditions(search: Search, today: date) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    for word in search.text.split():
        texts: tuple[Any, ...] = (Article.title, Article.summary, Article.keywords, Article.slug)
        conditions.append(sa.or_(*[text.icontains(word, autoescape=True) for text in texts]))
    if search.state is not None:
        conditions.append(CONDITIONS[search.state])
    if search.section is not None:
        conditions.append(Article.section == search.section)
    if search.language is not None:
        conditions.append(Article.language == search.language)
    if search.is_overdue:
        conditions += [Article.review_on <= today, Article.withdrawn_at.is_(None)]
    return conditions
