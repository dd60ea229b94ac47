"""One thing for many cases of the queue: chosen, said, shown for each case, confirmed, and undone."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

import sqlalchemy as sa
from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import ngettext
from sqlalchemy.orm import joinedload
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from ..accounts import parked, people
from ..accounts import teams as account_teams
from ..accounts.models import Team, TeamMember, User
from ..accounts.sessions import the_user
from ..cases import batches, macros
from ..cases import queries as cases
from ..cases.batch_models import PENDING, Batch, BatchAct, BatchState
from ..cases.batches import MOST_CASES
from ..cases.guard import is_confirmed
from ..cases.macros import Macro
from ..cases.models import Case
from ..cases.numbers import number_of
from ..extensions import db
from ..languages import gettext as _
from ..permissions import Permission, requires
from ..transaction import transaction
from . import asked as asking
from . import bulk_preview, bulk_wording
from . import wording as queue_wording
from .blueprint import bp
from .bulk_forms import (
    AssignForm,
    BulkForm,
    MoveForm,
    PriorityForm,
    ReplyForm,
    ResolveForm,
    TagForm,
    UntagForm,
    chosen_in,
    written,
)
from .shelf import team_ids

Answer = str | Response | tuple[str, int]
MOST_LISTED = 50


@bp.post("/batches/choose")
@requires(Permission.WORK_ON_CASES)
def choose_batch() -> Answer:
    """Ask what there is to say about the act that was chosen, for the cases that were."""
    chosen = chosen_in(request.form) or _shown(request.form)
    if problem := _problem(chosen):
        flash(problem, "warn")
        return redirect(f"{url_for('.index', **_back(request.form))}#bulk", code=303)
    return _ask_page(_form(request.form), chosen, request.form)


@bp.post("/batches/preview")
@requires(Permission.WORK_ON_CASES)
def preview_batch() -> Answer:
    """Show what will happen to each case, or why not; nothing is done yet."""
    chosen, form = chosen_in(request.form), _form(request.form)
    if problem := _problem(chosen):
        form.form_errors.append(problem)
        return _ask_page(form, chosen, request.form), 422
    if not form.validate():
        return _ask_page(form, chosen, request.form), 422
    return _preview_page(form, chosen)


@bp.post("/batches")
@requires(Permission.WORK_ON_CASES)
def begin_batch() -> Answer:
    """Write down that it is done with the cases that were shown and left ticked; the scheduler goes through them."""
    form, ticked = _form(request.form), chosen_in(request.form)
    shown = _shown(request.form)
    if not form.validate():
        return _ask_page(form, shown, request.form), 422
    found = form.suspicion()
    if found is not None and not is_confirmed(found):
        return _preview_page(form, shown), 422
    seen = cases.visible_to(the_user()).where(Case.id.in_(ticked)).with_only_columns(Case.id)
    visible = {case_id: ticked[case_id] for case_id in db.session.scalars(seen)} if len(ticked) <= MOST_CASES else ticked
    if problem := _problem(visible):
        return _preview_page(form, shown, problem=problem), 422
    with transaction():
        batch_id = batches.write_down(form.order(), visible, by=the_user()).id
        parked.forget(request.path)
    flash(_("Begun. What becomes of each case stands below."), "ok")
    return redirect(url_for(".batch", batch_id=batch_id), code=303)


@bp.get("/batches")
@requires(Permission.WORK_ON_CASES)
def all_batches() -> Answer:
    """What one has done with many cases at once, the latest first."""
    mine = list(db.session.scalars(batches.of_author(the_user()).limit(MOST_LISTED)))
    progress = batches.progress([batch.id for batch in mine])
    listed = [(batch, bulk_wording.names_of(batch.order), progress[batch.id]) for batch in mine]
    return render_template("queue/all_batches.html", batches=listed, wording=bulk_wording)


@bp.get("/batches/choose")
@bp.get("/batches/preview")
@requires(Permission.WORK_ON_CASES)
def back_from_batch() -> Answer:
    """Whoever lost their session meanwhile finds what they typed; anybody else comes back to the queue."""
    typed = parked.fields_for(request.path)
    if typed is None or not (chosen := chosen_in(MultiDict(typed))) or typed.get("act") not in set(BatchAct):
        return redirect(url_for(".index"))
    return _ask_page(_form(MultiDict(typed)), chosen, MultiDict(typed))


@bp.get("/batches/<int(max=2147483647):batch_id>")
@requires(Permission.WORK_ON_CASES)
def batch(batch_id: int) -> Answer:
    """How far a batch is, what became of each case, and the way back."""
    found = _own(batch_id)
    rows = batches.results(found)
    seen = cases.visible_to(the_user()).where(Case.id.in_([row.case_id for row in rows])).with_only_columns(Case.id)
    states = [row.state for row in rows]
    return render_template(
        "queue/batch.html",
        batch=found,
        rows=rows,
        seen=set(db.session.scalars(seen)),
        names=bulk_wording.names_of(found.order),
        counts={state: states.count(state) for state in BatchState if state in states},
        is_going_on=bool(PENDING & set(states)),
        can_be_undone=bool({BatchState.WAITING, BatchState.DONE} & set(states)),
        number_of=number_of,
        wording=bulk_wording,
    )


@bp.post("/batches/<int(max=2147483647):batch_id>/undo")
@requires(Permission.WORK_ON_CASES)
def undo_batch(batch_id: int) -> Answer:
    """Set back what the batch has done, where nobody has gone on since and no mail has left."""
    found = _own(batch_id)
    with transaction():
        number = batches.undo(found)
    said = ngettext(
        "%(num)s case is set back, if it still can be.", "%(num)s cases are set back, where they still can be.", number
    )
    flash(said if number else _("Nothing is left to undo."), "ok" if number else "info")
    return redirect(url_for(".batch", batch_id=batch_id), code=303)


@bp.get("/batches/<int(max=2147483647):batch_id>/undo")
@requires(Permission.WORK_ON_CASES)
def back_to_batch(batch_id: int) -> Answer:
    """Whoever opens the address of the button again comes back to the batch."""
    return redirect(url_for(".batch", batch_id=_own(batch_id).id))


def _own(batch_id: int) -> Batch:
    """A batch of one's own: those of others look as if there were none."""
    found: Batch = db.one_or_404(batches.of_author(the_user()).where(Batch.id == batch_id))
    return found


def _shown(form: Any) -> dict[int, int]:
    """The cases of the preview, ticked or not, as they were chosen."""
    return chosen_in(MultiDict({"all": form.get("shown", "")}))


def _problem(chosen: Mapping[int, int]) -> str:
    if not chosen:
        return _("Tick the cases first.")
    if len(chosen) > MOST_CASES:
        words = {"most": MOST_CASES, "number": len(chosen)}
        return _("A batch has at most %(most)s cases, and %(number)s are ticked. Nothing was done: tick fewer.", **words)
    return ""


def _back(form: Any) -> dict[str, Any]:
    """The queue from which the cases were chosen."""
    return dict(asking.read(dict(parse_qsl(form.get("back", "")))).address)


def _form(sent: Any) -> BulkForm:
    """The form of the act that was chosen."""
    act = sent.get("act", "")
    if act not in set(BatchAct):
        abort(400)
    make: dict[BatchAct, Callable[[], BulkForm]] = {
        BatchAct.ASSIGN: lambda: AssignForm(sent, me=the_user(), people=_colleagues()),
        BatchAct.PRIORITY: lambda: PriorityForm(sent),
        BatchAct.TAG: lambda: TagForm(sent),
        BatchAct.UNTAG: lambda: UntagForm(sent),
        BatchAct.MOVE: lambda: MoveForm(sent, teams=_live_teams()),
        BatchAct.REPLY: lambda: ReplyForm(sent, macros=_macros()),
        BatchAct.RESOLVE: lambda: ResolveForm(sent),
    }
    return make[BatchAct(act)]()


def _live_teams() -> list[Team]:
    return list(db.session.scalars(sa.select(Team).where(account_teams.is_staffed()).order_by(Team.name)))


def _macros() -> list[Macro]:
    """Those that can be used on cases of the teams whose queue one sees."""
    return list(db.session.scalars(sa.select(Macro).where(macros.is_for_any_of(team_ids(the_user()))).order_by(Macro.title)))


def _colleagues() -> list[User]:
    """Who works in the teams whose queue one sees."""
    here = sa.select(TeamMember.user_id).where(TeamMember.team_id.in_(team_ids(the_user())))
    found = sa.select(User).where(User.id.in_(here), people.active())
    return list(db.session.scalars(found.order_by(User.first_name, User.last_name, User.id)))


def _ask_page(form: BulkForm, chosen: Mapping[int, int], sent: Any) -> str:
    return render_template(
        "queue/choose_batch.html",
        form=form,
        act=bulk_wording.ACTS[form.act],
        numbers=[number_of(case_id) for case_id in chosen],
        chosen=written(chosen),
        back=_back(sent),
    )


def _preview_page(form: BulkForm, chosen: Mapping[int, int], *, problem: str = "") -> str:
    order = form.order()
    found = cases.visible_to(the_user()).where(Case.id.in_(chosen)).order_by(Case.id)
    shown = db.session.scalars(found.options(*map(joinedload, (Case.requester, Case.assignee, Case.team)))).all()
    return render_template(
        "queue/preview_batch.html",
        form=form,
        problem=problem,
        names=bulk_wording.names_of(order),
        not_done=bulk_wording.not_done(order),
        forecasts=bulk_preview.look(shown, order, chosen, by=the_user()),
        unseen=[number_of(case_id) for case_id in chosen if case_id not in {case.id for case in shown}],
        chosen=written(chosen),
        back=_back(request.form),
        suspicion=form.suspicion(),
        wording=bulk_wording,
        mail_told=queue_wording.mail_told,
        take_back_until=queue_wording.take_back_until,
    )
