"""The routing rules as a table: those in force, and the draft in which they are put in order, copied and removed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from flask import abort, current_app, flash, request

from .. import clock
from ..accounts.sessions import the_user
from ..languages import gettext as _
from ..languages import lazy_gettext as _l
from ..permissions import Permission, requires
from ..routing import drafting, rule_editing, sentences
from ..routing.queries import caught_since
from ..routing.rules import Rule
from ..typed_text import number_in
from .blueprint import bp
from .drafts import to
from .hours_pages import Answer
from .rules_desk import Book, Change, RulesDesk, RulesForm, acted, page, saved, the_desk

CAUGHT_DAYS = 30
ON_A_PAGE = 50  # rules
STATES = {"added": _l("new"), "changed": _l("changed"), "moved": _l("moved")}


@dataclass(frozen=True)
class Row:
    """A rule in the table, and how many cases it has caught; in the draft also what is other than in force."""

    number: int
    rule: Rule
    caught: int | None  # none: it is not in force yet
    state: str = ""


@bp.get("/rules")
@requires(Permission.SEE_RULES)
def rules() -> Answer:
    """The rules in force, each as a sentence, with how many cases it has caught."""
    desk = the_desk()
    start, rows = _rows(desk.in_force, desk, {})
    return page("rules", desk, rows=rows, **_around(start, desk.in_force), days=CAUGHT_DAYS, has_backtests=has_backtests())


@bp.get("/rules/rules/<path:rule_key>")
@requires(Permission.SEE_RULES)
def rule(rule_key: str) -> Answer:
    """One rule in force, taken apart: what has to hold, and what it does."""
    desk = the_desk()
    found = next((rule for rule in desk.in_force.rules if rule.key == rule_key), None) or abort(404)
    return page(
        "rule",
        desk,
        rule=found,
        number=desk.in_force.number_of(rule_key),
        tree=sentences.condition_tree(found, desk.known),
        actions=sentences.actions_by_part(found.then, desk.known),
        caught=caught().get(rule_key, 0),
        days=CAUGHT_DAYS,
    )


@bp.get("/rules/draft")
@requires(Permission.SEE_RULES)
def rule_draft() -> Answer:
    """The draft: the same table, in which whoever edits it can move, copy and remove rules."""
    desk = the_desk()
    if desk.draft is None:
        return to("rules")
    states = {found.key: found.kind.value for found in desk.differences if found.about.value == "rule"}
    start, rows = _rows(desk.shown, desk, states)
    return page(
        "rule_draft",
        desk,
        rows=rows,
        **_around(start, desk.shown),
        days=CAUGHT_DAYS,
        states=STATES,
        last_save=drafting.the_last_save(desk.draft) if desk.is_mine else None,
        has_backtests=has_backtests(),
    )


@bp.post("/rules/draft/order")
@requires(Permission.EDIT_RULES)
def change_rules() -> Answer:
    """Move, number, copy or remove rules of the table, or take the last change back, and go back to the table."""
    form, sent = RulesForm(), request.form
    at = _place_in(sent)
    if "undo" in sent:
        acted(lambda: drafting.undo(seen=form.seen_version, by=the_user()))
        return to("rule_draft")
    change = _change(sent) or abort(404)
    if acted(lambda: saved(change, seen=form.seen_version)) and "remove" in sent:
        flash(_("The rule is taken out of the draft. You can take that back below."), "ok")
    return to("rule_draft", **page_of(at), _anchor=f"rule-{at}" if at else "table")


def caught() -> dict[str, int]:
    """How many cases each rule has caught lately, by its key."""
    return caught_since(clock.now() - timedelta(days=CAUGHT_DAYS))


def _rows(book: Book, desk: RulesDesk, states: Mapping[str, str]) -> tuple[int, list[Row]]:
    """Where this page begins, and its rules."""
    asked = number_in(request.args.get("start")) or 0
    start = asked if asked < len(book.rules) else 0
    counts, in_force = caught(), {rule.key for rule in desk.in_force.rules}
    numbered = list(enumerate(book.rules, start=1))[start : start + ON_A_PAGE]
    return start, [
        Row(number, rule, counts.get(rule.key, 0) if rule.key in in_force else None, states.get(rule.key, ""))
        for number, rule in numbered
    ]


def _around(start: int, book: Book) -> dict[str, Any]:
    """Where the pages before and behind begin."""
    following = start + ON_A_PAGE
    return {
        "start": start,
        "before": max(start - ON_A_PAGE, 0) if start else None,
        "following": following if following < len(book.rules) else None,
        "total": len(book.rules),
    }


def _change(sent: Mapping[str, str]) -> Change | None:
    """What the button that was pressed does to the rules; a rule is named by its number, which is that of the state seen."""
    for name, make in _BUTTONS.items():
        if name in sent:
            number = number_in(sent[name]) or 0

            def change(book: Book, make: Any = make, number: int = number) -> Book:
                if not 0 < number <= len(book.rules):
                    raise LookupError(number)
                return replace(book, rules=make(book.rules, book.rules[number - 1].key))

            return change
    if "order" not in sent:
        return None
    typed = {number_in(name[1:]): number_in(number) for name, number in sent.items() if name[:1] == "n"}

    def in_order(book: Book) -> Book:
        wanted = {rule.key: number for place, rule in enumerate(book.rules, start=1) if (number := typed.get(place))}
        return replace(book, rules=rule_editing.renumbered(book.rules, wanted))

    return in_order


def _copied(rules: tuple[Rule, ...], key: str) -> tuple[Rule, ...]:
    title = rule_editing.of_key(rules, key).title
    return rule_editing.duplicate(rules, key, title=_("Copy of %(title)s", title=title))


_BUTTONS: dict[str, Any] = {
    "up": lambda rules, key: rule_editing.move(rules, key, up=True),
    "down": lambda rules, key: rule_editing.move(rules, key, up=False),
    "copy": _copied,
    "remove": rule_editing.remove,
}


def _place_in(sent: Mapping[str, str]) -> int:
    """The number that the rule of the button has afterwards; 0 where no one rule was meant."""
    for name, step in (("up", -1), ("down", 1), ("copy", 1), ("remove", 0)):
        if name in sent:
            return max((number_in(sent[name]) or 0) + step, 1)
    return 0


def page_of(number: int) -> dict[str, int]:
    """What the address of a table says so that it shows this rule."""
    start = (number - 1) // ON_A_PAGE * ON_A_PAGE if number else 0
    return {"start": start} if start else {}


def has_backtests() -> bool:
    """Whether past cases can be replayed at this desk."""
    return "admin.backtests" in current_app.view_functions
