"""What the routing rules name of the help ticket."""

from dataclasses import replace

import pytest
from flask import Flask

from helpdesk.intake import definition_editing as edit
from helpdesk.intake.definition import Definition, Kind
from helpdesk.intake.definition_reading import read
from helpdesk.intake.named_by_rules import Named, named_by, named_by_rules, warnings
from helpdesk.routing.rules import Actions, Condition, Group, GroupKind, Operator, Rule, RuleSet
from tests.intake import definitions


@pytest.fixture
def seeded(app: Flask) -> Definition:
    return read(definitions.the_seeded())


def a_rule(title: str, fact: str, *values: str) -> Rule:
    when = Group(GroupKind.ALL, (Group(GroupKind.NONE, (Condition(fact, Operator.IS_ONE_OF, values),)),))
    return Rule(key=title, title=title, when=when, then=Actions(team="SD"))


def named(*rules: Rule) -> Named:
    return named_by(RuleSet(rules))


def test_the_rules_in_force_name_topics_groups_questions_and_answers(app: Flask) -> None:
    found = named_by_rules()

    assert found.topic("TMP-EXC") == ("Vaccine out of temperature, or the equipment failed",)
    assert found.group("REC") == ("Recipients, doses and inventory in NCIR",)
    assert "Vaccine is at risk now, whatever the topic" in found.question("urgency")
    assert found.answer("urgency", "at_risk") == ("Vaccine is at risk now, whatever the topic",)
    assert found.topic("DAT-RPT") == found.answer("urgency", "slowed") == ()


def test_a_rule_may_go_by_any_question_and_by_the_language_and_the_text(app: Flask) -> None:
    found = named(a_rule("A", "waste_reason", "expired"), a_rule("B", "language", "es"), a_rule("C", "text", "fridge"))

    assert found.answer("waste_reason", "expired") == ("A",)
    assert (found.answer("reply_language", "es"), found.question("description")) == (("B",), ("C",))


def test_what_goes_is_named_with_its_rules_and_what_stays_or_went_before_is_not(seeded: Definition) -> None:
    rules = named(
        a_rule("A", "topic", "TMP-EXC", "TMP-EQP"), a_rule("B", "topic_group", "TMP"), a_rule("C", "doses", "5"),
        a_rule("D", "waste_reason", "expired", "broken"), a_rule("E", "unit_type", "fridge"),
    )  # fmt: skip
    after = seeded
    for code in ("TMP-EXC", "TMP-EQP", "GEN-BILL"):
        topic = replace(after.topics[code], is_active=False)
        after = edit.put_topic(after, topic, group=after.group_of[code].code)
    after = edit.put_question(after, replace(after.question["doses"], kind=Kind.TEXT))
    after = edit.put_question(after, replace(after.question["unit_type"], is_active=False))
    choices = (replace(after.question["waste_reason"].choices[0], is_active=False), *after.question["waste_reason"].choices[1:])
    after = edit.put_question(after, replace(after.question["waste_reason"], choices=choices))

    assert list(warnings(seeded, after, rules)) == [
        "The topic “Temperature excursion” is retired, and named by: “A”.",
        "The topic “Storage unit, data logger or power failure” is retired, and named by: “A”.",
        "No topic of “Temperature” is on offer, and it is named by: “B”.",
        "The question “What kind of unit is it?” is retired, and named by: “E”.",
        "“How many doses?” is answered in free words now, by which nothing is decided, and named by: “C”.",
        "The answer “Expired” to “Why can it not be used?” is retired, and named by: “D”.",
    ]
    assert list(warnings(after, after, rules)) == []
