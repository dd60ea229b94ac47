"""The columns that every part has of the one statement with what stands beside a case."""

from typing import Any

import sqlalchemy as sa

from ..database import UtcDateTime


def columns(kind: str, **given: Any) -> list[Any]:
    """The columns of a part: its kind, and those that are given; the others are empty."""
    empty = {
        "number": sa.literal(0),
        "name": sa.literal(""),
        "place": sa.literal(""),
        "role": sa.literal(""),
        "total": sa.literal(0),
        "at": sa.cast(sa.null(), UtcDateTime),
    }
    return [sa.literal(kind).label("kind"), *(column.label(name) for name, column in {**empty, **given}.items())]
