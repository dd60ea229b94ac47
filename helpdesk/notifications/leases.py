"""Leases: a thing that one process does at a time, until it gives the lease back or stops renewing it."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from ..extensions import db
from .models import Lease

SCHEDULER = "scheduler"  # the lease of the active scheduler


def take(name: str, *, holder: str, at: datetime, term: timedelta) -> bool:
    """Renew the lease, or take it if nobody holds it; returns whether `holder` has it until `at + term`."""
    renewed = _update(Lease.name == name, Lease.holder == holder, renewed_at=at, expires_at=at + term)
    if renewed:
        return True
    # A lease that ends further ahead than any term is from a clock that has been put back since.
    free = sa.or_(Lease.expires_at <= at, Lease.expires_at > at + term + term)
    if _update(Lease.name == name, free, holder=holder, taken_at=at, renewed_at=at, expires_at=at + term):
        return True
    return not db.session.get(Lease, name) and _make(name, holder=holder, at=at, term=term)


def give_back(name: str, *, holder: str, at: datetime) -> None:
    """End the lease now, if `holder` has it; the row stays as a record of who was last there."""
    _update(Lease.name == name, Lease.holder == holder, expires_at=at)


def _make(name: str, *, holder: str, at: datetime, term: timedelta) -> bool:
    try:
        with db.session.begin_nested():
            db.session.add(Lease(name=name, holder=holder, taken_at=at, renewed_at=at, expires_at=at + term))
    except IntegrityError:  # another was first
        return False
    return True


def _update(*where: sa.ColumnElement[bool], **values: object) -> bool:
    change = sa.update(Lease).where(*where).values(**values).execution_options(synchronize_session=False)
    return bool(db.session.execute(change).rowcount)  # type: ignore[attr-defined]
