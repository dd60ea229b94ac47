"""How many cases there are of each kind, counted as far as it is cheap, in one statement for a whole page."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from ..accounts.anybody import filled_in
from ..accounts.models import User
from ..cases.models import Case
from ..database import at_most
from ..extensions import db
from ..providers import waiting
from . import queries
from .queries import Look

COUNTED = 99  # a count beyond it reads "99+"


def counts(looks: Sequence[Look], user: User, *, found: Sequence[int] = ()) -> Iterator[int]:
    """How many cases each of these looks shows, up to one more than COUNTED.

    The requests to join are counted along with them,
    for the navigation.
    """
    given = {**filled_in(user), **({"found": found} if any(look.is_found for look in looks) else {})}
    *counted, requests = db.session.execute(_statement(tuple(looks), db.engine.dialect.name), given).one()
    waiting.note(requests)
    return iter(counted)


@lru_cache(maxsize=128)  # of some 100 kB
def _statement(looks: tuple[Look, ...], _dialect: str) -> sa.Select[Any]:
    parts: list[sa.ScalarSelect[Any]] = [*map(_capped_count, looks), waiting.column()]
    return sa.select(*parts)


def _capped_count(look: Look) -> sa.ScalarSelect[int]:
    few = sa.select(sa.literal(1)).select_from(Case).where(*look.conditions, queries.in_teams(look))
    return sa.select(sa.func.count()).select_from(few.limit(at_most(COUNTED + 1)).subquery()).scalar_subquery()
