"""Rules as a file: written so that every program reads the same, read without a surprise."""

import time

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.routing import files, golden, reading, writing, yaml_nodes
from helpdesk.routing.errors import BadFile
from helpdesk.routing.golden import GoldenCase
from helpdesk.routing.models import Priority
from helpdesk.routing.rules import RuleSet
from tests.routing import any_rules
from tests.routing.examples import known, seeded

SPOILED = GoldenCase("A spoiled vial", {"topic": "INV-WAST", "waste_reason": "spoiled_by_temperature"}, "VMGT", Priority.P2)
SOUND = """\
rules:
  - key: ncir
    title: NCIR
    when: {fact: system, is: ncir}
    then: {team: NCIR}
  - key: triage
    title: Everything else
    when: always
    then: {team: SD}
golden:
  - name: In NCIR
    facts: {topic: INV-ADJ, system: ncir}
    team: NCIR
    priority: P3
"""


@pytest.fixture(autouse=True)
def _in_english(app):
    """The words of the desk."""


MARKS = "-:[]{}&*!|>'\"#?,%@ \nab"


def faults(content: str | bytes) -> list[str]:
    """What is wrong in a file, line by line; that takes a moment at most."""
    content = content if isinstance(content, bytes) else content.encode()
    begun = time.perf_counter()
    with pytest.raises(BadFile) as wrong:
        files.read(content, known=known())
    assert time.perf_counter() - begun < 1
    return str(wrong.value).splitlines()


def changed(old: str, new: str) -> str:
    """The sound file with a text in it changed, once."""
    assert old in SOUND
    return SOUND.replace(old, new, 1)


@given(any_rules.rules(), any_rules.golden())
def test_what_is_written_is_read_as_the_same(stored, cases):
    rules = reading.read(stored)

    written = files.write(rules, cases)
    found = files.read(written.encode())

    assert (found.rules, list(found.golden)) == (rules, cases)
    assert files.write(found.rules, found.golden) == written


@given(any_rules.rules(), any_rules.golden())
def test_every_other_program_reads_the_same(stored, cases):
    rules = reading.read(stored)

    read = yaml.safe_load(files.write(rules, cases))

    assert read["rules"] == writing.write(rules)
    assert read.get("golden", []) == golden.write(cases)


@given(st.binary(max_size=300) | (st.text(max_size=300) | st.text(MARKS, max_size=80)).map(str.encode))
def test_nothing_that_is_read_makes_the_reader_stumble(content):
    with pytest.raises(BadFile):
        files.read(content, known=known())


@given(st.data())
def test_a_sound_file_with_something_odd_in_it_is_read_or_refused_with_a_line(data):
    at = data.draw(st.integers(0, len(SOUND)))
    odd = data.draw(st.sampled_from([*any_rules.ODD, "\n", " ", "\t", "\x00", "- ", ": "]))
    content = SOUND[:at] + odd + SOUND[at + data.draw(st.integers(0, 5)) :]

    try:
        files.read(content.encode(), known=known())
    except BadFile as wrong:
        assert all(1 <= fault.line <= content.count("\n") + 1 for fault in wrong.faults)


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


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("is: ncir", "is: 5", 'line 4: Rule ncir, when.is: has to be a text; write it in quotation marks: "5"'),
        ("is: ncir", "is: true", 'line 4: Rule ncir, when.is: has to be a text; write it in quotation marks: "true"'),
        ("is: ncir", "is: ~", 'line 4: Rule ncir, when.is: has to be a text; write it in quotation marks: "~"'),
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


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "line 1: there is nothing in the file"),
        ("# nothing", "line 1: there is nothing in the file"),
        ("rules", "line 1: a file of rules begins with “rules:”"),
        ("golden: []", "line 1: “rules” is missing"),
        ("rules: 5", "line 1: “rules” has to be a list"),
        ("rules: []", "line 1: There is no rule"),
        ("rules: [", "line 1: this is no YAML: did not find expected node content"),
        ("rules:\n\t- key: a", "line 2: this is no YAML: found character that cannot start any token"),
        (SOUND + "---\n" + SOUND, "line 15: a second document begins here"),
        (SOUND + "golden: []\n", "line 15: “golden” stands here twice; first on line 10"),
        (changed("title: NCIR", "title: NCIR\n    title: CVMS"), "line 4: “title” stands here twice; first on line 3"),
        (changed("title: NCIR", "title: !!python/object/apply:os.system [date]"), "line 3: tags (!) cannot be used"),
        (changed("title: NCIR", "title: !!str NCIR"), "line 3: tags (!) cannot be used"),
        (changed("{team: NCIR}", "&team {team: NCIR}"), "line 5: anchors (&) and aliases (*) cannot be used"),
        (changed("{team: NCIR}", "*team"), "line 5: anchors (&) and aliases (*) cannot be used"),
        (changed("title: NCIR", "title: |\n      Two\n      lines"), "line 3: a text has to be a single line"),
        (changed("title: NCIR", 'title: "\\e[31mRed"'), "line 3: a text has to be a single line, without characters"),
        (changed("title: NCIR", "title: N\x00CIR"), "line 3: a character that texts do not have (U+0000)"),
        (changed("title: NCIR", "? [title]\n    : NCIR"), "line 3: the name of something has to be a text"),
        (SOUND.encode()[:40] + b"\xff", "line 4: this is not UTF-8, at byte 40 of the file"),
        (SOUND.encode("utf-16"), "line 1: this is not UTF-8, at byte 0 of the file"),
    ],
)
def test_what_is_no_file_of_rules_is_refused_with_its_line(content, told):
    assert faults(content)[0].startswith(told)


LAUGHS = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{name}: &{name} [{','.join([f'*{before}'] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
RULE = "  - {key: k%d, title: T, when: {fact: system, is: ncir}, then: {team: NCIR}}\n"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (LAUGHS, "line 1: anchors (&)"),
        ("rules: &rules\n  - *rules\n", "line 1: anchors (&)"),
        ("rules: " + "[" * 100_000, "line 1: lists and tables are nested more than 12 deep"),
        ("rules: " + "{a: " * 100_000, "line 1: lists and tables are nested more than 12 deep"),
        (
            "rules:\n" + "".join(f"{' ' * depth}- a:\n" for depth in range(0, 600, 2)),
            "line 7: lists and tables are nested more",
        ),
        ("- " * 100_000, "line 1: lists and tables are nested more than 12 deep"),
        (
            "rules:\n" + "".join(RULE % number for number in range(10_000)),
            "line 1002: the list that begins on line 2 has more",
        ),
        ("rules:\n" + "".join(RULE % number for number in range(70_000)), "line 1: the file is larger than 2,000,000 bytes"),
        ("rules: [" + "a," * 900_000 + "]", "line 1: the list that begins on line 1 has more than 1,000 entries"),
        ("rules:\n" + ("  - [" + "a," * 900 + "]\n") * 900, "line 112: there are more than 100,000 values in the file"),
        (
            "rules: {" + ",".join(f"k{number}" for number in range(200_000)) + "}",
            "line 1: the list that begins on line 1 has more",
        ),
        ("rules: " + "a" * 1_900_000, "line 1: a text is longer than 5,000 characters"),
        (changed("key: ncir", "key: " + "x" * 4000), "line 2: Rule " + "x" * 400),
        ("a" * 1000 + ": b", "line 1: a text is longer than 100 characters"),
        ('rules: "' + "\\" * 1_000_001, "line 1: this is no YAML"),
        ("rules: " + "'" * 1_900_000, "line 1: a text is longer than 5,000 characters"),
        ("rules: " + "? " * 900_000, "line 1: "),
        ("#" * 1_900_000, "line 1: there is nothing in the file"),
        ("\n" * 1_900_000 + "a", "line 1900001: a file of rules begins with"),
        ("%TAG ! tag:x,2000:\n" * 50_000, "line "),
    ],
    ids=lambda value: str(value)[:20],
)
def test_what_would_take_too_long_is_refused_at_once(content, told):
    first = faults(content)[0]

    assert (first.startswith(told), len(first) < 1000) == (True, True)


def test_as_many_rules_and_golden_cases_as_can_be_kept_are_read():
    rules = "".join(RULE % number for number in range(999)) + "  - {key: triage, title: T, when: always, then: {team: SD}}\n"
    case = "  - {name: n%d, facts: {topic: INV-ADJ}, team: NCIR, priority: P3}\n"

    found = files.read(f"rules:\n{rules}golden:\n{''.join(case % number for number in range(500))}".encode())
    [told] = faults(f"rules:\n{rules}golden:\n{''.join(case % number for number in range(501))}")

    assert (len(found.rules.rules), len(found.golden)) == (1000, 500)
    assert told == "line 1503: there are more than 500 golden cases"


def test_windows_lines_and_a_mark_at_the_beginning_do_not_matter():
    content = b"\xef\xbb\xbf" + SOUND.replace("\n", "\r\n").encode()

    assert files.read(content).rules == files.read(SOUND.encode()).rules
    assert faults(content.replace(b"is: ncir", b"is: 5"))[0].startswith("line 4: ")


@pytest.mark.parametrize("content", [SOUND, LAUGHS, changed("title: NCIR", "title: !!str NCIR"), "rules: ["])
def test_a_parser_without_its_library_reads_the_same(content):
    def read(loader) -> object:
        try:
            return yaml_nodes.tree(yaml.parse(content, Loader=loader))
        except (BadFile, yaml.MarkedYAMLError) as wrong:
            return getattr(wrong, "faults", type(wrong).__name__)

    assert read(yaml.SafeLoader) == read(yaml.CSafeLoader)
