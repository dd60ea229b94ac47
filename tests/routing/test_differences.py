"""What differs between two rule sets and their golden cases."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk.routing import differences, reading
from helpdesk.routing.differences import About, Change, Kind
from helpdesk.routing.golden import GoldenCase
from helpdesk.routing.models import Priority
from helpdesk.routing.rules import RuleSet
from tests.routing import any_rules
from tests.routing.examples import TRIAGE, a_rule, a_rule_set, known, seeded

NCIR = {"fact": "system", "is": "ncir"}
CVMS = {"fact": "system", "is": "cvms"}
MANY = {"fact": "impact", "is": "everyone"}
STOPPED = {"fact": "urgency", "is": "stopped"}
GOLDEN = GoldenCase("A spoiled vial", {"topic": "INV-WAST", "doses": "5"}, "VMGT", Priority.P2)


@pytest.fixture(autouse=True)
def _in_english(app):
    """The words of the desk."""


def between(old, new, old_golden=(), new_golden=()):
    """The differences of two lists of stored rules before triage."""
    return differences.between(a_rule_set(*old), a_rule_set(*new), old_golden, new_golden, known())


def changes(old, new):
    """What differs between two rules of the same key."""
    [found] = between([a_rule(**old)], [a_rule(**new)])
    assert found.kind is Kind.CHANGED
    return [(change.part, change.old, change.new) for change in found.changes]


def test_rules_that_say_the_same_do_not_differ():
    assert differences.between(seeded(), RuleSet(seeded().rules, 7), [GOLDEN], [GOLDEN], known()) == []


def test_a_rule_that_is_new_or_gone_is_told_with_what_it_says():
    [added, removed] = between([a_rule("old", title="Before")], [a_rule("new", title="After", also=True, then={"tags": ["x"]})])

    assert (added.about, added.kind, added.place, added.heading) == (About.RULE, Kind.ADDED, 1, "New rule 1: “After” (new)")
    assert added.changes == (
        Change("When", "", "the system is NCIR"),
        Change("Also", "", "Adds to what another rule decides"),
        Change("Tags", "", "Tag it x"),
    )
    assert (removed.kind, removed.heading) == (Kind.REMOVED, "Rule 1 is gone: “Before” (old)")
    assert removed.changes == (Change("When", "the system is NCIR", ""), Change("Team", "Send to NCIR Support", ""))


def test_only_what_overtook_another_rule_has_moved():
    a, b, c, d = (a_rule(key) for key in "abcd")

    [moved, added] = sorted(between([a, b, c], [d, c, a, b]), key=lambda found: found.kind, reverse=True)

    assert (moved.key, moved.kind, moved.changes) == ("c", Kind.MOVED, (Change("Place", "3", "2"),))
    assert (added.key, added.kind) == ("d", Kind.ADDED)
    assert between([a, b], [b]) == between([a], [])


def test_each_part_that_was_changed_is_told():
    old = {"title": "Old", "then": {"team": "NCIR", "tags": ["x"], "priority_at_least": "P2"}}
    new = {"title": "New", "then": {"team": "SD", "tags": ["x"], "priority_exactly": "P2", "notify": ["SD"]}}

    assert changes(old, new) == [
        ("Title", "Old", "New"),
        ("Team", "Send to NCIR Support", "Send to Service Desk"),
        ("Priority", "Make it at least P2", "Make it P2"),
        ("Notify", "", "Tell the lead of Service Desk"),
    ]


def test_of_a_group_only_the_conditions_that_changed_are_told():
    old = {"when": {"all": [NCIR, MANY, {"none": [STOPPED]}]}}
    new = {"when": {"all": [CVMS, MANY, STOPPED]}}

    assert changes(old, new) == [
        ("Condition", "the system is NCIR", "the system is CVMS"),
        ("Condition", "the urgency is not Vaccination has stopped", ""),
        ("Condition", "", "the urgency is Vaccination has stopped"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (NCIR, CVMS, ("the system is NCIR", "the system is CVMS")),
        (
            {"all": [NCIR, CVMS]},
            {"any": [NCIR, CVMS]},
            ("the system is NCIR and", "the system is NCIR or"),
        ),
        ({"any": [NCIR, CVMS]}, {"any": [CVMS, NCIR]}, ("the system is NCIR or the", "the system is CVMS or the")),
        (NCIR, "always", ("the system is NCIR", "in every case")),
        ("always", NCIR, ("in every case", "the system is NCIR")),
    ],
)
def test_a_condition_that_is_another_one_is_told_as_a_whole(old, new, told):
    [(part, before, after)] = changes({"when": old}, {"when": new})

    assert part == "When"
    assert (before.startswith(told[0]), after.startswith(told[1])) == (True, True)


def test_golden_cases_differ_by_fact_and_by_what_is_expected():
    other = GoldenCase(GOLDEN.name, {"topic": "INV-WAST", "waste_reason": "expired"}, "INV", Priority.P2, "NCV-000012")

    [changed] = between([], [], [GOLDEN], [other])
    [added] = between([], [], [], [GOLDEN])

    assert (changed.about, changed.heading) == (About.GOLDEN, "Changed golden case “A spoiled vial”")
    assert {(change.part, change.old, change.new) for change in changed.changes} == {
        ("“How many doses”", "5", ""),
        ("Team", "Vaccine Management", "Inventory and Accountability"),
        ("“Why can it not be used”", "", "Expired"),
        ("Case", "", "NCV-000012"),
    }
    assert added.changes[0] == Change("“How many doses”", "", "5")


def test_a_terminal_shows_what_was_and_what_is():
    found = between([a_rule()], [a_rule(then={"team": "SD"}), a_rule("b")])

    assert list(differences.in_lines(found))[:4] == [
        "Changed rule 1: “A rule” (a-rule)",
        "  - Team: Send to NCIR Support",
        "  + Team: Send to Service Desk",
        "New rule 2: “A rule” (b)",
    ]


@settings(deadline=None, max_examples=40)  # the machine may be busy
@given(st.data())
def test_what_moved_put_back_gives_the_old_order(data):
    """The rules that are said to have moved are all that have to be taken out for the others to be in their old order."""
    old = list("abcdefgh")
    new = data.draw(st.permutations(old))
    sets = (reading.read([*(a_rule(key) for key in keys), TRIAGE]) for keys in (old, new))

    moved = {found.key for found in differences.between(*sets, [], [], known()) if found.kind is Kind.MOVED}

    assert [key for key in new if key not in moved] == [key for key in old if key not in moved]


@settings(deadline=None, max_examples=40)  # the machine may be busy
@given(any_rules.rules(), any_rules.rules())
def test_whatever_differs_is_told(one, other):
    """Also where two things read alike, such as the tag "a and b" and the tags "a" and "b"."""
    old, new = reading.read(one), reading.read(other)

    assert differences.between(old, old, [], [], known()) == []
    assert bool(differences.between(old, new, [], [], known())) is (old.rules != new.rules)


def test_what_reads_alike_is_told_as_it_is_stored():
    [(part, old, new)] = changes({"then": {"team": "SD", "tags": ["a and b"]}}, {"then": {"team": "SD", "tags": ["a", "b"]}})

    assert (part, '"tags": ["a and b"]' in old, '"tags": ["a", "b"]' in new) == ("As it is stored", True, True)
