"""Articles with their versions, learning videos and training sessions: rows that people of the desk write and change."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..accounts.models import Language, User
from ..database import Json, text_enum
from ..extensions import db


class Section(StrEnum):
    """Where an article stands in Learn (DOMAIN section 10)."""

    START = "start"
    ENROLLMENT = "enrollment"
    ACCESS = "access"
    VACCINE = "vaccine"
    RECORDS = "records"  # doses and data


class Audience(StrEnum):
    """Who may read an article."""

    PUBLIC = "public"
    INTERNAL = "internal"  # people of the desk only


class KnowledgeAct(StrEnum):
    """What happens to articles, videos and sessions, as their history names it."""

    ADDED = "added"
    CHANGED = "changed"  # what stands beside the text: section, audience, topics, review date ...
    DRAFTED = "drafted"  # another version was saved
    PUBLISHED = "published"
    REVIEWED = "reviewed"  # read and found right: the review date moved
    WITHDRAWN = "withdrawn"
    RESTORED = "restored"


class Article(db.Model):  # type: ignore[name-defined]
    """A page of Learn in one language, as it is published, or as last drafted while it never was."""

    __tablename__ = "articles"
    __table_args__ = (sa.UniqueConstraint("slug", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str]  # the same in each language
    language: Mapped[Language] = mapped_column(text_enum(Language, "language"), default=Language.ENGLISH)
    section: Mapped[Section] = mapped_column(text_enum(Section, "section"), default=Section.START)
    audience: Mapped[Audience] = mapped_column(text_enum(Audience, "audience"), default=Audience.PUBLIC)
    title: Mapped[str]
    summary: Mapped[str]
    body: Mapped[str]  # Markdown
    keywords: Mapped[str] = mapped_column(default="")  # other words that people look for, separated by commas
    position: Mapped[int]
    on_home: Mapped[bool] = mapped_column(default=False)  # among "Answers people look for"
    version: Mapped[int] = mapped_column(default=0)  # the number of the version that is published; 0: none yet
    published_at: Mapped[datetime | None]  # when it was published first
    updated_at: Mapped[datetime]  # when what readers see was changed last
    withdrawn_at: Mapped[datetime | None]
    review_on: Mapped[date | None]  # when somebody is to read it again
    origin_case_id: Mapped[int | None] = mapped_column(sa.ForeignKey("cases.id"))  # the case it was begun from

    versions: Mapped[list["ArticleVersion"]] = relationship(back_populates="article", order_by="ArticleVersion.number")
    topics: Mapped[list["ArticleTopic"]] = relationship(cascade="all, delete-orphan", order_by="ArticleTopic.topic_code")

    @property
    def is_published(self) -> bool:
        """Whether those it is meant for can read it."""
        return self.version > 0 and self.withdrawn_at is None


class ArticleVersion(db.Model):  # type: ignore[name-defined]
    """A text of an article as somebody saved it: append-only, but for the moment at which it is published."""

    __tablename__ = "article_versions"
    __table_args__ = (sa.UniqueConstraint("article_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(sa.ForeignKey("articles.id"))
    number: Mapped[int]  # 1, 2, 3 ... within the article
    title: Mapped[str]
    summary: Mapped[str]
    body: Mapped[str]
    keywords: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")  # what was changed, in the words of whoever changed it
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))  # none: it came with the desk
    saved_at: Mapped[datetime]
    published_at: Mapped[datetime | None]

    article: Mapped[Article] = relationship(back_populates="versions")
    author: Mapped[User | None] = relationship()


class ArticleTopic(db.Model):  # type: ignore[name-defined]
    """That an article answers what is asked under a topic."""

    __tablename__ = "article_topics"

    article_id: Mapped[int] = mapped_column(sa.ForeignKey("articles.id"), primary_key=True)
    topic_code: Mapped[str] = mapped_column(sa.ForeignKey("topics.code"), primary_key=True, index=True)


class ArticleFeedback(db.Model):  # type: ignore[name-defined]
    """An answer to "Did this answer it?"."""

    __tablename__ = "article_feedback"
    __table_args__ = (sa.Index("ix_article_feedback_article_id_at", "article_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(sa.ForeignKey("articles.id"))
    version: Mapped[int]  # that was read
    is_helpful: Mapped[bool]
    comment: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))  # none: a visitor

    article: Mapped[Article] = relationship()
    user: Mapped[User | None] = relationship()


class Video(db.Model):  # type: ignore[name-defined]
    """A learning video; without an address yet, the page says so."""

    __tablename__ = "videos"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(unique=True)
    summary: Mapped[str]
    url: Mapped[str] = mapped_column(default="")
    length_seconds: Mapped[int | None]
    transcript: Mapped[str] = mapped_column(default="")  # Markdown
    position: Mapped[int]
    withdrawn_at: Mapped[datetime | None]


class TrainingSession(db.Model):  # type: ignore[name-defined]
    """A training session at a time, joined through a link."""

    __tablename__ = "training_sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    summary: Mapped[str] = mapped_column(default="")
    language: Mapped[Language] = mapped_column(text_enum(Language, "language"), default=Language.ENGLISH)
    starts_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime]
    zone: Mapped[str] = mapped_column(default="America/New_York")  # in which its times are shown
    url: Mapped[str] = mapped_column(default="")
    canceled_at: Mapped[datetime | None]


class KnowledgeEvent(db.Model):  # type: ignore[name-defined]
    """One entry of the history of an article, a video or a session: append-only."""

    __tablename__ = "knowledge_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))  # none: the desk itself
    article_id: Mapped[int | None] = mapped_column(sa.ForeignKey("articles.id"), index=True)
    video_id: Mapped[int | None] = mapped_column(sa.ForeignKey("videos.id"), index=True)
    session_id: Mapped[int | None] = mapped_column(sa.ForeignKey("training_sessions.id"), index=True)
    act: Mapped[KnowledgeAct] = mapped_column(text_enum(KnowledgeAct, "act"))
    old: Mapped[dict[str, Any]] = mapped_column(Json)
    new: Mapped[dict[str, Any]] = mapped_column(Json)

    actor: Mapped[User | None] = relationship()
