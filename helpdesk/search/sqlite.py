"""The index on SQLite: a table of FTS5, one row for each case, one column for each kind of text.

Words are separated and folded before they get here, so that its tokenizer only has to look for spaces.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from ..database import Text
from ..extensions import db
from .kinds import ALL, Kind
from .query import Query, Term
from .ranking import MOST_RANKED, merits

TABLE = "search_documents"  # FTS5 is asked through a column of this name
BETWEEN_TEXTS = " · "  # a word that nobody can type: no phrase goes on from one text to the next
_INDEX = sa.table(TABLE, sa.column("rowid", sa.Integer), sa.column(TABLE), *(sa.column(kind.value, sa.Text) for kind in Kind))
_WRITE = sa.insert(_INDEX).prefix_with("OR REPLACE")
_MERGE = sa.text("INSERT INTO search_documents (search_documents, rank) VALUES ('merge', :pages)")
_ROWS = f"{TABLE}_content"  # in which FTS5 keeps them by their ids
_MERGED_AT_ONCE = 500  # pages


def write(documents: Mapping[int, Mapping[Kind, list[list[str]]]]) -> None:
    """Store the words of each text of these cases, in place of what was there."""
    rows = [
        {"rowid": case_id, **{kind.value: _joined(texts.get(kind, ())) for kind in Kind}} for case_id, texts in documents.items()
    ]
    db.session.execute(_WRITE, rows)


def add(kind: Kind, case_id: int, texts: list[list[str]]) -> None:
    """Add the words of texts to what is there of a case."""
    more = {kind.value: _INDEX.c[kind].concat(BETWEEN_TEXTS + _joined(texts))}
    db.session.execute(sa.update(_INDEX).where(_INDEX.c.rowid == case_id).values(more))


def find(
    query: Query, *, kinds: Collection[Kind], visible: sa.Select[int], values: Mapping[str, Any] | None, few: bool
) -> list[tuple[int, int]]:
    """The newest cases that match, at most one more than MOST_RANKED, and what each is worth."""
    better = list(merits(query, kinds))
    asked = {"asked": in_words_of_fts5(query, kinds)}
    asked |= {f"better_{number}": in_words_of_fts5(words, where) for number, (_worth, words, where) in enumerate(better)}
    put_together = _statement if values is None else _kept_statement
    found = put_together(visible, tuple(worth for worth, _words, _where in better), few=few)
    worth_of: dict[str, int] = defaultdict(int)
    for worth, ids in db.session.execute(found, {**asked, **(values or {})}):
        for case_id in ids.split(",") if ids else ():
            worth_of[case_id] += worth
    return [(int(case_id), worth) for case_id, worth in worth_of.items()]


def _statement(visible: sa.Select[int], worths: tuple[int, ...], *, few: bool) -> sa.CompoundSelect[Any]:
    """Asks FTS5 for what is `asked`, and of it for what is better, by the number of each worth."""
    case_id = visible.selected_columns[0]
    # Each match is looked up among the cases, or among few of them, read before; the sum keeps FTS5 from being asked for each.
    is_visible = (_INDEX.c.rowid + 0).in_(visible) if few else visible.where(case_id == _INDEX.c.rowid).exists()
    matching = _matching(sa.bindparam("asked")).where(is_visible)
    newest = matching.order_by(_INDEX.c.rowid.desc()).limit(MOST_RANKED + 1).cte("newest")
    oldest = sa.select(sa.func.min(newest.c.id)).scalar_subquery()
    parts = [_together(sa.select(newest.c.id), worth=0)]
    for number, worth in enumerate(worths):
        better = _matching(sa.bindparam(f"better_{number}"))
        these = better.where(_INDEX.c.rowid >= oldest, (_INDEX.c.rowid + 0).in_(sa.select(newest.c.id)))
        parts.append(_together(these, worth=worth))
    return sa.union_all(*parts)


_kept_statement = lru_cache(maxsize=16)(_statement)


def matching(query: Query) -> sa.Select[int]:
    """The ids of all cases that match."""
    return _matching(in_words_of_fts5(query, ALL))


def missing(among: sa.Select[int]) -> sa.Select[int]:
    """Those of these ids of cases that have no row."""
    case_id = among.selected_columns[0]
    rows = sa.table(_ROWS, sa.column("id"))
    return among.where(~sa.exists().where(rows.c.id == case_id))


def forget_lost() -> None:
    """Take away the rows of cases that are no more."""
    there = sa.select(sa.table("cases", sa.column("id")).c.id)
    db.session.execute(sa.delete(_INDEX).where(_INDEX.c.rowid.not_in(there)))


def tidy() -> bool:
    """Let FTS5 write some of its pages anew, without words that nothing stands for any more; whether there may be more to do."""
    before = db.session.connection().exec_driver_sql("SELECT total_changes()").scalar_one()
    db.session.execute(_MERGE, {"pages": -_MERGED_AT_ONCE})
    after = db.session.connection().exec_driver_sql("SELECT total_changes()").scalar_one()
    return bool(after - before > 1)


def in_words_of_fts5(query: Query, kinds: Collection[Kind]) -> str:
    """A question as FTS5 is asked it: every word in quotes, so that none of them means anything else."""
    asked = " AND ".join(_term(term) for term in query.terms)
    columns = "" if set(kinds) == ALL else f"{{{' '.join(sorted(kinds))}}} : "
    return f"{columns}({asked})"


def _together(ids: sa.Select[int], *, worth: int) -> sa.Select[Any]:
    """Ids in one text, and what each of them is worth: a thousand rows would take longer to read than to find."""
    found = ids.subquery()
    return sa.select(sa.literal(worth), sa.func.group_concat(found.c.id))


def _matching(asked: Text) -> sa.Select[int]:
    return sa.select(_INDEX.c.rowid.label("id")).where(_INDEX.c[TABLE].op("MATCH")(asked))


def _term(term: Term) -> str:
    begun = _quoted(" ".join(term.words)) + (" *" if term.is_begun else "")
    return f"({' OR '.join((begun, *map(_quoted, term.forms)))})"


def _quoted(words: str) -> str:
    return f'"{words}"'


def _joined(texts: Iterable[list[str]]) -> str:
    return BETWEEN_TEXTS.join(" ".join(words) for words in texts)
