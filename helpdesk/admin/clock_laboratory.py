"""The page of the clock laboratory: type an instant, see what the desk makes of it; and the table of edge cases."""

from flask import render_template, request

from .. import clock
from ..hours import queries
from ..hours.edge_cases import CALENDAR, EDGE_CASES, REST, computed
from ..hours.errors import NotALength, NotAnInstant
from ..hours.instants import Reading, read_length
from ..languages import gettext as _
from ..permissions import Permission, requires
from . import laboratory
from .blueprint import bp

LONGEST_TYPED = 60


@bp.get("/clock-laboratory")
@requires(Permission.SEE_HEALTH)
def clock_laboratory() -> str | tuple[str, int]:
    """What holds at the instant in the address, or at present."""
    typed = {name: request.args.get(name, "")[:LONGEST_TYPED] for name in ("at", "add")}
    reading, errors, added = Reading(()), {}, None
    try:
        reading = laboratory.read(typed["at"], present=clock.now())
    except NotAnInstant:
        errors["at"] = _("Enter a date and a time, such as 2026-11-27 16:44:59, between 1990 and 2199.")
    try:
        added = read_length(typed["add"]) if typed["add"].strip() else None
    except NotALength:
        errors["add"] = _("Enter a length such as 4 h, 1 h 30 min or 45 s, up to 500 h.")
    page = render_template(
        "admin/clock_laboratory.html",
        typed=typed,
        errors=errors,
        zone=queries.calendar().zone,
        note="" if errors else laboratory.not_one_instant(reading),
        findings=[] if errors else laboratory.findings(reading, added=added),
        laboratory=laboratory,
        cases=[(case, computed(case)) for case in EDGE_CASES],
        rest=int(REST.total_seconds()),
        wall=CALENDAR.wall,
    )
    return (page, 422) if errors else page
