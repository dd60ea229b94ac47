"""Proofs over the help ticket that comes with the desk: what is planted is found, with a case that shows it."""

from dataclasses import replace
from typing import Any

import pytest

from benchmarks.rule_sets import known, many_rules
from helpdesk.routing import reading
from helpdesk.routing.decide import decide
from helpdesk.routing.models import Priority
from helpdesk.routing.proof import prove
from helpdesk.routing.proof_findings import Budget, Finding, Kind, Proof, Severity, Why
from helpdesk.routing.rules import RuleSet
from helpdesk.routing.vocabulary import KnownTeam, Vocabulary
from tests.routing.examples import TRIAGE, a_rule, seeded

MANY = 200
Stored = dict[str, Any]
NCIR = {"fact": "system", "is": "ncir"}
PLENTY = Budget(seconds=60)


def proof_of(*rules: Stored, at: Vocabulary | None = None, last: Stored = TRIAGE) -> Proof:
    """The proof of these rules and a last one."""
    return prove(reading.read([*rules, last]), at or known(), budget=PLENTY)


def many(*first: Stored, before_last: tuple[Stored, ...] = (), without: tuple[str, ...] = ()) -> RuleSet:
    """200 rules, with more at the beginning and before the last two, and without some."""
    *rules, by_topic, last = many_rules(MANY)
    kept = [rule for rule in (*rules, *before_last, by_topic, last) if rule["key"] not in without]
    return reading.read([*first, *kept], known=known())


def only(proof: Proof) -> Finding:
    """The one thing that was found."""
    assert proof.undecided == ()
    (finding,) = proof.findings
    return finding


def of_kind(proof: Proof, kind: Kind) -> list[Finding]:
    """What was found of a kind."""
    return [finding for finding in proof.findings if finding.kind is kind]


def test_the_rules_of_a_new_desk_prove_complete_with_no_finding():
    proof = prove(seeded(), known())

    assert proof == Proof()
    assert proof.is_complete


def test_many_rules_over_the_form_prove_complete_too():
    assert prove(many(), known(), budget=PLENTY) == Proof()


def test_a_planted_gap_is_found_with_what_it_lies_in():
    ours = many(without=("topic-team", "county-3"))
    ours = RuleSet((*ours.rules[:-1], *by_topic_but("GEN-TRN", county="Wake"), ours.rules[-1]))

    finding = only(prove(ours, known(), budget=PLENTY))
    decision = decide(ours, finding.example)

    assert (finding.kind, finding.rule, finding.severity) == (Kind.ONLY_LAST_RULE, "triage", Severity.ASKS)
    assert decision.winner == "triage"
    assert (finding.example["topic"], finding.example["county"]) == ("GEN-TRN", "Wake")
    assert set(finding.about) >= {"topic", "county"}


def by_topic_but(topic: str, *, county: str) -> tuple:
    """A rule like the topic's team, but for one topic in one county."""
    hole = {"all": [{"fact": "topic", "is": topic}, {"fact": "county", "is": county}]}
    rules = reading.read([a_rule("by-topic", when={"none": [hole]}, then={"team": "topic_team"}), TRIAGE], known=known())
    return rules.rules[:1]


def test_planted_shadows_are_found_with_the_rules_that_come_first():
    early = a_rule("early", when={"fact": "topic", "is": "GEN-TRN"}, then={"team": "TRN"})
    late = a_rule("late", when={"all": [{"fact": "topic_group", "is": "GEN"}, {"fact": "topic", "is": "GEN-TRN"}]})

    findings = of_kind(prove(many(early, before_last=(late,)), known(), budget=PLENTY), Kind.SHADOWED)

    found = {finding.rule: finding for finding in findings}
    assert found["late"].others == ("early",)
    assert decide(many(early, before_last=(late,)), found["late"].example).winner == "early"


def test_a_rule_shadowed_by_two_names_both_and_no_more():
    one = a_rule("one", when={"fact": "impact", "is_one_of": ["me", "location"]})
    useless = a_rule("useless", when={"fact": "language", "is": "es"})
    other = a_rule("other", when={"fact": "impact", "is_one_of": ["several", "everyone"]})

    finding = next(f for f in of_kind(proof_of(useless, one, other, a_rule("late")), Kind.SHADOWED) if f.rule == "late")

    assert finding.others == ("one", "other")


def test_the_last_rule_may_never_be_needed():
    assert of_kind(proof_of(a_rule("all", when="always")), Kind.SHADOWED) == []


def test_dead_targets_block_publishing():
    dead = a_rule("dead", then={"team": "QQ", "watchers": ["OLD"], "notify": ["QQ"], "macro": "M99"})
    teams = {**known().teams, "OLD": KnownTeam("Old one", is_active=False)}
    proof = prove(
        RuleSet((*reading.read([dead, TRIAGE]).rules[:1], *many().rules)),
        replace(known(), teams=teams, macros=dict.fromkeys(["M2", "M3", "M4", "M5", "M8"], "A macro")),
        budget=PLENTY,
    )

    blocking = {(finding.kind, finding.rules, finding.about) for finding in proof.of(Severity.BLOCKS)}
    assert blocking == {
        (Kind.UNKNOWN_TEAM, ("dead",), ("QQ",)),
        (Kind.CLOSED_TEAM, ("dead",), ("OLD",)),
        (Kind.UNKNOWN_MACRO, ("dead",), ("M99",)),
    }
    assert proof.findings[: len(blocking)] == proof.of(Severity.BLOCKS)
    assert all(finding.example["system"] == "ncir" for finding in proof.of(Severity.BLOCKS))


def test_topics_whose_team_is_closed_are_found_with_a_case_that_goes_there():
    teams = {**known().teams, "TRN": KnownTeam("Training", is_active=False)}

    finding = only(prove(seeded(), replace(known(), teams=teams)))

    assert (finding.kind, finding.rule, finding.about) == (Kind.CLOSED_TEAM, "", ("TRN", "GEN-TRN"))
    assert decide(seeded(), finding.example).team == "TRN"


def test_team_without_member_and_skill_that_nobody_has_are_warnings():
    teams = {**known().teams, "CLIN": KnownTeam("Clinical", has_member=False)}

    proof = prove(seeded(), replace(known(), teams=teams, skills=frozenset({"fr"})))

    found = {(finding.kind, finding.rules, finding.about) for finding in proof.findings}
    assert found == {
        (Kind.TEAM_WITHOUT_MEMBER, (), ("CLIN", "GEN-CLIN")),
        (Kind.NOBODY_HAS_SKILL, ("spanish",), ("es",)),
    }
    assert proof.of(Severity.WARNS) == proof.findings


def test_rules_that_disagree_on_the_priority_are_found_with_both_results():
    calm = a_rule("calm", also=True, when={"fact": "topic", "is": "SYS-ERR"}, then={"priority_exactly": "P4"})
    alarm = a_rule("alarm", also=True, when={"fact": "urgency", "is": "stopped"}, then={"priority_at_least": "P2"})

    proof = prove(many(calm, alarm), known(), budget=PLENTY)

    finding = next(finding for finding in of_kind(proof, Kind.ORDER_DECIDES) if finding.rules == ("calm", "alarm"))
    decision = decide(many(calm, alarm), finding.example)
    assert finding.about == (decision.priority, decide(many(alarm, calm), finding.example).priority) == ("P2", "P4")


def test_a_later_rule_that_settles_the_priority_leaves_no_disagreement():
    one = a_rule("one", also=True, then={"priority_exactly": "P4"})
    other = a_rule("other", also=True, then={"priority_exactly": "P2"})
    settling = a_rule("settling", also=True, when="always", then={"priority_exactly": "P3"})

    pairs = {finding.rules for finding in of_kind(proof_of(one, other, settling), Kind.ORDER_DECIDES)}

    assert pairs == {("one", "settling"), ("other", "settling")}


def test_rules_with_the_same_conditions_disagree_one_by_one():
    exact = a_rule("exact", also=True, then={"priority_exactly": "P3"})
    urgent = a_rule("urgent", also=True, then={"priority_at_least": Priority.P1.value})
    high = a_rule("high", also=True, then={"priority_at_least": Priority.P2.value})

    pairs = {finding.rules for finding in of_kind(proof_of(exact, urgent, high), Kind.ORDER_DECIDES)}

    assert pairs == {("exact", "urgent"), ("exact", "high")}


def test_topics_that_no_rule_speaks_of_are_found():
    others = [code for code in known().topics if code not in ("SYS-ERR", "GEN-BILL")]
    named = a_rule("named", when={"fact": "topic", "is_one_of": others}, then={"team": "topic_team"})
    everything = a_rule("everything", when={"fact": "impact", "is_one_of": ["me", "location", "several", "everyone"]})

    finding = only(prove(reading.read([a_rule("all-but-two", when=named["when"]), everything, TRIAGE]), known()))

    assert (finding.kind, finding.about) == (Kind.TOPIC_NOT_NAMED, ("SYS-ERR", "GEN-BILL"))
    assert finding.example["topic"] == "SYS-ERR"


@pytest.mark.parametrize(
    ("when", "why", "about"),
    [
        ({"all": [NCIR, {"fact": "system", "is": "cvms"}, {"fact": "language", "is": "es"}]}, Why.CONTRADICTION, ("system",)),
        ({"all": [{"fact": "topic_group", "is": "ENR"}, {"fact": "topic", "is": "INV-XFER"}]}, Why.CONTRADICTION, None),
        ({"all": [{"fact": "topic", "is": "GEN-TRN"}, {"fact": "doses_on_hand", "at_least": 0}]}, Why.CONTRADICTION, None),
        (
            {"all": [{"fact": "doses_on_hand", "more_than": 5}, {"fact": "doses_on_hand", "less_than": 6}]},
            Why.CONTRADICTION,
            None,
        ),
        ({"all": [{"fact": "base_priority", "is": "P4"}, {"fact": "urgency", "is": "stopped"}]}, Why.CONTRADICTION, None),
        (
            {"all": [{"fact": "topic", "is": "TMP-EXC"}, {"none": [{"fact": "marked_do_not_use", "is_one_of": ["yes", "no"]}]}]},
            Why.CONTRADICTION,
            None,
        ),
        (
            {"all": [{"fact": "text", "has_word": "law suit"}, {"none": [{"fact": "text", "has_word": "suit"}]}]},
            Why.CONTRADICTION,
            ("text",),
        ),
        (
            {"all": [{"fact": "given_on.working_days_ago", "more_than": 9}, {"fact": "given_on.days_ago", "less_than": 9}]},
            Why.CONTRADICTION,
            None,
        ),
        (
            {"all": [{"fact": "delivered_at.hours_ago", "less_than": 5}, {"fact": "delivered_at.days_ago", "more_than": 1}]},
            Why.CONTRADICTION,
            None,
        ),
        ({"fact": "topic", "is": "NEVER-WAS"}, Why.GONE, ("topic",)),
        ({"fact": "shoe_size", "more_than": 40}, Why.GONE, ("shoe_size",)),
    ],
)
def test_rule_that_can_never_fit_is_found(when, why, about):
    finding = only(Proof(tuple(of_kind(proof_of(a_rule("never", when=when)), Kind.NEVER_FITS))))

    assert (finding.rule, finding.why, finding.example) == ("never", why, None)
    assert (
        set(finding.about) == {condition.fact for condition in reading.read_rule(a_rule(when=when), number=1).conditions}
        if about is None
        else finding.about == about
    )
