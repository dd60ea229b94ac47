"""What a table would change in the directory, worked out in memory, and its storing in a few statements. No mail is sent."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from .. import clock
from ..accounts.models import User
from ..extensions import db
from ..languages import gettext as _
from .csv_columns import OF_LOCATION, OF_ORGANIZATION
from .csv_reading import Entry, Table
from .models import DirectoryAct, DirectoryEvent, EnrollmentStatus, Location, Organization, OrganizationType
from .names import name_key

_OF_ORGANIZATION = tuple(column.field for column in OF_ORGANIZATION)
_OF_LOCATION = tuple(column.field for column in OF_LOCATION)
_AT_ONCE = 1_000  # rows in a statement

Row = dict[str, Any]


@dataclass
class Plan:
    """What is added and changed, row by row, and how much stays as it is."""

    new_organizations: dict[str, Row] = field(default_factory=dict)  # by key
    changed_organizations: list[tuple[int, Row, Row]] = field(default_factory=list)  # id, old, new
    new_locations: list[tuple[str, Row]] = field(default_factory=list)  # with the key of the organization
    changed_locations: list[tuple[int, int, Row, Row]] = field(default_factory=list)  # id, organization, old, new
    unchanged: int = 0

    @property
    def counts(self) -> dict[str, int]:
        """How many rows of each kind."""
        return {
            "organizations_added": len(self.new_organizations),
            "organizations_changed": len(self.changed_organizations),
            "locations_added": len(self.new_locations),
            "locations_changed": len(self.changed_locations),
            "unchanged": self.unchanged,
        }


@dataclass
class _Known:
    """The directory as it stands, by what rows are found with."""

    organizations: dict[str, sa.Row[Any]]
    by_pin: dict[str, sa.Row[Any]]
    by_name: dict[tuple[int, str], sa.Row[Any]]
    names: dict[int, str]


def hold_directory() -> None:
    """Let nobody else add or change organizations and locations until the transaction ends; on SQLite nobody can anyway."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(sa.text("LOCK TABLE organizations, locations IN SHARE ROW EXCLUSIVE MODE"))


def plan(table: Table) -> Plan:
    """What a table would change; what stands in its way is noted among its problems."""
    known, made = _known(), Plan()
    for key, entry in table.organizations.items():
        _plan_organization(made, known.organizations.get(key), key, entry)
    taken: dict[int, int] = {}
    for key, entry in table.locations:
        _plan_location(table, made, known, key, entry, taken)
    _refuse_clashing_names(table, made, known)
    return made


def store(made: Plan, *, by: User | None) -> None:
    """Carry out a plan in the transaction that it was made in; `by` nobody is the command line."""
    at = clock.now()
    ids = _insert_organizations(made, at)
    _update(Organization, [(row_id, new) for row_id, _old, new in made.changed_organizations])
    _part_with_names(made)
    _update(Location, [(row_id, new) for row_id, _organization, _old, new in made.changed_locations])
    location_ids = _insert_locations(made, ids, at)
    events: list[Row] = [
        *(_event(by, at, {}, row, organization_id=ids[key]) for key, row in made.new_organizations.items()),
        *(_event(by, at, old, new, organization_id=row_id) for row_id, old, new in made.changed_organizations),
        *(
            _event(by, at, {}, row, organization_id=ids[key], location_id=location_id)
            for (key, row), location_id in zip(made.new_locations, location_ids, strict=True)
        ),
        *(
            _event(by, at, old, new, organization_id=organization_id, location_id=row_id)
            for row_id, organization_id, old, new in made.changed_locations
        ),
    ]
    for some in _batches(events):
        db.session.execute(sa.insert(DirectoryEvent), some)


def _known() -> _Known:
    organizations = db.session.execute(sa.select(*Organization.__table__.c)).all()
    locations = db.session.execute(sa.select(*Location.__table__.c)).all()
    return _Known(
        organizations={row.name_key: row for row in organizations},
        by_pin={row.pin: row for row in locations if row.pin},
        by_name={(row.organization_id, row.name_key): row for row in locations},
        names={row.id: row.legal_name for row in organizations},
    )


def _plan_organization(made: Plan, known: sa.Row[Any] | None, key: str, entry: Entry) -> None:
    if known is None:
        empty = dict.fromkeys(_OF_ORGANIZATION, "") | {"type": OrganizationType.OTHER, "closed_at": None}
        made.new_organizations[key] = {**empty, **entry.values}
        return
    old, new = _differences(known, entry.values)
    if new:
        made.changed_organizations.append((known.id, old, new))
    else:
        made.unchanged += 1


def _plan_location(table: Table, made: Plan, known: _Known, key: str, entry: Entry, taken: dict[int, int]) -> None:
    """A location is found by its PIN, else by its name within the organization."""
    pin, organization = entry.values.get("pin"), known.organizations.get(key)
    same_pin = known.by_pin.get(pin) if pin else None
    same_name = known.by_name.get((organization.id, entry.key)) if organization else None
    if same_pin is not None and (organization is None or same_pin.organization_id != organization.id):
        owner = known.names[same_pin.organization_id]
        table.refuse(
            entry.line, "pin", _("%(location)s of %(owner)s has this provider PIN.", location=same_pin.name, owner=owner)
        )
        return
    if same_pin is None and same_name is not None and same_name.pin and pin:
        why = _("The location of this name has the provider PIN %(pin)s. Change it on its page.", pin=same_name.pin)
        table.refuse(entry.line, "pin", why)
        return
    found = same_pin if same_pin is not None else same_name
    if found is None:
        empty: Row = dict.fromkeys(_OF_LOCATION, "")
        empty |= {"pin": None, "reporting_system": None, "enrollment_status": EnrollmentStatus.DRAFT, "closed_at": None}
        made.new_locations.append((key, {**empty, **entry.values}))
        return
    if taken.setdefault(found.id, entry.line) != entry.line:
        table.refuse(entry.line, "location", _("Line %(line)s is about the same location.", line=taken[found.id]))
        return
    old, new = _differences(found, entry.values)
    if new:
        made.changed_locations.append((found.id, found.organization_id, old, new))
    else:
        made.unchanged += 1


def _differences(known: sa.Row[Any], values: Row) -> tuple[Row, Row]:
    """Old and new values of what differs."""
    old = {name: getattr(known, name) for name in values if getattr(known, name) != values[name]}
    return old, {name: values[name] for name in old}


def _refuse_clashing_names(table: Table, made: Plan, known: _Known) -> None:
    """A location must not take the name of another one of its organization that keeps it."""
    lines = {(key, entry.key): entry.line for key, entry in table.locations}
    keys = {row.id: key for key, row in known.organizations.items()}
    renamed = {row_id for row_id, _organization, old, new in made.changed_locations if _is_renamed(old, new)}
    for row_id, organization_id, old, new in made.changed_locations:
        if not _is_renamed(old, new):
            continue
        name = name_key(new["name"])
        holder = known.by_name.get((organization_id, name))
        if holder is not None and holder.id != row_id and holder.id not in renamed:
            line = lines.get((keys[organization_id], name), 1)
            table.refuse(line, "location", _("Another location of the organization has this name."))


def _is_renamed(old: Row, new: Row) -> bool:
    return "name" in new and name_key(new["name"]) != name_key(old["name"])


def _insert_organizations(made: Plan, at: Any) -> dict[str, int]:
    rows = [{**row, "name_key": key, "created_at": at} for key, row in made.new_organizations.items()]
    for some in _batches(rows):
        db.session.execute(sa.insert(Organization), some)
    wanted = {*made.new_organizations, *(key for key, _row in made.new_locations)}
    found = db.session.execute(sa.select(Organization.name_key, Organization.id)).all() if wanted else []
    return {key: row_id for key, row_id in found if key in wanted}


def _insert_locations(made: Plan, ids: dict[str, int], at: Any) -> list[int]:
    rows = [
        {**row, "organization_id": ids[key], "name_key": name_key(row["name"]), "created_at": at}
        for key, row in made.new_locations
    ]
    found: list[int] = []
    for some in _batches(rows):
        insert = sa.insert(Location).returning(Location.id, sort_by_parameter_order=True)
        found += db.session.scalars(insert, some)
    return found


def _part_with_names(made: Plan) -> None:
    """Locations may take each other's names: those that change go first."""
    parted = [{"id": row_id, "name_key": f"~{row_id}"} for row_id, *_rest, new in made.changed_locations if "name" in new]
    for some in _batches(parted):
        db.session.execute(sa.update(Location), some)


def _update(table: Any, changes: list[tuple[int, Row]]) -> None:
    """Rows that change in the same fields go together."""
    alike: dict[tuple[str, ...], list[Row]] = {}
    for row_id, new in changes:
        row = {"id": row_id, **new}
        if name := new.get("name") or new.get("legal_name"):
            row["name_key"] = name_key(name)
        alike.setdefault(tuple(sorted(row)), []).append(row)
    for rows in alike.values():
        for some in _batches(rows):
            db.session.execute(sa.update(table), some)


def _event(by: User | None, at: Any, old: Row, new: Row, **about: int) -> Row:
    return {
        "at": at,
        "actor_id": by.id if by else None,
        "organization_id": about["organization_id"],
        "location_id": about.get("location_id"),
        "user_id": None,
        "act": DirectoryAct.IMPORTED,
        "old": _told(old),
        "new": {name: value for name, value in _told(new).items() if old or value},
    }


def _told(values: Row) -> Row:
    """Values as the history keeps them."""
    return {name: value.isoformat() if name == "closed_at" and value else value for name, value in values.items()}


def _batches(rows: list[Row]) -> Iterable[list[Row]]:
    return (rows[start : start + _AT_ONCE] for start in range(0, len(rows), _AT_ONCE))
