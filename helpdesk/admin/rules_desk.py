"""The routing rules in the hands of staff: what is in force, the draft and who edits it, how a change is saved."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from ..accounts import parked
from ..accounts.sessions import the_user
from ..extensions import db
from ..intake.vocabulary import current_vocabulary
from ..permissions import Permission, may, requires
from ..routing import differences, drafting, golden, reading, sentences, writing
from ..routing.differences import Difference
from ..routing.errors import BadRule, BadRuleSet, DraftExists, DraftGone, NoRuleSet, NotTheEditor, StaleDraft
from ..routing.golden import GoldenCase
from ..routing.models import RuleDraft, RuleSetVersion
from ..routing.queries import versions
from ..routing.rules import Rule, RuleSet
from ..routing.vocabulary import Vocabulary
from ..transaction import transaction
from .blueprint import bp
from .hours_pages import Answer, typed
from .people_forms import VersionedForm
from .ticket_forms import Conflict
from .ticket_pages import BEGIN, TAKE_OVER


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


class RulesForm(VersionedForm):
    """A form that changes the draft; it knows which state of the draft it was filled in for."""

    conflict: Conflict | None = None

    def refuse(self, wrong: BadRule | BadRuleSet) -> None:
        """Say what is wrong with what was typed, where it can be told at a field there."""
        problem = f"{wrong.place}: {wrong.problem}" if isinstance(wrong, BadRule) else str(wrong)
        self.form_errors.append(problem)


@dataclass(frozen=True)
class RulesDesk:
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
        """Whether this person edits the draft."""
        return self.draft is not None and self.draft.editor_id == the_user().id and self.may_edit

    @property
    def may_edit(self) -> bool:
        """Whether this person may edit a draft at all."""
        return may(the_user(), Permission.EDIT_RULES)

    @property
    def seen(self) -> int:
        """The state of the draft that a page is filled in for."""
        return self.draft.version if self.draft else 0

    @property
    def is_overtaken(self) -> bool:
        """Whether a version was published since the draft was begun."""
        return self.draft is not None and self.draft.base_version != self.current.version

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
    form = about.get("form")
    if isinstance(form, RulesForm) and not form.conflict and not desk.is_mine and (request.method == "POST" or typed()):
        form.conflict = _conflict_on(desk)  # what was typed is shown, though the draft is another's by now
        form.version.data = str(desk.seen)
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


def to(endpoint: str, **values: Any) -> Answer:
    """On to one of the pages."""
    return redirect(url_for(f"admin.{endpoint}", **values), code=303)


def acted(act: Callable[[], Any]) -> bool:
    """Do something with the draft that is no form to be kept; False, and said why, where it is another's or another by now."""
    try:
        with transaction():
            act()
    except (DraftGone, LookupError, NotTheEditor, StaleDraft):
        flash(_("Nothing was done: the draft has changed, or is not yours any more. This is how it stands now."), "warn")
        return False
    return True


def save(form: RulesForm, change: Change) -> HTTPStatus:
    """Save the draft with a change, after taking it over or beginning another where that was the button.

    Else the form says what is wrong, or whose draft it is by now and what differs.
    """
    try:
        with transaction():
            seen = _taken(request.form.get("then", ""), form.seen_version)
            is_other = saved(change, seen=seen)
            parked.forget(request.path)
    except (BadRule, BadRuleSet) as wrong:
        form.refuse(wrong)
        return HTTPStatus.UNPROCESSABLE_ENTITY
    except (DraftExists, DraftGone, LookupError, NotTheEditor, StaleDraft):
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


def _taken(button: str, seen: int) -> int:
    """The state of the draft after the button was pressed."""
    if button == TAKE_OVER:
        return drafting.take_over(by=the_user()).version
    return drafting.start(by=the_user()).version if button == BEGIN else seen


def _conflict(change: Change) -> Conflict:
    desk = the_desk()
    try:
        differ = tuple(between(desk.shown, change(desk.shown), desk.known))
    except (BadRule, BadRuleSet, LookupError):
        differ = ()
    return _conflict_on(desk, differ)


def _conflict_on(desk: RulesDesk, differ: tuple[Difference, ...] = ()) -> Conflict:
    if desk.draft is None:
        return Conflict("gone", differences=differ)
    if desk.draft.editor_id == the_user().id:
        return Conflict("stale", desk.draft.saver.name, desk.draft.saved_at, differ)
    return Conflict("taken", desk.draft.editor.name, desk.draft.edited_since_at, differ)
