"""How rules decide: order, groups, comparisons, what is added and what is remembered."""

import pytest

from helpdesk.routing.decide import Change, Truth, Verdict, decide
from helpdesk.routing.models import Priority
from tests.routing.examples import a_rule, a_rule_set, a_ticket

NCIR = {"fact": "system", "is": "ncir"}
STOPPED = {"fact": "urgency", "is": "stopped"}
ONE = a_rule("one", then={"team": "INV"})
OTHER = a_rule("other", then={"team": "REC"})


def fits(when, **said):
    """Whether a rule with these conditions fits a ticket that says this."""
    return decide(a_rule_set(a_rule(when=when)), a_ticket(**said)).winner == "a-rule"


@pytest.mark.parametrize(("rules", "team"), [((ONE, OTHER), "INV"), ((OTHER, ONE), "REC")])
def test_the_first_rule_that_fits_decides(rules, team):
    assert decide(a_rule_set(*rules), a_ticket(system="ncir")).team == team


def test_nothing_fits_but_the_last_rule():
    decision = decide(a_rule_set(ONE), a_ticket(system="cvms"))

    assert (decision.team, decision.winner) == ("SD", "triage")


def test_all_wants_every_member():
    assert fits({"all": [NCIR, STOPPED]}, system="ncir", urgency="stopped")
    assert not fits({"all": [NCIR, STOPPED]}, system="ncir", urgency="slowed")


def test_any_wants_one_member():
    assert fits({"any": [NCIR, STOPPED]}, system="ncir", urgency="no")
    assert not fits({"any": [NCIR, STOPPED]}, system="cvms", urgency="no")


def test_none_wants_no_member():
    assert fits({"none": [NCIR, STOPPED]}, system="cvms", urgency="no")
    assert not fits({"none": [NCIR, STOPPED]}, system="cvms", urgency="stopped")


def test_a_group_inside_a_group_counts_as_one_member():
    when = {"all": [NCIR, {"any": [STOPPED, {"fact": "impact", "is": "everyone"}]}]}

    assert fits(when, system="ncir", impact="everyone")
    assert not fits(when, system="ncir", impact="me")


def test_is_one_of_wants_any_of_its_values():
    when = {"fact": "system", "is_one_of": ["ncir", "ncid"]}

    assert fits(when, system="ncid")
    assert not fits(when, system="cvms")


@pytest.mark.parametrize(("base", "expected"), [("P1", True), ("P2", True), ("P3", False)])
def test_at_least_wants_that_priority_or_a_more_urgent_one(base, expected):
    assert fits({"fact": "base_priority", "at_least": "P2"}, base_priority=base) is expected


@pytest.mark.parametrize(
    ("text", "phrase", "expected"),
    [
        ("The press is here", "press", True),
        ("PRESS!", "press", True),
        ("(press)", "press", True),
        ("The pressure is low", "press", False),
        ("Suppress it", "press", False),
        ("No me funciona la contraseña", "CONTRASENA", True),
        ("contrasen\u0303a", "contraseña", True),
        ("the out-of-stock  notice", "out of stock", True),
        ("out, and of stock", "out of stock", False),
        ("", "press", False),
        ("press.*", "p.*s", False),
    ],
)
def test_words_are_found_at_their_boundaries_whatever_case_and_accents(text, phrase, expected):
    assert fits({"fact": "text", "has_word": phrase}, text=text) is expected


def test_an_unanswered_fact_makes_its_comparison_false():
    rule = a_rule(when={"none": [NCIR]})
    facts = a_ticket()
    del facts["system"]

    assert decide(a_rule_set(rule), facts).winner == "a-rule"
    assert decide(a_rule_set(a_rule()), facts).winner == "triage"


def test_also_rules_add_without_deciding_before_and_after_the_winner():
    before = a_rule("before", also=True, then={"tags": ["seen"], "watchers": ["REC"]})
    after = a_rule("after", also=True, then={"tags": ["late", "seen"], "notify": ["NCIR"]})

    decision = decide(a_rule_set(before, ONE, after), a_ticket(system="ncir"))

    assert (decision.team, decision.winner) == ("INV", "one")
    assert decision.tags == ("seen", "late")
    assert (decision.watchers, decision.notify) == (("REC",), ("NCIR",))


def test_the_first_macro_counts():
    also = a_rule("also", also=True, then={"macro": "M4"})

    assert decide(a_rule_set(a_rule(then={"team": "SD", "macro": "M3"}), also), a_ticket(system="ncir")).macro == "M3"


def test_at_least_never_makes_a_case_less_urgent():
    rule = a_rule(then={"team": "INV", "priority_at_least": "P2"})

    assert decide(a_rule_set(rule), a_ticket(system="ncir", base_priority="P1")).priority is Priority.P1
    assert decide(a_rule_set(rule), a_ticket(system="ncir", base_priority="P4")).priority is Priority.P2


def test_exactly_sets_the_priority_either_way_and_says_who_changed_it():
    rule = a_rule(then={"team": "INV", "priority_exactly": "P3"})

    decision = decide(a_rule_set(rule), a_ticket(system="ncir", base_priority="P1"))

    assert (decision.base_priority, decision.priority) == (Priority.P1, Priority.P3)
    assert decision.changes == (Change("a-rule", old=Priority.P1, new=Priority.P3),)


def test_a_priority_left_as_it_is_is_no_change():
    rule = a_rule(then={"team": "INV", "priority_at_least": "P3"})

    assert decide(a_rule_set(rule), a_ticket(system="ncir", base_priority="P2")).changes == ()


def test_topic_team_stands_for_the_team_of_the_topic():
    by_topic = a_rule("by-topic", when="always", then={"team": "topic_team"})

    assert decide(a_rule_set(by_topic), a_ticket("ORD-REQ")).team == "ALLOC"


def test_a_topic_without_a_team_leaves_it_to_the_next_rule():
    by_topic = a_rule("by-topic", when="always", then={"team": "topic_team"})

    decision = decide(a_rule_set(by_topic), a_ticket(topic_team=""))

    assert decision.winner == "triage"
    assert decision.trace[0].verdict is Verdict.NO_TEAM


def test_the_trace_holds_the_truth_of_every_comparison():
    both = a_rule("both", when={"all": [STOPPED, NCIR]}, then={"team": "REC"})
    late = a_rule("late", when={"any": [NCIR, STOPPED]}, then={"team": "REC"})

    trace = decide(a_rule_set(both, ONE, late), a_ticket(system="ncir")).trace

    assert [t.verdict for t in trace] == [Verdict.NO_FIT, Verdict.DECIDED, Verdict.NOT_ASKED, Verdict.NOT_ASKED]
    assert trace[0].truths == (Truth.FALSE, Truth.TRUE)
    assert trace[2].truths == (Truth.NOT_ASKED, Truth.NOT_ASKED)
