"""What leads and administrators do with an article: place it, publish it, read it again, withdraw it and bring it back."""

from datetime import date, timedelta

import sqlalchemy as sa
from flask import flash, render_template, request, url_for

from ..accounts import parked
from ..accounts.sessions import the_user
from ..extensions import db
from ..intake import queries as intake
from ..knowledge import editing, history, history_wording, publishing
from ..knowledge.errors import AlreadyPublished, StaleKnowledge
from ..knowledge.history import Subject
from ..knowledge.models import Article, Audience, KnowledgeEvent
from ..languages import gettext as _
from ..permissions import Permission, requires
from ..transaction import transaction
from .article_forms import PlacementForm, ReviewForm, WithdrawForm
from .article_pages import ONE, VERSION, article_of, differences_of, version_of
from .article_writing import to_article
from .blueprint import bp
from .hours_pages import Answer, today, typed
from .people_forms import VersionedForm

A_YEAR = timedelta(days=365)


@bp.route(f"{ONE}/place", methods=["GET", "POST"])
@requires(Permission.EDIT_KNOWLEDGE)
def place_article(article_id: int) -> Answer:
    """What stands beside the text."""
    article, topics = article_of(article_id), intake.topics()
    if request.method != "POST":
        kept = typed()
        form = PlacementForm(topics, formdata=kept) if kept else PlacementForm.of(article, topics, seen=history.mark_of(article))
        return _place_page(form, article)
    form = PlacementForm(topics)
    if not form.validate():
        return _place_page(form, article), 422
    try:
        with transaction():
            is_other = editing.place(article, form.placement, seen=form.seen_version, by=the_user())
            parked.forget(request.path)
    except StaleKnowledge as stale:
        article = article_of(article_id)
        return _place_page(form, article, since=seen_again(form, article, stale)), 409
    flash(_("Saved.") if is_other else _("Nothing has been changed."), "ok" if is_other else "info")
    return to_article(article_id)


@bp.route(f"{ONE}/review", methods=["GET", "POST"])
@requires(Permission.EDIT_KNOWLEDGE)
def review_article(article_id: int) -> Answer:
    """Write down that the article was read and found right, and when it is to be read again."""
    article = article_of(article_id)
    if request.method != "POST":
        return _review_page(_review_form(article), article)
    form = ReviewForm(today=today())
    if not form.validate():
        return _review_page(form, article), 422
    try:
        with transaction():
            editing.mark_reviewed(article, next_on=form.review_on.data, seen=form.seen_version, by=the_user())
            parked.forget(request.path)
    except StaleKnowledge as stale:
        article = article_of(article_id)
        return _review_page(form, article, since=seen_again(form, article, stale)), 409
    flash(_("Written down: you have read it and found it right."), "ok")
    return to_article(article_id)


@bp.route(f"{VERSION}/publish", methods=["GET", "POST"])
@requires(Permission.EDIT_KNOWLEDGE)
def publish_article(article_id: int, version: int) -> Answer:
    """Ask before a version is published, showing what changes for readers; then publish it."""
    article = article_of(article_id)
    version_of(article, version)
    if request.method != "POST":
        return _publish_page(_review_form(article), article, version)
    form = ReviewForm(today=today())
    if not form.validate():
        return _publish_page(form, article, version), 422
    try:
        with transaction():
            review_on, seen = form.review_on.data, form.seen_version
            publishing.publish(article, version, review_on=review_on, seen=seen, by=the_user())
            parked.forget(request.path)
    except AlreadyPublished:
        flash(_("Version %(number)s is published already.", number=version), "info")
        return to_article(article_id)
    except StaleKnowledge as stale:
        article = article_of(article_id)
        return _publish_page(form, article, version, since=seen_again(form, article, stale)), 409
    if article_of(article_id).audience is Audience.PUBLIC:
        flash(_("Version %(number)s is published: everybody can read it now.", number=version), "ok")
    else:
        flash(_("Version %(number)s is published: people of the desk can read it now.", number=version), "ok")
    return to_article(article_id)


@bp.route(f"{ONE}/withdraw", methods=["GET", "POST"])
@requires(Permission.EDIT_KNOWLEDGE)
def withdraw_article(article_id: int) -> Answer:
    """Ask before an article is withdrawn, naming which others lead to it; then withdraw it."""
    article = article_of(article_id)
    if request.method != "POST":
        form = WithdrawForm(formdata=typed())
        form.version.data = str(history.mark_of(article))
        return _withdraw_page(form, article)
    form = WithdrawForm()
    if not form.validate():
        return _withdraw_page(form, article), 422
    try:
        with transaction():
            publishing.withdraw(article, reason=form.reason.data, seen=form.seen_version, by=the_user())
            parked.forget(request.path)
    except StaleKnowledge as stale:
        article = article_of(article_id)
        return _withdraw_page(form, article, since=seen_again(form, article, stale)), 409
    flash(_("The article is withdrawn. It can be restored from this page."), "ok")
    return to_article(article_id)


@bp.post(f"{ONE}/restore")
@requires(Permission.EDIT_KNOWLEDGE)
def restore_article(article_id: int) -> Answer:
    """Bring a withdrawn article back as it was."""
    article = article_of(article_id)
    with transaction():
        publishing.restore(article, by=the_user())
    flash(_("The article is back as it was."), "ok")
    return to_article(article_id)


def seen_again(form: VersionedForm, subject: Subject, stale: StaleKnowledge) -> list[KnowledgeEvent]:
    """What others have changed meanwhile; the form counts as having been shown after that."""
    form.version.data = str(history.mark_of(subject))
    return history.since(subject, stale.since)


def in_a_year() -> date:
    """The day on which what is found right today is read again."""
    return today() + A_YEAR


def _review_form(article: Article) -> ReviewForm:
    form = ReviewForm(today=today(), formdata=typed(), data={"review_on": in_a_year()})
    form.version.data = str(history.mark_of(article))
    return form


def _place_page(form: PlacementForm, article: Article, *, since: list[KnowledgeEvent] | None = None) -> str:
    return render_template("admin/place_article.html", form=form, article=article, since=since or [], wording=history_wording)


def _review_page(form: ReviewForm, article: Article, *, since: list[KnowledgeEvent] | None = None) -> str:
    return render_template("admin/review_article.html", form=form, article=article, since=since or [], wording=history_wording)


def _publish_page(form: ReviewForm, article: Article, number: int, *, since: list[KnowledgeEvent] | None = None) -> str:
    shown = version_of(article, number)
    before = publishing.version_of(article, article.version) if article.version else None
    return render_template(
        "admin/publish_article.html",
        form=form,
        article=article,
        shown=shown,
        before=before,
        differences=differences_of(before, shown) if before else [],
        is_read=article.is_published and article.version == number,
        is_public=article.audience is Audience.PUBLIC,
        since=since or [],
        wording=history_wording,
    )


def _withdraw_page(form: WithdrawForm, article: Article, *, since: list[KnowledgeEvent] | None = None) -> str:
    address = url_for("portal.article", slug=article.slug)
    leads = Article.body.contains(f"({address})", autoescape=True) | Article.body.contains(f"({address}#", autoescape=True)
    leading = sa.select(Article).where(leads, Article.id != article.id, Article.withdrawn_at.is_(None)).order_by(Article.position)
    return render_template(
        "admin/withdraw_article.html",
        form=form,
        article=article,
        leading=list(db.session.scalars(leading)),
        since=since or [],
        wording=history_wording,
    )
