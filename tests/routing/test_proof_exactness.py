"""Proofs of small rule sets against every case there can be: what is found is there, and what is there is found."""

from itertools import combinations

import pytest
from hypothesis import given, settings

from helpdesk.routing.decide import Decision, Facts, Verdict, decide
from helpdesk.routing.priorities import more_urgent
from helpdesk.routing.proof import prove
from helpdesk.routing.proof_findings import Finding, Kind
from helpdesk.routing.rules import TOPIC_TEAM, Group, GroupKind, Rule, RuleSet
from tests.routing.proof_worlds import World, worlds

ACTING = (Verdict.DECIDED, Verdict.ADDED)
FITTING = (*ACTING, Verdict.NO_TEAM)


@settings(deadline=None, max_examples=30)  # the machine may be busy
@given(worlds())
def test_a_proof_finds_just_what_trying_every_case_finds(world):
    proves_what_trying_finds(world)


@pytest.mark.long
@pytest.mark.timeout(600)  # a minute on a quiet machine; some worlds have many thousands of cases
@settings(deadline=None, max_examples=500)
@given(worlds())
def test_a_proof_finds_it_in_many_more_worlds(world):
    proves_what_trying_finds(world)


def proves_what_trying_finds(world):
    """A proof of the rules of a world, compared with all its cases."""
    proof = prove(world.rules, world.known)
    cases = [(facts, decide(world.rules, facts)) for facts in world.cases()]

    assert proof.undecided == ()
    assert found(proof.findings) == expected(world, cases)
    for finding in proof.findings:
        shows(finding, world, cases)


def found(findings: tuple[Finding, ...]) -> set[tuple]:
    """What a proof found, as far as trying finds it, too."""
    compared = [finding for finding in findings if finding.kind is not Kind.GONE]
    topics = {(Kind.TOPIC_NOT_NAMED, topic) for f in compared if f.kind is Kind.TOPIC_NOT_NAMED for topic in f.about}
    gaps = {(Kind.ONLY_LAST_RULE,) for f in compared if f.kind is Kind.ONLY_LAST_RULE}
    pairs = {(f.kind, *f.rules) for f in compared if f.kind is Kind.ORDER_DECIDES}
    idle = {(f.kind, f.rule) for f in compared if f.kind in (Kind.NEVER_FITS, Kind.SHADOWED)}
    return topics | gaps | pairs | idle


def expected(world: World, cases: list[tuple[Facts, Decision]]) -> set[tuple]:
    """What trying every case finds."""
    rules = world.rules.rules[:-1]
    acting = {trace.rule for _facts, decision in cases for trace in decision.trace if trace.verdict in ACTING}
    can_act = {rule.key for rule in rules if any(alone(rule, facts) in ACTING for facts, _decision in cases)}
    idle = {(Kind.SHADOWED if rule.key in can_act else Kind.NEVER_FITS, rule.key) for rule in rules if rule.key not in acting}
    gaps = {(Kind.ONLY_LAST_RULE,)} if world.rules.rules[-1].key in acting else set()
    speaking = {(facts["topic"], d.winner) for facts, d in cases if speaks(rule_of(world, d.winner), facts)}
    named = {topic for topic, winner in speaking if winner != world.rules.rules[-1].key}
    topics = {(Kind.TOPIC_NOT_NAMED, facts["topic"]) for facts, _decision in cases} - {(Kind.TOPIC_NOT_NAMED, t) for t in named}
    return idle | gaps | topics | {pair for _facts, decision in cases for pair in disagreeing(world.rules, decision)}


def disagreeing(rules: RuleSet, decision: Decision) -> set[tuple]:
    """Pairs of rules that act on a case, and that with those after them make another priority the other way round."""
    acting = [rules.rules[n] for n, trace in enumerate(decision.trace) if trace.verdict in ACTING]
    return {
        (Kind.ORDER_DECIDES, one.key, other.key)
        for one, other in combinations(acting, 2)
        for after in [acting[acting.index(other) + 1 :]]
        if priority(decision, [one, other, *after]) != priority(decision, [other, one, *after])
    }


def priority(decision: Decision, rules: list[Rule]) -> str:
    """What rules make of the base priority in this order."""
    result = decision.base_priority
    for rule in rules:
        result = rule.then.priority_exactly or result
        result = more_urgent(result, rule.then.priority_at_least or result)
    return result


def shows(finding: Finding, world: World, cases: list[tuple[Facts, Decision]]) -> None:
    """Assert that the example can be, and is what the finding says."""
    example = finding.example
    if example is None:
        assert finding.kind in (Kind.NEVER_FITS, Kind.GONE)
        return
    assert world.can_be(example)
    assert follows(world, example)
    decision = decide(world.rules, example)
    verdicts = {trace.rule: trace.verdict for trace in decision.trace}
    if finding.kind is Kind.ONLY_LAST_RULE:
        alike = [d for facts, d in cases if all(facts.get(fact) == example.get(fact) for fact in finding.about)]
        assert {d.winner for d in [decision, *alike]} == {finding.rule}
    elif finding.kind is Kind.SHADOWED:
        covers(finding, world, [*cases, (example, decision)])
    elif finding.kind is Kind.NEVER_FITS:
        assert verdicts[finding.rule] in (Verdict.NO_TEAM, Verdict.NOT_ASKED)
    elif finding.kind is Kind.ORDER_DECIDES:
        assert (finding.kind, *finding.rules) in disagreeing(world.rules, decision)
        assert finding.about[0] == decision.priority != finding.about[1]
    elif finding.kind is Kind.TOPIC_NOT_NAMED:
        assert example["topic"] in finding.about
        assert decision.winner == world.rules.rules[-1].key or not speaks(rule_of(world, decision.winner), example)


def covers(finding: Finding, world: World, cases: list[tuple[Facts, Decision]]) -> None:
    """Assert that whenever the rule could decide, one of the others could, and that none of these can be left out."""
    by = [rule_of(world, key) for key in finding.others]
    could = [
        {rule.key for rule in by if alone(rule, facts) in ACTING} for facts, _d in cases if could_decide(finding, world, facts)
    ]
    assert could_decide(finding, world, finding.example)
    assert all(could)
    assert all({key} in could for key in finding.others)


def could_decide(finding: Finding, world: World, facts: Facts) -> bool:
    """Whether the rule of a finding would decide if there were no rule before it."""
    return alone(rule_of(world, finding.rule), facts) in ACTING


def alone(rule: Rule, facts: Facts) -> Verdict:
    """What becomes of a rule where it is the only one."""
    return decide(RuleSet((rule,)), facts).trace[0].verdict


def rule_of(world: World, key: str) -> Rule:
    """The rule with this key."""
    return next(rule for rule in world.rules.rules if rule.key == key)


def follows(world: World, facts: Facts) -> bool:
    """Whether group and team are those of the topic."""
    topic = world.known.topics[facts["topic"]]
    return (facts["topic_group"], facts.get("topic_team", "")) == (topic.group, topic.team)


def speaks(rule: Rule, facts: Facts) -> bool:
    """Whether a rule speaks of the topic of a case."""
    return rule.then.team == TOPIC_TEAM or said(rule.when, facts, is_turned=False)


def said(group: Group, facts: Facts, *, is_turned: bool) -> bool:
    """Whether a group names the topic, its group or its team, but for what is excluded."""
    is_turned ^= group.kind is GroupKind.NONE
    return any(
        said(member, facts, is_turned=is_turned)
        if isinstance(member, Group)
        else member.fact in ("topic", "topic_group", "topic_team") and not is_turned and facts.get(member.fact) in member.values
        for member in group.members
    )
