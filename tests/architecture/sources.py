"""The project's own Python, read as syntax trees."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import config

ROOT = config.ROOT
PACKAGE = "helpdesk"


@dataclass(frozen=True)
class Source:
    """One module: its path from the root of the project, its dotted name and its syntax tree."""

    path: Path
    module: str
    tree: ast.Module
    lines: int

    def __str__(self) -> str:
        return str(self.path)


@cache
def of(*places: str) -> tuple[Source, ...]:
    """Every module below these folders, or the files themselves."""
    paths = [
        found for place in places for found in ([ROOT / place] if place.endswith(".py") else sorted((ROOT / place).rglob("*.py")))
    ]
    return tuple(_read(path) for path in paths)


def calls(tree: ast.AST) -> Iterator[tuple[ast.Call, str]]:
    """Every call with the dotted name that is called: `db.session.commit`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node, dotted(node.func)


def dotted(node: ast.AST) -> str:
    """A name as it is written: `a.b.c`; what is not a plain name is left out."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}".lstrip(".")
    return node.id if isinstance(node, ast.Name) else ""


def imports(source: Source) -> Iterator[tuple[int, str]]:
    """Every module of the package that a module imports, as a dotted name, with its line."""
    here = source.module.split(".")
    package = here if source.path.name == "__init__.py" else here[:-1]
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names if alias.name.split(".")[0] == PACKAGE)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            base = [*base, *(node.module.split(".") if node.module else [])]
            if base and base[0] == PACKAGE:
                yield from ((node.lineno, ".".join([*base, alias.name])) for alias in node.names)


def _read(path: Path) -> Source:
    text = path.read_text("utf-8")
    relative = path.relative_to(ROOT)
    module = ".".join(relative.with_suffix("").parts).removesuffix(".__init__")
    return Source(relative, module, ast.parse(text), text.count("\n"))
