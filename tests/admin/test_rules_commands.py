"""`flask routing`: rules as a file, checked, compared, drafted and published from the command line, and decisions explained."""

from pathlib import Path

import pytest
import yaml
from click.testing import Result
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpdesk.cases.models import System
from helpdesk.extensions import db
from helpdesk.routing import drafting, queries
from helpdesk.routing.models import RuleAct
from tests.case_factories import a_case
from tests.factories import a_provider, an_admin
from tests.routing.drafts import begun, drafted, entries
from tests.routing.examples import a_rule, publish

REASON = "A test of the command line"
GOLDEN = """
golden:
  - name: A spoiled vial
    facts: {topic: INV-WAST, waste_reason: spoiled_by_temperature}
    team: VMGT
    priority: P2
"""


def run(app: Flask, *arguments: object) -> Result:
    """What a command of `flask routing` answers."""
    found = app.test_cli_runner().invoke(args=["routing", *map(str, arguments)])
    db.session.rollback()
    return found


@pytest.fixture
def file(app: Flask, tmp_path: Path) -> Path:
    """The rules in force as a file, to be changed."""
    path = tmp_path / "rules.yaml"
    path.write_text(run(app, "export").stdout, encoding="utf-8")
    return path


def rewrite(file: Path, old: str, new: str) -> Path:
    """Change a text of the file, once."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return file


def acts() -> list[RuleAct]:
    """What was done to the rules, the latest first."""
    return [entry.act for entry in entries()]


def in_force() -> int:
    """The number of the version in force."""
    return queries.current_rule_set().version


@pytest.mark.both_databases
def test_what_was_exported_is_published_as_nothing_new(app: Flask, file: Path) -> None:
    result = run(app, "publish", file, "--reason", REASON)

    assert (result.exit_code, "version 1, which is in force, says the same" in result.output) == (0, True)
    assert (in_force(), run(app, "diff", file).exit_code, acts()) == (1, 0, [])


def test_an_older_version_and_the_draft_can_be_exported(app: Flask, file: Path) -> None:
    publish(a_rule())
    begun(a_rule("other"))

    assert run(app, "export", "--version", 1).stdout == file.read_text(encoding="utf-8")
    assert [rule["key"] for rule in yaml.safe_load(run(app, "export", "--draft").stdout)["rules"]] == ["other", "triage"]
    assert "# The routing rules, version 3.\n" in run(app, "export").stdout
    missing = run(app, "export", "--version", 9)
    assert (missing.exit_code, missing.stdout, "There is no version 9" in missing.output) == (1, "", True)
    assert run(app, "export", "--version", 1, "--draft").exit_code == 2


def test_without_a_draft_there_is_none_to_export(app: Flask) -> None:
    result = run(app, "export", "--draft")

    assert (result.exit_code, result.stdout, "There is no draft" in result.output) == (1, "", True)


@pytest.mark.both_databases
def test_a_changed_file_is_checked_compared_and_published(app: Flask, file: Path) -> None:
    rewrite(file, "more_than: 500", "more_than: 400")
    file.write_text(file.read_text() + GOLDEN)

    checked, compared = run(app, "check", file), run(app, "diff", file)
    assert (checked.exit_code, "rules.yaml: 26 rules, 1 golden cases." in checked.output) == (0, True)
    assert compared.exit_code == 1
    assert compared.output == (
        "Changed rule 19: “More than 500 rows of an upload failed” (upload-failed)\n"
        "  - Condition: “Rows that failed” is more than 500\n"
        "  + Condition: “Rows that failed” is more than 400\n"
        "New golden case: “A spoiled vial”\n"
        "  + Topic: Waste, expired or returned vaccine\n"
        "  + “Why can it not be used”: Spoiled by temperature\n"
        "  + Team: Vaccine Management\n"
        "  + Priority: P2\n"
    )
    assert (in_force(), entries()[0].new["file"], entries()[0].new["asks"]) == (1, "rules.yaml", 0)

    editor = an_admin()
    published = run(app, "publish", file, "--reason", REASON, "--as", editor.email)
    assert (published.exit_code, published.output.splitlines()[-1]) == (0, "Version 2 is in force.")
    version = db.session.scalars(queries.versions()).first()
    assert (version.reason, version.published_by, len(version.golden)) == (REASON, editor.id, 1)
    assert acts() == [RuleAct.PUBLISHED, RuleAct.CHECKED]
    entry = entries()[0]
    assert (entry.actor_id, entry.old) == (editor.id, {"version": 1})
    assert entry.new == {"version": 2, "reason": REASON, "accepted": []}
    assert run(app, "diff").exit_code == run(app, "diff", "--from", 2, "--to", 1).exit_code == 1
    assert run(app, "diff", "--from", 2).exit_code == 0


def test_versions_that_are_not_there_cannot_be_compared(app: Flask, file: Path) -> None:
    assert run(app, "diff", "--from", 7).exit_code == 2
    assert run(app, "diff", file, "--to", 1).exit_code == 2
    file.write_text("rules: [")
    assert (run(app, "diff", file).exit_code, run(app, "diff", file).stdout) == (2, "")


def test_what_blocks_is_never_published(app: Flask, file: Path) -> None:
    rewrite(file, "then: {team: SD, macro: M8}", "then: {team: MOON, macro: M8}")

    checked, published = run(app, "check", file), run(app, "publish", file, "--reason", REASON, "--accept")

    for result in (checked, published):
        assert (result.exit_code, "Has to be mended first:\n  line 178: " in result.output) == (1, True)
    assert (in_force(), acts()) == (1, [RuleAct.CHECKED])


def test_what_asks_is_published_with_a_word_that_is_kept(app: Flask, file: Path) -> None:
    file.write_text(file.read_text() + GOLDEN.replace("team: VMGT", "team: SD"))

    checked, refused = run(app, "check", file), run(app, "publish", file, "--reason", REASON)
    line = file.read_text().splitlines().index("  - name: A spoiled vial") + 1
    said = "The golden case “A spoiled vial” goes to Vaccine Management, P2, by rule 18; it has to go to Service Desk, P2."
    assert (checked.exit_code, refused.exit_code) == (3, 1)
    assert all(f"Somebody has to say yes to:\n  line {line}: {said}\n" in result.output for result in (checked, refused))
    assert "Nothing was changed." in refused.output
    assert in_force() == 1

    assert run(app, "publish", file, "--reason", REASON, "--accept").exit_code == 0
    assert (in_force(), entries()[0].new["accepted"], entries()[0].actor_id) == (2, [said], None)


@pytest.mark.both_databases
def test_a_file_becomes_the_draft(app: Flask, file: Path) -> None:
    editor = an_admin()
    rewrite(file, "more_than: 500", "more_than: 400")

    result = run(app, "import", file, "--as", editor.email)

    assert (result.exit_code, result.output) == (0, "The draft says what FILE says.\n")
    assert (drafted().editor_id, drafted().base_version, in_force()) == (editor.id, 1, 1)
    assert acts() == [RuleAct.DRAFT_SAVED, RuleAct.DRAFT_STARTED]
    assert run(app, "diff", file).exit_code == 1
    assert run(app, "export", "--draft").stdout.split("\n", 1)[1] == file.read_text().split("\n", 1)[1]


@pytest.mark.both_databases
def test_a_draft_that_there_is_stays_unless_it_is_to_be_replaced(app: Flask, file: Path) -> None:
    first, second = begun(), an_admin()
    rewrite(file, "more_than: 500", "more_than: 400")

    refused = run(app, "import", file, "--as", second.email)
    assert (refused.exit_code, f"edited by {first.name}" in refused.output, drafted().editor_id) == (1, True, first.id)

    assert run(app, "import", file, "--as", second.email, "--replace").exit_code == 0
    assert drafted().editor_id == second.id
    assert acts()[:4] == [RuleAct.DRAFT_SAVED, RuleAct.DRAFT_STARTED, RuleAct.DRAFT_DISCARDED, RuleAct.DRAFT_TAKEN_OVER]


def test_only_somebody_who_may_edit_the_rules_is_named_as_their_editor(app: Flask, file: Path) -> None:
    for email in ("nobody@example.org", "no address", a_provider().email):
        for command in (["import", file], ["publish", file, "--reason", REASON]):
            assert run(app, *command, "--as", email).exit_code == 1
    assert (drafting.the_draft(), in_force(), acts()) == (None, 1, [])


@pytest.mark.parametrize("reason", ["short", "x" * 301, "   x           "])
def test_publishing_says_why(app: Flask, file: Path, reason: str) -> None:
    result = run(app, "publish", file, "--reason", reason)

    assert (result.exit_code, "10 to 300 characters" in result.output) == (2, True)


BAD = [
    (b"rules: [", "line 1: this is no YAML"),
    (b"\xff\xfe", "line 1: this is not UTF-8"),
    (b"# " + b"x" * 5_000_000, "line 1: the file is larger than 2,000,000 bytes"),
    (b"rules: " + b"[" * 5000, "line 1: lists and tables are nested more than 12 deep"),
    (b"rules: !!python/object/apply:os.system [date]", "line 1: tags (!) cannot be used"),
    (b"a: &a [*a]", "line 1: anchors (&) and aliases (*) cannot be used"),
    (b"rules:\n" + b"  - {key: a}\n" * 10_000, "line 1002: the list that begins on line 2 has more than 1,000 entries"),
    (b"", "line 1: there is nothing in the file"),
]


@pytest.mark.parametrize(("content", "told"), BAD, ids=lambda value: str(value)[:25])
def test_a_file_that_is_no_rules_is_refused_with_its_line(app: Flask, tmp_path: Path, content: bytes, told: str) -> None:
    path, editor = tmp_path / "odd.yaml", an_admin()
    path.write_bytes(content)

    for command in (["check", path], ["publish", path, "--reason", REASON], ["import", path, "--as", editor.email]):
        result = run(app, *command)
        assert (result.exit_code, told in result.output, "Nothing was changed." in result.output) == (1, True, True)
    assert (in_force(), drafting.the_draft(), acts()) == (1, None, [])


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("is: at_risk", "is: at_risks", "line 27: Rule at-risk, when: urgency is never at_risks"),
        ("fact: urgency", "fact: urgence", "line 27: Rule at-risk, when: unknown fact urgence"),
        ("more_than: 500", "more_than: many", "Rule upload-failed, when.all[2].more_than: has to be a number"),
        ("priority_at_least: P1", "priority_at_least: 1", "line 23: Rule temperature, then.priority_at_least: 1 is none of"),
    ],
)
def test_what_is_wrong_in_a_rule_is_told_with_its_place(app: Flask, file: Path, old: str, new: str, told: str) -> None:
    result = run(app, "import", rewrite(file, old, new), "--as", an_admin().email, "--replace")

    assert (result.exit_code, told in result.output, "Nothing was changed." in result.output) == (1, True, True)
    assert (drafting.the_draft(), acts()) == (None, [])


@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_bytes_change_anything(app: Flask, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bytes.yaml"
    path.write_bytes(content)

    for command in (["check", path], ["publish", path, "--reason", REASON, "--accept"]):
        result = run(app, *command)
        assert (result.exit_code, type(result.exception)) == (1, SystemExit)
    assert (in_force(), drafting.the_draft(), acts()) == (1, None, [])


@pytest.mark.both_databases
def test_a_decision_is_explained_as_it_was_stored(app: Flask) -> None:
    case = a_case(topic="INV-WAST", system=System.NCIR)
    publish(a_rule("other", then={"team": "SD"}))

    result = run(app, "explain", case.number)

    assert result.exit_code == 0
    lines = result.output.splitlines()
    assert lines[:2] == [case.number, "To NCIR Support, because system is NCIR and topic group is Inventory."]
    assert "by version 1." in lines[3]
    assert "  7. Decided: Recipients, doses and inventory in NCIR (ncir-records)" in lines
    assert "     true       (all of) topic group is Recipients and doses or Inventory" in lines
    assert "     -> Send to NCIR Support" in lines
    assert "     false      urgency is Vaccine is at risk right now; the case: No, vaccination goes on" in lines


def test_why_a_rule_did_not_decide_is_told_by_its_comparisons(app: Flask) -> None:
    case = a_case(topic="INV-WAST", system=System.NCIR)

    not_asked = run(app, "explain", case.number, "--why-not", "spoiled")
    no_fit = run(app, "explain", case.number, "--why-not", "at-risk")
    decided = run(app, "explain", case.number, "--why-not", "ncir-records")

    assert not_asked.output.splitlines()[1:] == [
        "“Waste that was spoiled by temperature” was not asked: “Recipients, doses and inventory in NCIR” had decided."
    ]
    assert no_fit.output.splitlines()[1:] == [
        "“Vaccine is at risk now, whatever the topic” did not fit:",
        "  false      urgency is Vaccine is at risk right now; the case: No, vaccination goes on",
    ]
    assert decided.output.splitlines()[1] == "“Recipients, doses and inventory in NCIR” did decide."


def test_what_is_not_there_cannot_be_explained(app: Flask) -> None:
    case = a_case()

    assert (run(app, "explain", "NCV-999999").exit_code, run(app, "explain", "moon").exit_code) == (1, 1)
    missing = run(app, "explain", case.number, "--why-not", "moon")
    assert (missing.exit_code, "Version 1 has no rule moon." in missing.output) == (1, True)
