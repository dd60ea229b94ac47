"""The pages on which closures are added, withdrawn, and taken over from a draft of a year's state holidays."""

from datetime import date

from flask import flash, redirect, render_template, request, url_for

from .. import clock
from ..accounts import parked
from ..accounts.sessions import the_user
from ..business_hours import Closure as ClosedDay
from ..extensions import db
from ..hours import queries
from ..hours.calendar_wording import closure_in_words, extent
from ..hours.errors import AlreadyClosed
from ..hours.holiday_draft import ProposedDay, proposed
from ..hours.models import Closure
from ..languages import gettext as _
from ..permissions import Permission, requires
from ..transaction import transaction
from . import calendar_changes
from .blueprint import bp
from .hours_forms import ClosureForm, DraftForm
from .hours_pages import Answer, NoLongerThere, done, effect, locked, refuse_stale, today, typed

YEARS_AHEAD = 5  # that can be imported


@bp.get("/service-hours/add-closure")
@requires(Permission.CONFIGURE)
def add_closure() -> Answer:
    """An empty form for a closure."""
    return render_template("admin/add_closure.html", form=ClosureForm(formdata=typed()))


@bp.post("/service-hours/add-closure")
@requires(Permission.CONFIGURE)
def add_typed_closure() -> Answer:
    """Close on a day, or from a time of that day on."""
    form = ClosureForm()
    if not form.validate():
        return render_template("admin/add_closure.html", form=form), 422
    closure = form.closure
    try:
        with transaction():
            moved = calendar_changes.close([closure], by=the_user())
            parked.forget(request.path)
    except AlreadyClosed:
        form.on.errors = [_("That day has a closure already. To change it, withdraw it first.")]
        return render_template("admin/add_closure.html", form=form), 409
    return done(_("The desk is closed %(closure)s.", closure=closure_in_words(closure)), moved, on=closure.on)


@bp.get("/service-hours/closures/<int(max=2147483647):closure_id>/withdraw")
@requires(Permission.CONFIGURE)
def withdraw_closure(closure_id: int) -> Answer:
    """Ask before a closure is withdrawn, saying how much held mail would leave at another time."""
    closure = db.get_or_404(Closure, closure_id)
    return render_template(
        "admin/withdraw_closure.html",
        closure=closure,
        words=closure_in_words(queries.closed_day(closure)),
        would_move=calendar_changes.mail_moved_without(closure),
        effect=effect(closure.closed_on),
    )


@bp.post("/service-hours/closures/<int(max=2147483647):closure_id>/withdraw")
@requires(Permission.CONFIGURE)
def withdraw_closure_now(closure_id: int) -> Answer:
    """Withdraw a closure."""
    try:
        with transaction():
            closure = locked(Closure, closure_id)
            on, words = closure.closed_on, closure_in_words(queries.closed_day(closure))
            moved = calendar_changes.reopen(closure, by=the_user())
    except NoLongerThere:
        return refuse_stale()
    return done(_("The closure is withdrawn: %(closure)s.", closure=words), moved, on=on)


@bp.get("/service-hours/import")
@requires(Permission.CONFIGURE)
def import_closures() -> Answer:
    """The draft of a year's closures; nothing is stored by looking at it."""
    kept = typed()
    year = _year(kept.get("year") if kept else request.args.get("year"))
    return _draft_page(year, DraftForm.for_days(_draft(year), formdata=kept))


@bp.post("/service-hours/import")
@requires(Permission.CONFIGURE)
def confirm_closures() -> Answer:
    """Store the days of the draft that are ticked, all of them or none; those closed since it was shown stay as they are."""
    year = _year(request.form.get("year"))
    form, meanwhile = DraftForm.for_days(_draft(year)), _closed_meanwhile(year)
    if meanwhile and not form.taken:
        flash(_("Nothing more was stored: all ticked days are closed already."), "warn")
        return redirect(url_for(".service_hours"), code=303)
    if not form.validate_against(year, closed=_closed()):
        return _draft_page(year, form), 422
    try:
        with transaction():
            moved = calendar_changes.close(form.closures, by=the_user())
            parked.forget(request.path)
    except AlreadyClosed:
        flash(_("Somebody else has just changed the closures. Please check the draft again."), "warn")
        return redirect(url_for(".import_closures", year=year), code=303)
    what = _("%(number)s closures of %(year)s are stored.", number=len(form.closures), year=year)
    if meanwhile:
        days = "; ".join(map(closure_in_words, meanwhile))
        what += " " + _("Closed in the meantime, and left so: %(days)s.", days=days)
    return done(what, moved, on=min(day.on for day in form.closures))


def _draft(year: int) -> list[ProposedDay]:
    """What is proposed for a year, without the days that are closed already."""
    closed = _closed()
    return [day for day in proposed(year, hours=queries.calendar()) if day.on not in closed]


def _closed_meanwhile(year: int) -> list[ClosedDay]:
    """The days that are ticked and were proposed, but are closed by now."""
    closed = (day for day in queries.calendar().closures if day.on.year == year)
    return sorted(day for day in closed if f"take_{day.on:%m%d}" in request.form)


def _draft_page(year: int, form: DraftForm) -> str:
    rows = [(day.on, day.check, form.row(day), None) for day in form.days]
    there = [(day.on, "", None, day) for day in queries.calendar().closures if day.on.year == year]
    return render_template(
        "admin/import_closures.html",
        form=form,
        year=year,
        years=_years(),
        rows=sorted([*rows, *there], key=lambda row: row[0]),
        extent=extent,
    )


def _closed() -> set[date]:
    return {day.on for day in queries.calendar().closures}


def _years() -> range:
    return range(today().year, today().year + YEARS_AHEAD + 1)


def _year(asked: object) -> int:
    """The year that was asked for; else the first that lacks closures, or the next."""
    chosen = next((year for year in _years() if str(year) == asked), None)
    return chosen or queries.closures_missing_for(clock.now()) or today().year + 1
