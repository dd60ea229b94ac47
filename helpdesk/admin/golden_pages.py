"""Golden cases: the examples that are kept with the rules, and run at every check."""

from dataclasses import dataclass, replace
from http import HTTPStatus

from flask import abort, flash, redirect, request, url_for
from werkzeug.datastructures import MultiDict

from ..accounts.sessions import the_user
from ..cases.models import Case
from ..languages import gettext as _
from ..one_draft import DraftExists
from ..permissions import Permission, requires
from ..routing import drafting, golden
from ..routing.golden import GoldenCase, GoldenResult
from ..routing.models import RoutingDecision
from ..transaction import transaction
from ..typed_text import number_in
from .blueprint import bp
from .drafts import CHANGED, Conflict, to
from .fact_fields import asked_facts, facts_form, in_words
from .golden_forms import GoldenForm, sent_for
from .hours_pages import Answer, typed
from .rule_trials import found
from .rules_desk import Book, RulesDesk, acted, book_of, page, save, saved, the_desk

ON_A_PAGE = 50
OFFER = "offer"  # the button that fills in a form with what was tried
NO_DRAFT_YET = "none"  # why it could not be saved as it is
ONE = "/rules/golden/<int(max=2147483647):place>"


@dataclass(frozen=True)
class Row:
    """A golden case in the list, what is known of it, and what the rules shown make of it."""

    place: int
    result: GoldenResult
    facts: str
    by: int  # the number of the rule that decides it


@bp.get("/rules/golden")
@requires(Permission.SEE_RULES)
def golden_cases() -> Answer:
    """The golden cases of the draft, or else of what is in force, and which of them go where they have to."""
    desk = the_desk()
    results = golden.run(desk.shown.rule_set, desk.shown.cases, known=desk.known)
    asked = number_in(request.args.get("start")) or 0
    start = asked if asked < len(results) else 0
    numbered = list(enumerate(results, start=1))[start : start + ON_A_PAGE]
    return page(
        "golden_cases",
        desk,
        rows=[_row(place, result, desk) for place, result in numbered],
        total=len(results),
        failing=sum(not result.passes for result in results),
        before=max(start - ON_A_PAGE, 0) if start else None,
        following=start + ON_A_PAGE if start + ON_A_PAGE < len(results) else None,
    )


@bp.route("/rules/golden/add", methods=["GET", "POST"])
@requires(Permission.EDIT_RULES)
def add_golden() -> Answer:
    """A new golden case, typed in, or filled in with what was tried."""
    desk = the_desk()
    sent = request.form if request.method == "POST" else typed() or {"version": str(desk.seen), "priority": "P3"}
    form = _form(desk, sent)
    if request.method != "POST" or request.form.get("then") == OFFER:
        form.version.data = str(desk.seen)
        form.conflict = Conflict(NO_DRAFT_YET) if request.method == "POST" and desk.draft is None else None
        return page("add_golden", desk, form=form)
    if not form.validate():
        return page("add_golden", desk, form=form), 422
    case = form.golden(None)
    status = save(form, lambda book: replace(book, cases=(*book.cases, case)))
    return to("golden_cases") if status is HTTPStatus.OK else (page("add_golden", the_desk(), form=form), status)


@bp.get(ONE)
@requires(Permission.SEE_RULES)
def golden_case(place: int) -> Answer:
    """One golden case, what the rules make of it, and what can be changed of it."""
    desk = the_desk()
    case = _of(desk.shown, place) or abort(404)
    return _golden_page(desk, place, _form(desk, typed() or sent_for(case, seen=desk.seen), but=case.name))


@bp.post(ONE)
@requires(Permission.EDIT_RULES)
def change_golden(place: int) -> Answer:
    """Save a golden case; one that is gone meanwhile is kept as it was typed."""
    desk = the_desk()
    before = _of(desk.shown, place)
    form = _form(desk, request.form, but=before.name if before else "")
    if not form.validate():
        return _golden_page(desk, place, form), 422

    def change(book: Book) -> Book:
        was = _of(book, place)
        cases = [form.golden(was) if number == place else case for number, case in enumerate(book.cases, start=1)]
        return replace(book, cases=tuple(cases if was else [*cases, form.golden(None)]))

    status = save(form, change)
    return to("golden_cases") if status is HTTPStatus.OK else (_golden_page(the_desk(), place, form), status)


@bp.post(f"{ONE}/remove")
@requires(Permission.EDIT_RULES)
def remove_golden(place: int) -> Answer:
    """Take a golden case out of the draft."""

    def change(book: Book) -> Book:
        if _of(book, place) is None:
            raise LookupError(place)
        return replace(book, cases=tuple(case for number, case in enumerate(book.cases, start=1) if number != place))

    seen = number_in(request.form.get("version")) or 0
    if acted(lambda: saved(change, seen=seen)):
        flash(_("The golden case is taken out of the draft. You can take that back at the draft."), "ok")
    return to("golden_cases")


@bp.post("/rules/golden/cases/<number>")
@requires(Permission.EDIT_RULES)
def make_golden(number: str) -> Answer:
    """Make a real case a golden one: it has to go where it is now, as urgent as it is now. Begins the draft if there is none."""
    case, decision = found(number)
    if case is None:
        abort(404)
    if decision is None:
        flash(_("No decision of the rules is stored with this case."), "warn")
        return redirect(url_for("queue.case", number=case.number), code=303)
    try:
        with transaction():
            place = _made_golden(case, decision)
    except (*CHANGED, DraftExists):
        flash(_("Somebody else edits the draft of the rules: ask them, or take it over. Nothing was done."), "warn")
        return redirect(url_for("queue.case", number=case.number), code=303)
    flash(_("The case is golden in the draft: it has to go where it is now. Change below what should be otherwise."), "ok")
    return to("golden_case", place=place)


def _made_golden(case: Case, decision: RoutingDecision) -> int:
    """Where the case stands among the golden ones afterwards; one that is there already stays as it is."""
    draft = drafting.the_draft() or drafting.start(by=the_user())
    book, in_force = book_of(draft), the_desk().in_force
    there = next((place for place, known in enumerate(book.cases, start=1) if known.case == case.number), 0)
    if there and draft.editor_id == the_user().id:
        return there
    made = golden.from_decision(
        decision.facts["values"],
        (book.rule_set, in_force.rule_set),
        name=f"{case.number}: {case.topic_name}",
        team=case.team.code,
        priority=case.priority,
        case=case.number,
    )
    saved(lambda book: replace(book, cases=(*book.cases, made)), seen=draft.version)
    return len(book.cases) + 1


def _form(desk: RulesDesk, sent: MultiDict[str, str] | dict[str, str], *, but: str = "") -> GoldenForm:
    asked = asked_facts((desk.in_force.rule_set, desk.shown.rule_set), desk.known)
    return facts_form(GoldenForm, asked, desk.known, sent).set_up(desk.known, desk.shown, but=but)


def _of(book: Book, place: int) -> GoldenCase | None:
    return book.cases[place - 1] if 0 < place <= len(book.cases) else None


def _row(place: int, result: GoldenResult, desk: RulesDesk) -> Row:
    facts = "; ".join(f"{name}: {value}" for name, value in in_words(result.golden.facts, desk.known))
    return Row(place, result, facts, desk.shown.number_of(result.rule))


def _golden_page(desk: RulesDesk, place: int, form: GoldenForm) -> str:
    case = _of(desk.shown, place)
    asked = {fact.key for fact in form.asked}
    others = {fact: value for fact, value in case.facts.items() if fact not in asked} if case else {}
    return page(
        "golden_case",
        desk,
        form=form,
        place=place,
        case=case,
        result=golden.run(desk.shown.rule_set, [case], known=desk.known)[0] if case else None,
        facts=in_words(case.facts, desk.known) if case else [],
        others=in_words(others, desk.known),
        title=case.name if case else form.name.data or _("A golden case that is gone"),
    )
