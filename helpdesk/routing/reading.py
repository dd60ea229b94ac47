"""Rules as they are stored (JSON, TOML, YAML) become a RuleSet, or an error that names the rule and the place in it."""

from collections.abc import Mapping, Sequence
from typing import Any

from ..languages import gettext as _
from .errors import BadRule, BadRuleSet
from .models import Priority
from .reading_conditions import Conditions
from .reading_places import Reader
from .rules import ALWAYS, DRAFT, TOPIC_TEAM, Actions, Rule, RuleSet, WithoutSkill
from .vocabulary import Vocabulary

MOST_RULES = 1000
LONGEST_KEY, LONGEST_TITLE = 60, 200  # characters
_RULE_PARTS = frozenset({"key", "title", "when", "then", "also"})
_ACTIONS = frozenset(
    {
        "team",
        "priority_at_least",
        "priority_exactly",
        "tags",
        "flags",  # what tags were called in the first versions
        "watchers",
        "skills",
        "without_skill",
        "macro",
        "status",
        "notify",
    }
)
_STATUSES = ("pending",)


def read(stored: Sequence[Any], *, version: int = DRAFT, known: Vocabulary | None = None) -> RuleSet:
    """Make the rule set of stored rules. Raises BadRule, or BadRuleSet when they do not make a set.

    With what is `known` the rules may only compare facts that there are, in a way that suits them; without, as for a version that
    was published when other questions were asked, a comparison with a fact that is unknown by now is simply false.
    """
    if not isinstance(stored, Sequence) or isinstance(stored, str):
        raise BadRuleSet(_("The rules have to be a list."))
    if len(stored) > MOST_RULES:
        raise BadRuleSet(_("There are %(number)s rules; at most %(most)s can be read.", number=len(stored), most=MOST_RULES))
    rules = tuple(read_rule(raw, number=number, known=known) for number, raw in enumerate(stored, start=1))
    _check_keys(rules)
    _check_last(rules)
    return RuleSet(rules, version)


def read_rule(raw: Any, *, number: int, known: Vocabulary | None = None) -> Rule:
    """Make one rule; the number names it in BadRule where it has no key."""
    return _RuleReader(raw, number, known).rule()


def _check_keys(rules: tuple[Rule, ...]) -> None:
    seen: set[str] = set()
    for rule in rules:
        if rule.key in seen:
            raise BadRule(rule.key, "key", _("another rule has the same key"))
        seen.add(rule.key)


def _check_last(rules: tuple[Rule, ...]) -> None:
    if not rules:
        raise BadRuleSet(_("There is no rule. The last rule has to fit everything."))
    last = rules[-1]
    if last.also or last.when != ALWAYS or last.then.team == TOPIC_TEAM:
        raise BadRuleSet(
            _('The last rule, %(rule)s, has to fit everything (when = "always") and to name its team.', rule=last.key)
        )


class _RuleReader(Reader):
    """Reads one rule, and knows which one it is when something is wrong."""

    def __init__(self, raw: Any, number: int, known: Vocabulary | None) -> None:
        key = raw.get("key") if isinstance(raw, Mapping) else None
        super().__init__(key if isinstance(key, str) and key else _("number %(number)s", number=number))
        self.raw = raw
        self.known = known

    def rule(self) -> Rule:
        """The rule itself, its parts checked against each other."""
        raw = self.table(self.raw, "rule", allowed=_RULE_PARTS)
        rule = Rule(
            key=self.text(raw.get("key"), "key", longest=LONGEST_KEY),
            title=self.text(raw.get("title"), "title", longest=LONGEST_TITLE),
            when=Conditions(self.name, self.known).when(raw.get("when")),
            then=self._actions(raw.get("then")),
            also=self.truth(raw.get("also", False), "also"),
        )
        if rule.also and rule.then.team:
            raise self.bad("then.team", _("a rule marked also cannot set the team"))
        if not rule.also and not rule.then.team:
            raise self.bad("then", _("a rule sets a team, or is marked also"))
        if rule.also and rule.then == Actions():
            raise self.bad("then", _("the rule does nothing"))
        return rule

    def _actions(self, raw: Any) -> Actions:
        then = self.table(raw, "then", allowed=_ACTIONS)
        if "priority_at_least" in then and "priority_exactly" in then:
            raise self.bad("then", _("a priority is set at least or exactly, not both"))
        if "status" in then and "macro" not in then:
            raise self.bad("then.status", _("a case that waits needs a macro that says what for"))
        skills = self.texts(then.get("skills", []), "then.skills")
        return Actions(
            team=self._optional(then, "team"),
            priority_at_least=self._priority_of(then, "priority_at_least"),
            priority_exactly=self._priority_of(then, "priority_exactly"),
            tags=self._tags(then),
            watchers=self.texts(then.get("watchers", []), "then.watchers"),
            skills=tuple(skill.casefold() for skill in skills),
            without_skill=self._without_skill(then, skills),
            macro=self._optional(then, "macro"),
            is_pending="status" in then and bool(self.one_of(then["status"], _STATUSES, "then.status")),
            notify=self.texts(then.get("notify", []), "then.notify"),
        )

    def _tags(self, then: Mapping[str, Any]) -> tuple[str, ...]:
        if "tags" in then and "flags" in then:
            raise self.bad("then", _("tags and flags are the same; keep the tags"))
        name = "flags" if "flags" in then else "tags"
        return self.texts(then.get(name, []), f"then.{name}")

    def _without_skill(self, then: Mapping[str, Any], skills: tuple[str, ...]) -> WithoutSkill | None:
        if "without_skill" not in then:
            return None
        if not skills:
            raise self.bad("then.without_skill", _("no skill is named that could be missing"))
        raw = self.table(then["without_skill"], "then.without_skill", allowed=frozenset({"team", "tags"}))
        team = self.text(raw.get("team"), "then.without_skill.team")
        if team == TOPIC_TEAM:
            raise self.bad("then.without_skill.team", _("has to be a team"))
        return WithoutSkill(team, self.texts(raw.get("tags", []), "then.without_skill.tags"))

    def _optional(self, then: Mapping[str, Any], action: str) -> str:
        return self.text(then[action], f"then.{action}") if action in then else ""

    def _priority_of(self, then: Mapping[str, Any], action: str) -> Priority | None:
        return Priority(self.one_of(then[action], tuple(Priority), f"then.{action}")) if action in then else None
