"""The rules for tests, held by one."""

import re
import tomllib

from tests.architecture import sources

SLEEPING = re.compile(r"(time\.)?sleep")
MOCKING = re.compile(r"(mock\.)?(patch(\.\w+)?|Mock|MagicMock|AsyncMock|create_autospec)|monkeypatch\.setattr|mocker\..*")
SKIPPING = re.compile(r"pytest\.(mark\.)?(skip|skipif|xfail|importorskip|exit)")
MAY_SKIP = {"tests/browser/conftest.py"}  # a machine without Chromium; .ci/run makes a failure of it


def test_warnings_are_errors():
    settings = tomllib.loads((sources.ROOT / "pyproject.toml").read_text())["tool"]["pytest"]["ini_options"]
    allowed = [line for line in settings["filterwarnings"] if line != "error"]

    assert settings["filterwarnings"][0] == "error", "Leave warnings as errors; mend what warns."
    assert all(re.fullmatch(r"ignore:[^:]+:\w+:\w[\w.*]*", line) for line in allowed), f"Name the module that may warn: {allowed}"


def test_tests_do_not_sleep():
    found = _found(SLEEPING)

    assert not found, "Wait for what you wait for, with an end (tests.waiting.until):\n" + "\n".join(found)


def test_tests_do_not_replace_our_code():
    found = _found(MOCKING)

    assert not found, "Use the database, the outbox, a real SMTP server and clock.at(...) instead:\n" + "\n".join(found)


def test_no_test_is_skipped():
    found = [line for line in _found(SKIPPING) if line.split(":")[0] not in MAY_SKIP]

    assert not found, "Mend the test or take it away:\n" + "\n".join(found)


def _found(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{source}:{call.lineno} calls {name}"
        for source in sources.of("tests")
        for call, name in sources.calls(source.tree)
        if pattern.fullmatch(name)
    ]
