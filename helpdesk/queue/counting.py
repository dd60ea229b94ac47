"""How many cases there are of each kind, counted as far as it is cheap, in one statement for a whole page."""

from collections.abc import Sequence

import sqlalchemy as sa

from ..cases.models import Case
from ..extensions import db
from ..providers import waiting
from . import queries
from .asked import Asked, Filter
from .queries import Look
from .shelf import Saved

COUNTED = 99  # a count beyond it reads "99+"


def counts(look: Look, saved: Sequence[Saved], others: Sequence[Look]) -> tuple[dict[Filter, int], list[int], list[int]]:
    """How many cases each filter holds, each of the saved filters, and each of these other looks; up to one more than COUNTED.

    The requests to join are counted along with them,
    for the navigation.
    """
    wide = [Look(look.user, look.teams, Asked(chosen)) for chosen in Filter]
    kept = [Look(look.user, look.teams, one.asked) for one in saved]
    parts = [_capped_count(one) for one in (*wide, *kept, *others)]
    *row, requests = db.session.execute(sa.select(*parts, waiting.column())).one()
    waiting.note(requests)
    most, end = len(wide), len(wide) + len(kept)
    return dict(zip(Filter, row[:most], strict=True)), list(row[most:end]), list(row[end:])


def _capped_count(look: Look) -> sa.ScalarSelect[int]:
    few = sa.select(sa.literal(1)).select_from(Case).where(*look.conditions, queries.in_teams(look))
    return sa.select(sa.func.count()).select_from(few.limit(COUNTED + 1).subquery()).scalar_subquery()
