"""What will happen to each of many cases, before anything does."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from ..accounts.models import User
from ..cases import batch_acts
from ..cases.batch_acts import Why
from ..cases.batch_models import Order
from ..cases.kinds import PASSING_OF_TIME
from ..cases.models import Case, Event
from ..extensions import db


@dataclass(frozen=True)
class Forecast:
    """A case, why it is left as it is (if it is), what happened since it was shown, and what its requester will read."""

    case: Case
    why_not: Why | None
    changes: Sequence[Event]
    text: str = ""

    @property
    def sent(self) -> str:
        """The case as the form sends it: by the version that is shown now."""
        return f"{self.case.id}:{self.case.version}"


def look(cases: Sequence[Case], order: Order, seen: Mapping[int, int], *, by: User) -> list[Forecast]:
    """What will happen to these cases, by the version of each that was on the page of the queue."""
    known, changes = batch_acts.know(cases, order, by=by), changes_of(cases, seen)
    found = []
    for case in cases:
        why_not = batch_acts.why_not(case, order, known)
        text = "" if why_not or not order.wanted.get("macro") else batch_acts.text_for(case, order, by=by)
        found.append(Forecast(case, why_not, changes[case.id], text))
    return found


def changes_of(cases: Sequence[Case], seen: Mapping[int, int]) -> dict[int, list[Event]]:
    """What happened to those that have changed since, but for the passing of time."""
    since = [sa.and_(Event.case_id == case.id, Event.version > seen[case.id]) for case in cases if case.version != seen[case.id]]
    later = sa.select(Event).where(sa.or_(sa.false(), *since), Event.kind.not_in(PASSING_OF_TIME)).order_by(Event.id)
    found: dict[int, list[Event]] = defaultdict(list)
    for event in db.session.scalars(later.options(joinedload(Event.actor))):
        found[event.case_id].append(event)
    return found
