"""Small files, small functions, and a promise on everything that others call."""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture import sources

LONGEST_FILE = 300  # lines
LONGEST_FUNCTION = 50  # lines
MOST_PARAMETERS_BY_POSITION = 5

OURS = ("benchmarks", "helpdesk", "tools", "config.py", "wsgi.py", "gunicorn.conf.py")
Function = ast.FunctionDef | ast.AsyncFunctionDef


def test_files_stay_readable():
    long = [f"{source} has {source.lines} lines" for source in sources.of(*OURS, "tests") if source.lines > LONGEST_FILE]

    assert not long, f"Split by topic what outgrows {LONGEST_FILE} lines (cases/merging.py):\n" + "\n".join(long)


def test_functions_stay_readable():
    long = [
        f"{source}:{function.lineno} {function.name} has {_length(function)} lines"
        for source in sources.of(*OURS, "tests")
        for function in ast.walk(source.tree)
        if isinstance(function, Function) and _length(function) > LONGEST_FUNCTION
    ]

    assert not long, "A name is missing: take a part out and call it what it does:\n" + "\n".join(long)


@pytest.mark.parametrize("lacks", ["docstring", "types"])
def test_what_others_call_says_what_it_promises(lacks):
    finder = _lacks_docstring if lacks == "docstring" else _lacks_types
    found = [
        f"{source}:{node.lineno} {node.name}" for source in sources.of(*OURS) for node in _public(source.tree) if finder(node)
    ]

    assert not found, f"Public functions and classes without {lacks}:\n" + "\n".join(found)


def test_what_is_not_the_subject_is_given_by_keyword():
    found = [
        f"{source}:{node.lineno} {node.name}"
        for source in sources.of("helpdesk")
        for node in _public(source.tree)
        if isinstance(node, Function) and len(node.args.posonlyargs + node.args.args) > MOST_PARAMETERS_BY_POSITION
    ]

    assert not found, "Put a * after the subject, or make an object of what belongs together:\n" + "\n".join(found)


def _public(tree: ast.AST) -> Iterator[Function | ast.ClassDef]:
    """Functions, classes and methods that are not private; functions inside functions are."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, Function | ast.ClassDef) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from _public(node)


def _lacks_docstring(node: Function | ast.ClassDef) -> bool:
    overrides = any(sources.dotted(decorator).endswith(("override", "overload")) for decorator in node.decorator_list)
    return ast.get_docstring(node) is None and not overrides


def _lacks_types(node: Function | ast.ClassDef) -> bool:
    if isinstance(node, ast.ClassDef):
        return False
    arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    untyped = [a for a in arguments if a.annotation is None and a.arg not in ("self", "cls")]
    return bool(untyped) or node.returns is None


def _length(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1
