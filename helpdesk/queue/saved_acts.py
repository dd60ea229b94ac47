"""Saved filters: saving what the queue shows, and the page on which they are put in order, renamed and deleted."""

from urllib.parse import parse_qsl, urlencode

from flask import flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import HiddenField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

from ..accounts.models import Team
from ..accounts.sessions import the_user
from ..cases import suspicion
from ..extensions import db
from ..languages import gettext as _
from ..languages import lazy_gettext as _l
from ..permissions import Permission, requires
from ..transaction import transaction
from ..typed_text import one_line
from . import asked as asking
from . import narrowing, saving, wording
from .asked import Asked, Facet
from .blueprint import bp
from .errors import NameInUse, NotOneToMove, TooManyFilters
from .models import SavedFilter
from .shelf import Shelf, read_for

Answer = str | Response | tuple[str, int]
ONE = "/filters/<int(max=2147483647):filter_id>"
OWN = "own"  # whose a filter is to be, where it is no team's
UP = "up"


class NameForm(FlaskForm):  # type: ignore[misc]
    """What a saved filter is called."""

    name = StringField(
        _l("Name"),
        filters=[one_line],
        validators=[
            DataRequired(_l("Give the filter a name.")),
            Length(max=saving.LONGEST_NAME, message=_l("A name can have up to 40 characters.")),
        ],
    )


class SaveForm(NameForm):
    """What is to be saved, under which name and for whom."""

    query = HiddenField()
    whose = SelectField(_l("For whom"), default=OWN)

    def __init__(self, shelf: Shelf, **given: object) -> None:
        super().__init__(**given)
        self.teams = {team.code: team for team in saving.may_save_for(shelf)}
        self.whose.choices = [SelectChoice(OWN, _("Me"))]
        self.whose.choices += [SelectChoice(code, _("Team: %(team)s", team=team.name)) for code, team in self.teams.items()]

    @property
    def asked(self) -> Asked:
        """What is to be saved."""
        return asking.read(dict(parse_qsl(self.query.data or "")))


@bp.get("/filters")
@requires(Permission.SEE_QUEUE)
def saved_filters() -> Answer:
    """The saved filters that one may change, one's own or those of a team, to be put in order, renamed and deleted."""
    return _page(request.args.get("of", ""))


@bp.get("/filters/new")
@requires(Permission.SEE_QUEUE)
def ask_filter() -> Answer:
    """What the queue shows, to be saved under a name."""
    asked = asking.read(request.args)
    shelf = read_for(the_user(), asked)
    return _new(SaveForm(shelf, formdata=None, data={"query": request.query_string.decode("latin-1")}), asked, shelf)


@bp.post("/filters/new")
@requires(Permission.SEE_QUEUE)
def save_filter() -> Answer:
    """Save it for oneself, or for a team that one leads."""
    user, asked = the_user(), asking.read(dict(parse_qsl(request.form.get("query", ""))))
    shelf = read_for(user, asked)
    form = SaveForm(shelf)
    if not form.validate() or narrowing.problems(asked, shelf) or not _is_fit_to_keep(form, asked):
        return _new(form, asked, shelf), 422
    chosen = form.teams.get(form.whose.data)
    try:
        with transaction():
            team = db.session.get_one(Team, chosen.id) if chosen else None
            saving.save(asked, name=form.name.data, by=user, team=team)
    except NameInUse:
        form.name.errors = [_("There is a filter of this name already. Choose another name.")]
        return _new(form, asked, shelf), 409
    except TooManyFilters:
        form.form_errors.append(_("There can be %(most)s saved filters. Delete one first.", most=saving.MOST))
        return _new(form, asked, shelf), 409
    flash(_("Saved. It stands beside the queue from now on."), "ok")
    return redirect(f"{url_for('.index')}?{urlencode(asked.address)}", code=303)


@bp.post(f"{ONE}/rename")
@requires(Permission.SEE_QUEUE)
def rename_filter(filter_id: int) -> Answer:
    """Give a saved filter another name."""
    kept, form = _kept(filter_id), NameForm()
    if form.validate() and suspicion.look([("", form.name.data)]):
        form.name.errors = [_NO_PATIENTS]
    if form.errors:
        return _page(_list_of(kept), refused=(kept.id, form)), 422
    try:
        with transaction():
            is_new = saving.rename(kept, form.name.data, by=the_user())
    except NameInUse:
        form.name.errors = [_("There is a filter of this name already. Choose another name.")]
        return _page(_list_of(_kept(filter_id)), refused=(filter_id, form)), 409
    flash(_("Renamed.") if is_new else _("That was its name already."), "ok" if is_new else "info")
    return redirect(url_for(".saved_filters", of=_list_of(kept) or None), code=303)


@bp.post(f"{ONE}/move")
@requires(Permission.SEE_QUEUE)
def move_filter(filter_id: int) -> Answer:
    """Let a saved filter change places with the one above it, or below it."""
    kept = _kept(filter_id)
    try:
        with transaction():
            saving.move(kept, up=request.form.get("to") == UP, by=the_user())
    except NotOneToMove:
        flash(_("It is at the end of the list already."), "info")
    return redirect(url_for(".saved_filters", of=_list_of(kept) or None, _anchor=f"filter-{filter_id}"), code=303)


@bp.get(f"{ONE}/delete")
@requires(Permission.SEE_QUEUE)
def ask_delete_filter(filter_id: int) -> Answer:
    """Whether the filter is really to go."""
    return render_template("queue/ask_delete_filter.html", kept=_kept(filter_id))


@bp.post(f"{ONE}/delete")
@requires(Permission.SEE_QUEUE)
def delete_filter(filter_id: int) -> Answer:
    """Take a saved filter away."""
    kept = _kept(filter_id)
    name, of = kept.name, _list_of(kept)
    with transaction():
        saving.delete(kept, by=the_user())
    flash(_("The filter “%(name)s” is deleted. Its cases stay where they are.", name=name), "ok")
    return redirect(url_for(".saved_filters", of=of or None), code=303)


@bp.get(f"{ONE}/rename")
@bp.get(f"{ONE}/move")
@requires(Permission.SEE_QUEUE)
def back_to_filters(filter_id: int) -> Answer:
    """Whoever opens the address of a refused form again comes back to the list."""
    kept = _kept(filter_id)
    return redirect(url_for(".saved_filters", of=_list_of(kept) or None, _anchor=f"filter-{kept.id}"))


_NO_PATIENTS = _l("This looks like information about a patient. A saved filter is no place for it: leave it out.")


def _is_fit_to_keep(form: SaveForm, asked: Asked) -> bool:
    """Whether no patients' data is suspected in what is to be kept, which no redaction of a case would find."""
    is_fit = True
    if suspicion.look([("", form.name.data)]):
        form.name.errors, is_fit = [_NO_PATIENTS], False
    if suspicion.look([("", asked.values.get(Facet.TEXT, ""))]):
        form.form_errors.append(_NO_PATIENTS)
        is_fit = False
    return is_fit


def _kept(filter_id: int) -> SavedFilter:
    kept: SavedFilter = db.one_or_404(saving.kept_by(the_user()).where(SavedFilter.id == filter_id))
    return kept


def _list_of(kept: SavedFilter) -> str:
    """The list that a filter stands in: the code of its team, or nothing for one's own."""
    return kept.team.code if kept.team else ""


def _page(of: str, *, refused: tuple[int, NameForm] | None = None) -> str:
    """One of the lists; the first that has something in it, where the one that is asked for has nothing."""
    lists: dict[str, list[SavedFilter]] = {}
    for kept in db.session.scalars(saving.kept_by(the_user())):
        lists.setdefault(_list_of(kept), []).append(kept)
    shown = of if of in lists else next(iter(lists), "")
    names = {code: several[0].team.name if several[0].team else _("Your own") for code, several in lists.items()}
    content = {"lists": lists, "names": names, "shown": shown, "refused": refused, "longest": saving.LONGEST_NAME}
    return render_template("queue/saved_filters.html", **content)


def _new(form: SaveForm, asked: Asked, shelf: Shelf) -> str:
    return render_template(
        "queue/ask_filter.html",
        form=form,
        asked=asked,
        list_name=wording.FILTERS[asked.filter],
        facts=[(name, words) for _facet, name, words in narrowing.chips(asked, shelf)],
        problems=narrowing.problems(asked, shelf),
    )
