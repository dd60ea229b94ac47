"""Changes of a definition make another one, and keep what belongs together."""

from dataclasses import replace

import pytest
from flask import Flask

from helpdesk.intake import definition_editing as editing
from helpdesk.intake.definition import Choice, Definition, Kind, Question, Section, TopicGroup
from helpdesk.intake.definition_checks import problems
from helpdesk.intake.definition_differences import differences, in_lines
from helpdesk.intake.definition_reading import read, read_parts
from helpdesk.intake.definition_writing import write
from tests.intake import definitions


@pytest.fixture
def seeded(app: Flask) -> Definition:
    return read(definitions.the_seeded())


def keys_in(definition: Definition, section: str) -> list[str]:
    return [question.key for question in definition.questions if question.section == section]


def places(definition: Definition) -> list[str]:
    return [problem.place for problem in problems(definition)]


def test_a_topic_changes_its_place_and_its_group(seeded: Definition) -> None:
    moved = editing.put_topic(seeded, seeded.topics["INV-ADJ"], group="TMP", place=1)
    up = editing.move_topic(moved, "TMP-EXC", up=True)

    assert [topic.code for topic in up.groups[4].topics] == ["TMP-EXC", "INV-ADJ", "TMP-EQP"]
    assert (up.group_of["INV-ADJ"].code, places(up)) == ("TMP", [])
    assert seeded.group_of["INV-ADJ"].code == "INV"


def test_what_stands_first_stays_there_when_it_is_moved_up(seeded: Definition) -> None:
    assert write(editing.move_group(seeded, "ENR", up=True)) == write(seeded)
    assert write(editing.move_section(seeded, "reach", up=False)) == write(seeded)


def test_questions_move_within_their_section_and_with_it(seeded: Definition) -> None:
    down = editing.move_question(seeded, "impact", up=False)
    above = editing.move_section(down, "urgency", up=True)

    assert keys_in(above, "urgency") == ["urgency", "impact"]
    order = [question.section for question in above.questions]
    assert order.index("urgency") < order.index("details")


def test_a_question_that_comes_before_what_it_depends_on_is_a_problem(seeded: Definition) -> None:
    early = editing.put_question(seeded, seeded.question["affected_name"], place=1)

    assert [str(problem) for problem in problems(early)] == ["questions.affected_name.when: for_self is no earlier question"]


def test_a_question_after_a_retired_one_or_a_retired_answer_would_never_be_asked(seeded: Definition) -> None:
    asked = seeded.question["for_self"]
    retired = editing.put_question(seeded, replace(asked, is_active=False))
    answers = (*asked.choices[:1], replace(asked.choices[1], is_active=False), Choice("both", "For both"))
    other = editing.put_question(seeded, replace(asked, choices=answers))

    assert places(retired) == places(other) == ["questions.affected_name.when", "questions.affected_email.when"]


def test_only_a_retired_answer_is_left_out_of_what_is_offered(seeded: Definition) -> None:
    asked = seeded.question["waste_reason"]
    fewer = replace(asked, choices=(replace(asked.choices[0], is_active=False), *asked.choices[1:]))
    changed = read(write(editing.put_question(seeded, fewer)))

    assert [choice.value for choice in changed.question["waste_reason"].offered] == [c.value for c in asked.choices[1:]]
    assert changed.question["waste_reason"].choices[0].label == "Expired"


def test_spanish_goes_with_the_text_it_was_written_for(seeded: Definition) -> None:
    said = editing.say(seeded, {"Lot": "Lote de la vacuna", "Nowhere": "En ninguna parte"})
    renamed = editing.put_question(said, replace(said.question["lot"], label="Lot number"))

    assert said.spanish == {"Lot": "Lote de la vacuna"}
    assert editing.say(renamed, {"Lot number": "Número de lote"}).spanish == {"Lot number": "Número de lote"}
    assert editing.say(said, {"Lot": ""}).spanish == {}


def test_what_was_never_published_can_be_taken_out_without_a_trace(seeded: Definition) -> None:
    topic = replace(seeded.topics["TMP-EXC"], code="NEW-ONE")
    more = editing.put_group(seeded, TopicGroup("NEW", "New things", (topic,)))
    more = editing.put_section(more, Section("extra", "Extra"))
    more = editing.put_question(more, Question("color", "extra", Kind.TEXT, "Color", topics=("NEW", "NEW-ONE", "TMP")))

    assert places(more) == []
    less = editing.remove_topic(more, "NEW-ONE")
    assert less.question["color"].topics == ("TMP",)
    assert write(editing.remove_section(editing.remove_question(less, "color"), "extra")) == write(seeded)


def test_an_older_version_is_completed_with_what_came_later_retired(seeded: Definition) -> None:
    topic = replace(seeded.topics["TMP-EXC"], code="TMP-NEW", name="New")
    later = editing.put_topic(seeded, topic, group="TMP")
    later = editing.put_group(later, TopicGroup("NEW", "New things", (replace(topic, code="NEW-ONE"),)))
    later = editing.put_question(later, Question("color", "details", Kind.TEXT, "Color"))
    answers = (*later.question["waste_reason"].choices, Choice("lost", "Lost"))
    later = editing.put_question(later, replace(later.question["waste_reason"], choices=answers))

    back = editing.completed(seeded, later, retired=True)

    assert [back.topics[code].is_active for code in ("TMP-NEW", "NEW-ONE", "TMP-EXC")] == [False, False, True]
    assert (back.question["color"].is_active, back.question["waste_reason"].choices[-1].is_active) == (False, False)
    assert write(editing.completed(seeded, later, retired=False))["groups"] == write(later)["groups"]
    assert places(back) == []


def test_differences_name_what_they_are_about_and_show_words(seeded: Definition) -> None:
    renamed = editing.put_topic(seeded, replace(seeded.topics["TMP-EXC"], name="Fridge too warm"), group="TMP")
    changed = editing.say(editing.put_question(renamed, replace(seeded.question["lot"], is_active=False)), {"Lot": "Lote"})
    changed = editing.move_question(editing.move_group(changed, "GEN", up=True), "impact", up=False)
    changed = editing.put_question(changed, Question("color", "details", Kind.TEXT, "Color"))

    found = [line.strip() for line in in_lines(differences(seeded, changed))]

    for line in (
        "Topic “Fridge too warm” (TMP-EXC)",
        "- Name: Temperature excursion",
        "+ Name: Fridge too warm",
        "Question “Lot” (lot)",
        "+ Question in Spanish: Lote",
        "+ State: retired",
        "New: Question “Color” (color)",
        "Groups of topics",
        "Order of the questions",
        "+ urgency: Does it hold up vaccination?",
    ):
        assert line in found, line
    assert differences(seeded, read_parts(write(seeded))) == []
