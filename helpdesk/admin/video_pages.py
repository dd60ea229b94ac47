"""The learning videos in the hands of leads and administrators: added, described, put in order, withdrawn and restored."""

from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from markupsafe import Markup

from ..accounts import parked
from ..accounts.models import Language
from ..accounts.sessions import the_user
from ..extensions import db
from ..knowledge import editing_videos, history, history_wording, rendering
from ..knowledge.errors import StaleKnowledge, TitleTaken
from ..knowledge.models import KnowledgeEvent, Video
from ..languages import gettext as _
from ..permissions import Permission, requires
from ..transaction import transaction
from .article_acts import seen_again
from .article_pages import entries
from .article_writing import PREVIEW
from .blueprint import bp
from .hours_pages import Answer, typed
from .people_forms import VersionedForm
from .video_forms import VideoForm

ONE = "/videos/<int(max=2147483647):video_id>"


@bp.get("/videos")
@requires(Permission.EDIT_KNOWLEDGE)
def videos() -> Answer:
    """Every video in its place; those withdrawn below."""
    every = list(db.session.scalars(sa.select(Video).order_by(Video.position, Video.id)))
    shown, withdrawn = [v for v in every if v.withdrawn_at is None], [v for v in every if v.withdrawn_at is not None]
    return render_template("admin/videos.html", shown=shown, withdrawn=withdrawn)


@bp.route("/videos/add", methods=["GET", "POST"])
@requires(Permission.EDIT_KNOWLEDGE)
def add_video() -> Answer:
    """A new video, behind the others."""
    if request.method != "POST":
        return render_template("admin/add_video.html", form=VideoForm(formdata=typed()), preview=None)
    form = VideoForm()
    if request.form.get("then") == PREVIEW:
        return render_template("admin/add_video.html", form=form, preview=_preview_of(form))
    if not form.validate():
        return render_template("admin/add_video.html", form=form, preview=None), 422
    try:
        with transaction():
            editing_videos.add(form.facts, by=the_user())
            parked.forget(request.path)
    except TitleTaken:
        form.title.errors = [_("Another video has this title, perhaps a withdrawn one.")]
        return render_template("admin/add_video.html", form=form, preview=None), 409
    flash(_("The video is on the page, behind the others."), "ok")
    return _to_videos()


@bp.route(ONE, methods=["GET", "POST"])
@requires(Permission.EDIT_KNOWLEDGE)
def video(video_id: int) -> Answer:
    """What is said about a video, to be changed; its history below."""
    found = _video_of(video_id)
    if request.method != "POST":
        kept = typed()
        return _page(VideoForm(formdata=kept) if kept else VideoForm.of(found, seen=history.mark_of(found)), found)
    form = VideoForm()
    if request.form.get("then") == PREVIEW:
        return _page(form, found, preview=_preview_of(form))
    if not form.validate():
        return _page(form, found), 422
    try:
        with transaction():
            is_other = editing_videos.change(found, form.facts, seen=form.seen_version, by=the_user())
            parked.forget(request.path)
    except TitleTaken:
        form.title.errors = [_("Another video has this title, perhaps a withdrawn one.")]
        return _page(form, _video_of(video_id)), 409
    except StaleKnowledge as stale:
        found = _video_of(video_id)
        return _page(form, found, since=seen_again(form, found, stale)), 409
    flash(_("Saved.") if is_other else _("Nothing has been changed."), "ok" if is_other else "info")
    return _to_videos()


@bp.route(f"{ONE}/withdraw", methods=["GET", "POST"])
@requires(Permission.EDIT_KNOWLEDGE)
def withdraw_video(video_id: int) -> Answer:
    """Ask before a video is taken off the page; then take it off."""
    found, form = _video_of(video_id), VersionedForm()
    if request.method != "POST":
        form.version.data = str(history.mark_of(found))
        return _withdraw_page(form, found)
    try:
        with transaction():
            editing_videos.withdraw(found, seen=form.seen_version, by=the_user())
    except StaleKnowledge as stale:
        found = _video_of(video_id)
        return _withdraw_page(form, found, since=seen_again(form, found, stale)), 409
    flash(_("The video is withdrawn. It can be restored from this page."), "ok")
    return _to_videos()


@bp.post(f"{ONE}/restore")
@requires(Permission.EDIT_KNOWLEDGE)
def restore_video(video_id: int) -> Answer:
    """Show a withdrawn video again."""
    found = _video_of(video_id)
    with transaction():
        editing_videos.restore(found, by=the_user())
    flash(_("The video is on the page again, behind the others."), "ok")
    return _to_videos()


@bp.post(f"{ONE}/move")
@requires(Permission.EDIT_KNOWLEDGE)
def move_video(video_id: int) -> Answer:
    """Let a video change places with the one above or below."""
    found = _video_of(video_id)
    with transaction():
        editing_videos.move(found, up=request.form.get("where") == "up", by=the_user())
    return _to_videos()


def _video_of(video_id: int) -> Video:
    found: Video = db.one_or_404(sa.select(Video).where(Video.id == video_id))
    return found


def _preview_of(form: VideoForm) -> Markup:
    return rendering.html_of(form.transcript.data or "", Language.ENGLISH)


def _page(form: VideoForm, video: Video, *, preview: Markup | None = None, since: list[KnowledgeEvent] | None = None) -> str:
    beside: dict[str, Any] = {"since": since or [], "history": entries(history.of(video)), "wording": history_wording}
    return render_template("admin/video.html", form=form, video=video, preview=preview, **beside)


def _withdraw_page(form: VersionedForm, video: Video, *, since: list[KnowledgeEvent] | None = None) -> str:
    beside: dict[str, Any] = {"since": since or [], "wording": history_wording}
    return render_template("admin/withdraw_video.html", form=form, video=video, **beside)


def _to_videos() -> Answer:
    return redirect(url_for("admin.videos"), code=303)
