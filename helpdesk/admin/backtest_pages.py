"""Back-tests of the routing rules: asked for, watched while they run, and what they have found."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from sqlalchemy.orm import defer
from werkzeug.wrappers import Response

from .. import clock
from ..accounts import parked
from ..accounts.sessions import the_user
from ..extensions import db
from ..languages import gettext as _
from ..permissions import Permission, requires
from ..routing import backtests as jobs
from ..routing import drafting
from ..routing.backtesting import Result
from ..routing.models import Backtest, BacktestState, RuleSetVersion
from ..routing.queries import versions
from ..transaction import transaction
from ..typed_text import number_in
from . import backtest_tables as tables
from . import backtest_wording as wording
from .backtest_forms import DRAFT, AskForm
from .blueprint import bp
from .hours_pages import Answer, today, typed

ON_A_PAGE = 20
VERSIONS = 30  # that can be chosen
FIRST_CASES, CASES, WEEKS = 10, 50, 52  # on a page
SCHEDULER_BEGINS_WITHIN = timedelta(minutes=1)
ONE = "/rules/backtests/<int(max=2147483647):backtest_id>"


@bp.get("/rules/backtests")
@requires(Permission.SEE_RULES)
def backtests() -> Answer:
    """Ask for a back-test, and every one there is, the latest first."""
    return _list_page(_ask_form(AskForm(formdata=typed(), today=today())))


@bp.post("/rules/backtests")
@requires(Permission.SEE_RULES)
def ask_backtest() -> Answer:
    """Queue a back-test; one that waits already and was asked for just so is shown instead."""
    form = _ask_form(AskForm(today=today()))
    if not form.validate():
        return _list_page(form), 422
    draft, version = drafting.the_draft(), number_in(form.rules.data)
    kept = draft if form.rules.data == DRAFT else db.session.get(RuleSetVersion, version)
    if kept is None:
        abort(404)
    asked: dict[str, Any] = {"since": form.span.since, "until": form.span.until}
    with transaction():
        job = jobs.waiting_like(kept.rules, **asked)
        if job is None:
            job = jobs.ask(kept.rules, **asked, of_version=version, by=the_user(), at=clock.now())
        parked.forget(request.path)
        number = job.id
    return _to(number)


@bp.get(ONE)
@requires(Permission.SEE_RULES)
def backtest(backtest_id: int) -> Answer:
    """How far it is, or what it has found: in words, then in tables."""
    job = _job(backtest_id)
    about: dict[str, Any] = {}
    if job.result is not None:
        result, names = Result.read(job.result), tables.team_names()
        first = tables.moved_cases(result.listed[:FIRST_CASES], names, tables.titles_of_rules(job))
        about = {
            "result": result,
            "sentences": list(wording.sentences(result)),
            "names": names,
            "teams": tables.matrix(result.teams),
            "loads": [(load, tables.busiest(result, load.code)) for load in tables.loads(result, names)],
            "priorities": tables.all_priorities(result),
            "target_changes": tables.target_changes(result),
            "moved": list(first),
        }
    return _page(
        "backtest", job, **about, is_silent=jobs.is_silent(job, at=clock.now()), is_late=_is_late(job), is_stale=_is_stale(job)
    )


@bp.get(f"{ONE}/progress")
@requires(Permission.SEE_RULES)
def backtest_progress(backtest_id: int) -> Response:
    """How far it is, for the script of its page."""
    job: Backtest = db.one_or_404(jobs.latest().where(Backtest.id == backtest_id))
    is_over = job.state not in jobs.WAITING
    return jsonify(done=job.done, total=job.total or 0, words=wording.standing(job), is_over=is_over)


@bp.get(f"{ONE}/cases")
@requires(Permission.SEE_RULES)
def backtest_cases(backtest_id: int) -> Answer:
    """The cases that would have gone to another team, a page at a time."""
    job, result = _with_result(backtest_id)
    shown = _part(len(result.listed), CASES)
    moved = tables.moved_cases(result.listed[shown.start : shown.stop], tables.team_names(), tables.titles_of_rules(job))
    return _page("backtest_cases", job, result=result, moved=list(moved), shown=shown, per_page=CASES, all=len(result.listed))


@bp.get(f"{ONE}/load/<code>")
@requires(Permission.SEE_RULES)
def backtest_load(backtest_id: int, code: str) -> Answer:
    """How many cases a team got each week, and would have got."""
    job, result = _with_result(backtest_id)
    if code not in result.load:
        abort(404)
    weeks = tables.weeks(result, code)
    shown, names = _part(len(weeks), WEEKS), tables.team_names()
    return _page(
        "backtest_load",
        job,
        team=names.get(code, code),
        code=code,
        weeks=weeks[shown.start : shown.stop],
        shown=shown,
        per_page=WEEKS,
        all=len(weeks),
    )


@bp.post(f"{ONE}/cancel")
@requires(Permission.SEE_RULES)
def cancel_backtest(backtest_id: int) -> Answer:
    """End it."""
    _job(backtest_id)
    with transaction():
        is_canceled = jobs.cancel(backtest_id, at=clock.now())
    flash(
        _("It is canceled; a process that runs it ends within seconds.") if is_canceled else _("It was over already."),
        "ok" if is_canceled else "info",
    )
    return _to(backtest_id)


@bp.post(f"{ONE}/again")
@requires(Permission.SEE_RULES)
def repeat_backtest(backtest_id: int) -> Answer:
    """Queue the same once more, as another back-test."""
    _job(backtest_id)
    with transaction():
        number = jobs.again(db.session.get_one(Backtest, backtest_id), by=the_user(), at=clock.now()).id
    return _to(number)


def _ask_form(form: AskForm) -> AskForm:
    newest = db.session.scalars(versions().options(defer(RuleSetVersion.rules), defer(RuleSetVersion.golden)).limit(VERSIONS))
    form.offer(list(newest), has_draft=drafting.the_draft() is not None)
    return form


def _list_page(form: AskForm) -> str:
    before = number_in(request.args.get("before"))
    wanted = jobs.latest().add_columns(*jobs.FIGURES).limit(ON_A_PAGE + 1)
    rows = db.session.execute(wanted.where(Backtest.id < before) if before else wanted).all()
    return render_template(
        "admin/backtests.html",
        form=form,
        rows=rows[:ON_A_PAGE],
        before=before,
        following=rows[ON_A_PAGE - 1][0].id if len(rows) > ON_A_PAGE else None,
        words=wording,
        states=wording.STATES,
    )


def _page(name: str, job: Backtest, **about: Any) -> str:
    """A page about one back-test."""
    return render_template(f"admin/{name}.html", job=job, words=wording, state=wording.STATES[job.state], **about)


def _to(number: int) -> Response:
    return redirect(url_for("admin.backtest", backtest_id=number), code=303)


def _job(number: int) -> Backtest:
    found: Backtest = db.one_or_404(jobs.one(number))
    return found


def _with_result(number: int) -> tuple[Backtest, Result]:
    job = _job(number)
    if job.result is None:
        abort(404)
    return job, Result.read(job.result)


def _part(all_there_are: int, per_page: int) -> range:
    """The part of a list that the address asks for."""
    start = min(number_in(request.args.get("start")) or 0, max(all_there_are - 1, 0)) // per_page * per_page
    return range(start, min(start + per_page, all_there_are))


def _is_late(job: Backtest) -> bool:
    """Whether it should have begun by now: it waits, and no other runs."""
    if job.state is not BacktestState.QUEUED or clock.now() - job.asked_at < SCHEDULER_BEGINS_WITHIN:
        return False
    runs = sa.select(Backtest.id).where(Backtest.state == BacktestState.RUNNING)
    return db.session.scalar(runs) is None


def _is_stale(job: Backtest) -> bool:
    """Whether it was of the draft, and the draft says something else by now."""
    draft = drafting.the_draft() if job.asked_by is not None and job.of_version is None else None
    return draft is not None and draft.rules != job.rules
