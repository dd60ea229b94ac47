"""What there is to learn from: articles, videos and the training sessions to come."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from ..accounts.models import Language
from .models import Article, TrainingSession, Video


def articles(language: Language = Language.ENGLISH) -> sa.Select[Article]:
    """Every article in its place, once: in this language, or in English where nobody has translated it."""
    translation = aliased(Article)
    is_translated = sa.exists().where(translation.slug == Article.slug, translation.language == language)
    in_english = sa.and_(Article.language == Language.ENGLISH, ~is_translated)
    return sa.select(Article).where(sa.or_(Article.language == language, in_english)).order_by(Article.position, Article.id)


def articles_for_home(language: Language = Language.ENGLISH) -> sa.Select[Article]:
    """The answers people look for; the most urgent stands first because its place says so."""
    return articles(language).where(Article.on_home.is_(True))


def article_called(slug: str, language: Language = Language.ENGLISH) -> sa.Select[Article]:
    """The article with this slug in this language, or in English where nobody has translated it; or none."""
    return articles(language).where(Article.slug == slug)


def videos() -> sa.Select[Video]:
    """The learning videos, in the order of the application."""
    return sa.select(Video).order_by(Video.position, Video.id)


def sessions_to_come(at: datetime) -> sa.Select[TrainingSession]:
    """Training sessions that have not ended at this instant, the next one first."""
    return sa.select(TrainingSession).where(TrainingSession.ends_at > at).order_by(TrainingSession.starts_at, TrainingSession.id)
