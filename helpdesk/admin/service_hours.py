"""The page of service hours, and the weeks of hours that are adopted and withdrawn there."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from .. import clock
from ..accounts import parked
from ..accounts.models import User
from ..accounts.sessions import the_user
from ..business_hours import DAYS_OF_A_WEEK, Week
from ..extensions import db
from ..hours import calendar_wording, queries, wording
from ..hours.errors import ScheduleBegun, ScheduleExists
from ..hours.models import CalendarChange, ServiceSchedule
from ..languages import gettext as _
from ..permissions import Permission, requires
from ..transaction import transaction
from ..typed_text import number_in
from . import calendar_changes
from .blueprint import bp
from .hours_forms import ScheduleForm, weekday_name
from .hours_pages import Answer, NoLongerThere, done, effect, locked, refuse_stale, today, typed

ENTRIES = 20  # of the history on a page


@bp.get("/service-hours")
@requires(Permission.CONFIGURE)
def service_hours() -> Answer:
    """Schedules and closures in words, what is missing, and the history of both."""
    closures, newest_first = db.session.scalars(queries.closures()).all(), ServiceSchedule.valid_from.desc()
    years = {today().year, today().year + 1} | {row.closed_on.year for row in closures if row.closed_on >= today()}
    return render_template(
        "admin/service_hours.html",
        schedules=db.session.scalars(queries.schedules().order_by(None).order_by(newest_first)).unique().all(),
        in_force=queries.calendar().schedule_on(today()),
        today=today(),
        coming={y: [c for c in closures if c.closed_on.year == y and c.closed_on >= today()] for y in sorted(years)},
        past=[c for c in closures if c.closed_on < today() and c.closed_on.year >= today().year - 1],
        missing=queries.closures_missing_for(clock.now()),
        history=_history(),
        week_in_words=wording.week_in_words,
        extent=calendar_wording.extent,
        queries=queries,
    )


@bp.get("/service-hours/new-schedule")
@requires(Permission.CONFIGURE)
def adopt_schedule() -> Answer:
    """A form with the hours of today, to be changed."""
    return _schedule_page(ScheduleForm.for_week(_week_of_today(), formdata=typed()))


@bp.post("/service-hours/new-schedule")
@requires(Permission.CONFIGURE)
def adopt_typed_schedule() -> Answer:
    """Adopt a week of hours from a day on."""
    form = ScheduleForm.for_week(_week_of_today())
    if not form.validate():
        return _schedule_page(form), 422
    on = form.valid_from.data
    try:
        with transaction():
            moved = calendar_changes.adopt_schedule(on, week=form.week, by=the_user())
            parked.forget(request.path)
    except ScheduleExists:
        form.valid_from.errors = [_("Other hours begin on that day already. Choose another day.")]
        return _schedule_page(form), 409
    return done(_("The new hours hold from %(day)s on.", day=wording.day(on)), moved, on=on)


@bp.get("/service-hours/schedules/<int(max=2147483647):schedule_id>/withdraw")
@requires(Permission.CONFIGURE)
def withdraw_schedule(schedule_id: int) -> Answer:
    """Ask before hours are withdrawn that begin today or later."""
    schedule = db.get_or_404(ServiceSchedule, schedule_id)
    if schedule.valid_from < today():
        return _refuse_begun()
    return render_template(
        "admin/withdraw_schedule.html",
        schedule=schedule,
        week=wording.week_in_words(queries.dated(schedule).week),
        would_move=calendar_changes.mail_moved_without_schedule(schedule),
        effect=effect(schedule.valid_from),
    )


@bp.post("/service-hours/schedules/<int(max=2147483647):schedule_id>/withdraw")
@requires(Permission.CONFIGURE)
def withdraw_schedule_now(schedule_id: int) -> Answer:
    """Withdraw hours that begin today or later."""
    try:
        with transaction():
            schedule = locked(ServiceSchedule, schedule_id)
            on = schedule.valid_from
            moved = calendar_changes.withdraw_schedule(schedule, by=the_user())
    except NoLongerThere:
        return refuse_stale()
    except ScheduleBegun:
        return _refuse_begun()
    return done(_("The hours from %(day)s on are withdrawn.", day=wording.day(on)), moved, on=on)


def _schedule_page(form: ScheduleForm) -> str:
    weekdays = [(weekday_name(weekday), form.pairs(weekday)) for weekday in range(DAYS_OF_A_WEEK)]
    return render_template("admin/adopt_schedule.html", form=form, weekdays=weekdays, zone=queries.calendar().zone)


def _refuse_begun() -> Answer:
    flash(_("Hours that began before today cannot be withdrawn. Adopt new ones from a day on instead."), "warn")
    return redirect(url_for(".service_hours"), code=303)


def _week_of_today() -> Week:
    return queries.calendar().week_on(today())


def _history() -> dict[str, Any]:
    """A page of what was changed, newest first, each with who did it; and the id to go on from."""
    before = number_in(request.args.get("before"))
    found = queries.history().add_columns(User).outerjoin(User, User.id == CalendarChange.actor_id).limit(ENTRIES + 1)
    rows = db.session.execute(found.where(CalendarChange.id < before) if before else found).all()
    entries = [(change, user, calendar_wording.entry(change)) for change, user in rows[:ENTRIES]]
    return {"entries": entries, "before": before, "following": rows[ENTRIES - 1][0].id if len(rows) > ENTRIES else None}
