"""Bring the articles and videos that the desk ships with into the database."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from .. import clock
from ..accounts.models import Language
from ..extensions import db
from .models import Article, ArticleTopic, ArticleVersion, Section, Video

REFERENCE = Path(__file__).parents[1] / "reference"
FENCE = "+++"


class ArticleUnreadable(ValueError):
    """An article file does not begin with its TOML header between two lines of +++."""


@dataclass(frozen=True)
class ArticleFile:
    """An article as it lies in a file: its header, and its text in Markdown."""

    slug: str
    language: Language
    header: dict[str, Any]
    body: str


def load_reference() -> dict[str, int]:
    """Add the articles and videos that are missing; what is there, perhaps edited, stays. Returns how many were added."""
    return {"articles": _add_articles(), "videos": _add_videos()}


def read_article(file: Path) -> ArticleFile:
    """Read an article file: `slug.md` in English, `slug.es.md` in Spanish. Raises ArticleUnreadable."""
    before, fence, rest = file.read_text(encoding="utf-8").partition(f"{FENCE}\n")
    header, second, body = rest.partition(f"{FENCE}\n")
    if before or not fence or not second:
        raise ArticleUnreadable(file.name)
    slug, _dot, language = file.stem.partition(".")
    return ArticleFile(slug=slug, language=Language(language or "en"), header=tomllib.loads(header), body=body.strip() + "\n")


def _add_articles() -> int:
    known = {(slug, language) for slug, language in db.session.execute(sa.select(Article.slug, Article.language))}
    files = [read_article(file) for file in sorted((REFERENCE / "articles").glob("*.md"))]
    fresh = [_article(file) for file in files if (file.slug, file.language) not in known]
    db.session.add_all(fresh)
    db.session.flush()
    return len(fresh)


def _article(file: ArticleFile) -> Article:
    """An article that comes with the desk, published as its first version."""
    header, at = {**file.header}, clock.now()
    topics, section = header.pop("topics", []), Section(header.pop("section", "start"))
    text = {"title": header["title"], "summary": header["summary"], "keywords": header.get("keywords", ""), "body": file.body}
    article = Article(
        slug=file.slug, language=file.language, section=section, version=1, published_at=at, updated_at=at, **{**header, **text}
    )
    article.topics = [ArticleTopic(topic_code=code) for code in topics]
    article.versions = [ArticleVersion(number=1, saved_at=at, published_at=at, **text)]
    return article


def _add_videos() -> int:
    known = set(db.session.scalars(sa.select(Video.title)))
    listed = tomllib.loads((REFERENCE / "videos.toml").read_text(encoding="utf-8"))["videos"]
    fresh = [Video(position=place, **video) for place, video in enumerate(listed, start=1) if video["title"] not in known]
    db.session.add_all(fresh)
    db.session.flush()
    return len(fresh)
