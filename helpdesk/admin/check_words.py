"""What a check of rules has found, in the words in which it is shown and kept."""

from collections.abc import Iterable, Iterator
from typing import Any

from ..languages import gettext as _
from ..languages import lazy_gettext as _l
from ..routing import proof_wording, sentences
from ..routing.checking import Asking, Report
from ..routing.checks import Item
from ..routing.golden import GoldenResult
from ..routing.proof_findings import Kind, Severity, Undecided
from ..routing.vocabulary import Vocabulary
from .rules_desk import Book

MORE: dict[Kind, Any] = {  # what the proof lists a few of
    Kind.ONLY_LAST_RULE: _l("There are more cases that only the last rule decides than are listed. Mend these, and check again."),
    Kind.ORDER_DECIDES: _l("There are more rules between whose priorities their order decides. Mend these, and check again."),
}


def items_of(report: Report, book: Book, known: Vocabulary) -> list[Item]:
    """Everything that was found, what blocks publishing first."""
    return [
        *_items(report.blocks, Severity.BLOCKS, book, known),
        *_items(report.asks, Severity.ASKS, book, known),
        *_items(report.warns, Severity.WARNS, book, known),
        *(Item(Severity.WARNS, str(MORE[kind])) for kind in sorted(report.proof.more)),
    ]


def _items(found: Iterable[Asking], severity: Severity, book: Book, known: Vocabulary) -> Iterator[Item]:
    for thing in found:
        if isinstance(thing, GoldenResult):
            yield Item(severity, _golden(thing, book, known), (thing.rule,), thing.golden.name)
        elif isinstance(thing, Undecided):
            yield Item(severity, _undecided(thing, book, known), (thing.rule,) if thing.rule else ())
        else:
            example = dict(thing.example) if thing.example else None
            yield Item(severity, proof_wording.sentence(thing, book.rule_set, known), thing.rules, example=example)


def _undecided(question: Undecided, book: Book, known: Vocabulary) -> str:
    """What was not found out."""
    asked = proof_wording.undecided_sentence(question, book.rule_set, known)
    return _("Too hard to find out: %(question)s.", question=asked[:1].lower() + asked[1:])


def _golden(result: GoldenResult, book: Book, known: Vocabulary) -> str:
    """Where a golden case goes instead of where it has to go."""
    return _(
        "The golden case “%(name)s” goes to %(team)s, %(priority)s, by rule %(number)s; it has to go to %(wanted)s, %(urgent)s.",
        name=result.golden.name,
        team=sentences.team_name(result.team, known),
        priority=result.priority.value,
        number=book.number_of(result.rule),
        wanted=sentences.team_name(result.golden.team, known),
        urgent=result.golden.priority.value,
    )
