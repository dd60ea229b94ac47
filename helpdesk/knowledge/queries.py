"""What there is to learn from: the articles that somebody can read, videos, and the training sessions to come."""

from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, load_only, selectinload

from ..accounts.models import Language
from .models import Article, ArticleTopic, Audience, Section, TrainingSession, Video
from .readers import Reader

MOST_LISTED = 300  # the most articles that a search or the home of Learn looks through
MOST_RELATED = 4
LISTED = load_only(
    Article.slug, Article.language, Article.section, Article.audience, Article.title, Article.summary, Article.keywords
)
# The topics stand above this package, which knows of them what their table says.
TOPICS = sa.table("topics", *(sa.column(name) for name in ("code", "name", "position", "is_active")))


def articles() -> sa.Select[Article]:
    """Every article, in its place."""
    return sa.select(Article).order_by(Article.position, Article.id)


def article_called(slug: str) -> sa.Select[Article]:
    """The article with this slug in each language there is, or none."""
    return sa.select(Article).where(Article.slug == slug)


def readings(slug: str, reader: Reader) -> sa.Select[Article]:
    """An article in each language in which this reader can read it, their own first, with its topics."""
    own_first = sa.case((Article.language == reader.language, 0), else_=1)
    readable = article_called(slug).where(_is_readable(Article, reader))
    return readable.order_by(own_first, Article.language).options(selectinload(Article.topics))


def listed(reader: Reader) -> sa.Select[Article]:
    """The articles this reader can read, each once, without their text: in their language where there is one, else in English."""
    return every_language(reader).where(_is_in_one_language(reader)).options(LISTED)


def every_language(reader: Reader) -> sa.Select[Article]:
    """The articles this reader can read, in each language there is."""
    return articles().where(_is_readable(Article, reader)).limit(MOST_LISTED)


def articles_for_home(reader: Reader) -> sa.Select[Article]:
    """The answers people look for; the most urgent stands first because its place says so."""
    return listed(reader).where(Article.on_home.is_(True))


def in_section(section: Section, reader: Reader) -> sa.Select[Article]:
    """What this reader can read in a section, without its text."""
    return listed(reader).where(Article.section == section)


def about_topic(code: str, reader: Reader) -> sa.Select[Article]:
    """What this reader can read about a topic, without its text."""
    return listed(reader).where(Article.topics.any(ArticleTopic.topic_code == code))


@cache
def words_for_a_ticket(reader: Reader) -> sa.Select[int, str, str, str, bool]:
    """Of each article that this reader can read: id, title, keywords, summary, and whether it answers the :topic."""
    is_on_topic = Article.topics.any(ArticleTopic.topic_code == sa.bindparam("topic")).label("is_on_topic")
    return listed(reader).with_only_columns(Article.id, Article.title, Article.keywords, Article.summary, is_on_topic)


def related(article: Article, reader: Reader) -> sa.Select[Article]:
    """What else to read: what answers the same topics, the most in common first, then what stands in the same section."""
    codes = [topic.topic_code for topic in article.topics]
    in_common = (
        sa.select(sa.func.count())
        .where(ArticleTopic.article_id == Article.id, ArticleTopic.topic_code.in_(codes))
        .correlate(Article)
        .scalar_subquery()
    )
    others = listed(reader).where(Article.slug != article.slug, sa.or_(in_common > 0, Article.section == article.section))
    return others.order_by(None).order_by(in_common.desc(), Article.position, Article.id).limit(MOST_RELATED)


def topics_of(article: Article) -> sa.Select[Any]:
    """Code and name of the topics that an article answers and that can be asked about, in the order of the form."""
    codes = [topic.topic_code for topic in article.topics]
    named = sa.select(TOPICS.c.code, TOPICS.c.name).where(TOPICS.c.code.in_(codes), TOPICS.c.is_active == sa.true())
    return named.order_by(TOPICS.c.position)


def words_by_topic() -> sa.Select[str, str, str]:
    """Code of a topic, title and keywords of an article that answers it: of those that everybody can read, in every language."""
    readable = sa.and_(Article.version > 0, Article.withdrawn_at.is_(None), Article.audience == Audience.PUBLIC)
    words = sa.select(ArticleTopic.topic_code, Article.title, Article.keywords)
    answers = words.join(Article, Article.id == ArticleTopic.article_id).where(readable)
    return answers.order_by(ArticleTopic.topic_code, Article.id)


def videos() -> sa.Select[Video]:
    """The learning videos, in the order of the application."""
    return sa.select(Video).where(Video.withdrawn_at.is_(None)).order_by(Video.position, Video.id)


def sessions_to_come(at: datetime) -> sa.Select[TrainingSession]:
    """Training sessions that have not ended at this instant, those that were canceled included, the next one first."""
    return sa.select(TrainingSession).where(TrainingSession.ends_at > at).order_by(TrainingSession.starts_at, TrainingSession.id)


def _is_readable(article: Any, reader: Reader) -> sa.ColumnElement[bool]:
    """Whether it is published, for this reader among others."""
    published = sa.and_(article.version > 0, article.withdrawn_at.is_(None))
    return published if reader.is_staff else sa.and_(published, article.audience == Audience.PUBLIC)


def _is_in_one_language(reader: Reader) -> sa.ColumnElement[bool]:
    """Of an article in several languages, the reader's own is listed, else the English one."""
    own = Article.language == reader.language
    if reader.language is Language.ENGLISH:
        return own
    twin = aliased(Article)
    translated = sa.exists().where(twin.slug == Article.slug, twin.language == reader.language, _is_readable(twin, reader))
    return sa.or_(own, sa.and_(Article.language == Language.ENGLISH, ~translated))
