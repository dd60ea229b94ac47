"""The index on PostgreSQL: one row for each case with a tsvector, whose labels tell the kinds of text apart.

The vectors are made here and not by a configuration of PostgreSQL, so that the same words are found on both databases, in English
and in Spanish, whatever the server has installed.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR

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


def write(documents: Mapping[int, Mapping[Kind, list[list[str]]]]) -> None:
    """Store the words of each text of these cases, in place of what was there."""
    rows = [{"case_id": case_id, "words": vector(texts)} for case_id, texts in documents.items()]
    db.session.execute(_WRITE, rows)


def add(kind: Kind, case_id: int, texts: list[list[str]]) -> None:
    """Add the words of texts to what is there of a case."""
    db.session.execute(_ADD, {"case_id": case_id, "words": vector({kind: texts}), "largest": LARGEST})


def find(query: Query, *, kinds: Collection[Kind], visible: sa.Select[int], few: bool) -> list[tuple[int, int]]:
    """The newest cases that match, at most one more than MOST_RANKED, and what each is worth.

    The planner takes a rare word for a common one as soon as a few newest rows are asked for. So it is told: a common word is
    looked for from the newest case back, as far as LOOKED_AT; any other is looked up first; for whoever sees few cases these are
    gone through.
    """
    if few:
        return _found(_matching_among(visible, query, kinds), query, kinds)
    if _is_common(query):
        found = _found(_seen(_from_the_newest_back(query, kinds), visible), query, kinds)
        if len(found) > MOST_RANKED:
            return found
    matching = sa.select(_INDEX.c.case_id).where(_is_looked_up(query, kinds)).cte("matching").prefix_with("MATERIALIZED")
    in_order = sa.select(matching.c.case_id).order_by(matching.c.case_id.desc()).offset(0).subquery("in_order")
    return _found(_seen(in_order, visible), query, kinds)


def matching(query: Query) -> sa.Select[int]:
    """The ids of all cases that match."""
    return sa.select(_INDEX.c.case_id).where(_matches(query, ALL))


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


def _matches(query: Query, kinds: Collection[Kind], words: Any = _INDEX.c.words) -> sa.ColumnElement[bool]:
    return sa.cast(words, TSVECTOR).bool_op("@@")(_asked(query, kinds))


def _is_looked_up(query: Query, kinds: Collection[Kind]) -> sa.ColumnElement[bool]:
    """The same, for the planner without its words: it would read every row where many match, and that takes longer than it thinks."""
    return sa.cast(_INDEX.c.words, TSVECTOR).bool_op("@@")(sa.select(_asked(query, kinds)).scalar_subquery())


def _asked(query: Query, kinds: Collection[Kind]) -> sa.ColumnElement[Any]:
    return sa.cast(sa.literal(in_words_of_postgresql(query, kinds), sa.Text), TSQUERY)


def _is_common(query: Query) -> bool:
    """Whether many cases match, of more than are looked at anyway, as the planner estimates it from what it knows of words."""
    [plan] = db.session.scalars(_ESTIMATE, {"asked": in_words_of_postgresql(query, ALL)}).one()
    matching, everything = (part["Plan Rows"] for part in plan["Plan"]["Plans"])
    return bool(everything > LOOKED_AT and matching > COMMON_FROM * everything)


def _from_the_newest_back(query: Query, kinds: Collection[Kind]) -> sa.Subquery:
    recent = sa.select(_INDEX).order_by(_INDEX.c.case_id.desc()).limit(LOOKED_AT).subquery("recent")
    return sa.select(recent.c.case_id).where(_matches(query, kinds, recent.c.words)).subquery("matching")


def _seen(matching: sa.Subquery, visible: sa.Select[int]) -> sa.Subquery:
    """Those that may be seen, looked up one by one until there are enough: OFFSET 0 keeps the planner from reading them all."""
    is_visible = visible.where(visible.selected_columns[0] == matching.c.case_id).offset(0).exists()
    return _newest(sa.select(matching.c.case_id).where(is_visible))


def _matching_among(visible: sa.Select[int], query: Query, kinds: Collection[Kind]) -> sa.Subquery:
    """Those of some cases that match, each looked up by its id."""
    these = visible.cte("these").prefix_with("MATERIALIZED")
    case_id = next(iter(these.c))
    matches = sa.select(_matches(query, kinds)).where(_INDEX.c.case_id == case_id).scalar_subquery()
    return _newest(sa.select(case_id.label("case_id")).where(matches))


def _newest(ids: sa.Select[int]) -> sa.Subquery:
    return ids.order_by(ids.selected_columns[0].desc()).limit(MOST_RANKED + 1).subquery("newest")


def _found(newest: sa.Subquery, query: Query, kinds: Collection[Kind]) -> list[tuple[int, int]]:
    """What each is worth, and the ids of each worth together: a thousand rows would take longer to read than to find."""
    parts = [sa.case((_matches(better, where), worth), else_=0) for worth, better, where in merits(query, kinds)]
    worth = sa.select(sum(parts[1:], start=parts[0])).where(_INDEX.c.case_id == newest.c.case_id).scalar_subquery()
    rows = sa.select(newest.c.case_id, worth.label("worth")).subquery("rows")
    together = sa.select(rows.c.worth, sa.func.array_agg(rows.c.case_id)).group_by(rows.c.worth)
    return [(case_id, worth) for worth, ids in db.session.execute(together) for case_id in ids]


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
