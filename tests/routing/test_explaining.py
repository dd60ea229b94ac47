"""A stored decision, rule by rule: what each did, and why another one did not decide."""

import pytest

from helpdesk.routing import explaining
from helpdesk.routing.decide import Verdict
from tests.routing.examples import a_rule, a_ticket, known, publish, routed

NCIR = {"fact": "system", "is": "ncir"}
LABELS = {"system": "CVMS", "urgency": "No, vaccination goes on"}


def why_not(when, *, key="a-rule", before=(), **said):
    """Why a rule with these conditions did not decide about a case."""
    publish(*before, a_rule(title="Registry", when=when))
    return explaining.why_not(routed(a_ticket("INV-ADJ", **said), LABELS), key, known())


def did(*rules, **said):
    """What the rules did to a case, those that did something."""
    publish(*rules)
    return [rule.did for rule in explaining.explained(routed(a_ticket("INV-ADJ", **said)), known()) if rule.did]


def test_each_rule_that_fitted_says_what_it_changed(app):
    added = {"tags": ["late"], "watchers": ["INV"], "notify": ["SD"], "priority_at_least": "P2", "macro": "M6", "skills": ["es"]}
    told = did(
        a_rule("busy", also=True, when="always", then=added),
        a_rule("registry", then={"team": "NCIR", "priority_exactly": "P1"}),
        system="ncir",
    )

    assert told == [
        (
            "Priority: P3 → P2",
            "Tag it late",
            "Attach the macro M6",
            "Let Inventory and Accountability watch it",
            "Tell the lead of Service Desk",
            "Give it to somebody with the skill es",
        ),
        ("Team: NCIR Support", "Priority: P2 → P1"),
    ]


def test_of_several_macros_only_the_first_counts(app):
    told = did(
        a_rule("one", also=True, when="always", then={"macro": "M6"}), a_rule(then={"team": "NCIR", "macro": "M5"}), system="ncir"
    )

    assert told == [("Attach the macro M6",), ("Team: NCIR Support",)]


def test_a_priority_that_was_enough_already_is_said_to_be(app):
    told = did(a_rule(then={"team": "NCIR", "priority_at_least": "P4"}), system="ncir")

    assert told == [("Team: NCIR Support", "Priority: as before, that was enough")]


def test_a_rule_that_did_not_fit_says_what_failed_and_what_the_case_says(app):
    answer = why_not({"all": [NCIR, {"fact": "topic_group", "is": "INV"}, {"fact": "text", "has_word": "zebra"}]})

    assert (answer.title, answer.said) == ("Registry", "It did not fit:")
    assert answer.failed == (
        "It wants that the system is NCIR; the case says CVMS.",
        "It wants that the description has “zebra”, and it does not.",
    )


def test_what_the_case_does_not_say_is_said_to_be_missing(app):
    answer = why_not({"fact": "rows_failed", "more_than": 500})

    assert answer.failed[0].endswith("the case says nothing about it.")


@pytest.mark.parametrize(
    ("when", "failed"),
    [
        ({"any": [NCIR, {"fact": "urgency", "is": "stopped"}]}, ["the system is NCIR", "the urgency is Vaccination has stopped"]),
        ({"none": [{"fact": "system", "is": "cvms"}, NCIR]}, ["The system is CVMS, and that must not be"]),
        ({"all": [{"none": [{"fact": "system", "is": "cvms"}]}, NCIR]}, ["The system is CVMS, and that", "the system is NCIR"]),
        ({"any": [{"all": [NCIR, {"fact": "impact", "is": "me"}]}]}, ["the system is NCIR"]),
    ],
)
def test_groups_say_what_of_them_did_not_hold(app, when, failed):
    answer = why_not(when)

    assert len(answer.failed) == len(failed)
    assert all(part in line for part, line in zip(failed, answer.failed, strict=True))


def test_a_rule_that_was_not_asked_says_which_had_decided_and_what_it_would_have_said(app):
    first = a_rule("first", title="Everything", when={"fact": "impact", "is": "me"})

    would_not = why_not(NCIR, before=[first])
    assert would_not.said == "It was not asked, because “Everything” had decided. It would not have fitted:"
    assert would_not.failed == ("It wants that the system is NCIR; the case says CVMS.",)
    would = why_not({"fact": "system", "is": "cvms"}, before=[first])
    assert would.said == "It was not asked, because “Everything” had decided. It would have fitted."


def test_the_one_that_decided_says_so_and_of_one_that_there_is_not_nothing_is_said(app):
    publish(a_rule())
    decision = routed(a_ticket("INV-ADJ", system="ncir"))

    assert explaining.why_not(decision, "a-rule", known()).said == "It is the one that decided."
    assert explaining.why_not(decision, "no-such-rule", known()) is None


def test_every_verdict_is_explained(app):
    publish(
        a_rule("also", also=True, when="always", then={"tags": ["x"]}),
        a_rule("no-team", when="always", then={"team": "topic_team"}),
        a_rule("none"),
        a_rule("decides", when={"fact": "impact", "is": "me"}),
    )
    decision = routed(a_ticket(topic_team=""))

    verdicts = [Verdict(entry["verdict"]) for entry in decision.trace]
    assert set(verdicts) == set(Verdict)
    assert all(explaining.why_not(decision, entry["rule"], known()).said for entry in decision.trace)
