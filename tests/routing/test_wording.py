"""Decisions in plain words, from what was stored."""

import pytest

from helpdesk.routing import wording
from helpdesk.routing.decide import Truth, Verdict
from tests.routing.examples import a_rule, a_ticket, publish, routed

LABELS = {
    "system": "NCIR",
    "topic_group": "Inventory",
    "topic": "Count, lot or expiration wrong",
    "urgency": "Vaccination has stopped",
}
NCIR = {"fact": "system", "is": "ncir"}
BY_TOPIC = a_rule("by-topic", when="always", then={"team": "topic_team"})


def sentence_for(when, **said):
    """The sentence about a case that a rule with these conditions has decided."""
    publish(a_rule(when=when))
    return wording.sentence(routed(a_ticket("INV-ADJ", **said), LABELS), "NCIR Support")


def test_the_sentence_names_the_team_and_what_made_the_rule_fit(app):
    decision = routed(a_ticket("INV-ADJ", system="ncir"), LABELS)

    assert wording.sentence(decision, "NCIR Support") == "To NCIR Support, because system is NCIR and topic group is Inventory."


def test_the_team_of_the_topic_is_said_to_be_that(app):
    publish(BY_TOPIC)
    decision = routed(a_ticket("ENR-SECB"), {"topic": "Section B: location and coordinators"})

    expected = "To Provider Enrollment, because that is the team of the topic Section B: location and coordinators."
    assert wording.sentence(decision, "Provider Enrollment") == expected


def test_the_last_rule_says_that_nothing_else_fitted(app):
    assert wording.sentence(routed(a_ticket(topic_team="")), "Service Desk") == "To Service Desk, because no other rule fits."


def test_of_any_only_what_held_is_a_reason(app):
    when = {"any": [NCIR, {"fact": "urgency", "is": "stopped"}]}

    assert sentence_for(when, urgency="stopped") == "To NCIR Support, because urgency is Vaccination has stopped."


def test_what_had_to_be_different_is_told_by_what_it_is(app):
    when = {"all": [NCIR, {"none": [{"fact": "topic_group", "is": "ACC"}]}]}

    assert sentence_for(when, system="ncir") == "To NCIR Support, because system is NCIR and topic group is Inventory."


def test_words_that_were_found_are_quoted(app):
    when = {"any": [{"fact": "subject", "has_word": "press"}, {"fact": "text", "has_word": "media"}]}

    assert sentence_for(when, text="Social media") == "To NCIR Support, because the description has “media”."


def test_words_that_had_to_be_missing_are_said_to_be(app):
    when = {"none": [{"fact": "text", "has_word": "100% sure"}]}

    assert sentence_for(when) == "To NCIR Support, because the description does not have “100% sure”."


def test_a_value_without_a_label_is_shown_as_it_is(app):
    assert sentence_for({"fact": "role", "is": "other"}) == "To NCIR Support, because role is other."


def test_an_unanswered_fact_is_said_to_be_not_given(app):
    publish(a_rule(when={"none": [NCIR]}))
    facts = a_ticket()
    del facts["system"]

    assert wording.sentence(routed(facts), "NCIR Support") == "To NCIR Support, because system is not given."


@pytest.mark.parametrize(
    ("then", "sentence"),
    [
        ({"priority_at_least": "P1"}, "P1 instead of P2, because system is NCIR."),
        ({"priority_exactly": "P4"}, "P4 instead of P2, because system is NCIR."),
        ({"priority_at_least": "P3"}, "P2, from its topic, impact and urgency."),
    ],
)
def test_the_priority_is_explained(app, then, sentence):
    publish(a_rule(then={"team": "NCIR", **then}))

    decision = routed(a_ticket("INV-RECV", system="ncir"), LABELS)

    assert wording.priority_sentence(decision) == sentence


def test_a_priority_that_a_rule_gives_to_everything_is_explained_by_its_title(app):
    publish(a_rule("all-high", when="always", also=True, title="A busy week", then={"priority_at_least": "P2"}))

    assert wording.priority_sentence(routed(a_ticket())) == "P2 instead of P3, because the rule “A busy week” says so."


def test_the_table_shows_every_rule_and_each_comparison(app):
    publish(a_rule("late", when={"all": [NCIR, {"fact": "topic_group", "is_one_of": ["REC", "INV"]}]}), BY_TOPIC)
    texts = {"topic_group": {"REC": "Recipients", "INV": "Inventory"}}

    late, by_topic, triage = wording.table(routed(a_ticket("INV-ADJ", system="ncir"), LABELS), texts)

    assert [row.text for row in late.conditions] == ["system is ncir", "topic group is Recipients or Inventory"]
    assert [(row.answer, row.truth, row.group) for row in late.conditions][1] == ("Inventory", Truth.TRUE, "all of")
    assert [rule.verdict for rule in (late, by_topic, triage)] == [Verdict.DECIDED, Verdict.NOT_ASKED, Verdict.NOT_ASKED]
    assert triage.verdict_text == "Not asked"


def test_the_table_does_not_repeat_what_somebody_wrote(app):
    publish(a_rule(when={"fact": "text", "has_word": "secret"}))

    [row] = wording.table(routed(a_ticket(text="A secret matter")))[0].conditions

    assert (row.text, row.answer, row.truth_text) == ("the description has “secret”", "", "true")
