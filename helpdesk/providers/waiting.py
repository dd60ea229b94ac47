"""How many requests to join wait for staff: said on every page of theirs, so it may be read along with something else."""

from functools import cache
from typing import Any

import sqlalchemy as sa
from flask import g

from ..extensions import db
from .models import JoinRequest, RequestState

MOST_COUNTED = 99  # beyond it, nobody counts on


@cache
def column() -> sa.ScalarSelect[Any]:
    """The count as a part of another statement, whose answer is handed to `note`."""
    some = sa.select(JoinRequest.id).where(JoinRequest.state == RequestState.OPEN).limit(MOST_COUNTED + 1).subquery()
    return sa.select(sa.func.count()).select_from(some).scalar_subquery()


def note(count: int) -> None:
    """Remember the count until this request is answered."""
    g.requests_waiting = count


def count() -> int:
    """How many requests wait, counted up to one more than MOST_COUNTED."""
    if "requests_waiting" not in g:
        note(db.session.scalar(_alone()) or 0)
    return int(g.requests_waiting)


@cache
def _alone() -> sa.Select[Any]:
    return sa.select(column())
