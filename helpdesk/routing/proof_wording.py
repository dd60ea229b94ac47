"""What a proof found, for a team lead: one sentence for each finding, and its example as rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ..languages import gettext as _
from ..languages import lazy_gettext as _l
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
SENTENCES: dict[Kind, Any] = {
    Kind.NO_LAST_RULE: _l("The last rule has to fit everything and to name its team."),
    Kind.UNKNOWN_TEAM: _l("There is no team %(name)s. It is named by %(by)s."),
    Kind.CLOSED_TEAM: _l("The team %(name)s is closed. It is named by %(by)s."),
    Kind.UNKNOWN_MACRO: _l("There is no macro %(name)s. It is named by %(by)s."),
    Kind.ONLY_LAST_RULE: _l("Only the last rule, %(title)s, decides such a case. That lies in: %(facts)s."),
    Kind.SHADOWED: _l("%(title)s never decides: rules before it fit whatever it fits, namely %(others)s."),
    Kind.GONE: _l("%(title)s compares %(fact)s with %(answers)s: nobody can answer so any more."),
    Kind.ORDER_DECIDES: _l(
        "%(title)s and %(others)s disagree on the priority: in this order it is %(as_is)s, the other way round %(turned)s."
    ),
    Kind.TOPIC_NOT_NAMED: _l("No rule decides by the topic, its group or its team where the topic is %(topics)s."),
    Kind.TEAM_WITHOUT_MEMBER: _l("Nobody who can sign in works in the team %(name)s. It is named by %(by)s."),
    Kind.NOBODY_HAS_SKILL: _l("Nobody has the skill %(name)s. It is asked for by %(by)s."),
}
EVERY_CASE = _l("The last rule, %(title)s, decides every case.")
GONE_AS_A_WHOLE = _l("%(title)s compares %(fact)s, which is asked no longer.")
NEVER_FITS: dict[Why, Any] = {
    Why.NO_TEAM: _l("%(title)s never decides: no topic that it fits has a team."),
    Why.GONE: _l("%(title)s never fits: it asks for what can be answered no longer, in %(facts)s."),
    Why.CONTRADICTION: _l("%(title)s never fits: what it asks of %(facts)s can never be so together."),
}
NEVER_BY_ITSELF = _l("%(title)s never fits: no case can be as it asks of %(facts)s.")
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
    first, *rest = finding.about or ("",)
    topics = [_("the topic %(topics)s", topics=words.topics(rest))] if rest else []
    return str(_sentence(finding)) % {
        "title": words.title(finding.rule),
        "others": words.listed(map(words.title, finding.others)),
        "facts": words.facts(finding.about),
        "topics": words.topics(finding.about),
        "name": words.team(first),
        "by": words.listed([*map(words.title, finding.rules), *topics]),
        "fact": words.fact(first),
        "answers": words.listed(words.answer(first, value) for value in rest),
        "as_is": first,
        "turned": "".join(rest[:1]),
    }


def _sentence(finding: Finding) -> Any:
    if finding.kind is Kind.NEVER_FITS and finding.why:
        is_alone = finding.why is Why.CONTRADICTION and len(finding.about) == 1
        return NEVER_BY_ITSELF if is_alone else NEVER_FITS[finding.why]
    if finding.kind is Kind.ONLY_LAST_RULE and not finding.about:
        return EVERY_CASE
    if finding.kind is Kind.GONE and len(finding.about) == 1:
        return GONE_AS_A_WHOLE
    return SENTENCES[finding.kind]


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
