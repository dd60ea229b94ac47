"""A definition as a file (TOML): what `flask form export` writes and `flask form import` reads."""

import tomllib
from typing import Any

import tomlkit
from tomlkit.items import AoT, Array, InlineTable

from ..languages import gettext as _
from .definition import Definition
from .definition_writing import write
from .errors import BadDefinition

LARGEST_FILE = 1_000_000  # bytes
INDENT = 2
# Lists of small tables, one to a line; all other tables have a heading of their own.
IN_LINES = frozenset({"topics", "choices", "when"})
BEFORE_TABLES = frozenset({"same_words"})  # lists of texts at the top: after a table they would belong to it


def to_toml(definition: Definition) -> str:
    """The definition as a file, in one stable order: the same definition gives the same file."""
    document = tomlkit.document()
    if definition.version:
        document.add(tomlkit.comment(_("The help ticket, version %(number)s", number=definition.version)))
    written = write(definition)
    for name in sorted(written, key=lambda name: name not in BEFORE_TABLES):
        part = written[name]
        if name in BEFORE_TABLES:
            document.add(name, _one_to_a_line(part))
        else:
            document.add(name, _tables(part) if isinstance(part, list) else _table(part))
    return tomlkit.dumps(document)


def from_toml(content: bytes) -> dict[str, Any]:
    """What a file says, not yet checked. Raises BadDefinition where it is no TOML, or too large for a form."""
    if len(content) > LARGEST_FILE:
        raise BadDefinition("", _("is larger than %(most)s bytes", most=f"{LARGEST_FILE:,}"))
    try:
        return tomllib.loads(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise BadDefinition("", _("is not UTF-8, at byte %(at)s", at=error.start)) from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadDefinition("", _("is no TOML: %(why)s", why=error)) from None


def _tables(parts: list[dict[str, Any]]) -> AoT:
    tables = tomlkit.aot()
    for part in parts:
        tables.append(_table(part))
    return tables


def _table(part: dict[str, Any]) -> Any:
    table = tomlkit.table()
    for name, value in part.items():
        is_long = name == "steps" or (name in IN_LINES and isinstance(value[0], dict))
        table.add(name, _one_to_a_line(value) if is_long else value)
    return table


def _one_to_a_line(parts: list[Any]) -> Array:
    array = tomlkit.array()
    for part in parts:
        array.add_line(_inline(part) if isinstance(part, dict) else part, indent=" " * INDENT)
    array.add_line(indent="")
    return array


def _inline(part: dict[str, Any]) -> InlineTable:
    table = tomlkit.inline_table()
    table.update(part)
    return table
