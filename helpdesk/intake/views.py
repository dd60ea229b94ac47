"""Get Help in steps: what it is about, its questions, check your answers, receipt. What is typed is kept on every one."""

from typing import Any

import structlog
from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import ServiceUnavailable
from werkzeug.wrappers import Response

from ..accounts import parked
from ..accounts.sessions import the_user
from ..cases import attachments, copies, opening, progress, sent_because
from ..cases import queries as cases
from ..cases.arrivals import takes_files
from ..cases.attachment_models import Attachment
from ..cases.errors import CaseClosed, CaseResolved, FormKeyReused
from ..cases.models import Case, Message, MessageKind
from ..extensions import db
from ..knowledge import finding, rendering
from ..knowledge.readers import the_reader
from ..languages import gettext as _
from ..permissions import Permission, requires
from ..providers.places import places_of
from ..transaction import transaction
from ..typed_text import number_in, one_line
from . import commands, guard, instead, keeping, likely, queries, starting
from .drafts import DraftTooLarge
from .errors import FilesChanged, NoDefinition, SeenByColleagues
from .forms import TicketForm, new_key, ticket_form
from .known import known_problems
from .models import Draft
from .wording import unfinished_ticket, urgent_words

bp = Blueprint("intake", __name__, url_prefix="/vaccine-provider/get-help")
bp.add_app_template_global(urgent_words, "urgent_words")
bp.add_app_template_global(known_problems, "known_problems")
bp.add_app_template_global(unfinished_ticket, "unfinished_ticket")

STEPS = (".get_help", ".check", ".keep_files")  # whose forms may be parked when a session ends
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
    """The help ticket: with what was typed before, on whatever device, or else with what the account and the last case tell."""
    typed = next((fields for step in STEPS if (fields := parked.fields_for(url_for(step)))), None)
    if typed:
        return form_page(form_of(MultiDict(typed)))
    asked = {name: value for name in ("topic", "problem") if (value := request.args.get(name))}
    before = starting.known_of_case(the_user(), request.args.get("follows", ""))
    draft = keeping.typed_before(the_user())
    if draft is not None:
        fields, saved_at = draft
        for name, value in before.items():
            fields.setdefault(name, value)  # what was typed stays
        for name, value in asked.items():
            fields[name] = value
        is_just_kept = "kept" in request.args
        return form_page(form_of(starting.filled_in(fields, the_user())), kept_at=None if is_just_kept else saved_at)
    places = places_of(the_user())
    known = starting.known_of(the_user(), places) | before | asked
    return form_page(ticket_form(queries.current_definition(), places=places, formdata=None, known=known))


@bp.post("")
@requires(Permission.ASK_FOR_HELP)
@takes_files
def review() -> Answer:
    """Check your answers, or back to the form to change them, to answer more or to mend what is wrong."""
    form = form_of(starting.filled_in(request.form, the_user()))
    if ON_THE_PAGE & set(request.form):
        keep(form)
        return form_page(form)
    is_valid = form.validate()
    keep(form)
    if not is_valid or form.errors:
        if form.chosen_topic is not None and request.form.get("shown", form.topic.data) != form.topic.data:
            return form_page(form_of(starting.filled_in(request.form, the_user())))  # its questions have not been seen yet
        return form_page(form), 503 if form.files and form.files.is_our_fault else 422
    return _check_page(form)


@bp.post("/questions")
@requires(Permission.ASK_FOR_HELP)
def questions() -> Answer:
    """The questions that the answers so far lead to, as a part of the page: for the script that shows them in their place."""
    form = form_of(starting.filled_in(request.form, the_user()))
    return render_template("intake/_questions.html", form=form, waiting=keeping.files_of(the_user()))


@bp.get("/topics")
@requires(Permission.ASK_FOR_HELP)
def topics() -> Answer:
    """The topics that a problem is likely about, as a part of the page: for the script that shows them while somebody types."""
    problem = one_line(request.args.get("problem"))
    found = likely.topics_for(problem, queries.current_definition())
    return render_template("intake/_likely.html", problem=problem, likely=found)


@bp.get("/check")
@requires(Permission.ASK_FOR_HELP)
def check() -> Answer:
    """The review cannot be opened by its address: its answers come from the form."""
    return redirect(url_for(".get_help"))


@bp.post("/check")
@requires(Permission.ASK_FOR_HELP)
def submit() -> Answer:
    """Make the case, once, however often the button is pressed."""
    form = form_of(request.form)
    if not form.validate():
        return form_page(form), 422
    if guard.held_up(form, keeping.files_of(the_user())):
        return _check_page(form), 422
    try:
        with transaction():
            draft = keeping.held(the_user())
            files = _files_to_send(form, draft)
            case = commands.submit(form, requester=the_user())
            attachments.attach(files, to=_question(case))
            number = case.number
            _forget(form, draft)
    except FilesChanged:
        return _other_files(form)
    except FormKeyReused:
        form.form_key.data = new_key()
        flash(_("You have sent this form before, with other answers. Check these and send them as a case of their own."), "warn")
        return form_page(form), 409
    return redirect(url_for(".receipt", number=number))


@bp.post("/add-to/<number>")
@requires(Permission.ASK_FOR_HELP)
def add_to_case(number: str) -> Answer:
    """Add the ticket to a case of one's own that is about the same."""
    form = form_of(request.form)
    if not form.validate():
        return form_page(form), 422
    if guard.held_up(form, keeping.files_of(the_user())):
        return _check_page(form), 422
    db.one_or_404(cases.numbered(the_user(), number).where(Case.requester_id == the_user().id))
    try:
        with transaction():
            case = db.session.scalars(cases.numbered(the_user(), number)).one()
            if form.is_private.data and not case.is_private:
                raise SeenByColleagues(number)
            draft = keeping.held(the_user())
            files = _files_to_send(form, draft)
            attachments.attach(files, to=instead.add_to(case, form, requester=the_user()))
            _forget(form, draft)
    except FilesChanged:
        return _other_files(form)
    except SeenByColleagues:
        told = _("Your colleagues can see %(number)s. Hide that case first, or send this as a case of its own.", number=number)
        flash(told, "warn")
        return _check_page(form), 409
    except (CaseClosed, CaseResolved):
        flash(_("%(number)s has been answered meanwhile. Send this as a case of its own.", number=number), "warn")
        return _check_page(form), 409
    flash(_("Added to your case. Whoever works on it sees it now."), "ok")
    return redirect(url_for("cases.mine_case", number=number))


@bp.get("/receipt/<number>")
@requires(Permission.ASK_FOR_HELP)
def receipt(number: str) -> Answer:
    """What was received, who has it, and when an answer can be expected."""
    case = db.one_or_404(queries.receipt_of(the_user(), number))
    question = _question(case)
    copied = [one.name for one in copies.of(case.id, case.organization_id)]
    answers = opening.answers_shown(case, question.body, copied=copied)
    files = attachments.of_case(case, reader=the_user()).said.get(question.id, ())
    expect = opening.expected_answer(case) if progress.is_first_answer_ahead(case) else ""
    because = sent_because.in_words(sent_because.because(case))
    return render_template("intake/receipt.html", case=case, answers=answers, files=files, expect=expect, because=because)


def keep(form: TicketForm, *, without: int = 0) -> bool:
    """Keep what this request has brought, files included, but for one file; which are not kept stands beside their field."""
    arrived = request.files.getlist("files")
    try:
        with transaction():
            draft = keeping.keep(_to_keep(form), owner=the_user())
            keeping.remove_file(without, draft=draft)
            refused = keeping.receive([file for file in arrived if file.filename], draft=draft)
            forget_parked()  # what was typed before is on this page now, or was changed
    except DraftTooLarge:
        flash(_("This is more than we can keep, so neither your changes nor your files are kept yet. Please shorten it."), "warn")
        return False
    if form.files is not None:
        form.files.refuse(refused)
    return True


def _to_keep(form: TicketForm) -> MultiDict[str, Any]:
    """What was sent, under the key that the page goes on with."""
    sent: MultiDict[str, Any] = MultiDict(request.form)
    sent["form_key"] = form.form_key.data
    sent["topic"] = form.topic.data or ""
    return sent


def _forget(form: TicketForm, draft: Draft | None) -> None:
    keeping.forget(str(form.form_key.data), draft=draft)
    forget_parked()


def forget_parked() -> None:
    """What was typed when a session ended is sent, kept elsewhere or thrown away."""
    for step in STEPS:
        parked.forget(url_for(step))


def _question(case: Case) -> Message:
    """What the requester has asked, in their words."""
    return next(m for m in case.messages if m.kind is MessageKind.QUESTION)


def _files_to_send(form: TicketForm, draft: Draft | None) -> list[Attachment]:
    """The files that stood on the page before it was sent, if these are the files that wait."""
    seen = {file_id for text in request.form.getlist("file_id") if (file_id := number_in(text))}
    return keeping.files_to_send(seen, form_key=str(form.form_key.data), draft=draft)


def _other_files(form: TicketForm) -> Answer:
    flash(_("Other files wait with your ticket than you have seen: look at them below, then send it."), "warn")
    return _check_page(form), 409


def form_of(formdata: MultiDict[str, Any]) -> TicketForm:
    """The ticket as it was sent, by the form in force."""
    return ticket_form(queries.current_definition(), places=places_of(the_user()), formdata=formdata)


def form_page(form: TicketForm, **more: Any) -> str:
    """The page of the form, with the topics that are likely and the files that wait."""
    waiting = keeping.files_of(the_user())
    return render_template("intake/get_help.html", form=form, likely=_likely_topics(form), waiting=waiting, **more)


def _likely_topics(form: TicketForm) -> list[likely.LikelyTopic] | None:
    """None where nobody asks for them: a topic is chosen, and the button was not pressed."""
    if form.chosen_topic is not None and "find" not in request.form:
        return None
    return likely.topics_for(form.problem.data, form.definition)


def _check_page(form: TicketForm) -> str:
    answers = finding.suggest(form.subject.data, the_reader(), topic=form.topic.data)
    waiting = keeping.files_of(the_user())
    return render_template(
        "intake/check.html",
        form=form,
        suggested=[(article, rendering.body_of(article)) for article in answers],
        before=instead.open_cases_about(form, requester=the_user()),
        waiting=waiting,
        suspicion=guard.suspected(form, waiting),
    )
