"""Get Help in steps: what it is about, its questions, check your answers, receipt."""

from typing import Any

import structlog
from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import ServiceUnavailable
from werkzeug.wrappers import Response

from ..accounts import parked
from ..accounts.sessions import the_user
from ..cases import opening, progress
from ..cases import queries as cases
from ..cases.errors import CaseClosed, CaseResolved, FormKeyReused
from ..cases.models import Case, MessageKind
from ..extensions import db
from ..knowledge import finding, rendering
from ..knowledge.readers import the_reader
from ..permissions import Permission, requires
from ..transaction import transaction
from . import commands, instead, queries, starting
from .errors import NoDefinition
from .forms import TicketForm, new_key, ticket_form
from .places import places_of
from .wording import urgent_words

bp = Blueprint("intake", __name__, url_prefix="/vaccine-provider/get-help")
bp.add_app_template_global(urgent_words, "urgent_words")

STEPS = (".get_help", ".check")  # whose forms may be parked when a session ends
ON_THE_PAGE = frozenset({"change", "show", "find", "pick"})  # buttons that change what the form asks, and send nothing
Answer = str | Response | tuple[str, int]
log = structlog.get_logger()


@bp.errorhandler(NoDefinition)
def without_a_form(error: NoDefinition) -> Any:
    """The page of a desk that cannot be used yet; what to do stands in the log."""
    log.error("no form", why=str(error))
    return current_app.handle_http_exception(ServiceUnavailable())


@bp.get("")
@requires(Permission.ASK_FOR_HELP)
def get_help() -> Answer:
    """The help ticket: with what was typed before the session ended, or else with what the last case and the address tell."""
    typed = next((fields for step in STEPS if (fields := parked.fields_for(url_for(step)))), None)
    if typed:
        return _form_page(_form(MultiDict(typed)))
    places = places_of(the_user())
    known = starting.known_of(the_user(), places) | {"topic": request.args.get("topic"), "problem": request.args.get("problem")}
    return _form_page(ticket_form(queries.current_definition(), places=places, formdata=None, known=known))


@bp.post("")
@requires(Permission.ASK_FOR_HELP)
def review() -> Answer:
    """Check your answers, or back to the form to change them, to answer more or to mend what is wrong."""
    form = _form(starting.filled_in(request.form, the_user()))
    if ON_THE_PAGE & set(request.form):
        return _form_page(form)
    if not form.validate():
        if form.chosen_topic is not None and request.form.get("shown", form.topic.data) != form.topic.data:
            return _form_page(_form(starting.filled_in(request.form, the_user())))  # its questions have not been seen yet
        return _form_page(form), 422
    if any(parked.fields_for(url_for(step)) for step in STEPS):
        with transaction():
            _forget_parked()  # what was typed before is on this page now, or was changed
    return _check_page(form)


@bp.post("/questions")
@requires(Permission.ASK_FOR_HELP)
def questions() -> Answer:
    """The questions that the answers so far lead to, as a part of the page: for the script that shows them in their place."""
    form = _form(starting.filled_in(request.form, the_user()))
    return render_template("intake/_questions.html", form=form)


@bp.get("/check")
@requires(Permission.ASK_FOR_HELP)
def check() -> Answer:
    """The review cannot be opened by its address: its answers come from the form."""
    return redirect(url_for(".get_help"))


@bp.post("/check")
@requires(Permission.ASK_FOR_HELP)
def submit() -> Answer:
    """Make the case, once, however often the button is pressed."""
    form = _form(request.form)
    if not form.validate():
        return _form_page(form), 422
    try:
        with transaction():
            number = commands.submit(form, requester=the_user()).number
            _forget_parked()
    except FormKeyReused:
        form.form_key.data = new_key()
        flash(_("You have sent this form before, with other answers. Check these and send them as a case of their own."), "warn")
        return _form_page(form), 409
    return redirect(url_for(".receipt", number=number))


@bp.post("/add-to/<number>")
@requires(Permission.ASK_FOR_HELP)
def add_to_case(number: str) -> Answer:
    """Add the ticket to a case of one's own that is about the same."""
    form = _form(request.form)
    if not form.validate():
        return _form_page(form), 422
    db.one_or_404(cases.numbered(the_user(), number).where(Case.requester_id == the_user().id))
    try:
        with transaction():
            case = db.session.scalars(cases.numbered(the_user(), number)).one()
            instead.add_to(case, form, requester=the_user())
            _forget_parked()
    except (CaseClosed, CaseResolved):
        flash(_("%(number)s has been answered meanwhile. Send this as a case of its own.", number=number), "warn")
        return _check_page(form), 409
    flash(_("Added to your case. Whoever works on it sees it now."), "ok")
    return redirect(url_for("cases.mine_case", number=number))


@bp.get("/receipt/<number>")
@requires(Permission.ASK_FOR_HELP)
def receipt(number: str) -> Answer:
    """What was received, who has it, and when an answer can be expected."""
    case = db.one_or_404(cases.numbered(the_user(), number))
    question = next(m for m in cases.messages_of(case) if m.kind is MessageKind.QUESTION)
    answers = opening.answers_shown(case, question.body)
    expect = opening.expected_answer(case) if progress.is_first_answer_ahead(case) else ""
    return render_template("intake/receipt.html", case=case, answers=answers, expect=expect)


def _check_page(form: TicketForm) -> str:
    answers = finding.suggest(form.subject.data, the_reader(), topic=form.topic.data)
    suggested = [(article, rendering.body_of(article)) for article in answers]
    before = instead.open_cases_about(form, requester=the_user())
    return render_template("intake/check.html", form=form, suggested=suggested, before=before)


def _forget_parked() -> None:
    for step in STEPS:
        parked.forget(url_for(step))


def _form(formdata: MultiDict[str, Any]) -> TicketForm:
    return ticket_form(queries.current_definition(), places=places_of(the_user()), formdata=formdata)


def _form_page(form: TicketForm) -> str:
    return render_template("intake/get_help.html", form=form)
