"""Who has a case is written in few places, and by the desk itself in one."""

import ast

from tests.architecture import sources

WHO = {"assignee", "assignee_id"}
# What people do: take and answer (commands), and what becomes of cases when people and teams change (handing).
BY_PEOPLE = {"helpdesk.cases.commands", "helpdesk.cases.handing"}
BY_THE_DESK = {"helpdesk.cases.distribution"}


def test_the_assignee_of_a_case_has_few_writers_and_the_desk_is_one():
    writers = {source.module for source in sources.of("helpdesk") if _writes(source.tree)}

    assert writers == BY_PEOPLE | BY_THE_DESK, "Let cases be given by distribution.py, or by the verb of a person in commands.py."


def _writes(tree: ast.AST) -> bool:
    """Whether something's assignee is set, by assignment or in an UPDATE; what an error tells of itself aside."""
    for node in ast.walk(tree):
        is_set = isinstance(node, ast.Attribute) and node.attr in WHO and isinstance(node.ctx, ast.Store)
        if is_set and sources.dotted(node.value) != "self":
            return True
        if isinstance(node, ast.Call) and sources.dotted(node.func).endswith("values") and WHO & {k.arg for k in node.keywords}:
            return True
    return False
