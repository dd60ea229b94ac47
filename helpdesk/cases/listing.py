"""My cases: which of the cases that a provider may see stand on a page of their list, the latest first.

Every way of seeing cases (one's own, a location's, an organization's, copies) is a run along an index of its own, no longer
than a page. What no index knows, how a case stands, is looked for in the next LOOKED_AT cases, and the page says how far back
it has looked. Words are looked for by the search of cases (`searching`), among those that are shown.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from ..accounts.models import User
from ..extensions import db
from . import queries, visibility
from .models import UNFINISHED, Case, Status
from .visibility import Places, Run, Whose

ROWS = 25
LOOKED_AT = 1_000  # cases, of all runs together


class Standing(StrEnum):
    """How the cases that are shown stand; the values stand in the address of the list."""

    ALL = "all"
    OPEN = "open"
    FINISHED = "finished"

    def includes(self, status: Status) -> bool:
        """Whether a case of this status is one of them."""
        return self is Standing.ALL or (status in UNFINISHED) == (self is Standing.OPEN)


@dataclass(frozen=True)
class Look:
    """What one person looks at: whose cases, how they stand, and words that are on them."""

    user: User
    places: Places
    whose: Whose = Whose.ALL
    standing: Standing = Standing.ALL
    words: str = ""

    @property
    def is_narrowed(self) -> bool:
        """Whether it asks for more than the indexes know."""
        return self.standing is not Standing.ALL

    @property
    def ids(self) -> sa.Select[int]:
        """The ids of all cases that are shown, whatever their words."""
        statuses = [status for status in Status if self.standing.includes(status)]
        return visibility.ids(self.user, self.places, self.whose, Case.status.in_(statuses))

    def asked(self, **changed: str) -> dict[str, str]:
        """The look as the parameters of an address, without what narrows nothing."""
        given = {"show": self.whose.value, "state": self.standing.value, "q": self.words, **changed}
        return {name: value for name, value in given.items() if value not in (Whose.ALL, Standing.ALL, "")}


@dataclass(frozen=True)
class Page:
    """Some cases, where the next page begins if there may be more, and how far back this one looked if that was its end."""

    cases: list[Case]
    before: int | None = None  # an id
    looked_back_to: datetime | None = None


def page(look: Look, *, before: int | None = None) -> Page:
    """The latest cases that are looked for, below a case's id where one is given; two statements, however many there are."""
    seen, end = _seen(look, before)
    fitting = sorted((row.id for row in seen if look.standing.includes(row.status)), reverse=True)
    cases = _loaded(look.user, fitting[:ROWS])
    if len(fitting) > ROWS:
        return Page(cases, before=fitting[ROWS - 1])
    return Page(cases, before=end.id, looked_back_to=end.opened_at) if end else Page(cases)


def _seen(look: Look, before: int | None) -> tuple[list[sa.Row[Any]], sa.Row[Any] | None]:
    """The next cases of all runs, each once, and the one down to which none is missing; none where every run has ended."""
    ways = visibility.runs(look.user, look.places, look.whose)
    most = max(ROWS + 1, LOOKED_AT // len(ways) if look.is_narrowed else 0)
    parts = [_run(number, way, before).limit(most) for number, way in enumerate(ways)]
    rows = db.session.execute(sa.union_all(*(sa.select(part.subquery()) for part in parts))).all()
    runs: dict[int, list[sa.Row[Any]]] = defaultdict(list)
    for row in rows:
        runs[row.run].append(row)
    cut_off_at = [min(run, key=_id) for run in runs.values() if len(run) == most]
    end = max(cut_off_at, key=_id, default=None)
    return list({row.id: row for row in rows if end is None or row.id >= end.id}.values()), end


def _run(number: int, way: Run, before: int | None) -> sa.Select[Any]:
    columns: list[Any] = [Case.id, Case.status, Case.opened_at, sa.literal(number).label("run")]
    found = sa.select(*columns).where(way.condition).order_by(way.case_id.desc())
    return found if before is None else found.where(way.case_id < before)


def _id(row: sa.Row[Any]) -> int:
    return int(row.id)


def _loaded(user: User, ids: list[int]) -> list[Case]:
    """These cases with what a row shows of them; what somebody has just hidden is gone."""
    found = queries.visible_to(user).where(Case.id.in_(ids)).order_by(Case.id.desc())
    return list(db.session.scalars(found.options(joinedload(Case.team), joinedload(Case.requester))))
