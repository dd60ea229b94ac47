"""What would have to be different for a case to go elsewhere, in sentences."""

from collections.abc import Iterator

from ..languages import gettext as _
from .proof_cells import Cell, in_digits
from .sentences import listed, named, quoted, team_name
from .vocabulary import Fact, Vocabulary
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
    answers = [*_values(change, known), *(_range(cell, known.facts.get(change.fact)) for cell in change.ranges)]
    if not answers:
        return _("%(fact)s were not answered", fact=name)
    said = _("%(fact)s were %(value)s", fact=name, value=listed(answers, _("or")))
    return _("%(said)s, or not answered", said=said) if NOT_ANSWERED in change.values else said


def _values(change: Change, known: Vocabulary) -> Iterator[str]:
    fact = known.facts.get(change.fact)
    values = [value for value in change.values if value != NOT_ANSWERED]
    shown = values if len(values) <= MOST_VALUES + 1 else values[:MOST_VALUES]
    for value in shown:
        yield quoted(fact.values.get(value, value) if fact else value)
    if len(values) > len(shown):
        yield _("one of %(number)s others", number=len(values) - len(shown))


def _range(cell: Cell, fact: Fact | None) -> str:
    """Numbers from one to another; what the form allows at most or at least is no end that has to be named."""
    is_open = fact is not None and (cell.low, cell.high) != (fact.least, fact.most) and cell.low != cell.high
    lowest, highest = (fact.least, fact.most) if fact and is_open else (None, None)
    low, high = (None if end in (None, limit) else in_digits(end) for end, limit in ((cell.low, lowest), (cell.high, highest)))
    if low is not None and low == high:
        return low
    if high is None:
        return _("%(low)s or more", low=low)
    if low is None:
        return _("%(high)s or less", high=high)
    return _("%(low)s to %(high)s", low=low, high=high)
