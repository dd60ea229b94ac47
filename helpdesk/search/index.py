"""The words of cases: written with every change, in its transaction, and searched. One question, two back ends.

It knows cases by their ids, and texts by their kind. What is there can be made anew from the cases at any time.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import sqlalchemy as sa

from ..extensions import db
from . import postgresql, sqlite
from .kinds import ALL, Kind
from .query import Query, compared
from .ranking import MOST_RANKED, ranked

TABLE = "search_documents"  # made by a migration; no model, because FTS5 has tables of its own kind
Texts = Mapping[Kind, Iterable[str]]


@dataclass(frozen=True)
class Found:
    """The ids of the cases that were found, the best first, and whether older ones match that were not looked at."""

    ids: tuple[int, ...]
    has_older: bool = False


def is_part(table: str) -> bool:
    """Whether a table belongs to the index, and so to no model."""
    return table.startswith(TABLE)


def write(documents: Mapping[int, Texts]) -> None:
    """Store the texts of cases, by their ids, in place of what was there. Needs an open transaction."""
    if documents:
        _back_end().write({case_id: _in_words(texts) for case_id, texts in documents.items()})


def add(kind: Kind, case_id: int, texts: Iterable[str]) -> None:
    """Add texts to what is there of a case. Needs an open transaction.

    A case that is not there at all stays away, and is told of by `missing`: half of its words would hide that.
    """
    words = _in_words({kind: texts})[kind]
    if words:
        _back_end().add(kind, case_id, words)


def find(
    query: Query,
    *,
    visible: sa.Select[int],
    values: Mapping[str, Any] | None = None,
    kinds: Collection[Kind] = ALL,
    few: bool = False,
) -> Found:
    """The newest MOST_RANKED cases in which all terms stand in texts of these kinds, among those that may be seen.

    `visible` selects the ids of cases; `few` says that it selects some hundreds at most. With `values` for the names in it, it is
    one of a few that are put together once, and so is what is made of it.
    """
    if not query:
        return Found(())
    found: list[tuple[int, int]] = _back_end().find(query, kinds=kinds, visible=visible, values=values, few=few)
    has_older = len(found) > MOST_RANKED
    if has_older:
        found.remove(min(found))
    return Found(tuple(ranked(found)), has_older)


def matching(query: Query) -> sa.Select[int]:
    """The ids of all cases in which all terms stand, as a part of another statement. Needs at least one term."""
    found: sa.Select[int] = _back_end().matching(query)
    return found


def missing(among: sa.Select[int]) -> sa.Select[int]:
    """Those of these ids of cases that the index does not know."""
    found: sa.Select[int] = _back_end().missing(among)
    return found


def forget_lost() -> None:
    """Take out what stands for cases that are no more. Needs an open transaction."""
    _back_end().forget_lost()


def tidy() -> bool:
    """Write a part of the index anew, without what was erased from it; whether there is more to do. Needs an open transaction."""
    return bool(_back_end().tidy())


def _in_words(texts: Texts) -> dict[Kind, list[list[str]]]:
    return {kind: [words for text in several if (words := compared(text))] for kind, several in texts.items()}


def _back_end() -> ModuleType:
    return sqlite if db.engine.dialect.name == "sqlite" else postgresql
