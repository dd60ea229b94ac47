"""What would have to be different for a case to go elsewhere, in sentences."""

from collections.abc import Iterator

from flask_babel import gettext as _

from .proof_cells import Cell, in_digits
from .sentences import listed, named, quoted, team_name
from .vocabulary import Vocabulary
from .what_if import NOT_ANSWERED, Change, WhatIf

MOST_VALUES = 6  # that a sentence names


def sentence(what_if: WhatIf, known: Vocabulary) -> str:
    """Where it would go: "If the system were NCIR, it would go to NCIR Support as P3."."""
    words = {"team": team_name(what_if.team, known), "priority": what_if.priority.value}
    condition = _(" and ").join(_changed(change, known) for change in what_if.changes)
    return _("If %(condition)s, it would go to %(team)s as %(priority)s.", condition=condition, **words)


def _changed(change: Change, known: Vocabulary) -> str:
    name = named(change.fact, known)
    if change.words:
        return _("%(fact)s had %(words)s", fact=name, words=listed([f"“{word}”" for word in change.words], _("or")))
    if change.without:
        return _("%(fact)s did not have %(words)s", fact=name, words=listed([f"“{w}”" for w in change.without], _("or")))
    answers = [*_values(change, known), *map(_range, change.ranges)]
    if not answers:
        return _("%(fact)s were not answered", fact=name)
    said = _("%(fact)s were %(value)s", fact=name, value=listed(answers, _("or")))
    return _("%(said)s, or not answered", said=said) if NOT_ANSWERED in change.values else said


def _values(change: Change, known: Vocabulary) -> Iterator[str]:
    fact = known.facts.get(change.fact)
    values = [value for value in change.values if value != NOT_ANSWERED]
    for value in values[:MOST_VALUES]:
        yield quoted(fact.values.get(value, value) if fact else value)
    if len(values) > MOST_VALUES:
        yield _("one of %(number)s others", number=len(values) - MOST_VALUES)


def _range(cell: Cell) -> str:
    low, high = (None if end is None else in_digits(end) for end in (cell.low, cell.high))
    if low is not None and low == high:
        return low
    if high is None:
        return _("%(low)s or more", low=low)
    if low is None:
        return _("%(high)s or less", high=high)
    return _("%(low)s to %(high)s", low=low, high=high)
