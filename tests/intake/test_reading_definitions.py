"""A definition that no form can be made of is refused, and says where and why."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from helpdesk.intake.definition_reading import read
from helpdesk.intake.errors import BadDefinition
from tests.intake.definitions import question, the_seeded, topic

Change = Callable[[dict[str, Any]], Any]


def put(key: str, **parts: Any) -> Change:
    return lambda raw: question(raw, key).update(parts)


def drop(key: str) -> Change:
    return lambda raw: raw["questions"].remove(question(raw, key))


def add(**parts: Any) -> Change:
    plain = {"key": "fridge_name", "section": "details", "kind": "text", "label": "Name of the fridge"}
    return lambda raw: raw["questions"].append({**plain, **parts})


@pytest.mark.parametrize(
    ("change", "place", "told"),
    [
        (lambda raw: raw.update(colour="red"), "colour", "not known here"),
        (lambda raw: raw.pop("urgent"), "urgent", "has to be a table"),
        (lambda raw: raw.update(questions="all"), "questions", "has to be a list"),
        (lambda raw: raw.update(questions=[1]), "questions[1]", "has to be a table"),
        (lambda raw: raw.update(sections=[]), "sections", "1 to 20 entries"),
        (lambda raw: raw.update(spanish={"Lot": 3}), "spanish.Lot", "has to be a text"),
        (lambda raw: raw.update(same_words="fridge, nevera"), "same_words", "has to be a list"),
        (lambda raw: raw.update(same_words=["fridge, nevera", ""]), "same_words[2].text", "has to be a text"),
        (lambda raw: topic(raw, "TMP-EXC").update(keywords="x" * 2501), "groups[5].topics[1].keywords", "at most 2500"),
        (lambda raw: topic(raw, "TMP-EXC").update(priority="P9"), "groups[5].topics[1].priority", "P1, P2, P3, P4"),
        (lambda raw: topic(raw, "TMP-EXC").update(code="tmp exc"), "groups[5].topics[1].code", "such as ENR-SIGN"),
        (lambda raw: topic(raw, "TMP-EXC").update(code="XYZ-EXC"), "groups.TMP", "has to begin with that of a group"),
        (lambda raw: topic(raw, "TMP-EXC").update(code="TMP-EQP"), "groups", "TMP-EQP is there twice"),
        (lambda raw: topic(raw, "TMP-EXC").update(name=" "), "groups[5].topics[1].name", "has to be a text"),
        (lambda raw: topic(raw, "TMP-EXC").update(name="x" * 601), "groups[5].topics[1].name", "at most 600 characters"),
        (add(label="two\nlines"), "questions[104].label", "one line"),
        (add(key="Fridge Name"), "questions[104].key", "such as lot_number"),
        (add(key="lot"), "questions", "lot is there twice"),
        (add(key="form_key"), "questions.form_key.key", "the page needs this name"),
        (add(key="validate"), "questions.validate.key", "the page needs this name"),
        (add(kind="colour"), "questions[104].kind", "has to be one of"),
        (add(section="nowhere"), "questions.fridge_name.section", "no section nowhere"),
        (add(topics=["TMP-XYZ"]), "questions.fridge_name.topics", "no topic or group TMP-XYZ"),
        (add(required="yes"), "questions[104].required", "true or false"),
        (add(least="5"), "questions[104].least", "whole number"),
        (add(least=9, most=5), "questions.fridge_name.least", "more than the most"),
        (add(least=-1), "questions.fridge_name.least", "shorter than nothing"),
        (add(choices=[{"value": "a", "label": "A"}]), "questions.fridge_name.choices", "only a radio"),
        (add(kind="radio", choices=[{"value": "a", "label": "A"}]), "questions.fridge_name.choices", "at least two"),
        (
            add(kind="radio", choices=[{"value": "a", "label": "A"}, {"value": "a", "label": "B"}]),
            "questions.fridge_name.choices",
            "a is there twice",
        ),
        (add(when=[{"question": "nothing", "is": ["a"]}]), "questions.fridge_name.when", "no earlier question"),
        (add(when=[{"question": "fridge_name", "is": ["a"]}]), "questions.fridge_name.when", "no earlier question"),
        (add(when=[{"question": "subject", "is": ["a"]}]), "questions.fridge_name.when", "no answers to choose from"),
        (add(when=[{"question": "unit_type", "is": ["oven"]}]), "questions.fridge_name.when", "cannot be answered by oven"),
        (add(when=[{"question": "unit_type", "is": []}]), "questions[104].when[1].is", "has to name an answer"),
        (put("for_self", when=[{"question": "urgency", "is": ["no"]}]), "questions.for_self.when", "no earlier question"),
        (add(kind="files"), "questions", "one question of the kind files"),
        (drop("subject"), "questions.subject", "every case needs this question"),
        (put("urgency", topics=["TMP"]), "questions.urgency", "every case needs this question"),
        (put("impact", is_active=False), "questions.impact", "every case needs this question"),
        (put("description", required=False), "questions.description.required", "every case needs an answer"),
        (put("description", kind="text"), "questions.description.kind", "paragraphs"),
        (put("description", most=50_000), "questions.description.most", "from 1 to 5000"),
        (put("subject", most=None), "questions.subject.most", "from 1 to 120"),
        (
            put("urgency", choices=[{"value": "no", "label": "No"}, {"value": "maybe", "label": "Maybe"}]),
            "questions.urgency.choices",
            "does not know the answer maybe",
        ),
        (lambda raw: [t.update(is_active=False) for g in raw["groups"] for t in g["topics"]], "groups", "at least one topic"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_place(app: Flask, change: Change, place: str, told: str) -> None:
    raw = the_seeded()
    change(raw)

    with pytest.raises(BadDefinition) as refused:
        read(raw)

    assert refused.value.place == place
    assert told in refused.value.problem


@pytest.mark.parametrize("stored", [None, [], "form", {}, {"groups": {}}, {"groups": [[[[]]]]}])
def test_what_is_no_definition_at_all_is_refused(app: Flask, stored: Any) -> None:
    with pytest.raises(BadDefinition):
        read(stored)


def test_a_definition_of_ten_thousand_questions_is_refused_at_once(app: Flask) -> None:
    raw = the_seeded()
    raw["questions"] = [{"key": f"question_{n}"} for n in range(10_000)]
    began = time.process_time()

    with pytest.raises(BadDefinition, match="300"):
        read(raw)

    assert time.process_time() - began < 1
