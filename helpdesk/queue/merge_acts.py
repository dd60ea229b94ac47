"""A case is merged into another, after a look at what that does, and the merge is taken back."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from ..accounts import parked
from ..accounts.sessions import the_user
from ..cases import copies, marks, merge_marks, merge_notes, merging
from ..cases import queries as cases
from ..cases.errors import CaseClosed, CaseResolved, StaleCase
from ..cases.models import UNFINISHED, Case
from ..cases.wording import event_sentence
from ..errors import HelpDeskError
from ..extensions import db
from ..languages import gettext as _
from ..permissions import Permission, requires
from ..transaction import transaction
from . import related, wording
from .blueprint import bp
from .mail_acts import case_of
from .merge_forms import MergeForm, NumberForm

Answer = str | Response | tuple[str, int]

REFUSED: dict[type[HelpDeskError], Callable[[HelpDeskError], str]] = {
    merging.SameCase: lambda _refused: _("That is this case. Type the number of another one."),
    merging.SurvivorEnded: lambda _refused: _("That case is not worked on any more. Choose one that is open, or link the two."),
    merging.MergedItself: lambda refused: _("That case was merged itself. It goes on in %(number)s.", number=refused.args[1]),
}


@bp.get("/cases/<number>/merge")
@requires(Permission.WORK_ON_CASES)
def ask_merge(number: str) -> Answer:
    """Ask which other case goes on; then say what will happen, and ask for the public note."""
    case = case_of(number)
    typed = parked.fields_for(request.path)
    asked = str(typed["into"]) if typed else request.args.get("other", "")
    if not asked and "other" not in request.args:
        return _choose(case, NumberForm(formdata=None, meta={"csrf": False}))
    choice = NumberForm(MultiDict({"other": asked}), meta={"csrf": False})
    into = _chosen(case, choice)
    if into is None:
        return _choose(case, choice), 422
    form = _form(case, into, MultiDict(typed) if typed else None)
    if not typed:
        form.note.data = merge_notes.offered(case, into=into)
    form.version.data = str(case.version)
    return _preview(case, into, form)


@bp.post("/cases/<number>/merge")
@requires(Permission.WORK_ON_CASES)
def merge(number: str) -> Answer:
    """Merge it, on the version that was looked at."""
    case = case_of(number)
    choice = NumberForm(MultiDict({"other": request.form.get("into", "")}), meta={"csrf": False})
    into = _chosen(case, choice)
    if into is None:
        return _choose(case, choice, typed=request.form.get("note", "")), 422
    form = _form(case, into)
    if not form.validate() or form.is_held_up(case):
        return _preview(case, into, form), 422
    try:
        with transaction():
            merging.merge(case, into=into, by=the_user(), note=form.note.data, seen=form.seen_version)
            parked.forget(request.path)
    except StaleCase as stale:
        case = case_of(number)
        form.version.data = str(case.version)
        return _preview(case, into, form, stale_since=stale.since), 409
    except (merging.SameCase, merging.SurvivorEnded, merging.MergedItself) as refused:
        choice.other.errors = [REFUSED[type(refused)](refused)]
        return _choose(case_of(number), choice, typed=form.note.data), 409
    except (CaseClosed, CaseResolved):
        return _choose(case_of(number), choice, typed=form.note.data), 409
    words = {"number": case.number, "other": into.number, "leaves": wording.mail_told()}
    flash(_("%(number)s is merged into %(other)s. By mail: %(leaves)s", **words), "ok")
    return redirect(url_for(".case", number=into.number), code=303)


@bp.get("/cases/<number>/unmerge")
@requires(Permission.WORK_ON_CASES)
def ask_unmerge(number: str) -> Answer:
    """Ask before a merge is taken back."""
    case = case_of(number)
    if case.merged_into_id is None:
        return redirect(url_for(".case", number=case.number))
    root = merging.root_of(case)
    return render_template("queue/ask_unmerge.html", case=case, root=root)


@bp.post("/cases/<number>/unmerge")
@requires(Permission.WORK_ON_CASES)
def unmerge(number: str) -> Answer:
    """Let the case go on by itself again."""
    case = case_of(number)
    try:
        with transaction():
            is_told = merging.unmerge(case, by=the_user())
    except merging.NotMerged:
        flash(_("It is not merged any more."), "info")
    else:
        flash(_("%(number)s goes on by itself again, with its clocks.", number=case.number), "ok")
        if is_told:
            words = {"name": case.requester.first_name}
            flash(_("%(name)s has been mailed that it was merged. Tell them in a reply that we go on here.", **words), "warn")
    return redirect(url_for(".case", number=case.number), code=303)


def _chosen(case: Case, choice: NumberForm) -> Case | None:
    """The other case, if this person sees it and it can go on there; else the form says why not."""
    if not choice.validate():
        return None
    into: Case | None = db.session.scalar(cases.numbered(the_user(), choice.other.data))
    if into is None:
        choice.other.errors = [_("There is no such case that you can see. Check the number.")]
        return None
    try:
        merging.refuse(case, into=into)
    except (merging.SameCase, merging.SurvivorEnded, merging.MergedItself) as refused:
        choice.other.errors = [REFUSED[type(refused)](refused)]
        return None
    except (CaseClosed, CaseResolved):
        return None
    return into


def _form(case: Case, into: Case, formdata: MultiDict[str, str] | None = None) -> MergeForm:
    asks_first = case.requester_id != into.requester_id
    form = MergeForm(formdata, asks_first=asks_first) if formdata is not None else MergeForm(asks_first=asks_first)
    form.into.data = into.number
    return form


def _choose(case: Case, choice: NumberForm, *, typed: str = "") -> str:
    return render_template(
        "queue/ask_merge.html",
        case=case,
        form=choice,
        typed=typed,
        candidates=related.candidates(case, the_user()),
        is_open=case.status in UNFINISHED,
    )


def _preview(case: Case, into: Case, form: MergeForm, *, stale_since: int | None = None) -> str:
    """What will happen, and the note."""
    shares_readers = merge_marks.shares_readers(case, into)
    return render_template(
        "queue/merge.html",
        case=case,
        into=into,
        form=form,
        tags=marks.tags_of(case.id),
        watchers=[*(team.name for team in marks.teams_watching(case.id)), *(one.name for one in marks.people_watching(case.id))],
        copied=[one.name for one in copies.of(case.id, case.organization_id)],
        shares_readers=shares_readers,
        is_same_requester=case.requester_id == into.requester_id,
        changes=cases.events_since(case, stale_since) if stale_since is not None else [],
        event_sentence=event_sentence,
        wording=wording,
    )
