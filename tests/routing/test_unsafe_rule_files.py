"""Files that are no rules, or are made to harm: refused with a line, at once, and nothing is built."""

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk.routing import files, yaml_nodes
from helpdesk.routing.errors import BadFile
from tests.routing import any_rules
from tests.routing.examples import known
from tests.routing.rule_files import RULE, SOUND, changed, faults

MARKS = "-:[]{}&*!|>'\"#?,%@ \nab"


@pytest.fixture(autouse=True)
def _in_english(app):
    """The words of the desk."""


@settings(deadline=None)  # the machine may be busy
@given(st.binary(max_size=300) | (st.text(max_size=300) | st.text(MARKS, max_size=80)).map(str.encode))
def test_nothing_that_is_read_makes_the_reader_stumble(content):
    with pytest.raises(BadFile):
        files.read(content, known=known())


@settings(deadline=None)  # the machine may be busy
@given(st.data())
def test_a_sound_file_with_something_odd_in_it_is_read_or_refused_with_a_line(data):
    at = data.draw(st.integers(0, len(SOUND)))
    odd = data.draw(st.sampled_from([*any_rules.ODD, "\n", " ", "\t", "\x00", "- ", ": "]))
    content = SOUND[:at] + odd + SOUND[at + data.draw(st.integers(0, 5)) :]

    try:
        files.read(content.encode(), known=known())
    except BadFile as wrong:
        assert all(1 <= fault.line <= content.count("\n") + 1 for fault in wrong.faults)


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


@pytest.mark.parametrize("content", [SOUND, LAUGHS, changed("title: NCIR", "title: !!str NCIR"), "rules: ["])
def test_a_parser_without_its_library_reads_the_same(content):
    def read(loader) -> object:
        try:
            return yaml_nodes.tree(yaml.parse(content, Loader=loader))
        except (BadFile, yaml.MarkedYAMLError) as wrong:
            return getattr(wrong, "faults", type(wrong).__name__)

    assert read(yaml.SafeLoader) == read(yaml.CSafeLoader)
