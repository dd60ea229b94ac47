"""Who has a case, and whose it is, is written in few places: by the desk itself in one, and so that teams know its tags."""

import ast

from tests.architecture import sources

WHO, WHOSE = {"assignee", "assignee_id"}, {"team", "team_id"}
# What people do: take and answer (commands), and what becomes of cases when people and teams change (handing).
BY_PEOPLE = {"helpdesk.cases.commands", "helpdesk.cases.handing"}
BY_THE_DESK = {"helpdesk.cases.distribution"}


def test_the_assignee_of_a_case_has_few_writers_and_the_desk_is_one():
    writers = {source.module for source in sources.of("helpdesk") if _writes(source.tree, WHO)}

    assert writers == BY_PEOPLE | BY_THE_DESK, "Let cases be given by distribution.py, or by the verb of a person in commands.py."


def test_the_team_of_a_case_has_two_writers_of_which_the_first_lets_the_team_know_its_tags():
    writers = {source.module for source in sources.of("helpdesk") if _writes(source.tree, WHOSE)}

    assert writers == {"helpdesk.cases.handing", "helpdesk.cases.routed"}, "Let a case go to a team by handing.go_to."


def _writes(tree: ast.AST, names: set[str]) -> bool:
    """Whether one of these is set, by assignment or in an UPDATE; what an error tells of itself aside."""
    for node in ast.walk(tree):
        is_set = isinstance(node, ast.Attribute) and node.attr in names and isinstance(node.ctx, ast.Store)
        if is_set and sources.dotted(node.value) != "self":
            return True
        if isinstance(node, ast.Call) and sources.dotted(node.func).endswith("values") and names & {k.arg for k in node.keywords}:
            return True
    return False
