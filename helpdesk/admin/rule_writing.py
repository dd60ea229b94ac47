"""Writing a rule in the draft: a new one, or one that is there."""

from dataclasses import replace
from http import HTTPStatus
from typing import Any

from flask import abort, request
from werkzeug.datastructures import MultiDict

from ..languages import gettext as _
from ..permissions import Permission, requires
from ..routing import rule_editing, sentences
from ..routing.rules import Rule
from . import rule_sketch
from .blueprint import bp
from .drafts import to
from .hours_pages import Answer, typed
from .rule_forms import RuleForm, nothing_yet, rule_form, sent_for
from .rules_desk import Book, RulesDesk, page, save, the_desk
from .rules_pages import page_of

ONE = "/rules/draft/rules/<path:rule_key>"


@bp.route("/rules/draft/add", methods=["GET", "POST"])
@requires(Permission.EDIT_RULES)
def add_rule() -> Answer:
    """A new rule, before the last unless another number is typed."""
    desk = the_desk()
    sent = MultiDict(request.form) if request.method == "POST" else typed() or nothing_yet(seen=desk.seen)
    changed = rule_sketch.pressed(sent, desk.known) if request.method == "POST" else None
    form = rule_form(desk.known, changed or sent)
    if request.method != "POST" or changed:
        return page("add_rule", desk, form=form, focus=rule_sketch.added(sent, changed or sent))
    if not form.validate():
        return page("add_rule", desk, form=form, focus=""), 422
    key = rule_editing.key_from(form.title.data, taken=_taken(desk))
    status = save(form, lambda book: _with(book, form.rule(key), form.place.data))
    if status is not HTTPStatus.OK:
        return page("add_rule", the_desk(), form=form, focus=""), status
    return _to_row(key)


@bp.get(ONE)
@requires(Permission.SEE_RULES)
def draft_rule(rule_key: str) -> Answer:
    """One rule of the draft, and what can be changed of it; it is only read by whoever does not edit the draft."""
    desk = the_desk()
    rule = _find(desk, rule_key) or abort(404)
    sent = typed() or sent_for(rule, desk.known, place=desk.shown.number_of(rule_key), seen=desk.seen)
    return _rule_page(desk, rule_key, rule_form(desk.known, sent, rule=rule, is_last=_is_last(desk, rule)))


@bp.post(ONE)
@requires(Permission.EDIT_RULES)
def change_rule(rule_key: str) -> Answer:
    """Save a rule, or add a part to its form or take one away; a rule that is gone meanwhile is kept as it was typed."""
    desk, sent = the_desk(), MultiDict(request.form)
    before = _find(desk, rule_key)
    is_last = _is_last(desk, before)
    changed = None if is_last else rule_sketch.pressed(sent, desk.known)
    form = rule_form(desk.known, changed or sent, rule=before, is_last=is_last)
    if changed:
        return _rule_page(desk, rule_key, form, focus=rule_sketch.added(sent, changed))
    if not form.validate():
        return _rule_page(desk, rule_key, form), 422
    place = form.place.data if form.place is not None else None
    is_moved = place != desk.shown.number_of(rule_key)
    status = save(form, lambda book: _with(book, form.rule(rule_key), place if is_moved else None))
    return _to_row(rule_key) if status is HTTPStatus.OK else (_rule_page(the_desk(), rule_key, form), status)


def _find(desk: RulesDesk, key: str) -> Rule | None:
    return next((rule for rule in desk.shown.rules if rule.key == key), None)


def _is_last(desk: RulesDesk, rule: Rule | None) -> bool:
    return rule is not None and rule == desk.shown.rules[-1]


def _with(book: Book, rule: Rule, place: int | None) -> Book:
    before = next((other for other in book.rules if other.key == rule.key), None)
    if before is not None:
        rule = replace(rule, when=rule_sketch.steady(rule.when, before.when))
    return replace(book, rules=rule_editing.put(book.rules, rule, place=place))


def _taken(desk: RulesDesk) -> set[str]:
    """Keys that a new rule cannot have: a case that was caught by the old rule of that key is not caught by it."""
    return {rule.key for book in (desk.shown, desk.in_force) for rule in book.rules}


def _to_row(key: str) -> Answer:
    number = the_desk().shown.number_of(key)
    return to("rule_draft", **page_of(number), _anchor=f"rule-{number}")


def _rule_page(desk: RulesDesk, key: str, form: RuleForm, *, focus: str = "") -> str:
    rule = _find(desk, key)
    apart: dict[str, Any] = {}
    if rule is not None:
        apart["tree"] = sentences.condition_tree(rule, desk.known)
        apart["actions"] = sentences.actions_by_part(rule.then, desk.known)
    return page(
        "draft_rule",
        desk,
        form=form,
        focus=focus,
        rule=rule,
        key=key,
        number=desk.shown.number_of(key),
        title=rule.title if rule else form.title.data or _("A rule that is gone"),
        **apart,
    )
