"""The articles of the desk as its people see them: the list, one article with its versions and history, one version."""

from typing import Any

import sqlalchemy as sa
from flask import render_template, request
from sqlalchemy.orm import defer, joinedload

from ..accounts.models import Language
from ..accounts.sessions import the_user
from ..accounts.wording import label
from ..cases import queries as cases
from ..cases.models import Case
from ..extensions import db
from ..intake.models import Topic
from ..knowledge import differences, editing, history, history_wording, publishing, rendering
from ..knowledge.errors import NoSuchVersion
from ..knowledge.models import Article, ArticleFeedback, ArticleVersion, KnowledgeEvent, Section
from ..languages import lazy_gettext as _l
from ..permissions import Permission, may, requires
from ..typed_text import number_in
from . import article_search
from .article_search import Search, State
from .blueprint import bp
from .hours_pages import Answer, today

ENTRIES = 20  # of a history, or comments, on a page
ONE = "/articles/<int(max=2147483647):article_id>"
VERSION = f"{ONE}/versions/<int(max=2147483647):version>"
STATES = {
    State.DRAFT: _l("Draft"),
    State.PUBLISHED: _l("Published"),
    State.CHANGED: _l("Published, newer draft"),
    State.WITHDRAWN: _l("Withdrawn"),
}


@bp.get("/articles")
@requires(Permission.DRAFT_KNOWLEDGE)
def articles() -> Answer:
    """One page of the articles, in their places."""
    search, after = Search.asked_for(request.args), id_in("after")
    rows, following = article_search.page(search, today=today(), after=after)
    return render_template(
        "admin/articles.html",
        rows=rows,
        search=search,
        after=after,
        following=following,
        states=STATES,
        sections=list(Section),
        audiences=history_wording.AUDIENCES,
        languages=list(Language),
        label=label,
        today=today(),
        may_edit=may(the_user(), Permission.EDIT_KNOWLEDGE),
    )


@bp.get(ONE)
@requires(Permission.DRAFT_KNOWLEDGE)
def article(article_id: int) -> Answer:
    """One article: what people read, what stands beside it, its versions, what readers say, its history."""
    found = article_of(article_id)
    newest = editing.newest_version(found)
    siblings = sa.select(Article).where(Article.slug == found.slug, Article.id != found.id)
    others = {other.language: other for other in db.session.scalars(siblings)}
    topics = sa.select(Topic.name).where(Topic.code.in_(editing.topics_of(found))).order_by(Topic.position)
    return render_template(
        "admin/article.html",
        article=found,
        newest=newest,
        state=article_search.state_of(found, newest=newest.number),
        states=STATES,
        body=rendering.body_of(found),
        languages=[(language, others.get(language)) for language in Language if language != found.language],
        topics=list(db.session.scalars(topics)),
        origin=_origin_of(found),
        versions=_versions_of(found),
        answers=db.session.execute(sa.select(*_counts()).where(Article.id == found.id)).one(),
        comments=_comments_on(found),
        history=entries(history.of(found)),
        wording=history_wording,
        label=label,
        today=today(),
        may_edit=may(the_user(), Permission.EDIT_KNOWLEDGE),
    )


@bp.get(VERSION)
@requires(Permission.DRAFT_KNOWLEDGE)
def article_version(article_id: int, version: int) -> Answer:
    """One version as readers would see it, and how it differs from another."""
    found = article_of(article_id)
    shown = version_of(found, version)
    numbers = list(
        db.session.scalars(sa.select(ArticleVersion.number).filter_by(article_id=found.id).order_by(ArticleVersion.number))
    )
    other = _compared_with(found, shown, numbers)
    return render_template(
        "admin/article_version.html",
        article=found,
        shown=shown,
        other=other,
        numbers=[number for number in numbers if number != shown.number],
        differences=differences_of(other, shown) if other else [],
        body=rendering.html_of(shown.body, found.language),
        label=label,
        may_edit=may(the_user(), Permission.EDIT_KNOWLEDGE),
    )


def article_of(article_id: int) -> Article:
    """The article; 404 where there is none."""
    found: Article = db.one_or_404(sa.select(Article).where(Article.id == article_id))
    return found


def version_of(article: Article, number: int) -> ArticleVersion:
    """A version of the article; 404 where there is none of this number."""
    try:
        return publishing.version_of(article, number)
    except NoSuchVersion:
        missing: ArticleVersion = db.first_or_404(sa.select(ArticleVersion).where(sa.false()))
        return missing


def differences_of(old: ArticleVersion, new: ArticleVersion) -> list[tuple[Any, list[differences.Line]]]:
    """What differs from one version to another: the name of the part, and its lines."""
    parts = (
        (_l("Title"), old.title, new.title),
        (_l("Summary"), old.summary, new.summary),
        (_l("Text"), old.body, new.body),
    )
    return [(name, lines) for name, before, after in parts if (lines := differences.between(before, after))]


def entries(found: sa.Select[KnowledgeEvent]) -> dict[str, Any]:
    """A page of a history, newest first, and the id to go on from."""
    before = id_in("before")
    rows = list(db.session.scalars((found.where(KnowledgeEvent.id < before) if before else found).limit(ENTRIES + 1)))
    return {"entries": rows[:ENTRIES], "before": before, "following": rows[ENTRIES - 1].id if len(rows) > ENTRIES else None}


def id_in(name: str) -> int | None:
    """The id that a parameter of the address names; what is none is left aside."""
    return number_in(request.args.get(name)) or None


def _counts() -> tuple[Any, ...]:
    return article_search.feedback(is_helpful=True).label("yes"), article_search.feedback(is_helpful=False).label("no")


def _origin_of(article: Article) -> Case | None:
    """The case that the article was begun from, for whoever may see that case."""
    if article.origin_case_id is None:
        return None
    return db.session.scalar(cases.visible_to(the_user()).where(Case.id == article.origin_case_id))


def _versions_of(article: Article) -> list[ArticleVersion]:
    """Every version, the newest first, without its text."""
    found = sa.select(ArticleVersion).where(ArticleVersion.article_id == article.id).order_by(ArticleVersion.number.desc())
    return list(db.session.scalars(found.options(joinedload(ArticleVersion.author), defer(ArticleVersion.body))))


def _comments_on(article: Article) -> dict[str, Any]:
    """A page of what readers wrote, newest first."""
    below = id_in("below")
    found = sa.select(ArticleFeedback).where(ArticleFeedback.article_id == article.id, ArticleFeedback.comment != "")
    found = found.order_by(ArticleFeedback.id.desc()).limit(ENTRIES + 1)
    rows = list(db.session.scalars(found.where(ArticleFeedback.id < below) if below else found))
    return {"entries": rows[:ENTRIES], "below": below, "following": rows[ENTRIES - 1].id if len(rows) > ENTRIES else None}


def _compared_with(article: Article, shown: ArticleVersion, numbers: list[int]) -> ArticleVersion | None:
    """The version that is asked for; else the published one, else the one before."""
    asked = id_in("against")
    others = [number for number in numbers if number != shown.number]
    if not others:
        return None
    earlier = [number for number in others if number < shown.number]
    fallback = article.version if article.version in others else (earlier or others)[-1]
    return publishing.version_of(article, asked if asked in others else fallback)
