"""Articles, learning videos and training sessions, as rows that an administrator can change."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from ..extensions import db


class Article(db.Model):  # type: ignore[name-defined]
    """A page of Learn, written in Markdown."""

    __tablename__ = "articles"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    summary: Mapped[str]
    body: Mapped[str]
    position: Mapped[int]
    on_home: Mapped[bool] = mapped_column(default=False)  # among "Answers people look for"
    updated_at: Mapped[datetime]


class Video(db.Model):  # type: ignore[name-defined]
    """A learning video; without an address yet, the page says so."""

    __tablename__ = "videos"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(unique=True)
    summary: Mapped[str]
    url: Mapped[str] = mapped_column(default="")
    position: Mapped[int]


class TrainingSession(db.Model):  # type: ignore[name-defined]
    """A training session at a time, joined through a link."""

    __tablename__ = "training_sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    summary: Mapped[str] = mapped_column(default="")
    starts_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime]
    url: Mapped[str] = mapped_column(default="")
