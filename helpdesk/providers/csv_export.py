"""The directory as a table that imports again to the same state, some rows at a time."""

import csv
from collections.abc import Iterator
from io import StringIO
from typing import Any

import sqlalchemy as sa

from ..extensions import db
from .csv_columns import COLUMNS, OF_LOCATION, OF_ORGANIZATION, disarmed
from .models import Location, Organization

BYTE_ORDER_MARK = "\ufeff"  # or else spreadsheets take UTF-8 for something older
AT_ONCE = 500  # organizations


def table() -> Iterator[str]:
    """Every organization with its locations, a row for each location; one that has none has a row of its own."""
    yield BYTE_ORDER_MARK + _lines([[column.title for column in COLUMNS]])
    last = 0
    while ids := list(
        db.session.scalars(sa.select(Organization.id).where(Organization.id > last).order_by(Organization.id).limit(AT_ONCE))
    ):
        yield _lines(_rows(last, ids[-1]))
        last = ids[-1]


def sample() -> str:
    """A file to begin with: the titles, and two rows that are plainly invented."""
    plain = {"organization": "Example Pharmacy, LLC", "organization_type": "pharmacy", "administrator_name": "Alex Example"}
    there = {"street": "1 Example Street", "city": "Raleigh", "zip_code": "27601", "county": "Wake", "reporting_system": "cvms"}
    rows = (
        {**plain, **there, "location": "Main Street", "pin": "000001", "enrollment_status": "approved"},
        {**plain, "location": "Airport", "pin": "NCA000002", "county": "Wake", "enrollment_status": "draft"},
    )
    titles = [column.title for column in COLUMNS]
    return BYTE_ORDER_MARK + _lines([titles, *([row.get(title, "") for title in titles] for row in rows)])


def _rows(after: int, until: int) -> list[list[str]]:
    organization = [getattr(Organization, column.field).label(f"organization_{column.field}") for column in OF_ORGANIZATION]
    location = [getattr(Location, column.field).label(f"location_{column.field}") for column in OF_LOCATION]
    found = sa.select(*organization, *location).select_from(Organization).outerjoin(Location)
    found = found.where(Organization.id > after, Organization.id <= until).order_by(Organization.id, Location.id)
    return [_cells(row._mapping) for row in db.session.execute(found)]


def _cells(row: Any) -> list[str]:
    organization = [column.write(row[f"organization_{column.field}"]) for column in OF_ORGANIZATION]
    return [*organization, *(column.write(row[f"location_{column.field}"]) for column in OF_LOCATION)]


def _lines(rows: list[list[str]]) -> str:
    text = StringIO()
    csv.writer(text).writerows([disarmed(cell) for cell in row] for row in rows)
    return text.getvalue()
