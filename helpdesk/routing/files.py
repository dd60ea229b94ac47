"""Rules and their golden cases as a file (YAML): what `flask routing export` writes and `flask routing import` reads."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from ..languages import gettext as _
from ..languages import lazy_gettext as _l
from . import golden as golden_cases
from . import reading, writing, yaml_nodes, yaml_writing
from .errors import BadFile, BadGolden, BadRule, BadRuleSet, Fault
from .golden import MOST_GOLDEN, GoldenCase
from .rules import DRAFT, RuleSet
from .vocabulary import Vocabulary
from .yaml_nodes import Node

MOST_FAULTS = 20  # that are told at once
LONGEST_PROBLEM = 500  # characters of one
_STEP = re.compile(r"(\w+)|\[(\d+)\]")
_NAMES = ("rules", "golden")
_HEADER = _l("""\
The rules are asked in their order. The first one that fits and has a team decides; a rule with
"also: true" never decides, is always asked, and adds what it holds. The last rule fits everything.

  when    always, one comparison, or one group: all, any or none with a list of comparisons (a group
          may stand in a group, once). A comparison is a fact and one of
            is, is_one_of, has_word (a word or a phrase of a text; neither case nor accents matter),
            at_least (of a priority: as urgent or more),
            at_least, at_most, more_than, less_than, equals (of numbers and counts of days)
  then    team (a code, or topic_team), priority_at_least or priority_exactly, tags, watchers (teams),
          skills and without_skill (a team, and tags, if nobody there has them), macro, status
          (pending: the macro is sent and the case waits), notify (teams whose leads are told)
  golden  examples that have to go to the team, with the priority, that they name

Texts such as "no", "yes", "5" and "2026-11-30" stand in quotation marks, so that no program takes them
for something else. Check the file with: flask --app wsgi routing check FILE""")


@dataclass(frozen=True)
class RulesFile:
    """What a file says."""

    rules: RuleSet
    golden: tuple[GoldenCase, ...]
    lines: Mapping[str, int] = field(default_factory=dict)  # where each rule begins, by its key
    golden_lines: Mapping[str, int] = field(default_factory=dict)  # and each golden case, by its name

    def stored(self) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """The rules and the golden cases as they are stored."""
        return writing.write(self.rules), golden_cases.write(self.golden)


def write(rules: RuleSet, golden: Iterable[GoldenCase]) -> str:
    """Rules as a file, in one stable order: the same rules give the same file."""
    is_draft = rules.version == DRAFT
    title = _("The routing rules, a draft.") if is_draft else _("The routing rules, version %(number)s.", number=rules.version)
    head = [f"# {line}".rstrip() for line in [title, "", *str(_HEADER).splitlines()]]
    parts = {"rules": writing.write(rules), "golden": golden_cases.write(golden)}
    return "\n".join([*head, *(line for name, things in parts.items() if things for line in _part(name, things))]) + "\n"


def read(content: bytes, *, known: Vocabulary | None = None) -> RulesFile:
    """What a file says. Raises BadFile with the line of each rule and golden case that is wrong.

    With what is `known` the rules may only compare what there is, as with `reading.read`.
    """
    rules, golden = _parts(yaml_nodes.read(content))
    faults: list[Fault] = []
    for number, node in enumerate(rules, start=1):
        faults += _faults(node, node.data(), partial(reading.read_rule, number=number, known=known))
    for number, node in enumerate(golden, start=1):
        faults += _faults(node, _golden_data(node), partial(golden_cases.read_one, number=number))
    if faults:
        raise BadFile(_not_too_many(faults))
    return _together(rules, golden, known)


def _parts(top: Node) -> tuple[list[Node], list[Node]]:
    """The lists of rules and of golden cases."""
    if not isinstance(top.value, dict):
        raise BadFile.at(top.line, _("a file of rules begins with “rules:”"))
    lists: dict[str, list[Node]] = {"golden": []}
    for name, node in top.value.items():
        if name not in _NAMES:
            raise BadFile.at(node.line, _("unknown name %(name)s; known: %(known)s", name=name, known=", ".join(_NAMES)))
        if not isinstance(node.value, list):
            raise BadFile.at(node.line, _("“%(name)s” has to be a list", name=name))
        lists[name] = node.value
    if "rules" not in lists:
        raise BadFile.at(top.line, _("“rules” is missing"))
    if len(lists["golden"]) > MOST_GOLDEN:
        raise BadFile.at(lists["golden"][MOST_GOLDEN].line, _("there are more than %(most)s golden cases", most=MOST_GOLDEN))
    return lists["rules"], lists["golden"]


def _together(rules: list[Node], golden: list[Node], known: Vocabulary | None) -> RulesFile:
    """What was right one by one, as a set."""
    try:
        rule_set = reading.read([node.data() for node in rules], known=known)
    except BadRule as wrong:  # a key for the second time
        raise BadFile.at(_second(rules, "key", wrong.rule).line, str(wrong)) from None
    except BadRuleSet as wrong:
        raise BadFile.at(rules[-1].line if rules else 1, str(wrong)) from None
    try:
        cases = golden_cases.read([_golden_data(node) for node in golden])
    except BadGolden as wrong:  # a name for the second time
        raise BadFile.at(_second(golden, "name", wrong.rule).line, str(wrong)) from None
    return RulesFile(
        rule_set,
        cases,
        lines={rule.key: node.line for rule, node in zip(rule_set.rules, rules, strict=True)},
        golden_lines={case.name: node.line for case, node in zip(cases, golden, strict=True)},
    )


def _second(nodes: list[Node], part: str, text: str) -> Node:
    """The part of the second entry that says this there."""
    return [_found(node, part) for node in nodes if node.data()[part].strip() == text][1]


def _golden_data(node: Node) -> Any:
    """A golden case, whose facts are texts whatever they look like."""
    data = node.data()
    if isinstance(node.value, dict) and isinstance(facts := getattr(node.value.get("facts"), "value", None), dict):
        data["facts"] = {fact: value.text() for fact, value in facts.items()}
    return data


def _faults(node: Node, data: Any, read_one: Callable[[Any], object]) -> list[Fault]:
    try:
        read_one(data)
    except BadRule as wrong:
        at = _found(node, wrong.place)
        problem = str(wrong)
        return [Fault(at.line, problem[:LONGEST_PROBLEM] + _advice(at, wrong.problem))]
    return []


def _found(node: Node, place: str) -> Node:
    """The part of a rule that a place such as "when.all[2].is" names, or the last that is there on the way to it."""
    for name, number in _STEP.findall(place):
        if number and isinstance(node.value, list) and int(number) <= len(node.value):
            node = node.value[int(number) - 1]
        elif name and isinstance(node.value, dict) and name in node.value:
            node = node.value[name]
    return node


def _advice(node: Node, problem: str) -> str:
    """What to do where YAML takes for something else what was meant as a text, or the other way round."""
    if not isinstance(node.value, str) or not node.value:
        return ""
    if node.is_plain and not isinstance(node.data(), str) and problem == _("has to be a text"):
        return _('; write it in quotation marks: "%(value)s"', value=node.value)
    if problem == _("has to be true or false"):
        return _("; write true or false, without quotation marks")
    if not node.is_plain and problem == _("has to be a number"):
        return _("; write it without quotation marks")
    return ""


def _not_too_many(faults: list[Fault]) -> list[Fault]:
    more = len(faults) - MOST_FAULTS
    if more <= 0:
        return faults
    return [*faults[:MOST_FAULTS], Fault(faults[MOST_FAULTS].line, _("%(more)s more faults from here on", more=more))]


def _part(name: str, things: list[dict[str, Any]]) -> Iterator[str]:
    """One of the two lists, its entries apart by an empty line."""
    yield ""
    yield f"{name}:"
    for number, thing in enumerate(things):
        if number:
            yield ""
        first, *rest = yaml_writing.lines(thing)
        yield f"  - {first}"
        yield from (f"    {line}" for line in rest)
