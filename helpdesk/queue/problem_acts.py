"""Known problems: said, shown with their cases, resolved by one note that leaves in many mails, and ended."""

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from ..accounts import parked
from ..accounts.sessions import the_user
from ..cases import problems as known
from ..cases import queries as cases
from ..cases import waves
from ..cases.models import Case, ResolutionCode, Status
from ..cases.numbers import number_of
from ..cases.problems import MOST_AT_ONCE, KnownProblem, ProblemEnded
from ..cases.waves import ProblemWave, Shown
from ..cases.wording import event_sentence
from ..extensions import db
from ..languages import gettext as _
from ..permissions import Permission, requires
from ..transaction import transaction
from ..typed_text import number_in
from . import bulk_preview, problem_wording, wording
from .blueprint import bp
from .bulk_forms import chosen_in
from .mail_acts import case_of
from .problem_forms import ProblemForm, WaveForm

Answer = str | Response | tuple[str, int]
MOST_LISTED = 50


@bp.get("/problems")
@requires(Permission.SEE_QUEUE)
def problems() -> Answer:
    """The known problems, those that are not over first."""
    return render_template("queue/problems.html", problems=known.latest(MOST_LISTED))


@bp.get("/problems/new")
@requires(Permission.WORK_ON_CASES)
def new_problem() -> Answer:
    """Ask what is out of order."""
    typed = parked.fields_for(request.path)
    return _new_page(ProblemForm(MultiDict(typed) if typed else None, topics=_topics()))


@bp.post("/problems/new")
@requires(Permission.WORK_ON_CASES)
def declare_problem() -> Answer:
    """Say that it is known: the form of its topics says so from now on."""
    form = ProblemForm(topics=_topics())
    if not form.validate():
        return _new_page(form), 422
    with transaction():
        problem_id = known.declare(form.draft, by=the_user()).id
        parked.forget(request.path)
    flash(_("Said. The form of its topics shows it from now on."), "ok")
    return redirect(url_for(".problem", problem_id=problem_id), code=303)


@bp.get("/problems/<int(max=2147483647):problem_id>")
@requires(Permission.SEE_QUEUE)
def problem(problem_id: int) -> Answer:
    """One problem: its cases, those that look like it, and what came of its notes."""
    return _page(problem_of(problem_id))


@bp.post("/problems/<int(max=2147483647):problem_id>")
@requires(Permission.WORK_ON_CASES)
def change_problem(problem_id: int) -> Answer:
    """Tie cases to it."""
    try:
        _tie(problem_of(problem_id))
    except ProblemEnded:
        flash(_("It is over already."), "info")
    return redirect(url_for(".problem", problem_id=problem_id), code=303)


@bp.post("/cases/<number>/tie")
@requires(Permission.WORK_ON_CASES)
def change_tie(number: str) -> Answer:
    """Tie one case to a problem, or untie it."""
    case = case_of(number)
    found = db.session.get(KnownProblem, number_in(request.form.get("problem")) or 0)
    done = ""
    try:
        with transaction():
            if "untie" in request.form and known.untie(case, by=the_user()):
                done = _("It is tied to no known problem now.")
            elif found is not None and known.tie(found, [case], by=the_user()):
                done = _("It is tied to “%(title)s”.", title=found.title)
    except ProblemEnded:
        done = ""
    flash(done or _("Nothing has changed."), "ok" if done else "info")
    return redirect(url_for(".case", number=case.number, _anchor="related"), code=303)


@bp.get("/problems/<int(max=2147483647):problem_id>/resolve")
@requires(Permission.WORK_ON_CASES)
def ask_wave(problem_id: int) -> Answer:
    """Ask for the one note, and show each case with its mail."""
    typed = parked.fields_for(request.path)
    return _wave_page(problem_of(problem_id), WaveForm(MultiDict(typed) if typed else None))


@bp.post("/problems/<int(max=2147483647):problem_id>/resolve")
@requires(Permission.WORK_ON_CASES)
def resolve_wave(problem_id: int) -> Answer:
    """Write down that the cases that were chosen are resolved; the scheduler goes through them."""
    found, form = problem_of(problem_id), WaveForm()
    if not form.validate():
        return _wave_page(found, form), 422
    code, texts = ResolutionCode(form.code.data), {"note": form.note.data, "note_es": form.note_es.data or ""}
    ticked, (_last, latest_entry) = _ticked_as_shown(), _rest()
    try:
        with transaction():
            shown = Shown(ticked, latest_entry)
            wave = waves.begin_wave(found, _to_resolve(found), by=the_user(), code=code, shown=shown, **texts)
            left_out = len(ticked) - waves.number_among(wave, ticked)
            parked.forget(request.path)
    except waves.NothingToResolve:
        form.form_errors.append(_("No case is left to resolve: tick one, unless each waits for a note already."))
        return _wave_page(found, form), 422
    flash(_("Begun. What came of each case stands below; by mail: %(leaves)s", leaves=wording.mail_told()), "ok")
    if left_out:
        said = ngettext(
            "%(num)s of the ticked cases is left as it is: you do not see it any more, or it waits for another note.",
            "%(num)s of the ticked cases are left as they are: you do not see them any more, or they wait for another note.",
            left_out,
        )
        flash(said, "info")
    return redirect(url_for(".problem", problem_id=problem_id, _anchor="notes"), code=303)


@bp.post("/problems/<int(max=2147483647):problem_id>/take-back")
@requires(Permission.WORK_ON_CASES)
def take_back_wave(problem_id: int) -> Answer:
    """Take back what one note has resolved, as far as its mail has not left; or only leave what it has not resolved yet."""
    found, is_stop = problem_of(problem_id), "stop" in request.form
    number = number_in(request.form.get("stop" if is_stop else "wave")) or 0
    wave: ProblemWave | None = db.session.scalar(db.select(ProblemWave).filter_by(id=number, problem_id=found.id))
    change = waves.stop if is_stop else waves.take_back
    with transaction():
        changed = change(wave, cases.visible_to(the_user()), by=the_user()) if wave else 0
    if not changed:
        flash(_("Nothing is left to stop.") if is_stop else _("Nothing is left to take back."), "info")
    elif is_stop:
        flash(ngettext("%(num)s case is left as it is.", "%(num)s cases are left as they are.", changed), "ok")
    else:
        said = ngettext(
            "%(num)s case is taken back, unless its mail has left.",
            "%(num)s cases are taken back, unless their mail has left.",
            changed,
        )
        flash(said, "ok")
    return redirect(url_for(".problem", problem_id=problem_id, _anchor="notes"), code=303)


@bp.get("/problems/<int(max=2147483647):problem_id>/take-back")
@requires(Permission.SEE_QUEUE)
def back_to_problem(problem_id: int) -> Answer:
    """Whoever opens the address of the button again comes back to the problem."""
    return redirect(url_for(".problem", problem_id=problem_of(problem_id).id))


def problem_of(problem_id: int) -> KnownProblem:
    """The problem with this number; there may be none."""
    found: KnownProblem = db.one_or_404(db.select(KnownProblem).filter_by(id=problem_id))
    return found


def open_cases(found: KnownProblem) -> sa.Select[Case]:
    """Those of its cases that this person may see and one note can resolve: none waits for one already."""
    return known.tied_to(found, cases.visible_to(the_user())).where(waves.can_be_resolved(found), ~waves.waits())


def _tie(found: KnownProblem) -> None:
    """Those that were chosen, or all that look like it."""
    seen = cases.visible_to(the_user())
    chosen = list(db.session.scalars(known.alike(found, seen))) if "all" in request.form else _chosen(seen)
    with transaction():
        number = known.tie(found, chosen, by=the_user())
    said = ngettext("%(num)s case is tied to it.", "%(num)s cases are tied to it.", number)
    flash(said if number else _("Nothing has changed. Tick the cases first."), "ok" if number else "info")


def _chosen(seen: sa.Select[Case]) -> list[Case]:
    """The cases whose boxes were ticked, of those that this person may change so."""
    return list(db.session.scalars(seen.where(Case.id.in_(_ticked())).order_by(Case.id)))


def _ticked() -> list[int]:
    return [number for value in request.form.getlist("cases")[:MOST_AT_ONCE] if (number := number_in(value))]


def _ticked_as_shown() -> dict[int, int]:
    """The cases whose boxes were ticked, each with the version that was shown."""
    return dict(list(chosen_in(request.form).items())[:MOST_AT_ONCE])


def _rest() -> tuple[int, int]:
    """The last case that was listed, where all behind it were wanted, and the latest entry of all when they were counted."""
    last, _colon, entry = request.form.get("rest", "").partition(":")
    return number_in(last) or 0, number_in(entry) or 0


def _to_resolve(found: KnownProblem) -> sa.Select[Case]:
    """The cases whose boxes were ticked, whatever has become of them, and of those behind the list the ones that are open."""
    last, _entry = _rest()
    behind = sa.and_(Case.id > last, waves.can_be_resolved(found)) if last else sa.false()
    return cases.visible_to(the_user()).where(sa.or_(Case.id.in_(_ticked_as_shown()), behind))


def _topics() -> list[tuple[str, str]]:
    topics = db.metadata.tables["topics"]  # of the form, which stands beside this package
    rows = db.session.execute(db.select(topics.c.code, topics.c.name).where(topics.c.is_active).order_by(topics.c.position))
    return [(code, f"{code} {name}") for code, name in rows]


def _named_topics(found: KnownProblem) -> list[str]:
    topics = db.metadata.tables["topics"]
    rows = db.session.execute(db.select(topics.c.code, topics.c.name).where(topics.c.code.in_(found.topics)))
    names = {code: f"{name} ({code})" for code, name in rows}
    return [names.get(code, code) for code in found.topics]


def _new_page(form: ProblemForm) -> str:
    return render_template("queue/new_problem.html", form=form)


def _page(found: KnownProblem) -> str:
    reader = the_user()
    seen = cases.visible_to(reader)
    tied = known.tied_to(found, seen)
    notes = waves.of_problem(found)
    return render_template(
        "queue/problem.html",
        problem=found,
        topics=_named_topics(found),
        tied=db.session.scalars(tied.limit(MOST_AT_ONCE)).all(),
        all_tied=_number_of(tied),
        alike=db.session.scalars(known.alike(found, seen)).all() if found.is_open else [],
        notes=[(w, waves.progress(w, reader=reader), waves.results(w, reader=reader, most=MOST_AT_ONCE)) for w in notes],
        most=MOST_AT_ONCE,
        words=problem_wording,
        number_of=number_of,
        can_resolve=db.session.scalar(open_cases(found).with_only_columns(Case.id).limit(1)) is not None,
        statuses={status.value: status for status in Status},
    )


def _wave_page(found: KnownProblem, form: WaveForm) -> str:
    entry = _rest()[1] or waves.latest_entry()
    shown = db.session.scalars(open_cases(found).limit(MOST_AT_ONCE)).all()
    sent = _ticked_as_shown()
    return render_template(
        "queue/ask_wave.html",
        problem=found,
        form=form,
        cases=shown,
        more=_number_of(open_cases(found)) - len(shown),
        latest_entry=entry,
        sent=sent,
        changes=bulk_preview.changes_of([case for case in shown if case.id in sent], sent),
        event_sentence=event_sentence,
        wording=wording,
    )


def _number_of(found: sa.Select[Case]) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(found.with_only_columns(Case.id).subquery())) or 0
