"""Small worlds for proofs: a few facts, topics and rules, and every case that the form of such a world lets anybody make."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations, product
from typing import Any

from hypothesis import strategies as st

from helpdesk.routing import reading
from helpdesk.routing.decide import Facts
from helpdesk.routing.models import Priority
from helpdesk.routing.priorities import base_priority
from helpdesk.routing.rules import RuleSet
from helpdesk.routing.vocabulary import Asked, Fact, FactKind, KnownTeam, KnownTopic, Vocabulary
from helpdesk.routing.words import plain

ALWAYS = Asked(is_required=True)
TEAMS = {code: KnownTeam(code) for code in ("RED", "BLUE", "SD")}
TOPICS = ("A-1", "A-2", "B-1")
PHRASES = ("suit", "law suit", "Suit!", "press", "law")
TEXTS = ("…", *(" and ".join(some) for number in range(1, 6) for some in combinations(PHRASES, number)))
THRESHOLDS = (-1, 0, 1, 1.5, 2, 30)
COUNTS = {"given_on": ("days_ago", "working_days_ago"), "seen_at": ("days_ago", "hours_ago")}
CHOICES = {"shade": ("light", "dark"), "size": ("s", "m", "l"), "town": ("Cary", "Apex")}
CLAUSES = ((), (("shade", ("dark",)),), (("shade", ("light", "dark")), ("size", ("s", "m"))))


def _hours(days: int) -> Iterator[int]:
    """Around each threshold, and the farthest there can be, of a moment so many days ago."""
    low, high = (days - 1) * 24 - 3, (days + 1) * 24 + 3
    near = {low, high, *(int(threshold) + step for threshold in THRESHOLDS for step in (-1, 0, 1))}
    return (hours for hours in sorted(near) if max(low, 0) <= hours <= high)


# All that can be answered; of what goes on for ever, answers on, between and beyond all thresholds. Counts go together.
ANSWERS: dict[str, tuple[tuple[str, ...], ...]] = {
    **{key: tuple((value,) for value in values) for key, values in CHOICES.items()},
    "town": (("Cary",), ("Apex",), ("Raleigh",), ("Elsewhere",)),  # rules name Raleigh, too
    "doses": tuple((str(number),) for number in range(4)),
    "grams": tuple((text,) for text in ("-2", "-1", "-0.5", "0", "0.5", "1", "1.25", "1.5", "1.75", "2", "4", "30", "31")),
    "impact": (("me",), ("several",)),
    "urgency": (("no",), ("slowed",), ("at_risk",)),
    "given_on": tuple((str(d), str(w)) for d in range(-1, 4) for w in range(min(d, 0), max(d, 0) + 1)),
    "seen_at": tuple((str(days), str(hours)) for days in range(4) for hours in _hours(days)),
}


@dataclass(frozen=True)
class World:
    """What rules can speak of, and rules."""

    known: Vocabulary
    rules: RuleSet
    questions: tuple[str, ...]

    def cases(self) -> Iterator[Facts]:
        """Every case that can be, as far as rules can tell."""
        has_words = any(condition.fact == "subject" for rule in self.rules.rules for condition in rule.conditions)
        texts = {plain(text): text for text in (TEXTS if has_words else TEXTS[:1])}.values()
        for topic, subject in product(self.known.topics, texts):
            for answers in product(*((None, *ANSWERS[question]) for question in self.questions)):
                facts = self._facts(topic, dict(zip(self.questions, answers, strict=True)))
                if self.can_be(facts):
                    yield facts | {"subject": subject}

    def _facts(self, topic: str, answers: dict[str, tuple[str, ...] | None]) -> Facts:
        facts = {"topic": topic}
        for question, values in answers.items():
            keys = [f"{question}.{count}" for count in COUNTS.get(question, ())] or [question]
            facts |= dict(zip(keys, values or (), strict=False))
        follows = self.known.topics[topic]
        facts |= {"topic_group": follows.group} | ({"topic_team": follows.team} if follows.team else {})
        if {"impact", "urgency"} <= facts.keys():
            facts["base_priority"] = base_priority(follows.priority, facts["impact"], facts["urgency"]).value
        return facts

    def can_be(self, facts: Facts) -> bool:
        """Whether the form lets anybody say this."""
        return all(self._is_right(fact, facts) for fact in self.known.facts.values() if fact.key not in FOLLOWING)

    def _is_right(self, fact: Fact, facts: Facts) -> bool:
        answer, asked = facts.get(fact.key), fact.asked
        is_asked = asked is not None and (not asked.topics or facts["topic"] in asked.topics)
        is_asked = is_asked and all(facts.get(question) in values for question, values in asked.when)
        if answer is None:
            return not (is_asked and asked.is_required)
        return is_asked and answer not in fact.retired


FOLLOWING = {"topic_group", "topic_team", "base_priority", "subject"}


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """A world with up to three questions and five rules."""
    priorities, teams = st.sampled_from(list(Priority)), st.sampled_from(["RED", "BLUE", ""])
    on_offer = draw(st.lists(st.sampled_from(TOPICS), min_size=1, max_size=3, unique=True))
    topics = {code: KnownTopic(code[0], draw(teams), draw(priorities)) for code in on_offer}
    questions = tuple(draw(st.lists(st.sampled_from(sorted(ANSWERS.keys() - {"impact", "urgency"})), max_size=2, unique=True)))
    if draw(st.booleans()):
        questions += ("impact", "urgency")
    facts = [
        Fact("topic", FactKind.CHOICE, "topic", dict.fromkeys(TOPICS, ""), frozenset(TOPICS) - set(on_offer), asked=ALWAYS),
        Fact("topic_group", FactKind.CHOICE, "group", {"A": "", "B": ""}, asked=ALWAYS),
        Fact("topic_team", FactKind.CHOICE, "team", dict.fromkeys(TEAMS, ""), asked=ALWAYS),
        Fact("subject", FactKind.TEXT, "subject", asked=ALWAYS),
    ]
    if "impact" in questions:
        facts.append(Fact("base_priority", FactKind.PRIORITY, "priority", dict.fromkeys(Priority, ""), asked=ALWAYS))
    for number, question in enumerate(questions):
        facts += _facts_of(question, draw)(draw(_asking(questions[:number])))
    known = Vocabulary({fact.key: fact for fact in facts}, topics, TEAMS)
    rules = draw(st.lists(_rules(known, questions), max_size=5))
    last = {"title": "Last", "when": "always", "then": {"team": "SD"}}
    stored = [{"key": f"rule-{number}", **rule} for number, rule in enumerate([*rules, last])]
    return World(known, reading.read(stored), questions)


def _asking(earlier: tuple[str, ...]) -> st.SearchStrategy[Asked | None]:
    """When a question is asked that comes after some others; seldom it is not asked any more."""
    topics = st.sets(st.sampled_from(TOPICS), max_size=2).map(frozenset)
    clauses = st.sampled_from([clauses for clauses in CLAUSES if {question for question, _values in clauses} <= set(earlier)])
    asked = st.builds(Asked, topics, clauses, is_required=st.booleans())
    return st.one_of(asked, asked, asked, st.none())


def _facts_of(question: str, draw: st.DrawFn) -> Any:
    """Makes the facts of a question, given when it is asked."""
    if question in ("impact", "urgency"):
        values = dict.fromkeys((value for (value,) in ANSWERS[question]), "")
        return lambda _asked: [Fact(question, FactKind.CHOICE, question, values, asked=ALWAYS)]
    if question in COUNTS:
        limits = {"days_ago": (0, 3), "working_days_ago": (-1, 3), "hours_ago": (0, 99)}
        least = -1 if question == "given_on" else 0
        return lambda asked: [
            Fact(f"{question}.{c}", FactKind.NUMBER, c, least=Decimal(least), most=Decimal(limits[c][1]), asked=asked)
            for c in COUNTS[question]
        ]
    if question in CHOICES:
        retired = frozenset(draw(st.sampled_from([(), ("l",)]))) if question == "size" else frozenset()
        values = dict.fromkeys(CHOICES[question], "")
        is_open = question == "town"
        return lambda asked: [Fact(question, FactKind.CHOICE, question, values, retired, is_open, asked=asked)]
    limits = {"least": Decimal(0), "most": Decimal(3)} if question == "doses" else {"is_whole": False}
    return lambda asked: [Fact(question, FactKind.NUMBER, question, asked=asked, **limits)]


def _rules(known: Vocabulary, questions: tuple[str, ...]) -> st.SearchStrategy[dict[str, Any]]:
    condition = st.one_of([_conditions(fact) for fact in known.facts.values()])
    inner = st.builds(lambda kind, members: {kind: members}, _KINDS, st.lists(condition, min_size=1, max_size=3))
    outer = st.builds(lambda kind, members: {kind: members}, _KINDS, st.lists(condition | inner, min_size=1, max_size=3))
    when = st.one_of(condition, outer, st.just("always"))
    priority = st.just({}) | st.builds(
        lambda how, level: {how: level},
        st.sampled_from(["priority_at_least", "priority_exactly"]),
        st.sampled_from([priority.value for priority in Priority]),
    )
    deciding = st.builds(lambda team, more: {"team": team, **more}, st.sampled_from(["RED", "BLUE", "topic_team"]), priority)
    also = priority.map(lambda more: more or {"tags": ["seen"]})
    return st.builds(_rule, when, deciding | also)


_KINDS = st.sampled_from(["all", "any", "none"])


def _rule(when: Any, then: dict[str, Any]) -> dict[str, Any]:
    return {"title": "A rule", "when": when, "then": then, **({} if "team" in then else {"also": True})}


def _conditions(fact: Fact) -> st.SearchStrategy[dict[str, Any]]:
    if fact.kind is FactKind.TEXT:
        return st.sampled_from(PHRASES).map(lambda phrase: {"fact": fact.key, "has_word": phrase})
    if fact.kind is FactKind.NUMBER:
        operators = st.sampled_from(["at_least", "at_most", "more_than", "less_than", "equals"])
        return st.builds(lambda how, number: {"fact": fact.key, how: number}, operators, st.sampled_from(THRESHOLDS))
    values = st.sampled_from([*map(str, fact.values), "Raleigh" if fact.is_open else "unknown"])
    one = values.map(lambda value: {"fact": fact.key, "is": value})
    some = st.lists(values, min_size=1, max_size=2).map(lambda values: {"fact": fact.key, "is_one_of": values})
    if fact.kind is FactKind.PRIORITY:
        level = st.sampled_from([priority.value for priority in Priority])
        return level.map(lambda value: {"fact": fact.key, "at_least": value}) | some
    return one | some
