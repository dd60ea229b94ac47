"""Rules as a file: written so that every program reads the same, read without a surprise."""

import re
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings

from helpdesk.routing import files, golden, reading, writing
from helpdesk.routing.golden import GoldenCase
from helpdesk.routing.models import Priority
from helpdesk.routing.rules import RuleSet
from tests.routing import any_rules
from tests.routing.examples import known, seeded
from tests.routing.rule_files import RULE, SOUND, changed, faults

SPOILED = GoldenCase("A spoiled vial", {"topic": "INV-WAST", "waste_reason": "spoiled_by_temperature"}, "VMGT", Priority.P2)


@pytest.fixture(autouse=True)
def _in_english(app):
    """The words of the desk."""


@settings(deadline=None, max_examples=40)  # the machine may be busy
@given(any_rules.rules(), any_rules.golden())
def test_what_is_written_is_read_as_the_same(stored, cases):
    rules = reading.read(stored)

    written = files.write(rules, cases)
    found = files.read(written.encode())

    assert (found.rules, list(found.golden)) == (rules, cases)
    assert files.write(found.rules, found.golden) == written


@settings(deadline=None, max_examples=40)  # the machine may be busy
@given(any_rules.rules(), any_rules.golden())
def test_every_other_program_reads_the_same(stored, cases):
    rules = reading.read(stored)

    read = yaml.safe_load(files.write(rules, cases))

    assert read["rules"] == writing.write(rules)
    assert read.get("golden", []) == golden.write(cases)


def test_the_rules_of_a_new_desk_read_well():
    text = files.write(RuleSet(seeded().rules, 7), [SPOILED])

    assert text.startswith("# The routing rules, version 7.\n")
    assert "\n    when: {fact: topic, is_one_of: [TMP-EXC, TMP-EQP]}\n" in text
    assert '\n        - {fact: receiver_enrolled, is: "no"}\n' in text
    assert "\n        - none:\n            - {fact: topic, is: ACC-NCID}\n" in text
    assert max(map(len, text.splitlines())) <= 110
    found = files.read(text.encode(), known=known())
    assert (found.rules.rules, found.golden) == (seeded().rules, (SPOILED,))
    assert text.splitlines()[found.lines["spoiled"] - 1] == "  - key: spoiled"


def test_yes_no_numbers_and_days_are_texts_where_texts_are_meant():
    text = changed("is: ncir", "is: no").replace("{topic: INV-ADJ", "{doses: 5.0, flag: yes, on: 2026-11-30, topic: INV-ADJ")

    found = files.read(text.encode())

    assert found.rules.rules[0].conditions[0].values == ("no",)
    assert found.golden[0].facts == {
        "doses": "5.0",
        "flag": "yes",
        "on": "2026-11-30",
        "topic": "INV-ADJ",
        "system": "ncir",
    }


@pytest.mark.parametrize(("written", "number"), [("5.0", "5"), ("-0.0", "0"), ("1000", "1000"), ("0.050", "0.05")])
def test_a_number_is_what_it_is_worth(written, number):
    [condition] = files.read(changed("is: ncir", f"at_least: {written}").encode()).rules.rules[0].conditions

    assert (condition.values, condition.number) == ((number,), Decimal(number))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("is: ncir", "is: 5", 'line 4: Rule ncir, when.is: has to be a text; write it in quotation marks: "5"'),
        ("is: ncir", "is: true", 'line 4: Rule ncir, when.is: has to be a text; write it in quotation marks: "true"'),
        ("is: ncir", "is: ~", 'line 4: Rule ncir, when.is: has to be a text; write it in quotation marks: "~"'),
        ("is: ncir", "more_than: 0.1234567890123456789", "line 4: Rule ncir, when.more_than: has too many digits"),
        ("is: ncir", "more_than: " + "9" * 4000, "line 4: Rule ncir, when.more_than: is too large a number"),
        ("title: NCIR", "title:", "line 3: Rule ncir, title: has to be a text"),
        (
            "title: NCIR",
            "title: NCIR\n    also: yes",
            "line 4: Rule ncir, also: has to be true or false; write true",
        ),
        ("is: ncir", 'more_than: "5"', "line 4: Rule ncir, when.more_than: has to be a number; write it without quotation marks"),
        (
            "when: {fact: system, is: ncir}",
            "when:\n      fact: system\n      is: moon",
            "line 4: Rule ncir, when: system is never moon",
        ),
        ("fact: system", "fact: moon", "line 4: Rule ncir, when: unknown fact moon"),
        ("then: {team: NCIR}", "then:\n      tags: [a, 5]", "line 6: Rule ncir, then.tags[2]: has to be a text"),
        ("then: {team: NCIR}", "then:\n      team: NCIR\n      colour: red", "line 5: Rule ncir, then: unknown name colour"),
        ("key: triage", "key: ncir", "line 6: Rule ncir, key: another rule has the same key"),
        ("when: always", "when: {fact: system, is: ncir}", "line 6: The last rule, triage, has to fit everything"),
        ("priority: P3", "priority: P9", "line 14: Golden case In NCIR, priority: P9 is none of P1, P2, P3, P4"),
        ("facts: {topic: INV-ADJ, system: ncir}", "facts: {}", "line 12: Golden case In NCIR, facts: has to be a table of facts"),
        ("facts: {topic", "facts: {Topic", "line 12: Golden case In NCIR, facts: Topic cannot be the name of a fact"),
        ("name: In NCIR", "moon: In NCIR", "line 11: Golden case number 1, golden: unknown name moon"),
        ("golden:", "gold:", "line 10: unknown name gold; known: rules, golden"),
        ("golden:", "golden: {}\nx:", "line 10: “golden” has to be a list"),
        ("rules:", "rules:\n  - no rule", "line 2: Rule number 1, rule: has to be a table of names and values"),
    ],
)
def test_what_is_wrong_is_told_with_the_line_and_the_rule(old, new, told):
    assert faults(changed(old, new))[0].startswith(told)


def test_every_rule_that_is_wrong_is_told_up_to_twenty():
    [first, second] = faults(changed("is: ncir", "is: 5").replace("always", "sometimes"))
    assert (first.split(":")[0], second.split(":")[0]) == ("line 4", "line 8")

    many = faults("rules:\n" + "".join(f"  - key: rule-{number}\n" for number in range(50)))
    assert (len(many), many[-1]) == (21, "line 22: 30 more faults from here on")


def test_as_many_rules_and_golden_cases_as_can_be_kept_are_read():
    rules = "".join(RULE % number for number in range(999)) + "  - {key: triage, title: T, when: always, then: {team: SD}}\n"
    case = "  - {name: n%d, facts: {topic: INV-ADJ}, team: NCIR, priority: P3}\n"

    found = files.read(f"rules:\n{rules}golden:\n{''.join(case % number for number in range(500))}".encode())
    [told] = faults(f"rules:\n{rules}golden:\n{''.join(case % number for number in range(501))}")

    assert (len(found.rules.rules), len(found.golden)) == (1000, 500)
    assert told == "line 1503: there are more than 500 golden cases"


def test_the_example_of_the_documentation_is_sound_and_gets_its_golden_case_right():
    text = (Path(__file__).parents[2] / "docs" / "routing-rules.md").read_text()
    [example] = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)

    found = files.read(example.encode(), known=known())

    assert [result.passes for result in golden.run(found.rules, found.golden, known=known())] == [True]
    assert files.write(found.rules, found.golden).partition("\nrules:")[2].strip() == example.partition("rules:")[2].strip()


def test_windows_lines_and_a_mark_at_the_beginning_do_not_matter():
    content = b"\xef\xbb\xbf" + SOUND.replace("\n", "\r\n").encode()

    assert files.read(content).rules == files.read(SOUND.encode()).rules
    assert faults(content.replace(b"is: ncir", b"is: 5"))[0].startswith("line 4: ")
