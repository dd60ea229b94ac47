"""The index on PostgreSQL: one row for each case with a tsvector, whose labels tell the kinds of text apart.

The vectors are made here and not by a configuration of PostgreSQL, so that the same words are found on both databases, in English
and in Spanish, whatever the server has installed.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR

from ..database import at_most
from ..extensions import db
from .kinds import ALL, Kind
from .query import Query, Term
from .ranking import MOST_RANKED, merits

LABELS = dict(zip(Kind, "ABCD", strict=True))
HIGHEST_POSITION = 16_383  # PostgreSQL counts no further
BETWEEN_TEXTS = 3  # positions: no phrase goes on from one text to the next
LARGEST = 600_000  # bytes of the words of a case; PostgreSQL takes 1 MB
COMMON_FROM = 0.2  # of all cases; a word that nobody knows counts for half a hundredth, and so does each of its forms
LOOKED_AT = 20_000  # cases, from the newest back

_INDEX = sa.table("search_documents", sa.column("case_id", sa.Integer), sa.column("words", TSVECTOR))


def _words(name: str) -> sa.BindParameter[str]:
    """Words in the text of the statement itself: a plan for any words, which PostgreSQL makes after a while, is a bad one."""
    return sa.bindparam(name, type_=sa.Text, literal_execute=True)


_ASKED = _words("asked")
_WRITE = sa.text(
    "INSERT INTO search_documents (case_id, words) VALUES (:case_id, CAST(:words AS tsvector)) "
    "ON CONFLICT (case_id) DO UPDATE SET words = excluded.words"
)
_ADD = sa.text(
    "UPDATE search_documents SET words = words || CAST(:words AS tsvector) "
    "WHERE case_id = :case_id AND pg_column_size(words) < :largest"
)
_ESTIMATE = sa.text(
    "EXPLAIN (FORMAT JSON) SELECT 1 FROM search_documents WHERE words @@ CAST(:asked AS tsquery) "
    "UNION ALL SELECT 1 FROM search_documents"
)

Way = Callable[[sa.Select[int]], sa.Subquery]  # to the newest of those that match, among those that may be seen


def write(documents: Mapping[int, Mapping[Kind, list[list[str]]]]) -> None:
    """Store the words of each text of these cases, in place of what was there."""
    rows = [{"case_id": case_id, "words": vector(texts)} for case_id, texts in documents.items()]
    db.session.execute(_WRITE, rows)


def add(kind: Kind, case_id: int, texts: list[list[str]]) -> None:
    """Add the words of texts to what is there of a case."""
    db.session.execute(_ADD, {"case_id": case_id, "words": vector({kind: texts}), "largest": LARGEST})


def find(
    query: Query, *, kinds: Collection[Kind], visible: sa.Select[int], values: Mapping[str, Any] | None, few: bool
) -> list[tuple[int, int]]:
    """The newest cases that match, at most one more than MOST_RANKED, and what each is worth.

    The planner takes a rare word for a common one as soon as a few newest rows are asked for. So it is told: a common word is
    looked for from the newest case back, as far as LOOKED_AT; any other is looked up first; for whoever sees few cases these are
    gone through.
    """
    better = list(merits(query, kinds))
    asked = {_ASKED.key: in_words_of_postgresql(query, kinds), **(values or {})}
    asked |= {f"better_{number}": in_words_of_postgresql(words, where) for number, (_worth, words, where) in enumerate(better)}
    worths, put_together = tuple(worth for worth, _words, _where in better), _statement if values is None else _kept_statement

    def found(way: Way) -> list[tuple[int, int]]:
        rows = db.session.execute(put_together(way, visible, worths), asked)
        return [(case_id, worth) for worth, ids in rows for case_id in ids]

    if few:
        return found(_among_these)
    if _is_common(query):
        newest = found(_from_the_newest_back)
        if len(newest) > MOST_RANKED:
            return newest
    return found(_looked_up)


def matching(query: Query) -> sa.Select[int]:
    """The ids of all cases that match."""
    return sa.select(_INDEX.c.case_id).where(
        _matches(_tsquery(sa.literal(in_words_of_postgresql(query, ALL), sa.Text, literal_execute=True)))
    )


def missing(among: sa.Select[int]) -> sa.Select[int]:
    """Those of these ids of cases that have no row."""
    case_id = among.selected_columns[0]
    return among.where(~sa.exists().where(_INDEX.c.case_id == case_id))


def forget_lost() -> None:
    """Rows go with their cases."""


def tidy() -> bool:
    """Nothing to do: PostgreSQL tidies up by itself."""
    return False


def vector(texts: Mapping[Kind, list[list[str]]]) -> str:
    """The words of texts as PostgreSQL reads a tsvector: each with its position and the label of its kind.

    It never holds more than LARGEST bytes; of a case that is larger, the last words are left out.
    """
    written, size = list[str](), 0
    for entry in _entries(texts):
        size += len(entry.encode())
        if size > LARGEST:
            break
        written.append(entry)
    return " ".join(written)


def in_words_of_postgresql(query: Query, kinds: Collection[Kind]) -> str:
    """A question as PostgreSQL reads a tsquery."""
    labels = "" if set(kinds) == ALL else "".join(sorted(LABELS[kind] for kind in kinds))
    return " & ".join(_term(term, labels) for term in query.terms)


def _matches(asked: sa.ColumnElement[Any], words: Any = _INDEX.c.words) -> sa.ColumnElement[bool]:
    return sa.cast(words, TSVECTOR).bool_op("@@")(asked)


def _tsquery(asked: sa.ColumnElement[str]) -> sa.ColumnElement[Any]:
    return sa.cast(asked, TSQUERY)


def _is_common(query: Query) -> bool:
    """Whether many cases match, of more than are looked at anyway, as the planner estimates it from what it knows of words."""
    [plan] = db.session.scalars(_ESTIMATE, {"asked": in_words_of_postgresql(query, ALL)}).one()
    matching, everything = (part["Plan Rows"] for part in plan["Plan"]["Plans"])
    return bool(everything > LOOKED_AT and matching > COMMON_FROM * everything)


def _from_the_newest_back(visible: sa.Select[int]) -> sa.Subquery:
    recent = sa.select(_INDEX).order_by(_INDEX.c.case_id.desc()).limit(at_most(LOOKED_AT)).subquery("recent")
    matches = _matches(_tsquery(_ASKED), recent.c.words)
    return _seen(sa.select(recent.c.case_id).where(matches).subquery("matching"), visible)


def _looked_up(visible: sa.Select[int]) -> sa.Subquery:
    """Along the index: a planner that knows the words reads every row where many match, which takes longer than it thinks."""
    asked = sa.select(_tsquery(_ASKED)).scalar_subquery()
    matching = sa.select(_INDEX.c.case_id).where(_matches(asked)).cte("matching").prefix_with("MATERIALIZED")
    return _seen(sa.select(matching.c.case_id).order_by(matching.c.case_id.desc()).offset(0).subquery("in_order"), visible)


def _among_these(visible: sa.Select[int]) -> sa.Subquery:
    """Those of some cases that match, each looked up by its id."""
    these = visible.cte("these").prefix_with("MATERIALIZED")
    case_id = next(iter(these.c))
    matches = sa.select(_matches(_tsquery(_ASKED))).where(_INDEX.c.case_id == case_id).scalar_subquery()
    return _newest(sa.select(case_id.label("case_id")).where(matches))


def _seen(matching: sa.Subquery, visible: sa.Select[int]) -> sa.Subquery:
    """Those that may be seen, looked up one by one until there are enough: OFFSET 0 keeps the planner from reading them all."""
    is_visible = visible.where(visible.selected_columns[0] == matching.c.case_id).offset(0).exists()
    return _newest(sa.select(matching.c.case_id).where(is_visible))


def _newest(ids: sa.Select[int]) -> sa.Subquery:
    return ids.order_by(ids.selected_columns[0].desc()).limit(at_most(MOST_RANKED + 1)).subquery("newest")


def _statement(way: Way, visible: sa.Select[int], worths: tuple[int, ...]) -> sa.Select[Any]:
    """What each is worth, and the ids of each worth together: a thousand rows would take longer to read than to find."""
    newest = way(visible)
    parts = [sa.case((_matches(_tsquery(_words(f"better_{number}"))), worth), else_=0) for number, worth in enumerate(worths)]
    worth = sa.select(sum(parts[1:], start=parts[0])).where(_INDEX.c.case_id == newest.c.case_id).scalar_subquery()
    rows = sa.select(newest.c.case_id, worth.label("worth")).subquery("rows")
    return sa.select(rows.c.worth, sa.func.array_agg(rows.c.case_id)).group_by(rows.c.worth)


_kept_statement = lru_cache(maxsize=32)(_statement)


def _entries(texts: Mapping[Kind, list[list[str]]]) -> Iterator[str]:
    position = BETWEEN_TEXTS
    for kind, label in LABELS.items():
        for words in texts.get(kind, ()):
            for word in words:
                yield f"{_quoted(word)}:{min(position, HIGHEST_POSITION)}{label}"
                position += 1
            position += BETWEEN_TEXTS


def _term(term: Term, labels: str) -> str:
    *first, last = (_quoted(word) for word in term.words)
    suffix = f":{labels}" if labels else ""
    begun = f":*{labels}" if term.is_begun else suffix
    phrase = " <-> ".join((*(word + suffix for word in first), last + begun))
    return f"({' | '.join((f'({phrase})', *(_quoted(form) + suffix for form in term.forms)))})"


def _quoted(word: str) -> str:
    return f"'{word}'"
