"""Who is asking: what the directory knows of the requester and the place, what else is open, whom it is copied to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from ..accounts.models import User
from ..cases import copies
from ..cases import queries as cases
from ..cases.copies import CaseCopy, Copied, Standing
from ..cases.models import UNFINISHED, Case
from ..cases.numbers import number_of
from ..extensions import db
from ..languages import gettext as _
from ..notifications import refusals
from ..notifications.models import RefusedAddress
from ..providers import queries as directory
from ..providers import waiting
from ..providers.models import Affiliation, AffiliationRole, Location, Organization
from ..providers.wording import person, place_in_words, word
from . import case_values, related
from .case_values import ADDRESS, CASE_ID, NOW, ORGANIZATION_ID, READER_ID, REQUESTER_ID, Shape
from .columns import columns
from .related import Related

MOST_OTHERS = 5


@dataclass(frozen=True)
class Refused:
    """That the address of the requester refused our mail."""

    refused_at: datetime
    answer: str


@dataclass(frozen=True)
class Asker:
    """What stands on the page of a case about who is asking."""

    affiliation: str  # whether it is confirmed that they work at the place of the case, as what
    elsewhere: tuple[str, ...]  # where else they work, as what
    section_b: list[tuple[str, str]]
    others: tuple[tuple[str, str], ...]  # number and subject of their latest other open cases
    count_of_others: int
    refused: Refused | None
    copied: tuple[Copied, ...]  # whom the case is copied to
    related: Related


def asker(case: Case, *, reader: User) -> Asker:
    """Who is asking, in one statement; other cases are those that the reader may see.

    It counts the requests to join along with it, for the navigation.
    """
    rows = db.session.execute(_statement(case_values.shape(case, reader)), case_values.values(case, reader)).all()
    by_kind: dict[str, list[Any]] = {kind: [row for row in rows if row.kind == kind] for kind in _KINDS}
    waiting.note(by_kind["waiting"][0].number)
    here = [row for row in by_kind["work"] if row.number == case.organization_id]
    others, refused = by_kind["case"], by_kind["refused"]
    return Asker(
        affiliation=_affiliation(case, here),
        elsewhere=tuple(_as_what(row) for row in by_kind["work"] if row not in here),
        section_b=_section_b(case),
        others=tuple((number_of(row.number), row.name) for row in sorted(others, key=lambda row: -row.number)),
        count_of_others=others[0].total if others else 0,
        refused=Refused(refused[0].at, refused[0].name) if refused else None,
        copied=tuple(
            Copied(row.number, row.name, row.place, row.role, Standing(row.total))
            for row in sorted(by_kind["copied"], key=lambda row: (row.at, row.number))
        ),
        related=related.related(case, rows),
    )


_KINDS = ("case", "work", "refused", "waiting", "copied")


@cache
def _statement(shape: Shape) -> sa.CompoundSelect[Any]:
    parts = (_others(shape), _work(), _refusal(), _waiting(), _copies(), *related.parts(shape))
    return sa.union_all(*(sa.select(part.subquery()) for part in parts))


def _others(shape: Shape) -> sa.Select[Any]:
    """The latest open cases of the requester beside this one, and how many there are."""
    named = columns("case", number=Case.id, name=Case.subject, total=sa.func.count().over())
    seen = cases.visible_to_staff(READER_ID, every_team=shape.every_team)
    theirs = seen.where(Case.requester_id == REQUESTER_ID, Case.id != CASE_ID)
    found = theirs.where(Case.status.in_(UNFINISHED)).with_only_columns(*named)
    return found.order_by(Case.id.desc()).limit(MOST_OTHERS)


def _work() -> sa.Select[Any]:
    where, role = sa.func.coalesce(Location.name, ""), sa.cast(Affiliation.role, sa.Text)
    named = columns("work", number=Affiliation.organization_id, name=Organization.legal_name, place=where, role=role)
    found = sa.select(*named).select_from(Affiliation).join(Affiliation.organization).outerjoin(Affiliation.location)
    return found.where(Affiliation.user_id == REQUESTER_ID, directory.is_current(NOW))


def _refusal() -> sa.Select[Any]:
    named = columns("refused", name=RefusedAddress.answer, at=RefusedAddress.refused_at)
    return refusals.marked(ADDRESS).with_only_columns(*named)


def _waiting() -> sa.Select[Any]:
    return sa.select(*columns("waiting", number=waiting.column()))


def _copies() -> sa.Select[Any]:
    who = {"name": User.first_name + " " + User.last_name, "place": User.email, "role": User.phone}
    named = columns("copied", number=User.id, total=copies.standing(ORGANIZATION_ID, at=NOW), at=CaseCopy.since, **who)
    return copies.present(CASE_ID).with_only_columns(*named)


def _as_what(row: Any) -> str:
    return f"{word(AffiliationRole(row.role))}, {place_in_words(row.name, row.place)}"


def _affiliation(case: Case, here: Iterable[Any]) -> str:
    if roles := "; ".join(_as_what(row) for row in here):
        return _("Confirmed: %(roles)s", roles=roles)
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
