"""What there is to learn from: articles, videos and the training sessions to come."""

from datetime import datetime

import sqlalchemy as sa

from .models import Article, TrainingSession, Video


def articles() -> sa.Select[Article]:
    """Every article, in its place."""
    return sa.select(Article).order_by(Article.position, Article.id)


def articles_for_home() -> sa.Select[Article]:
    """The answers people look for; the most urgent stands first because its place says so."""
    return articles().where(Article.on_home.is_(True))


def article_called(slug: str) -> sa.Select[Article]:
    """The article with this slug, or none."""
    return sa.select(Article).where(Article.slug == slug)


def videos() -> sa.Select[Video]:
    """The learning videos, in the order of the application."""
    return sa.select(Video).order_by(Video.position, Video.id)


def sessions_to_come(at: datetime) -> sa.Select[TrainingSession]:
    """Training sessions that have not ended at this instant, the next one first."""
    return sa.select(TrainingSession).where(TrainingSession.ends_at > at).order_by(TrainingSession.starts_at, TrainingSession.id)
