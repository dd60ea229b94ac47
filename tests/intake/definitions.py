"""Definitions of the help ticket for tests: the one that comes with the desk, changed where it matters."""

import copy
import tomllib
from functools import cache
from typing import Any

from helpdesk import clock
from helpdesk.intake import publishing
from helpdesk.intake.models import FormVersion
from helpdesk.reference import commands
from helpdesk.transaction import transaction

REFERENCE = commands.FOLDER / "form.toml"


def the_seeded() -> dict[str, Any]:
    """The definition that a desk starts with, as it stands in its file; one's own to change."""
    return copy.deepcopy(_read())


def question(raw: dict[str, Any], key: str) -> dict[str, Any]:
    """One of its questions."""
    return next(q for q in raw["questions"] if q["key"] == key)


def topic(raw: dict[str, Any], code: str) -> dict[str, Any]:
    """One of its topics."""
    return next(t for group in raw["groups"] for t in group["topics"] if t["code"] == code)


def publish(raw: dict[str, Any], *, reason: str = "For a test of the form") -> FormVersion:
    """Put it in force."""
    with transaction():
        return publishing.publish(raw, reason=reason, by=None, at=clock.now())


@cache
def _read() -> dict[str, Any]:
    return tomllib.loads(REFERENCE.read_text(encoding="utf-8"))
