"""The routing rules in the hands of staff: what is in force, the draft and who edits it, how a change is saved."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from typing import Any

from flask import flash, render_template, request

from ..accounts import parked
from ..accounts.sessions import the_user
from ..extensions import db
from ..intake.vocabulary import current_vocabulary
from ..languages import gettext as _
from ..one_draft import DraftExists, DraftGone
from ..permissions import Permission, may, requires
from ..routing import differences, drafting, golden, reading, sentences, writing
from ..routing.differences import Difference
from ..routing.errors import BadRule, BadRuleSet, NoRuleSet
from ..routing.golden import GoldenCase
from ..routing.models import RuleDraft, RuleSetVersion
from ..routing.queries import versions
from ..routing.rules import Rule, RuleSet
from ..routing.vocabulary import Vocabulary
from ..transaction import transaction
from .blueprint import bp
from .drafts import CHANGED, Conflict, ConflictingForm, DraftedDesk, say_that_it_changed, taken, tell_conflict, to
from .hours_pages import Answer


@dataclass(frozen=True)
class Book:
    """Rules in their order, and the golden cases that are kept with them."""

    rules: tuple[Rule, ...]
    cases: tuple[GoldenCase, ...]

    @property
    def rule_set(self) -> RuleSet:
        """The rules as they decide."""
        return RuleSet(self.rules)

    def number_of(self, key: str) -> int:
        """Where a rule stands, counted from 1; 0 for one that is not there."""
        return next((number for number, rule in enumerate(self.rules, start=1) if rule.key == key), 0)


Change = Callable[[Book], Book]


class RulesForm(ConflictingForm):
    """A form that changes the draft of the rules."""

    def refuse(self, wrong: BadRule | BadRuleSet) -> None:
        """Say what is wrong with what was typed, where it can be told at a field there."""
        problem = f"{wrong.place}: {wrong.problem}" if isinstance(wrong, BadRule) else str(wrong)
        self.form_errors.append(problem)


@dataclass(frozen=True)
class RulesDesk(DraftedDesk):
    """What is in force, the draft if there is one, and what rules can speak of; `shown` is the draft, else what is in force."""

    current: RuleSetVersion
    draft: RuleDraft | None
    known: Vocabulary

    @cached_property
    def in_force(self) -> Book:
        """What decides now."""
        return book_of(self.current)

    @cached_property
    def shown(self) -> Book:
        """What is written now."""
        return book_of(self.draft) if self.draft else self.in_force

    @property
    def is_mine(self) -> bool:
        """Whether this person edits the draft, and still may."""
        return super().is_mine and self.may_edit

    @property
    def may_edit(self) -> bool:
        """Whether this person may edit a draft at all."""
        return may(the_user(), Permission.EDIT_RULES)

    @cached_property
    def differences(self) -> list[Difference]:
        """What the draft would change."""
        return between(self.in_force, self.shown, self.known)


def the_desk() -> RulesDesk:
    """The rules as they are, and as they are being edited. Raises NoRuleSet."""
    current = db.session.scalar(versions().limit(1))
    if current is None:
        raise NoRuleSet
    return RulesDesk(current, drafting.the_draft(), current_vocabulary())


def book_of(kept: RuleDraft | RuleSetVersion) -> Book:
    """What a draft or a version says."""
    return Book(reading.read(kept.rules).rules, golden.read(kept.golden))


def between(old: Book, new: Book, known: Vocabulary) -> list[Difference]:
    """Every difference, in words."""
    return differences.between(old.rule_set, new.rule_set, old.cases, new.cases, known)


def page(name: str, desk: RulesDesk, **about: Any) -> str:
    """A page about the rules, with what all of them show."""
    tell_conflict(about.get("form"), desk)
    return render_template(f"admin/{name}.html", desk=desk, sentence=sentences.in_one_line, **about)


@bp.post("/rules/draft")
@requires(Permission.EDIT_RULES)
def begin_rules() -> Answer:
    """Begin the draft with what is in force."""
    try:
        with transaction():
            drafting.start(by=the_user())
    except DraftExists:
        flash(_("Somebody has begun a draft already: see below who edits it."), "warn")
        return to("rule_draft")
    flash(_("The draft is yours. No case is routed by it until it is published."), "ok")
    return to("rule_draft")


@bp.route("/rules/take-over", methods=["GET", "POST"])
@requires(Permission.EDIT_RULES)
def take_over_rules() -> Answer:
    """Ask before the draft changes hands; then edit it in place of whoever did."""
    desk = the_desk()
    if request.method != "POST":
        return page("take_over_rules", desk)
    if desk.draft is None:
        return to("rules")
    if acted(lambda: drafting.take_over(by=the_user())):
        flash(_("The draft is yours now. What its editor types meanwhile cannot be saved; they are told so."), "ok")
    return to("rule_draft")


@bp.route("/rules/discard", methods=["GET", "POST"])
@requires(Permission.EDIT_RULES)
def discard_rules() -> Answer:
    """Ask before the draft is thrown away, showing what it would change; then throw it away."""
    desk, form = the_desk(), RulesForm()
    if request.method != "POST":
        form.version.data = str(desk.seen)
        return page("discard_rules", desk, form=form)
    if acted(lambda: drafting.discard(seen=form.seen_version, by=the_user())):
        flash(_("The draft is thrown away. What it would have changed stays in the history of the rules."), "ok")
    return to("rules")


def acted(act: Callable[[], Any]) -> bool:
    """Do something with the draft that is no form to be kept; False, and said why, where it is another's or another by now."""
    try:
        with transaction():
            act()
    except (*CHANGED, LookupError):  # a rule that is gone is a change, too
        say_that_it_changed()
        return False
    return True


def save(form: RulesForm, change: Change) -> HTTPStatus:
    """Save the draft with a change, after taking it over or beginning another where that was the button.

    Else the form says what is wrong, or whose draft it is by now and what differs.
    """
    try:
        with transaction():
            seen = taken(drafting, request.form.get("then", ""), form.seen_version)
            is_other = saved(change, seen=seen)
            parked.forget(request.path)
    except (BadRule, BadRuleSet) as wrong:
        form.refuse(wrong)
        return HTTPStatus.UNPROCESSABLE_ENTITY
    except (*CHANGED, DraftExists, LookupError):
        form.conflict = _conflict(change)
        form.version.data = str(the_desk().seen)
        return HTTPStatus.CONFLICT
    flash(_("Saved in the draft.") if is_other else _("Nothing has been changed."), "ok" if is_other else "info")
    return HTTPStatus.OK


def saved(change: Change, *, seen: int) -> bool:
    """Save the draft with a change; needs an open transaction. Raises as `drafting.save` does, and DraftGone."""
    draft = drafting.the_draft()
    if draft is None:
        raise DraftGone
    changed = change(book_of(draft))
    return drafting.save(writing.write(changed.rule_set), golden.write(changed.cases), seen=seen, by=the_user())


def _conflict(change: Change) -> Conflict:
    desk = the_desk()
    try:
        differ = tuple(between(desk.shown, change(desk.shown), desk.known))
    except (BadRule, BadRuleSet, LookupError):
        differ = ()
    return desk.conflict(differ)
