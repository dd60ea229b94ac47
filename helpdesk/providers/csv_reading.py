"""A file becomes rows, or a list of what is wrong with it: the line, the column, the reason. Nothing is stored here."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ..languages import gettext as _
from .csv_columns import BY_TITLE, OF_LOCATION, OF_ORGANIZATION, REQUIRED, BadCell, Column, cleaned
from .names import name_key

MOST_ROWS = 50_000
LARGEST_FILE = 12 * 1024 * 1024  # bytes
MOST_PROBLEMS = 200  # that are listed
_OTHERWISE_PARTED = re.compile("[;\t|]")


class NotARow(ValueError):
    """What begins on this line cannot be parted into cells."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


@dataclass(frozen=True)
class Problem:
    """What is wrong: where, and why."""

    line: int
    column: str
    why: str


@dataclass
class Entry:
    """What the file says about an organization or a location, and the line that said it first."""

    line: int
    key: str
    values: dict[str, Any]


@dataclass
class Table:
    """The content of a file: organizations by their name as compared, and each one's locations."""

    organizations: dict[str, Entry] = field(default_factory=dict)
    locations: list[tuple[str, Entry]] = field(default_factory=list)  # with the key of the organization
    problems: list[Problem] = field(default_factory=list)
    rows: int = 0

    def refuse(self, line: int, column: str, why: str) -> None:
        """Note what is wrong."""
        self.problems.append(Problem(line, column, why))


def read(content: bytes) -> Table:
    """Read a file: UTF-8 with or without a byte order mark, commas, quotes, any line ends."""
    table = Table()
    if len(content) > LARGEST_FILE:
        table.refuse(1, "", _("The file is larger than %(most)s MB.", most=LARGEST_FILE // 1024 // 1024))
        return table
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        table.refuse(line, "", _("The file is not UTF-8. In a spreadsheet, save it as “CSV UTF-8”."))
        return table
    try:
        _read_rows(table, text)
    except NotARow as error:
        why = _("From here on the file is no table: a quote is opened and not closed, or more follows one; or a cell has no end.")
        table.refuse(error.line, "", why)
    if not table.rows and not table.problems:
        table.refuse(1, "", _("The file has no rows below the names of its columns."))
    return table


def _read_rows(table: Table, text: str) -> None:
    lines = _rows(text)
    _first, titles = next(lines, (1, []))
    columns = _columns(table, [title.strip().casefold() for title in titles])
    if table.problems:
        return
    pins: dict[str, int] = {}
    places: dict[tuple[str, str], int] = {}
    for line, cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        table.rows += 1
        if table.rows > MOST_ROWS:
            table.refuse(line, "", _("The file has more than %(most)s rows.", most=f"{MOST_ROWS:,}"))
            return
        if len(cells) != len(columns):
            why = _("This row has %(cells)s cells, the first line has %(titles)s.", cells=len(cells), titles=len(columns))
            table.refuse(line, "", why)
            continue
        _take_up(table, line, _values(table, line, columns, cells), pins, places)


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows, each with the line it begins on. Raises NotARow."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    begins = 1
    try:
        for row in reader:
            yield begins, row
            begins = reader.line_num + 1
    except csv.Error:
        raise NotARow(begins) from None


def _columns(table: Table, titles: list[str]) -> list[Column]:
    if len(titles) == 1 and _OTHERWISE_PARTED.search(titles[0]):
        table.refuse(1, "", _("The columns are not parted by commas. In a spreadsheet, save it as “CSV UTF-8” with commas."))
        return []
    for title in titles:
        if title not in BY_TITLE:
            table.refuse(1, title, _("There is no such column."))
        elif titles.count(title) > 1:
            table.refuse(1, title, _("This column stands here twice."))
    if REQUIRED not in titles:
        table.refuse(1, REQUIRED, _("This column is missing."))
    if "location" not in titles and any(column.title in titles for column in OF_LOCATION):
        table.refuse(1, "location", _("This column is missing."))
    return [BY_TITLE[title] for title in titles if title in BY_TITLE]


def _values(table: Table, line: int, columns: list[Column], cells: list[str]) -> dict[Column, Any]:
    """What the cells of a row say; a cell that cannot be read is noted and left out."""
    found = {}
    for column, cell in zip(columns, cells, strict=True):
        try:
            found[column] = column.read(cleaned(cell))
        except BadCell as bad:
            table.refuse(line, column.title, str(bad))
    return found


def _take_up(
    table: Table, line: int, values: dict[Column, Any], pins: dict[str, int], places: dict[tuple[str, str], int]
) -> None:
    organization = {column.field: values[column] for column in OF_ORGANIZATION if column in values}
    location = {column.field: values[column] for column in OF_LOCATION if column in values}
    if not organization.get("legal_name"):
        if BY_TITLE[REQUIRED] in values:
            table.refuse(line, REQUIRED, _("The name of the organization is missing."))
        return
    key = name_key(organization["legal_name"])
    _take_up_organization(table, line, key, organization)
    if not location.get("name"):
        if any(location.get(name) for name in location if name not in ("name", "enrollment_status")):
            table.refuse(line, "location", _("The name of the location is missing."))
        return
    entry = Entry(line, name_key(location["name"]), location)
    if (pin := location.get("pin")) and pins.setdefault(pin, line) != line:
        table.refuse(line, "pin", _("Line %(line)s has this provider PIN, too.", line=pins[pin]))
    if places.setdefault((key, entry.key), line) != line:
        table.refuse(line, "location", _("Line %(line)s names this location, too.", line=places[key, entry.key]))
    table.locations.append((key, entry))


def _take_up_organization(table: Table, line: int, key: str, values: dict[str, Any]) -> None:
    """An organization stands on a row for each of its locations, with the same facts on each."""
    first = table.organizations.setdefault(key, Entry(line, key, values))
    for column in OF_ORGANIZATION:
        said = column.field in values and column.field in first.values
        if said and values[column.field] != first.values[column.field]:
            why = _("Line %(line)s says something else about this organization.", line=first.line)
            table.refuse(line, column.title, why)
