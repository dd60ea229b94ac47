"""The directory as a file: what is read, what is refused and where, and that it comes back as it was."""

import csv
import io
from typing import Any

import pytest
import sqlalchemy as sa

from helpdesk.extensions import db
from helpdesk.notifications.models import OutboxMessage
from helpdesk.providers import commands, csv_export, csv_import, csv_reading
from helpdesk.providers.csv_columns import COLUMNS, armed, disarmed
from helpdesk.providers.models import DirectoryAct, DirectoryEvent, Location, Organization
from helpdesk.transaction import transaction
from tests.directory_factories import a_location, an_organization, directory_events
from tests.queue.cases import at_once

NOT_FACTS = {"id", "organization_id", "created_at"}


def imported(content: str | bytes) -> csv_import.Plan:
    """A file, stored; it must be good."""
    with transaction():
        table = csv_reading.read(content.encode() if isinstance(content, str) else content)
        csv_import.hold_directory()
        plan = csv_import.plan(table)
        assert table.problems == []
        csv_import.store(plan, by=None)
    return plan


def problems(content: str | bytes) -> list[tuple[int, str]]:
    """Where a file is wrong: lines and columns."""
    table = csv_reading.read(content.encode() if isinstance(content, str) else content)
    csv_import.plan(table)
    db.session.rollback()
    return [(problem.line, problem.column) for problem in table.problems]


def exported() -> str:
    text = "".join(csv_export.table())
    db.session.rollback()
    return text


def state() -> Any:
    """Everything the directory says, without ids and times of entry."""
    db.session.rollback()
    organizations = db.session.execute(sa.select(*Organization.__table__.c)).mappings().all()
    names = {row["id"]: row["legal_name"] for row in organizations}
    locations = db.session.execute(sa.select(*Location.__table__.c)).mappings().all()

    def facts(row: Any) -> list[str]:
        return [f"{name}={value}" for name, value in row.items() if name not in NOT_FACTS]

    return sorted(facts(row) for row in organizations), sorted([names[row["organization_id"]], *facts(row)] for row in locations)


def count(table: Any) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


FILE = (
    "organization,organization_type,location,pin,county,reporting_system\r\n"
    '"Cedar Fork Pharmacy, LLC",pharmacy,Main Street,NCA123456,wake county,CVMS\r\n'
    '"Cedar Fork Pharmacy, LLC",pharmacy,Airport,123457,Durham,ncir\r\n'
    "Oak Hollow,clinic,,,,\r\n"
)


@pytest.mark.both_databases
def test_a_file_becomes_organizations_and_locations(app):
    plan = imported(FILE)

    assert plan.counts["organizations_added"] == 2
    main = db.session.scalars(sa.select(Location).where(Location.pin == "123456")).one()
    assert (main.name, main.county, main.reporting_system) == ("Main Street", "Wake", "cvms")
    assert main.organization.legal_name == "Cedar Fork Pharmacy, LLC"
    assert {event.act for event in directory_events()} == {DirectoryAct.IMPORTED}
    assert count(DirectoryEvent) == 4
    assert count(OutboxMessage) == 0


@pytest.mark.both_databases
def test_the_same_file_again_changes_nothing(app):
    imported(FILE)
    before, events = state(), count(DirectoryEvent)

    plan = imported(FILE)

    assert plan.counts == {
        "organizations_added": 0,
        "organizations_changed": 0,
        "locations_added": 0,
        "locations_changed": 0,
        "unchanged": 4,
    }
    assert (state(), count(DirectoryEvent)) == (before, events)


@pytest.mark.both_databases
def test_of_two_who_store_the_same_file_at_once_one_adds_it(app):
    def store():
        with app.app_context():
            return imported(FILE).counts["locations_added"]

    assert sorted(at_once(store, store)) == [0, 2]
    assert len(state()[1]) == 2


@pytest.mark.both_databases
def test_a_location_is_found_by_its_pin_and_renamed(app):
    location = a_location(an_organization("Oak Hollow"), "Main Street", pin="123456", county="Wake")

    plan = imported("organization,location,pin\nOAK HOLLOW,Elm Street,NCA123456\n")

    db.session.rollback()
    assert (location.name, location.name_key, location.county) == ("Elm Street", "elm street", "Wake")
    assert plan.counts["locations_changed"] == 1
    assert directory_events()[-1].old == {"name": "Main Street"}


@pytest.mark.both_databases
def test_two_locations_can_take_each_other_s_names(app):
    organization = an_organization("Oak Hollow")
    a_location(organization, "North", pin="000001")
    a_location(organization, "South", pin="000002")

    imported("organization,location,pin\nOak Hollow,South,000001\nOak Hollow,North,000002\n")

    rows = db.session.execute(sa.select(Location.pin, Location.name).order_by(Location.pin)).all()
    assert [tuple(row) for row in rows] == [("000001", "South"), ("000002", "North")]


@pytest.mark.parametrize("content", [b"\xef\xbb\xbf%s", b"%s"])
@pytest.mark.parametrize("line_end", [b"\n", b"\r\n", b"\r"])
def test_byte_order_marks_quotes_and_line_ends_make_no_difference(app, content, line_end):
    rows = line_end.join((b"organization,location", '"Clinica ""Azalea"", S.A.",Año Nuevo'.encode(), b""))
    imported(content % rows)

    assert db.session.scalar(sa.select(Organization.legal_name)) == 'Clinica "Azalea", S.A.'
    assert db.session.scalar(sa.select(Location.name)) == "Año Nuevo"


@pytest.mark.parametrize(
    ("content", "where"),
    [
        ("", [(1, "organization")]),
        ("organization,colour\nA,red\n", [(1, "colour")]),
        ("organization,organization\n", [(1, "organization"), (1, "organization")]),
        ("organization,pin\nOak,123456\n", [(1, "location")]),
        ("organization,location,pin\nOak,Main,12345\n", [(2, "pin")]),
        ("organization,location,pin\nOak,Main,000001\n\nOak,Side,NCA000001\n", [(4, "pin")]),
        ("organization,location\nOak,Main\nOAK!,MAIN\n", [(3, "organization"), (3, "location")]),
        ("organization,location\n,Main\n", [(2, "organization")]),
        ("organization,location,county\nOak,Main,Fulton\n", [(2, "county")]),
        ("organization,location,county\nOak,,Wake\n", [(2, "location")]),
        ("organization,organization_type\nOak,tavern\n", [(2, "organization_type")]),
        ("organization,administrator_email\nOak,nobody\n", [(2, "administrator_email")]),
        ("organization,location\nOak\n", [(2, "")]),
        ('organization,location\n"Oak\nHollow",Main\nOak,Side,Extra\n', [(4, "")]),
        ('organization,location\nElm,Main\n"Oak,Main\n', [(3, "")]),
        ("organization;location\nOak;Main\n", [(1, "")]),
        ("organization,location\n", [(1, "")]),
        ("organization,location\nO,Main\n", [(2, "organization")]),
        ("organization,location\nOak,M\n", [(2, "location")]),
        ("organization,organization_closed\nOak,yesterday\n", [(2, "organization_closed")]),
        ("organization,cmo_name,location\nOak,Ana,Main\nOak,Bea,Side\n", [(3, "cmo_name")]),
        (b"organization\nOak\xff\n", [(2, "")]),
        (f"organization\n{'x' * 121}\n", [(2, "organization")]),
    ],
)
def test_what_is_wrong_is_named_by_line_and_column(app, content, where):
    assert problems(content) == where
    assert count(Organization) == 0


def test_a_pin_of_another_organization_is_refused(app):
    a_location(an_organization("Oak Hollow"), "Main", pin="123456")

    assert problems("organization,location,pin\nBirch Run,Main,123456\n") == [(2, "pin")]
    assert problems("organization,location,pin\nOak Hollow,Main,123457\n") == [(2, "pin")]


def test_a_name_that_another_location_keeps_is_refused(app):
    organization = an_organization("Oak Hollow")
    a_location(organization, "North", pin="000001")
    a_location(organization, "South", pin="000002")

    assert problems("organization,location,pin\nOak Hollow,South,000001\n") == [(2, "location")]


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "'=1", "''=1", "'plain", "plain", ""])
def test_a_disarmed_cell_comes_back(cell):
    assert armed(disarmed(cell)) == cell
    assert not disarmed(cell).startswith(("=", "+", "-", "@", "\t", "\r"))


@pytest.mark.both_databases
def test_an_export_imports_again_to_the_same_state(app):
    organization = an_organization("=HYPERLINK(1) & Söhne", cmo_name="'@Ana", administrator_email="a@example.org")
    a_location(organization, '-Main, "quoted"', pin="123456", county="Wake", city="+Raleigh")
    a_location(organization, "Line")
    closed = a_location(an_organization("Oak Hollow"), "Gone")
    an_organization("No Locations Yet")
    with transaction():
        commands.close(closed, by=None)
    content, before = exported(), state()

    assert all(value == 0 for name, value in imported(content).counts.items() if name != "unchanged")
    with transaction():
        for table in (DirectoryEvent, Location, Organization):
            db.session.execute(sa.delete(table))
    imported(content)

    assert state() == before
    assert exported() == content


def test_no_cell_of_an_export_is_a_formula(app):
    a_location(an_organization("=cmd|' /C calc'!A0"), "@SUM(1)", city="-2")

    cells = [cell for row in csv.reader(io.StringIO(exported().removeprefix("\ufeff"))) for cell in row]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))] == []
    assert "'=cmd|' /C calc'!A0" in cells


def test_the_sample_is_good(app):
    assert imported(csv_export.sample()).counts["locations_added"] == 2


def test_every_column_is_documented():
    from tests.architecture import sources

    guide = (sources.ROOT / "docs/directory-csv.md").read_text("utf-8")
    assert [column.title for column in COLUMNS if f"`{column.title}`" not in guide] == []
