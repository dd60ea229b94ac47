"""What the routing rules in force say about the help ticket: which topics, questions and answers they name."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ..languages import gettext as _
from ..routing.errors import NoRuleSet
from ..routing.queries import current_rule_set
from ..routing.rules import RuleSet
from .definition import DECIDING, Definition, Question

Titles = tuple[str, ...]
# Facts that are the answer to a question of another name; all others are named as their question is.
QUESTION_OF = {"language": "reply_language", "text": "description"}
TOPIC, GROUP = "topic", "topic_group"


@dataclass(frozen=True)
class Named:
    """Titles of the rules that name something: a question by its key, or a value of it."""

    questions: Mapping[str, Titles] = field(default_factory=dict)
    values: Mapping[tuple[str, str], Titles] = field(default_factory=dict)

    def topic(self, code: str) -> Titles:
        """The rules that name this topic."""
        return self.values.get((TOPIC, code), ())

    def group(self, code: str) -> Titles:
        """The rules that name this group of topics."""
        return self.values.get((GROUP, code), ())

    def question(self, key: str) -> Titles:
        """The rules that go by the answer to this question."""
        return self.questions.get(key, ())

    def answer(self, key: str, value: str) -> Titles:
        """The rules that name this answer to it."""
        return self.values.get((key, value), ())


def named_by_rules() -> Named:
    """What the rule set in force names; nothing where there is none."""
    try:
        return named_by(current_rule_set())
    except NoRuleSet:
        return Named()


def named_by(rules: RuleSet) -> Named:
    """What these rules name, each rule once."""
    questions: dict[str, dict[str, None]] = {}
    values: dict[tuple[str, str], dict[str, None]] = {}
    for rule in rules.rules:
        for condition in rule.conditions:
            key = QUESTION_OF.get(condition.fact, condition.fact)
            questions.setdefault(key, {})[rule.title] = None
            for value in condition.values:
                values.setdefault((key, value), {})[rule.title] = None
    return Named({key: tuple(found) for key, found in questions.items()}, {key: tuple(found) for key, found in values.items()})


def warnings(before: Definition, after: Definition, named: Named) -> Iterator[str]:
    """What a rule names, and what will be there no longer once `after` is in force."""
    for code, topic in after.topics.items():
        if _goes(before.topics.get(code), topic) and (titles := named.topic(code)):
            yield _("The topic “%(name)s” is retired, and named by: %(rules)s.", name=topic.name, rules=listed(titles))
    for group in after.groups:
        if on_offer(before, group.code) and not on_offer(after, group.code) and (titles := named.group(group.code)):
            yield _("No topic of “%(name)s” is on offer, and it is named by: %(rules)s.", name=group.name, rules=listed(titles))
    for key, question in after.question.items():
        if key in before.question:
            yield from _about_question(before.question[key], question, named)


def on_offer(definition: Definition, group: str) -> bool:
    """Whether any topic of the group can be chosen."""
    return any(topic.is_active for g in definition.groups if g.code == group for topic in g.topics)


def listed(titles: Titles) -> str:
    """The titles of rules, in a row."""
    return ", ".join(f"“{title}”" for title in titles)


def _about_question(before: Question, after: Question, named: Named) -> Iterator[str]:
    titles = named.question(after.key)
    if titles and _goes(before, after):
        yield _("The question “%(name)s” is retired, and named by: %(rules)s.", name=after.label, rules=listed(titles))
    elif titles and before.kind in DECIDING and after.kind not in DECIDING:
        yield _(
            "“%(name)s” is answered in free words now, by which nothing is decided, and named by: %(rules)s.",
            name=after.label,
            rules=listed(titles),
        )
    were_offered = {choice.value for choice in before.offered}
    for choice in after.choices:
        if choice.value in were_offered and not choice.is_active and (titles := named.answer(after.key, choice.value)):
            yield _(
                "The answer “%(answer)s” to “%(name)s” is retired, and named by: %(rules)s.",
                answer=choice.label,
                name=after.label,
                rules=listed(titles),
            )


def _goes(before: object, after: object) -> bool:
    return bool(getattr(before, "is_active", False)) and not getattr(after, "is_active", True)
