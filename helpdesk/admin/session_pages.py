"""The training sessions in the hands of leads and administrators: announced, changed, canceled."""

from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for

from .. import clock
from ..accounts import parked
from ..accounts.sessions import the_user
from ..accounts.wording import label
from ..extensions import db
from ..knowledge import editing_sessions, history, history_wording
from ..knowledge.errors import SessionCanceled, StaleKnowledge
from ..knowledge.models import KnowledgeEvent, TrainingSession
from ..languages import gettext as _
from ..permissions import Permission, requires
from ..transaction import transaction
from .article_acts import seen_again
from .article_forms import WithdrawForm
from .article_pages import entries, id_in
from .blueprint import bp
from .hours_pages import Answer, typed
from .session_forms import SessionForm

ONE = "/sessions/<int(max=2147483647):training_id>"
ROWS = 25


@bp.get("/sessions")
@requires(Permission.EDIT_KNOWLEDGE)
def sessions() -> Answer:
    """The sessions to come, the next first; those that are over below, the latest first."""
    ahead = TrainingSession.ends_at > clock.now()
    coming = sa.select(TrainingSession).where(ahead).order_by(TrainingSession.starts_at, TrainingSession.id)
    before = id_in("before")
    past = sa.select(TrainingSession).where(~ahead).order_by(TrainingSession.id.desc()).limit(ROWS + 1)
    rows = list(db.session.scalars(past.where(TrainingSession.id < before) if before else past))
    return render_template(
        "admin/sessions.html",
        coming=list(db.session.scalars(coming)),
        past=rows[:ROWS],
        before=before,
        following=rows[ROWS - 1].id if len(rows) > ROWS else None,
        label=label,
    )


@bp.route("/sessions/add", methods=["GET", "POST"])
@requires(Permission.EDIT_KNOWLEDGE)
def add_session() -> Answer:
    """A new session."""
    if request.method != "POST":
        return render_template("admin/add_session.html", form=SessionForm(formdata=typed()))
    form = SessionForm()
    if not form.validate():
        return render_template("admin/add_session.html", form=form), 422
    if form.facts.ends_at <= clock.now():
        form.on.errors = [_("This session would be over already. Enter a day to come.")]
        return render_template("admin/add_session.html", form=form), 422
    with transaction():
        editing_sessions.add(form.facts, by=the_user())
        parked.forget(request.path)
    flash(_("The session is announced on Learn and on the page of training sessions."), "ok")
    return _to_sessions()


@bp.route(ONE, methods=["GET", "POST"])
@requires(Permission.EDIT_KNOWLEDGE)
def session(training_id: int) -> Answer:
    """What is said about a session, to be changed; its history below."""
    found = _session_of(training_id)
    if request.method != "POST":
        kept = typed()
        form = SessionForm(formdata=kept, zone=found.zone) if kept else SessionForm.of(found, seen=history.mark_of(found))
        return _page(form, found)
    form = SessionForm(zone=found.zone)
    if not form.validate():
        return _page(form, found), 422
    try:
        with transaction():
            is_other = editing_sessions.change(found, form.facts, seen=form.seen_version, by=the_user())
            parked.forget(request.path)
    except SessionCanceled:
        return _page(form, _session_of(training_id)), 409
    except StaleKnowledge as stale:
        found = _session_of(training_id)
        return _page(form, found, since=seen_again(form, found, stale)), 409
    flash(_("Saved.") if is_other else _("Nothing has been changed."), "ok" if is_other else "info")
    return _to_sessions()


@bp.route(f"{ONE}/cancel", methods=["GET", "POST"])
@requires(Permission.EDIT_KNOWLEDGE)
def cancel_session(training_id: int) -> Answer:
    """Ask before a session is canceled; then cancel it."""
    found = _session_of(training_id)
    if request.method != "POST":
        form = WithdrawForm(formdata=typed())
        form.version.data = str(history.mark_of(found))
        return _cancel_page(form, found)
    form = WithdrawForm()
    if not form.validate():
        return _cancel_page(form, found), 422
    try:
        with transaction():
            editing_sessions.cancel(found, reason=form.reason.data, seen=form.seen_version, by=the_user())
            parked.forget(request.path)
    except StaleKnowledge as stale:
        found = _session_of(training_id)
        return _cancel_page(form, found, since=seen_again(form, found, stale)), 409
    flash(_("The session is canceled."), "ok")
    return _to_sessions()


def _session_of(training_id: int) -> TrainingSession:
    found: TrainingSession = db.one_or_404(sa.select(TrainingSession).where(TrainingSession.id == training_id))
    return found


def _page(form: SessionForm, session: TrainingSession, *, since: list[KnowledgeEvent] | None = None) -> str:
    beside: dict[str, Any] = {"since": since or [], "history": entries(history.of(session)), "wording": history_wording}
    return render_template("admin/session.html", form=form, session=session, **beside)


def _cancel_page(form: WithdrawForm, session: TrainingSession, *, since: list[KnowledgeEvent] | None = None) -> str:
    beside: dict[str, Any] = {"since": since or [], "wording": history_wording}
    return render_template("admin/cancel_session.html", form=form, session=session, **beside)


def _to_sessions() -> Answer:
    return redirect(url_for("admin.sessions"), code=303)
