"""Data as YAML that people like to read and programs read alike: short things on one line, each table of a list on its own."""

import json
import re
from decimal import Decimal
from typing import Any

WIDTH = 100  # characters of a line, as far as its texts allow
INDENT = "  "
# What may stand without quotation marks: it begins with a letter, and has no mark that means something to YAML.
_PLAIN = re.compile(r"[^\W\d_]([\w ,./()'-]*[\w./()'])?")
_PLAIN_IN_LINE = re.compile(r"[^\W\d_]([\w ./()'-]*[\w./()'])?")
_MEANS_SOMETHING = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"})


def lines(data: Any, width: int = WIDTH) -> list[str]:
    """The lines of a table or a list, each part of it on lines of its own."""
    if isinstance(data, dict):
        return [line for name, value in data.items() for line in _named(name, value, width)]
    return [line for value in data for line in _item(value, width)]


def scalar(value: Any, *, in_line: bool = False) -> str:
    """A text, a number, or true or false."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | Decimal):
        return format(Decimal(str(value)), "f")
    plain = _PLAIN_IN_LINE if in_line else _PLAIN
    if plain.fullmatch(value) and value.casefold() not in _MEANS_SOMETHING:
        return str(value)
    return json.dumps(value, ensure_ascii=False)


def _named(name: str, value: Any, width: int) -> list[str]:
    start = f"{scalar(name)}:"
    if (text := _one_line(value, width - len(start) - 1)) is not None:
        return [f"{start} {text}"]
    return [start, *(INDENT + line for line in lines(value, width - len(INDENT)))]


def _item(value: Any, width: int) -> list[str]:
    if (text := _one_line(value, width - len(INDENT))) is not None:
        return [f"- {text}"]
    first, *rest = lines(value, width - len(INDENT))
    return [f"- {first}", *(INDENT + line for line in rest)]


def _one_line(value: Any, width: int) -> str | None:
    if not isinstance(value, dict | list):
        return scalar(value)
    text = None if _is_spread(value) else _in_line(value)
    return text if text is not None and len(text) <= width else None


def _is_spread(value: Any) -> bool:
    """Whether there is a list of tables in it: each of them has a line of its own."""
    if isinstance(value, dict):
        return any(map(_is_spread, value.values()))
    return isinstance(value, list) and any(isinstance(part, dict) for part in value)


def _in_line(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{scalar(name, in_line=True)}: {_in_line(part)}" for name, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_in_line, value)) + "]"
    return scalar(value, in_line=True)
