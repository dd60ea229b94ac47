"""What a proof found, for a team lead: one sentence for each finding, and its example as rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from .proof_cells import ANY_OTHER
from .proof_examples import NOTHING_SAID
from .proof_findings import Finding, Kind, Severity, Undecided, Why
from .proof_space import TOPIC
from .rules import RuleSet
from .vocabulary import FactKind, Vocabulary
from .wording import fact_name

FEW = 3  # that a sentence names
SEVERITIES: dict[Severity, Any] = {
    Severity.BLOCKS: _l("Keeps the rules from being published"),
    Severity.ASKS: _l("Wants a word before publishing"),
    Severity.WARNS: _l("Good to know"),
}
OF_NAMES: dict[Kind, Any] = {
    Kind.UNKNOWN_TEAM: _l("There is no team %(name)s. It is named by %(by)s."),
    Kind.CLOSED_TEAM: _l("The team %(name)s is closed. It is named by %(by)s."),
    Kind.TEAM_WITHOUT_MEMBER: _l("Nobody who can sign in works in the team %(name)s. It is named by %(by)s."),
    Kind.UNKNOWN_MACRO: _l("There is no macro %(name)s. It is named by %(by)s."),
    Kind.NOBODY_HAS_SKILL: _l("Nobody has the skill %(name)s. It is asked for by %(by)s."),
}
UNDECIDED: dict[Kind, Any] = {
    Kind.ONLY_LAST_RULE: _l("Whether there are further cases that only the last rule decides"),
    Kind.NEVER_FITS: _l("Whether %(title)s can ever fit"),
    Kind.SHADOWED: _l("Whether %(title)s ever decides"),
    Kind.GONE: _l("Whether any rule names what can be answered no longer"),
    Kind.ORDER_DECIDES: _l("Whether a later rule disagrees with %(title)s on the priority"),
    Kind.TOPIC_NOT_NAMED: _l("Whether a rule speaks of the topic %(topics)s"),
}


@dataclass(frozen=True, slots=True)
class ExampleRow:
    """A fact of an example as people read it."""

    fact: str
    name: str
    text: str
    matters: bool  # the rules concerned go by it


def sentence(finding: Finding, rule_set: RuleSet, known: Vocabulary) -> str:
    """What was found."""
    words = _Words(rule_set, known)
    title, others = words.title(finding.rule), words.listed(map(words.title, finding.others))
    match finding.kind:
        case Kind.NO_LAST_RULE:
            return _("The last rule has to fit everything and to name its team.")
        case Kind.ONLY_LAST_RULE if finding.about:
            facts = words.facts(finding.about)
            return _("Only the last rule, %(title)s, decides such a case. That lies in: %(facts)s.", title=title, facts=facts)
        case Kind.ONLY_LAST_RULE:
            return _("The last rule, %(title)s, decides every case.", title=title)
        case Kind.NEVER_FITS:
            return _never_fits(finding, title, words.facts(finding.about))
        case Kind.SHADOWED:
            return _("%(title)s never decides: whatever it fits, %(others)s fits first.", title=title, others=others)
        case Kind.GONE:
            return _gone(finding, title, words)
        case Kind.ORDER_DECIDES:
            return _disagreement(finding, title, others)
        case Kind.TOPIC_NOT_NAMED:
            topics = words.topics(finding.about)
            return _("No rule decides by the topic, its group or its team where the topic is %(topics)s.", topics=topics)
    return _of_name(finding, words)


def rows(finding: Finding, rule_set: RuleSet, known: Vocabulary) -> list[ExampleRow]:
    """The example, in the order of the form; nothing where there is none."""
    words = _Words(rule_set, known)
    compared = {condition.fact for rule in rule_set.rules if rule.key in finding.rules for condition in rule.conditions}
    compared |= {*finding.about, *([TOPIC] if finding.kind is Kind.TOPIC_NOT_NAMED else [])}
    example = (finding.example or {}).items()
    return [ExampleRow(fact, words.fact(fact), words.answer(fact, value), fact in compared) for fact, value in example]


def undecided_sentence(question: Undecided, rule_set: RuleSet, known: Vocabulary) -> str:
    """What was too hard to find out."""
    words = _Words(rule_set, known)
    title = words.title(question.rule) if question.rule else _("each rule")
    topics = words.topics(question.topics) if question.topics else _("each topic")
    return str(UNDECIDED[question.kind] % {"title": title, "topics": topics})


def _never_fits(finding: Finding, title: str, facts: str) -> str:
    if finding.why is Why.NO_TEAM:
        return _("%(title)s never decides: no topic that it fits has a team.", title=title)
    if finding.why is Why.GONE:
        return _("%(title)s never fits: it asks for what can be answered no longer, in %(facts)s.", title=title, facts=facts)
    if len(finding.about) == 1:
        return _("%(title)s never fits: no case can be as it asks of %(facts)s.", title=title, facts=facts)
    return _("%(title)s never fits: what it asks of %(facts)s can never be so together.", title=title, facts=facts)


def _gone(finding: Finding, title: str, words: "_Words") -> str:
    fact, *values = finding.about
    if not values:
        return _("%(title)s compares %(fact)s, which is asked no longer.", title=title, fact=words.fact(fact))
    answers = words.listed(words.answer(fact, value) for value in values)
    return _(
        "%(title)s compares %(fact)s with %(answers)s: nobody can answer so any more.",
        title=title,
        fact=words.fact(fact),
        answers=answers,
    )


def _disagreement(finding: Finding, title: str, others: str) -> str:
    if not finding.about:
        return _("%(title)s and %(others)s disagree on the priority.", title=title, others=others)
    as_is, turned = finding.about
    return _(
        "%(title)s and %(others)s disagree on the priority: in this order it is %(as_is)s, the other way round %(turned)s.",
        title=title,
        others=others,
        as_is=as_is,
        turned=turned,
    )


def _of_name(finding: Finding, words: "_Words") -> str:
    """A team, a macro or a skill, and who names it."""
    name, *topics = finding.about
    by = [*map(words.title, finding.rules), *([_("the topic %(topics)s", topics=words.topics(topics))] if topics else [])]
    return str(OF_NAMES[finding.kind] % {"name": words.team(name), "by": words.listed(by)})


class _Words:
    """What people read for keys and codes."""

    def __init__(self, rule_set: RuleSet, known: Vocabulary) -> None:
        self._titles = {rule.key: rule.title for rule in rule_set.rules}
        self._known = known

    def title(self, key: str) -> str:
        return _("“%(title)s”", title=self._titles.get(key, key))

    def team(self, code: str) -> str:
        return self._known.teams[code].name if code in self._known.teams else _("“%(title)s”", title=code)

    def topics(self, codes: Iterable[str]) -> str:
        return self.listed(self.answer(TOPIC, code) for code in codes)

    def facts(self, keys: Iterable[str]) -> str:
        return self.listed(map(self.fact, keys))

    def fact(self, key: str) -> str:
        return self._known.facts[key].name if key in self._known.facts else fact_name(key, {})

    def answer(self, key: str, value: str) -> str:
        """An answer as people read it; of a text its words."""
        fact = self._known.facts.get(key)
        if fact is None:
            return value
        if fact.kind is FactKind.TEXT:
            return _("nothing that rules look for") if value == NOTHING_SAID else _("“%(title)s”", title=value)
        return _("another one") if fact.is_open and value == ANY_OTHER else fact.values.get(value, value)

    def listed(self, names: Iterable[str]) -> str:
        """The first few, and how many more."""
        several = list(names)
        shown = ", ".join(several[:FEW])
        more = len(several) - FEW
        return shown if more <= 0 else _("%(names)s and %(number)s more", names=shown, number=more)
