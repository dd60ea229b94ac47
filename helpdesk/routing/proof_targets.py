"""Teams, macros and skills that rules or topics name, and that are not there or are served by nobody."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from .proof_findings import Finding, Kind
from .proof_search import Search
from .proof_space import TOPIC
from .rules import TOPIC_TEAM, RuleSet
from .vocabulary import KnownTeam, Vocabulary


def dead_targets(rule_set: RuleSet, known: Vocabulary) -> Iterator[Finding]:
    """Teams that do not exist, are closed or have no active member; unknown macros; skills that nobody has: one finding for each.

    Of macros and skills only where some are known. Without examples: the solver is not needed to find these.
    """
    by_rules = _by_name((rule.key, rule.then.teams) for rule in rule_set.rules)
    by_topics = _by_name((code, {topic.team} - {""}) for code, topic in known.topics.items())
    for team in sorted({*by_rules, *by_topics}):
        kind = _wrong_with(known.teams.get(team))
        if kind:
            yield _finding(kind, team, by_rules.get(team, []), by_topics.get(team, []))
    macros = _by_name((rule.key, {rule.then.macro} - {""}) for rule in rule_set.rules)
    for macro in sorted(macros.keys() - known.macros.keys()) if known.macros else ():
        yield _finding(Kind.UNKNOWN_MACRO, macro, macros[macro])
    skills = _by_name((rule.key, rule.then.skills) for rule in rule_set.rules)
    for skill in sorted(skills.keys() - known.skills) if known.skills else ():
        yield _finding(Kind.NOBODY_HAS_SKILL, skill, skills[skill])


def with_example(search: Search, finding: Finding) -> Finding:
    """The finding with a case on which a rule acts that names it, or that goes to the team of such a topic."""
    acts = {rule.key: rule.acts for rule in search.model.all_rules}
    by_rule = (search.examples.find(acts[key]) for key in finding.rules)
    by_topic = (_of_topic(search, topic) for topic in finding.about[1:])
    return replace(finding, example=next((found for several in (by_rule, by_topic) for found in several if found), None))


def _wrong_with(team: KnownTeam | None) -> Kind | None:
    if team is None:
        return Kind.UNKNOWN_TEAM
    if not team.is_active:
        return Kind.CLOSED_TEAM
    return None if team.has_member else Kind.TEAM_WITHOUT_MEMBER


def _by_name(naming: Iterable[tuple[str, Iterable[str]]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key, names in naming:
        for name in dict.fromkeys(names):
            found.setdefault(name, []).append(key)
    return found


def _finding(kind: Kind, name: str, rules: list[str], topics: Iterable[str] = ()) -> Finding:
    return Finding(kind, rule="".join(rules[:1]), others=tuple(rules[1:]), about=(name, *topics))


def _of_topic(search: Search, topic: str) -> dict[str, str] | None:
    """A case of this topic; one that goes to the team of its topic, if there is any."""
    axis = search.model.space.axes.get(TOPIC)
    if axis is None or not axis.at(topic):
        return None
    is_so = axis.cell(axis.at(topic))
    by_topic = search.model.solver.any_of(rule.acts for rule in search.model.rules if rule.rule.then.team == TOPIC_TEAM)
    return search.examples.find(is_so, by_topic, topic=topic) or search.examples.find(is_so, topic=topic)
