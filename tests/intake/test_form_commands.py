"""`flask form`: the help ticket as a file, checked, compared and published from the command line."""

import tomllib
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from helpdesk.extensions import db
from helpdesk.intake.definition import Clause
from helpdesk.intake.models import Topic
from helpdesk.intake.queries import current_definition
from tests.intake import definitions

REASON = "Words that providers know"


def run(app: Flask, *arguments: object) -> Result:
    """What a command of `flask form` answers."""
    found = app.test_cli_runner().invoke(args=["form", *map(str, arguments)])
    db.session.rollback()
    return found


@pytest.fixture
def file(app: Flask, tmp_path: Path) -> Path:
    """The form in force as a file, to be changed."""
    path = tmp_path / "form.toml"
    path.write_text(run(app, "export").stdout, encoding="utf-8")
    return path


def rewrite(file: Path, old: str, new: str) -> Path:
    """Change a text of the file, once."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return file


@pytest.mark.both_databases
def test_what_was_exported_is_imported_as_nothing_new(app: Flask, tmp_path: Path) -> None:
    first = run(app, "export")
    (tmp_path / "form.toml").write_text(first.stdout, encoding="utf-8")

    result = run(app, "import", tmp_path / "form.toml", "--reason", REASON)

    assert (result.exit_code, "Nothing has changed: version 1" in result.output) == (0, True)
    assert current_definition().version == 1
    assert run(app, "export").stdout == first.stdout


def test_the_file_that_a_desk_starts_with_says_what_is_in_force(app: Flask) -> None:
    assert run(app, "diff", definitions.REFERENCE).exit_code == 0
    assert run(app, "import", definitions.REFERENCE, "--reason", REASON).exit_code == 0
    assert current_definition().version == 1


def test_an_export_keeps_everything_that_a_definition_can_say(app: Flask) -> None:
    raw = definitions.the_seeded()
    definitions.question(raw, "lot").update(is_active=False, least=2, when=[{"question": "for_self", "is": ["no"]}])
    definitions.question(raw, "waste_reason")["choices"][0]["is_active"] = False
    raw |= {"spanish": {'Say "Lot" = [x]': "Número", "Lot": "Lote “A”"}}
    definitions.publish(raw)

    text = run(app, "export").stdout

    assert tomllib.loads(text)["spanish"] == raw["spanish"]
    assert definitions.question(tomllib.loads(text), "waste_reason")["choices"][0]["is_active"] is False
    assert "is_active" not in definitions.question(tomllib.loads(run(app, "export", "--version", 1).stdout), "lot")
    missing = run(app, "export", "--version", 9)
    assert (missing.exit_code, missing.stdout, "no version 9" in missing.output) == (1, "", True)


@pytest.mark.both_databases
def test_a_changed_file_is_compared_checked_and_published(app: Flask, file: Path) -> None:
    rewrite(file, 'label = "Lot"\n', 'label = "Lot number"\nwhen = [{ question = "for_self", is = ["yes"] }]\n')
    rewrite(file, 'name = "Storage units"', 'name = "Fridges and freezers"')

    compared, checked = run(app, "diff", file), run(app, "check", file)
    assert (compared.exit_code, checked.exit_code) == (1, 0)
    assert "Topic “Fridges and freezers” (ENR-STOR)\n  - Name: Storage units\n  + Name: Fridges and freezers\n" in compared.output
    assert "40 topics on offer, 103 questions" in checked.output
    assert current_definition().version == 1

    published = run(app, "import", file, "--reason", REASON)
    assert (published.exit_code, published.output) == (0, "Version 2 is in force.\n")
    assert current_definition().question["lot"].when == (Clause("for_self", ("yes",)),)
    assert db.session.get_one(Topic, "ENR-STOR").name == "Fridges and freezers"
    assert run(app, "diff").exit_code == run(app, "diff", "--from", 2, "--to", 1).exit_code == 1
    assert run(app, "diff", "--from", 2).exit_code == 0
    assert run(app, "diff", "--from", 7).exit_code == 2


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"groups = [", "is no TOML"),
        (b"\xff\xfe", "is not UTF-8, at byte 0"),
        (b"# " + b"x" * 5_000_000, "is larger than 1,000,000 bytes"),
        (b"a = " + b"[" * 5000, "is no TOML"),
        (b'colour = "red"', "colour: is not known here"),
        (b"", "groups: has to be a list"),
        (b"groups = 5", "groups: has to be a list"),
    ],
    ids=["broken", "no text", "too large", "too deep", "unknown", "empty", "wrong type"],
)
@pytest.mark.parametrize("command", [("check",), ("import", "--reason", REASON)], ids=["check", "import"])
def test_a_file_that_is_no_form_is_refused_in_a_line(
    app: Flask, tmp_path: Path, command: tuple[str, ...], content: bytes, told: str
) -> None:
    path = tmp_path / "odd.toml"
    path.write_bytes(content)

    result = run(app, command[0], path, *command[1:])

    assert (result.exit_code, told in result.output, "Nothing was changed." in result.output) == (1, True, True)
    assert run(app, "diff", path).exit_code == 2
    assert current_definition().version == 1


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('kind = "moment"', 'kind = "moon"', "questions[11].kind: has to be one of"),
        ("past = true", 'past = "yes"', "questions[11].past: has to be true or false"),
        ("most = 120", "most = 1.5", "questions[2].most: has to be a whole number"),
        ('team = "NCIR"', 'team = "XYZ"', "groups.ACC-NCIR.team: there is no team XYZ, or it is closed"),
        ('{value = "expired", label = "Expired"},', "", "questions.waste_reason.choices.expired: is missing"),
        ('key = "lot"', 'key = "lot_number"', "questions.lot: is missing; what cases name is retired"),
    ],
)
def test_what_is_wrong_in_a_file_is_told_with_its_place_and_nothing_is_changed(
    app: Flask, file: Path, old: str, new: str, told: str
) -> None:
    rewrite(file, old, new)

    for command in (["check", file], ["import", file, "--reason", REASON]):
        result = run(app, *command)
        assert (result.exit_code, told in result.output, "Nothing was changed." in result.output) == (1, True, True)
    assert current_definition().version == 1


def test_a_lost_topic_is_told_and_so_is_everything_else_that_is_wrong(app: Flask, file: Path) -> None:
    raw = tomllib.loads(file.read_text(encoding="utf-8"))
    lines = file.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if '"ENR-START"' not in line and '"ENR-STOR", name' not in line]
    file.write_text("\n".join(kept).replace(', "ENR-STOR"', "").replace('"ENR-STOR", ', "").replace('"ENR-STOR"', '"ENR"'))
    assert raw != tomllib.loads(file.read_text(encoding="utf-8"))

    result = run(app, "import", file, "--reason", REASON)

    assert result.exit_code == 1
    for code in ("ENR-START", "ENR-STOR"):
        assert f"groups.{code}: is missing" in result.output
    assert current_definition().topics["ENR-START"].is_active


@pytest.mark.parametrize("reason", ["short", "x" * 301, "   x           "])
def test_an_import_says_why(app: Flask, file: Path, reason: str) -> None:
    result = run(app, "import", rewrite(file, "Storage units", "Fridges"), "--reason", reason)

    assert (result.exit_code, "10 to 300 characters" in result.output) == (2, True)
    assert current_definition().version == 1
