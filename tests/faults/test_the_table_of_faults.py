"""docs/faults.md and the fault tests know each other."""

import ast
import re

from tests.faults.processes import ROOT

TABLE = (ROOT / "docs" / "faults.md").read_text("utf-8")
HERE = ROOT / "tests" / "faults"


def names_in(file) -> set[str]:
    """The names of the tests in a file."""
    tree = ast.parse(file.read_text("utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


def test_every_test_that_the_table_names_exists():
    named = set(re.findall(r"`(test_\w+)`", TABLE))

    missing = named - {name for file in (ROOT / "tests").rglob("test_*.py") for name in names_in(file)}

    assert named
    assert not missing, f"There are no such tests; mend docs/faults.md: {sorted(missing)}"


def test_every_file_of_fault_tests_is_in_the_table():
    files = [file for file in HERE.glob("test_*.py") if file.stem != __name__.rpartition(".")[2]]

    missing = [file.name for file in files if not re.findall("|".join(rf"`{name}`" for name in names_in(file)), TABLE)]

    assert not missing, f"Tell in docs/faults.md what these break and what was seen: {missing}"
    assert all(f"`{file.name}`" in TABLE for file in files), "Name the file in the heading of its table."


def test_every_line_of_the_table_has_its_test():
    lines = [line for line in TABLE.splitlines() if line.startswith("| ") and not line.startswith(("| fault", "| ---"))]

    assert lines
    assert [line for line in lines if not re.search(r"`test_\w+` \|$", line)] == []
