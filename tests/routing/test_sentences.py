"""Rules as sentences that a team lead reads."""

import pytest

from helpdesk.routing import reading, sentences
from helpdesk.routing.rules import Rule
from helpdesk.routing.sentences import Branch
from tests.routing.examples import a_rule, known, seeded

NCIR = {"fact": "system", "is": "ncir"}
WASTE = {"fact": "topic", "is": "INV-WAST"}
SPOILED = {"fact": "waste_reason", "is": "spoiled_by_temperature"}


@pytest.fixture(autouse=True)
def _in_english(app):
    """The words of the desk."""


def rule(**parts) -> Rule:
    """A rule that sends everything about NCIR to NCIR Support, but for the parts given."""
    return reading.read_rule(a_rule(**parts), number=1, known=known())


def when(raw) -> str:
    """How the condition of a rule reads."""
    return sentences.in_words(rule(when=raw).when, known())


def test_a_rule_is_one_sentence_with_the_names_that_people_know():
    spoiled = next(rule for rule in seeded().rules if rule.key == "spoiled")

    assert sentences.in_one_line(spoiled, known()) == (
        "When the topic is “Waste, expired or returned vaccine” and “Why can it not be used” is Spoiled by temperature, "
        "send to Vaccine Management and make it at least P2."
    )


def test_every_action_is_a_sentence():
    then = {
        "team": "INV",
        "priority_exactly": "P4",
        "tags": ["recount", "stock"],
        "macro": "M5",
        "status": "pending",
        "skills": ["es"],
        "without_skill": {"team": "SD", "tags": ["interpreter"]},
        "watchers": ["ALLOC", "SD"],
        "notify": ["VMGT"],
    }

    assert sentences.actions(rule(then=then), known()) == [
        "Send to Inventory and Accountability",
        "Make it P4",
        "Tag it recount and stock",
        "Send the macro M5 and wait for the answer",
        "Let “Allocation and Distribution” and Service Desk watch it",
        "Tell the lead of Vaccine Management",
        "Give it to somebody with the skill es",
        "If nobody there has the skill, send to Service Desk tagged interpreter",
    ]


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        ({"when": "always"}, "Always send to NCIR Support."),
        ({"when": "always", "then": {"team": "topic_team"}}, "Always send to the team of the topic."),
        ({"also": True, "then": {"tags": ["x"]}}, "When the system is NCIR, also tag it x."),
        ({"also": True, "when": "always", "then": {"tags": ["x"]}}, "In every case, also tag it x."),
        (
            {"then": {"team": "ACC", "macro": "M4"}},
            "When the system is NCIR, send to Access and Identity, and attach the macro M4.",
        ),
        (
            {"also": True, "then": {"skills": ["es"], "without_skill": {"team": "SD"}}},
            "When the system is NCIR, also give it to somebody with the skill es; "
            "if nobody there has the skill, send to Service Desk.",
        ),
    ],
)
def test_what_a_rule_does_is_said_in_a_row(parts, sentence):
    assert sentences.in_one_line(rule(**parts), known()) == sentence


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (
            {"fact": "impact", "is_one_of": ["me", "location", "several"]},
            "the impact is Only me, My location or Several locations",
        ),
        ({"fact": "from_system", "is_one_of": ["cvms", "ncir"]}, "“Which system do you use now” is CVMS or NCIR"),
        ({"fact": "base_priority", "at_least": "P2"}, "the priority before the rules is “P2, high” or more urgent"),
        ({"fact": "subject", "has_word": "100% lost, or so"}, "the subject has “100% lost, or so”"),
        ({"fact": "doses_on_hand", "more_than": 0}, "“Doses on hand” is more than 0"),
        ({"fact": "given_on.days_ago", "at_most": 3}, "days since “Date given” is at most 3"),
        ({"fact": "county", "is": "Elsewhere"}, "the county is Elsewhere"),
    ],
)
def test_a_comparison_reads_as_it_is_meant(raw, words):
    assert when(raw) == words


def test_groups_in_groups_stand_in_brackets():
    raw = {"any": [NCIR, {"all": [WASTE, SPOILED]}]}

    assert when(raw) == (
        "the system is NCIR or (the topic is “Waste, expired or returned vaccine” "
        "and “Why can it not be used” is Spoiled by temperature)"
    )


def test_what_must_not_hold_is_turned_round():
    reason = "“Why can it not be used”"

    assert when({"none": [NCIR, SPOILED]}) == f"the system is not NCIR and {reason} is not Spoiled by temperature"
    assert when({"none": [{"all": [NCIR, SPOILED]}]}) == f"the system is not NCIR or {reason} is not Spoiled by temperature"
    assert when({"none": [{"none": [NCIR, SPOILED]}]}) == f"the system is NCIR or {reason} is Spoiled by temperature"
    assert when({"all": [SPOILED, {"none": [{"fact": "text", "has_word": "press"}]}]}) == (
        f"{reason} is Spoiled by temperature and the description does not have “press”"
    )


def test_conditions_are_a_tree_with_the_place_of_each():
    raw = {"all": [NCIR, {"none": [WASTE, SPOILED]}]}

    assert sentences.condition_tree(rule(when=raw), known()) == Branch(
        "All of these",
        (
            Branch("The system is NCIR", place=(0,)),
            Branch(
                "None of these",
                (
                    Branch("The topic is “Waste, expired or returned vaccine”", place=(1, 0)),
                    Branch("“Why can it not be used” is Spoiled by temperature", place=(1, 1)),
                ),
                place=(1,),
            ),
        ),
    )


def test_one_comparison_and_no_comparison_need_no_tree():
    assert sentences.condition_tree(rule(), known()) == Branch("The system is NCIR", place=(0,))
    assert sentences.condition_tree(rule(when="always"), known()) == Branch("Every case")


def test_what_is_known_no_longer_is_called_by_its_code():
    old = reading.read_rule(a_rule(when={"fact": "lot_size", "is": "big"}, then={"team": "GONE"}), number=1)

    assert sentences.in_one_line(old, known()) == "When “lot size” is big, send to GONE."
