"""Who is asking: what the directory knows of the requester and the place, and what else of theirs is open."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from .. import clock
from ..accounts.models import User
from ..cases import queries as cases
from ..cases.models import UNFINISHED, Case
from ..extensions import db
from ..providers import queries as directory
from ..providers.models import Affiliation
from ..providers.wording import person, place_of, word

MOST_OTHERS = 5


@dataclass(frozen=True)
class Asker:
    """What stands on the page of a case about who is asking."""

    affiliation: str  # whether it is confirmed that they work at the place of the case, as what
    is_confirmed: bool
    elsewhere: tuple[str, ...]  # where else they work
    section_b: list[tuple[str, str]]
    others: list[Case]
    count_of_others: int


def asker(case: Case, *, reader: User) -> Asker:
    """Who is asking, in two statements; other cases are those that the reader may see."""
    works = list(db.session.scalars(directory.affiliations_of(case.requester, at=clock.now())))
    here = [a for a in works if case.organization_id and a.organization_id == case.organization_id]
    others, count = _others(case, reader)
    return Asker(
        affiliation=_affiliation(case, here),
        is_confirmed=bool(here),
        elsewhere=tuple(f"{place_of(a)}: {word(a.role)}" for a in works if a not in here),
        section_b=_section_b(case),
        others=others,
        count_of_others=count,
    )


def _affiliation(case: Case, here: list[Affiliation]) -> str:
    if here:
        return _("Confirmed: %(roles)s", roles="; ".join(f"{word(a.role)}, {place_of(a)}" for a in here))
    if case.organization_id:
        return _("Not confirmed: they do not work there, as far as we know")
    return _("Not confirmed: the place was typed, not chosen from the directory")


def _section_b(case: Case) -> list[tuple[str, str]]:
    place = case.listed_location
    if place is None:
        return []
    address = ", ".join(part for part in (place.street, place.city, place.zip_code) if part)
    return [
        (_("Provider PIN"), place.pin or _("None")),
        (_("Address"), address or _("Not given")),
        (_("County"), place.county or _("Not given")),
        (_("Reports in"), word(place.reporting_system) or _("Not known")),
        (_("Enrollment"), word(place.enrollment_status)),
        (_("Primary coordinator"), person(place.primary_coordinator_name, place.primary_coordinator_email)),
        (_("Back-up coordinator"), person(place.backup_coordinator_name, place.backup_coordinator_email)),
    ]


def _others(case: Case, reader: User) -> tuple[list[Case], int]:
    """The latest open cases of the requester beside this one, and how many there are."""
    theirs = cases.visible_to(reader).where(
        Case.requester_id == case.requester_id, Case.id != case.id, Case.status.in_(UNFINISHED)
    )
    counted = theirs.add_columns(sa.func.count().over().label("total")).order_by(Case.id.desc()).limit(MOST_OTHERS)
    rows: list[Any] = list(db.session.execute(counted))
    return [row[0] for row in rows], rows[0].total if rows else 0
