"""What comes first among the cases that are found."""

from collections.abc import Collection, Iterable, Iterator
from operator import itemgetter

from .kinds import Kind
from .query import Query

_BEST_FIRST = itemgetter(1, 0)
MOST_RANKED = 1_000  # cases: the newest that match are ranked, older ones are not looked at
IN_HEAD, AS_PHRASE, AS_TYPED = 4, 2, 1


def merits(query: Query, kinds: Collection[Kind]) -> Iterator[tuple[int, Query, Collection[Kind]]]:
    """What is asked of a case that matches, and what it is worth: all words in its head, one after the other, as they were typed.

    A head is its number, subject, requester and place.
    """
    yield IN_HEAD, query, {Kind.HEAD}
    yield AS_TYPED, query.as_typed, kinds
    if len(query.terms) > 1:
        yield AS_PHRASE, query.as_phrase, kinds


def ranked(found: Iterable[tuple[int, int]]) -> list[int]:
    """Ids of cases with what each is worth, the best first, the newest first among equals."""
    return [case_id for case_id, _worth in sorted(found, key=_BEST_FIRST, reverse=True)]
