"""The directory as a table: its columns (docs/directory-csv.md), and how a cell is kept from being taken for a formula."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ..accounts import addresses
from ..accounts.errors import NotAnAddress, NotAPin
from ..accounts.pins import pin_of
from ..languages import gettext as _
from ..typed_text import one_line
from .counties import county_named
from .models import EnrollmentStatus, OrganizationType, ReportingSystem
from .names import is_name

LONGEST_TEXT = 160
_MAY_BE_A_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_DISARMED = re.compile(r"'+[=+\-@\t\r]")
_ZIP = re.compile(r"[0-9]{5}(-[0-9]{4})?", re.ASCII)


class BadCell(ValueError):
    """What a cell holds cannot be taken; says why, in words."""


@dataclass(frozen=True)
class Column:
    """A column: its title, the field it fills, how its cells are read, and how values are written."""

    title: str
    field: str
    read: Callable[[str], Any]
    write: Callable[[Any], str] = lambda value: str(value or "")


def armed(cell: str) -> str:
    """A cell as it was before it was disarmed."""
    return cell[1:] if _DISARMED.match(cell) else cell


def disarmed(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula; `armed` gives it back."""
    return f"'{cell}" if _MAY_BE_A_FORMULA.match(cell) else cell


def _name(cell: str) -> str:
    if cell and not is_name(cell):
        raise BadCell(_("is no name, which has 2 to 120 characters"))
    return cell


def _text(cell: str) -> str:
    if len(cell) > LONGEST_TEXT:
        raise BadCell(_("is longer than %(most)s characters", most=LONGEST_TEXT))
    return cell


def _mail(cell: str) -> str:
    if not cell:
        return ""
    try:
        return addresses.normalized(cell)
    except NotAnAddress:
        raise BadCell(_("is not an e-mail address")) from None


def _pin(cell: str) -> str | None:
    try:
        return pin_of(cell) if cell else None
    except NotAPin:
        raise BadCell(_("is not a provider PIN: six digits, with or without NCA before them")) from None


def _zip_code(cell: str) -> str:
    if cell and not _ZIP.fullmatch(cell):
        raise BadCell(_("is not a ZIP code"))
    return cell


def _county(cell: str) -> str:
    if not cell:
        return ""
    county = county_named(cell)
    if county is None:
        raise BadCell(_("is not a county of the list"))
    return county


def _one_of(kind: Any, default: Any) -> Callable[[str], Any]:
    def read(cell: str) -> Any:
        if not cell:
            return default
        word = cell.casefold().replace(" ", "_").replace("-", "_")
        member = next((member for member in kind if member.value == word), None)
        if member is None:
            raise BadCell(_("is none of: %(words)s", words=", ".join(kind)))
        return member

    return read


def _instant(cell: str) -> datetime | None:
    if not cell:
        return None
    try:
        instant = datetime.fromisoformat(cell)
        return (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadCell(_("is not a date, such as 2026-11-30")) from None


def _of_instant(value: datetime | None) -> str:
    return value.isoformat() if value else ""


OF_ORGANIZATION: tuple[Column, ...] = (
    Column("organization", "legal_name", _name),
    Column("organization_type", "type", _one_of(OrganizationType, OrganizationType.OTHER)),
    Column("administrator_name", "administrator_name", _text),
    Column("administrator_email", "administrator_email", _mail),
    Column("cmo_name", "cmo_name", _text),
    Column("cmo_email", "cmo_email", _mail),
    Column("ceo_name", "ceo_name", _text),
    Column("ceo_email", "ceo_email", _mail),
    Column("organization_closed", "closed_at", _instant, _of_instant),
)
OF_LOCATION: tuple[Column, ...] = (
    Column("location", "name", _name),
    Column("pin", "pin", _pin),
    Column("street", "street", _text),
    Column("city", "city", _text),
    Column("zip_code", "zip_code", _zip_code),
    Column("county", "county", _county),
    Column("reporting_system", "reporting_system", _one_of(ReportingSystem, None)),
    Column("enrollment_status", "enrollment_status", _one_of(EnrollmentStatus, EnrollmentStatus.DRAFT)),
    Column("primary_coordinator_name", "primary_coordinator_name", _text),
    Column("primary_coordinator_email", "primary_coordinator_email", _mail),
    Column("backup_coordinator_name", "backup_coordinator_name", _text),
    Column("backup_coordinator_email", "backup_coordinator_email", _mail),
    Column("location_closed", "closed_at", _instant, _of_instant),
)
COLUMNS = (*OF_ORGANIZATION, *OF_LOCATION)
BY_TITLE = {column.title: column for column in COLUMNS}
REQUIRED = "organization"


def cleaned(cell: str) -> str:
    """A cell as it is read: nothing invisible, no space around, not disarmed."""
    return one_line(armed(cell.strip(" ")))
