"""Loads the reference data. What is missing is added; what somebody has edited stays as they left it."""

import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from .. import clock
from ..accounts.models import Team
from ..business_hours import DAYS_OF_A_WEEK, MIDNIGHT, Interval
from ..cases.macros import Macro
from ..extensions import db
from ..hours import commands as hours
from ..hours.models import Closure, ServiceSchedule
from ..intake import publishing as intake
from ..intake.queries import form_versions
from ..intake.vocabulary import current_vocabulary
from ..knowledge import commands as knowledge
from ..routing import commands as routing
from ..routing.queries import versions
from ..sla.models import SlaPolicy

FOLDER = Path(__file__).parent
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def load() -> dict[str, int]:
    """Add the reference data that is missing; says how many rows of each kind were added. Loading again adds nothing."""
    at = clock.now()
    return {
        "teams": _load_teams(),
        "forms": _load_form(at),
        "macros": _load_macros(),
        "rule sets": _load_rules(at),
        "targets": _load_policies(),
        "schedules": _load_schedules(at),
        "closures": _load_closures(at),
        **knowledge.load_reference(),
    }


def _load_teams() -> int:
    known = set(db.session.scalars(sa.select(Team.code)))
    return _add(Team(**team) for team in _read("teams")["teams"] if team["code"] not in known)


def _load_form(at: datetime) -> int:
    """The help ticket and its topics: published once, and then the desk's own."""
    if db.session.scalar(form_versions().limit(1)) is not None:
        return 0
    intake.publish(_read("form"), reason="The form a new desk starts with", by=None, at=at)
    return 1


def _load_macros() -> int:
    known = set(db.session.scalars(sa.select(Macro.code)))
    texts = ("body", "body_es")
    raws = [{**raw, **{name: raw[name].strip() for name in texts}} for raw in _read("macros")["macros"]]
    return _add(Macro(**raw) for raw in raws if raw["code"] not in known)


def _load_rules(at: datetime) -> int:
    if db.session.scalar(versions().limit(1)) is not None:
        return 0
    known = current_vocabulary()
    routing.publish(_read("rules")["rules"], known=known, reason="The rules a new desk starts with", by=None, at=at)
    return 1


def _load_policies() -> int:
    known = set(db.session.scalars(sa.select(SlaPolicy.priority)))
    return _add(SlaPolicy(**policy) for policy in _read("sla")["policies"] if policy["priority"] not in known)


def _load_schedules(at: datetime) -> int:
    if db.session.scalar(sa.select(ServiceSchedule.id).limit(1)) is not None:
        return 0
    raws = _read("hours")["schedules"]
    for raw in raws:
        day = (Interval(raw["opens"], raw["closes"]),)
        open_on = {_WEEKDAYS.index(name) for name in raw["days"]}
        week = tuple(day if weekday in open_on else () for weekday in range(DAYS_OF_A_WEEK))
        hours.adopt_schedule(raw["valid_from"], zone=raw["zone"], week=week, at=at)
    return len(raws)


def _load_closures(at: datetime) -> int:
    """A year that has a closure already is somebody's own: a closure they took away does not come back."""
    known = {day.year for day in db.session.scalars(sa.select(Closure.closed_on))}
    raws = [raw for raw in _read("hours")["closures"] if raw["closed_on"].year not in known]
    for raw in raws:
        hours.close(raw["closed_on"], closed_from=raw.get("closed_from", MIDNIGHT), reason=raw["reason"], at=at)
    return len(raws)


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def _add(rows: Any) -> int:
    fresh = list(rows)
    db.session.add_all(fresh)
    db.session.flush()
    return len(fresh)
