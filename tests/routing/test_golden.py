"""Golden cases: named examples that the rules have to send where they belong."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk.routing import golden, reading
from helpdesk.routing.decide import decide
from helpdesk.routing.errors import BadGolden, BadRule
from helpdesk.routing.models import Priority
from tests.routing import any_rules
from tests.routing.examples import TRIAGE, a_rule, a_rule_set, a_ticket, known, seeded

SPOILED = {
    "name": "A spoiled vial",
    "facts": {"topic": "INV-WAST", "waste_reason": "spoiled_by_temperature"},
    "team": "VMGT",
    "priority": "P2",
}
LAWSUIT = a_rule("court", when={"fact": "text", "has_word": "lawsuit"})
PORTAL = a_rule("portal", when={"fact": "subject", "has_word": "Employer Portal"})


@pytest.fixture(autouse=True)
def _in_english(app):
    """The words of the desk."""


def made(facts, *rule_sets):
    """The golden case made of a decision by these facts."""
    return golden.from_decision(facts, rule_sets, name="Example", team="SD", priority=Priority.P3, case="NCV-000123")


@settings(deadline=None, max_examples=40)  # the machine may be busy
@given(any_rules.golden())
def test_golden_cases_are_read_as_they_were_written(cases):
    assert list(golden.read(golden.write(cases))) == cases


def test_a_golden_case_passes_or_says_what_it_got():
    [right] = golden.run(seeded(), golden.read([SPOILED]), known=known())
    [wrong] = golden.run(a_rule_set(a_rule()), golden.read([{**SPOILED, "priority": "P3"}]), known=known())

    assert (right.passes, right.team, right.priority, right.rule) == (True, "VMGT", Priority.P2, "spoiled")
    assert (wrong.passes, wrong.has_team, wrong.has_priority) == (False, False, True)
    assert (wrong.team, wrong.rule) == ("SD", "triage")


def test_what_follows_from_the_topic_need_not_be_written_down():
    facts = golden.completed({"topic": "INV-RECV", "impact": "several", "urgency": "stopped"}, known())

    assert (facts["topic_group"], facts["topic_team"], facts["base_priority"]) == ("INV", "INV", "P1")
    assert golden.completed({"topic": "INV-RECV", "topic_team": "SD"}, known())["topic_team"] == "SD"
    assert golden.completed({"topic": "INV-RECV", "impact": "moon"}, known())["base_priority"] == "P2"
    assert golden.completed({"topic": "MOON"}, known()) == {"topic": "MOON"}


@pytest.mark.parametrize(
    ("part", "value", "told"),
    [
        ("name", "", "Golden case number 1, name: has to be a text"),
        ("name", "x" * 201, "name: is longer than 200 characters"),
        ("name", "two\nlines", "name: has to be a single line"),
        ("facts", {}, "Golden case A spoiled vial, facts: has to be a table of facts and their values"),
        ("facts", ["topic"], "facts: has to be a table of facts and their values"),
        ("facts", {"topic": 5}, "facts.topic: has to be a text"),
        ("facts", {"Topic!": "x"}, "facts: Topic! cannot be the name of a fact"),
        ("facts", {"text": "x" * 2001}, "facts.text: is longer than 2000 characters"),
        ("facts", {f"f{number}": "x" for number in range(201)}, "facts: has more than 200 values"),
        ("facts", {"base_priority": "P9"}, "facts.base_priority: P9 is none of P1, P2, P3, P4"),
        ("team", None, "team: has to be a text"),
        ("priority", "high", "priority: high is none of P1, P2, P3, P4"),
        ("case", 123, "case: has to be a text"),
        ("colour", "red", "golden: unknown name colour; known: case, facts, name, priority, team"),
    ],
)
def test_what_is_no_golden_case_is_refused_with_its_place(part, value, told):
    with pytest.raises(BadGolden) as wrong:
        golden.read([{**SPOILED, part: value}])

    assert told in str(wrong.value)
    assert isinstance(wrong.value, BadRule)


@pytest.mark.parametrize(
    ("stored", "told"),
    [
        ("golden", "has to be a list"),
        ({"name": "x"}, "has to be a list"),
        (["A spoiled vial"], "number 1, golden: has to be a table"),
        ([SPOILED, SPOILED], "Golden case A spoiled vial, name: another golden case has the same name"),
        ([{**SPOILED, "name": str(number)} for number in range(501)], "there are 501; at most 500 are kept"),
    ],
)
def test_what_is_no_list_of_golden_cases_is_refused(stored, told):
    with pytest.raises(BadGolden, match=told):
        golden.read(stored)


def test_of_what_a_provider_wrote_only_the_words_of_rules_are_kept():
    facts = a_ticket("INV-WAST", subject="Employer  PORTAL is down, John Smith", text="My lawsuit: a lawsuit against Ann Lee")

    case = made(facts, a_rule_set(LAWSUIT), a_rule_set(PORTAL))

    assert case.facts == {**facts, "subject": "Employer Portal", "text": "lawsuit"}
    assert (case.team, case.priority, case.case) == ("SD", Priority.P3, "NCV-000123")
    assert golden.read(golden.write([case])) == (case,)


def test_what_no_rule_looks_for_leaves_nothing():
    case = made(a_ticket(text="My lawsuit", subject="Ann Lee", note="x" * 201), a_rule_set(PORTAL))

    assert {"text", "subject", "note"} & case.facts.keys() == set()


WORDS = st.lists(st.sampled_from(["vial", "VIAL", "médico", "a", "_", "__", "!", "10%"]), min_size=1, max_size=8).map(" ".join)
PHRASES = st.lists(st.sampled_from(["vial", "medico", "a", "_", "10%"]), min_size=1, max_size=3).map(" ".join)


@settings(deadline=None, max_examples=40)  # the machine may be busy
@given(WORDS, WORDS, st.lists(st.tuples(st.sampled_from(["subject", "text"]), PHRASES), max_size=6))
def test_rules_find_in_a_golden_case_what_they_found_in_the_real_one(subject, text, looked_for):
    """Also where two words that stood apart would make a phrase if they stood together."""
    rules = [
        a_rule(f"rule-{number}", when={"fact": fact, "has_word": phrase}, then={"tags": ["x"]}, also=True)
        for number, (fact, phrase) in enumerate(looked_for)
    ]
    rule_set = reading.read([*rules, TRIAGE])
    facts = a_ticket(subject=subject, text=text)

    assert decide(rule_set, made(facts, rule_set).facts).trace == decide(rule_set, facts).trace
