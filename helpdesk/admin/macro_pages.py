"""The pages of macros: found, read, written, put out of use and into use again; leads see to those of the teams they lead."""

from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import joinedload

from ..accounts import parked
from ..accounts.models import Team
from ..accounts.sessions import the_user
from ..accounts.wording import label
from ..cases import macro_editing, macro_wording
from ..cases.macro_editing import StaleMacro
from ..cases.macros import Macro, can_move
from ..extensions import db
from ..languages import gettext as _
from ..permissions import Permission, may, requires
from ..transaction import transaction
from ..typed_text import number_in
from . import macro_lists, staffing
from .blueprint import bp
from .hours_pages import Answer, typed
from .macro_forms import EVERYBODY, MacroForm, as_typed
from .people_forms import VersionedForm
from .people_pages import ENTRIES

PREVIEW = "preview"  # the button that shows what is typed on a case
FURTHEST = 1_000_000  # no list of macros goes on so far, and every database can count to it


@bp.get("/macros")
@requires(Permission.EDIT_MACROS)
def macros() -> Answer:
    """Macros: whose each is, and what it does beside its text."""
    text, start = request.args.get("q", "").strip(), min(max(request.args.get("start", 0, type=int), 0), FURTHEST)
    rows, following = macro_lists.page(text, start=start)
    return render_template(
        "admin/macros.html", rows=rows, effects=macro_wording.effects, text=text, start=start, following=following
    )


@bp.route("/macros/add", methods=["GET", "POST"])
@requires(Permission.EDIT_MACROS)
def add_macro() -> Answer:
    """A new macro."""
    if request.method != "POST":
        return _form_page(None, _form(None, formdata=typed()))
    form = _form(None)
    if not form.validate():
        return _form_page(None, form), 422
    if request.form.get("then") == PREVIEW:
        return _form_page(None, form, shown=_sketch(form))
    with transaction():
        made = macro_editing.create(form.wanted, by=the_user())
        parked.forget(request.path)
    flash(_("“%(title)s” is there, and is offered from now on.", title=made.title), "ok")
    return redirect(url_for("admin.macro", macro_id=made.id), code=303)


@bp.get("/macros/<int(max=2147483647):macro_id>")
@requires(Permission.EDIT_MACROS)
def macro(macro_id: int) -> Answer:
    """One macro: its texts on a case, what it does, which rules name it, and its history."""
    found, number = _found(macro_id), request.args.get("number", "").strip()
    return render_template(
        "admin/macro.html",
        macro=found,
        may_edit=macro_lists.may_edit(the_user(), found),
        named=macro_lists.named_by_rules(found.code),
        effects=macro_wording.effects(found, is_staffed=can_move(found)),
        number=number,
        example=macro_lists.example(found, number, reader=the_user()),
        languages=label,
        history=_history(found),
        teams={team.id: team.name for team in db.session.execute(sa.select(Team.id, Team.name))},
        wording=macro_wording,
    )


@bp.route("/macros/<int(max=2147483647):macro_id>/edit", methods=["GET", "POST"])
@requires(Permission.EDIT_MACROS)
def edit_macro(macro_id: int) -> Answer:
    """Other words, or other things that it does."""
    found = _editable(macro_id)
    if request.method != "POST":
        form = _form(found, formdata=typed(), data=as_typed(found))
        form.version.data = str(found.version)
        return _form_page(found, form)
    form = _form(found)
    if not form.validate():
        return _form_page(found, form), 422
    if request.form.get("then") == PREVIEW:
        return _form_page(found, form, shown=_sketch(form))
    try:
        with transaction():
            is_changed = macro_editing.change(found, form.wanted, seen=form.seen_version, by=the_user())
            parked.forget(request.path)
    except StaleMacro:
        found = _editable(macro_id)
        form.version.data = str(found.version)
        return _form_page(found, form, is_stale=True), 409
    flash(_("Saved. Replies that are being written keep their text.") if is_changed else _("Nothing was changed."), "ok")
    return redirect(url_for("admin.macro", macro_id=macro_id), code=303)


@bp.route("/macros/<int(max=2147483647):macro_id>/deactivate", methods=["GET", "POST"])
@requires(Permission.EDIT_MACROS)
def deactivate_macro(macro_id: int) -> Answer:
    """Ask before a macro goes out of use, saying which rules name it; then put it out of use."""
    found, form, is_stale = _editable(macro_id), VersionedForm(), False
    if request.method == "POST" and form.validate():
        try:
            with transaction():
                macro_editing.deactivate(found, seen=form.seen_version, by=the_user())
        except StaleMacro:
            found, is_stale = _editable(macro_id), True
        else:
            flash(_("“%(title)s” is out of use. It can be put into use again here.", title=found.title), "ok")
            return redirect(url_for("admin.macro", macro_id=macro_id), code=303)
    form.version.data = str(found.version)
    named = macro_lists.named_by_rules(found.code)
    page = render_template("admin/deactivate_macro.html", macro=found, form=form, named=named, is_stale=is_stale)
    return (page, 409) if is_stale else page


@bp.post("/macros/<int(max=2147483647):macro_id>/activate")
@requires(Permission.EDIT_MACROS)
def activate_macro(macro_id: int) -> Answer:
    """Put a macro into use again."""
    found = _editable(macro_id)
    with transaction():
        macro_editing.activate(found, by=the_user())
    flash(_("“%(title)s” is in use again.", title=found.title), "ok")
    return redirect(url_for("admin.macro", macro_id=macro_id), code=303)


def _found(macro_id: int) -> Macro:
    beside = joinedload(Macro.team), joinedload(Macro.to_team)
    found: Macro = db.one_or_404(sa.select(Macro).where(Macro.id == macro_id).options(*beside))
    return found


def _editable(macro_id: int) -> Macro:
    """A macro that is this person's to change; 404 for any other."""
    found: Macro = db.one_or_404(sa.select(Macro).where(Macro.id == macro_id, macro_lists.editable_by(the_user())))
    return found


def _form(macro: Macro | None, **named: Any) -> MacroForm:
    """The form with what can be chosen; what a macro has already can always stay."""
    own = [(str(team.id), team.name) for team in macro_lists.teams_led_by(the_user())]
    if may(the_user(), Permission.LEAD_EVERY_TEAM):
        own.insert(0, (EVERYBODY, _("Everybody")))
    teams = staffing.live_teams()
    if macro and macro.to_team and macro.to_team not in teams:
        teams.append(macro.to_team)
    if macro and macro.team and not macro.team.is_active:
        own.append((str(macro.team.id), macro.team.name))
    sent_by = macro_lists.named_by_rules(macro.code).sent_by if macro else ()
    return MacroForm(own=own, teams=teams, sent_by=sent_by, **named)


def _sketch(form: MacroForm) -> Macro:
    """The macro as it is typed; it belongs to no session."""
    sketch = Macro(code="", **form.wanted)
    if sketch.to_team_id:
        sketch.to_team = Team(name=db.session.scalar(sa.select(Team.name).where(Team.id == sketch.to_team_id)))
    return sketch


def _form_page(macro: Macro | None, form: MacroForm, *, shown: Macro | None = None, is_stale: bool = False) -> str:
    example = macro_lists.example(shown, "", reader=the_user()) if shown else None
    page = "admin/edit_macro.html" if macro else "admin/add_macro.html"
    return render_template(
        page,
        macro=macro,
        form=form,
        shown=shown,
        example=example,
        effects=macro_wording.effects(shown, is_staffed=can_move(shown)) if shown else (),
        languages=label,
        places=macro_wording.PLACES,
        is_stale=is_stale,
    )


def _history(macro: Macro) -> dict[str, Any]:
    """A page of the history, newest first, and the id to go on from."""
    before = number_in(request.args.get("before"))
    rows = list(db.session.scalars(macro_editing.history(macro, before=before).limit(ENTRIES + 1)))
    return {"entries": rows[:ENTRIES], "before": before, "following": rows[ENTRIES - 1].id if len(rows) > ENTRIES else None}
