"""`flask routing backtest`: past cases decided once more by the rules in a file."""

import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask

from helpdesk.cases import past_cases
from helpdesk.extensions import db
from helpdesk.routing import files, reading
from helpdesk.routing.models import Backtest, BacktestState
from tests.case_factories import a_case
from tests.factories import an_agent
from tests.routing.examples import TRIAGE, a_rule
from tests.routing.past import ALL_TO_INV, copies_of, moved_by

NO_SUCH_FACT = a_rule(when={"fact": "weather", "is": "wet"})


def run(app: Flask, *arguments: object) -> Result:
    """What the command answers."""
    found = app.test_cli_runner().invoke(args=["routing", "backtest", *map(str, arguments)])
    db.session.rollback()
    return found


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Rules that send everything to one team."""
    return written(tmp_path, ALL_TO_INV)


def written(folder: Path, rules: list[dict[str, Any]]) -> Path:
    """A file of these rules."""
    path = folder / "rules.yaml"
    path.write_text(files.write(reading.read(rules), ()), encoding="utf-8")
    return path


def the_only() -> Backtest:
    return db.session.scalars(sa.select(Backtest)).one()


@pytest.mark.both_databases
def test_it_says_what_would_have_changed_and_keeps_it(app: Flask, file: Path) -> None:
    agent = an_agent("ENR")
    right, wrong, _other = a_case(agent=agent), a_case(agent=agent), a_case(agent=agent)
    moved_by(agent, right, "INV")
    moved_by(agent, wrong, "NCIR")

    found = run(app, file)

    assert found.exit_code == 0, found.output
    assert "Of 3 cases, 3 (100 %) would have gone to another team." in found.stdout
    assert "the rules send 1 at once where agents took them, 0 where they went wrong then, and 1 wrong in another" in found.stdout
    assert "\nTeams\n  ENR -> INV: 3\n" in found.stdout
    assert f"  {right.number}: ENR (enrollment) -> INV (all-to-inv); moved by hand to INV\n" in found.stdout
    job = the_only()
    assert (job.state, job.asked_by, job.of_version, job.rules) == (BacktestState.DONE, None, None, reading_of(file))
    assert found.stdout.endswith(f"/admin/rules/backtests/{job.id}\n")
    assert "3 of 3 cases" in found.stderr


def reading_of(file: Path) -> list[dict[str, Any]]:
    """The rules of a file as they are stored."""
    return files.read(file.read_bytes()).stored()[0]


def test_as_json_it_says_everything(app: Flask, file: Path) -> None:
    case = a_case()
    copies_of(case, past_cases.AT_ONCE)

    found = json.loads(run(app, file, "--json").stdout)

    assert (found["backtest"], found["cases"], found["moved"], found["teams"]) == (the_only().id, 501, 501, {"ENR": {"INV": 501}})
    assert len(found["listed"]) == 500
    assert found["listed"][0] == {
        "case": case.number,
        "case_id": case.id,
        "old": "ENR",
        "new": "INV",
        "old_rule": "enrollment",
        "new_rule": "all-to-inv",
        "by_hand": "",
    }


def test_days_are_those_of_the_desk(app: Flask, file: Path) -> None:
    a_case()  # on November 30

    def cases(*days: str) -> int:
        return json.loads(run(app, file, "--json", *days).stdout)["cases"]

    assert cases("--since", "2026-11-30") == cases("--since", "2026-09-01", "--until", "2026-11-30") == 1
    assert cases("--since", "2026-09-01", "--until", "2026-11-29") == 0
    assert run(app, file, "--since", "2026-12-02", "--until", "2026-12-01").exit_code == 2
    assert run(app, file, "--since", "yesterday").exit_code == 2


def test_nothing_at_all_is_said_in_words(app: Flask, file: Path) -> None:
    assert "No case came in on these days: there is nothing to compare." in run(app, file).stdout


@pytest.mark.parametrize(
    ("rules", "problem"), [([NO_SUCH_FACT, TRIAGE], "weather"), ([TRIAGE, TRIAGE], "triage"), ([], "There is no rule.")], ids=str
)
def test_a_file_that_is_wrong_is_not_replayed(app: Flask, tmp_path: Path, rules: list[dict[str, Any]], problem: str) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text(json.dumps({"rules": rules}))  # which is YAML, too

    found = run(app, path)

    assert (found.exit_code, problem in found.stderr, "Nothing was replayed." in found.stderr) == (1, True, True)
    assert db.session.scalar(sa.select(Backtest)) is None
