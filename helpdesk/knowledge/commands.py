"""Bring the articles and videos that the desk ships with into the database."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from .. import clock
from ..extensions import db
from .models import Article, Video

REFERENCE = Path(__file__).parents[1] / "reference"
FENCE = "+++"


class ArticleUnreadable(ValueError):
    """An article file does not begin with its TOML header between two lines of +++."""


@dataclass(frozen=True)
class ArticleFile:
    """An article as it lies in a file: its header, and its text in Markdown."""

    slug: str
    header: dict[str, Any]
    body: str


def load_reference() -> dict[str, int]:
    """Add the articles and videos that are missing; what is there, perhaps edited, stays. Returns how many were added."""
    return {"articles": _add_articles(), "videos": _add_videos()}


def read_article(file: Path) -> ArticleFile:
    """Read an article file; its name is the slug. Raises ArticleUnreadable."""
    before, fence, rest = file.read_text(encoding="utf-8").partition(f"{FENCE}\n")
    header, second, body = rest.partition(f"{FENCE}\n")
    if before or not fence or not second:
        raise ArticleUnreadable(file.name)
    return ArticleFile(slug=file.stem, header=tomllib.loads(header), body=body.strip() + "\n")


def _add_articles() -> int:
    known = set(db.session.scalars(sa.select(Article.slug)))
    files = [read_article(file) for file in sorted((REFERENCE / "articles").glob("*.md"))]
    fresh = [
        Article(slug=file.slug, body=file.body, updated_at=clock.now(), **file.header) for file in files if file.slug not in known
    ]
    db.session.add_all(fresh)
    db.session.flush()
    return len(fresh)


def _add_videos() -> int:
    known = set(db.session.scalars(sa.select(Video.title)))
    listed = tomllib.loads((REFERENCE / "videos.toml").read_text(encoding="utf-8"))["videos"]
    fresh = [Video(position=place, **video) for place, video in enumerate(listed, start=1) if video["title"] not in known]
    db.session.add_all(fresh)
    db.session.flush()
    return len(fresh)
