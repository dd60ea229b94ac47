"""A case for somebody who calls or comes by, in steps: who it is, the help ticket, check, receipt with the number to read out."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from ..accounts import parked
from ..accounts import queries as accounts
from ..accounts.callers import Details
from ..accounts.sessions import the_user
from ..cases import filing as filed
from ..cases import opening, progress
from ..cases import queries as cases
from ..cases.errors import FormKeyReused
from ..cases.models import Case
from ..extensions import db
from ..languages import gettext as _
from ..permissions import Permission, requires
from ..transaction import transaction
from ..typed_text import one_line
from . import callers, filing, guard, instead, likely, queries
from .caller_forms import ChannelForm, NewCallerForm
from .callers import LONGEST, MOST_FOUND, Caller
from .definition import Kind
from .errors import CannotAsk, NoDefinition
from .forms import TicketForm, new_key, ticket_form
from .views import ON_THE_PAGE, without_a_form

bp = Blueprint("filing", __name__, url_prefix="/agent/new-case")
bp.register_error_handler(NoDefinition, without_a_form)

STEPS = (".caller", ".somebody_new", ".ticket", ".check")  # whose forms may be parked when a session ends
Answer = str | Response | tuple[str, int]


@bp.route("", methods=["GET", "POST"])
@requires(Permission.FILE_FOR_OTHERS)
def caller() -> Answer:
    """Who is calling? What was typed into a ticket already is carried along."""
    if request.method == "POST":
        return _caller_page(request.form)
    typed = _typed_before(".caller")
    return _caller_page(typed if typed and "q" not in request.args else request.args)


@bp.get("/somebody-new")
@requires(Permission.FILE_FOR_OTHERS)
def somebody_new() -> Answer:
    """Ask who they are, and how we reach them."""
    typed = _typed_before(".somebody_new")
    if typed:
        return _new_page(NewCallerForm(typed), typed)
    return _new_page(NewCallerForm(data=callers.guessed(_looked_for(request.args))), MultiDict())


@bp.post("/somebody-new")
@requires(Permission.FILE_FOR_OTHERS)
def introduce() -> Answer:
    """Go on to the ticket with somebody new; or with the account that there is at their address."""
    sent = request.form
    form = NewCallerForm(sent) if any(name.startswith(callers.PREFIX) for name in sent) else None
    if form is None or "change" in sent:
        return _new_page(form or NewCallerForm(data=callers.guessed(_looked_for(sent))), sent)
    if not form.validate():
        return _new_page(form, sent), HTTPStatus.UNPROCESSABLE_ENTITY
    known = db.session.scalar(accounts.by_address(form.email.data))
    if known is None or known.is_unconfirmed:
        return _ticket_page(callers.somebody_new(form), _carried(sent))
    try:
        person = callers.with_account(known)
    except CannotAsk as error:
        form.email.errors = [str(error)]
        return _new_page(form, sent), HTTPStatus.CONFLICT
    flash(filing.is_known(known), "info")
    return _ticket_page(person, _carried(sent))


@bp.get("/ticket")
@requires(Permission.FILE_FOR_OTHERS)
def ticket() -> Answer:
    """The help ticket of a caller: with what was typed before the session ended, or else with what we know of them."""
    typed, asked = _typed_before(".ticket", ".check"), request.args.get("caller", "")
    sent = typed if typed and asked in ("", typed.get("caller")) else request.args
    if sent is request.args and not asked:
        return redirect(url_for(".caller"))
    try:
        person = callers.of(sent)
    except CannotAsk as error:
        return _ask_who(sent, error)
    return _ticket_page(person, sent if sent is typed else None)


@bp.post("/ticket")
@requires(Permission.FILE_FOR_OTHERS)
def review() -> Answer:
    """Check the answers, or back to the ticket to change them, to answer more or to mend what is wrong."""
    sent = request.form
    try:
        person = callers.of(sent)
    except CannotAsk as error:
        return _ask_who(sent, error)
    if ON_THE_PAGE & set(sent):
        return _ticket_page(person, sent)
    form, channel = _form(person, callers.answers_of(sent, person)), ChannelForm(sent)
    if not _is_valid(form, channel):
        if form.chosen_topic is not None and sent.get("shown", form.topic.data) != form.topic.data:
            return _ticket_page(person, sent)  # its questions have not been seen yet
        return _form_page(person, form, channel), HTTPStatus.UNPROCESSABLE_ENTITY
    if any(parked.fields_for(url_for(step)) for step in STEPS):
        with transaction():
            _forget_parked()  # what was typed before is on this page now, or was changed
    return _check_page(person, form, channel)


@bp.post("/questions")
@requires(Permission.FILE_FOR_OTHERS)
def questions() -> Answer:
    """The questions that the answers so far lead to, as a part of the page: for the script that shows them in their place."""
    try:
        person = callers.of(request.form)
    except CannotAsk:
        return redirect(url_for(".caller"))
    return render_template("intake/_questions.html", form=_form(person, callers.answers_of(request.form, person)))


@bp.get("/topics")
@requires(Permission.FILE_FOR_OTHERS)
def topics() -> Answer:
    """The topics that a problem is likely about, as a part of the page: for the script that shows them while somebody types."""
    problem = one_line(request.args.get("problem"))
    found = likely.topics_for(problem, queries.current_definition())
    return render_template("intake/_likely.html", problem=problem, likely=found, pick_at=url_for(".review", _anchor="topic"))


@bp.get("/check")
@requires(Permission.FILE_FOR_OTHERS)
def check() -> Answer:
    """The review cannot be opened by its address: its answers come from the ticket."""
    return redirect(url_for(".ticket"))


@bp.post("/check")
@requires(Permission.FILE_FOR_OTHERS)
def submit() -> Answer:
    """Make the case, once, however often the button is pressed."""
    try:
        person = callers.of(request.form)
    except CannotAsk as error:
        return _ask_who(request.form, error)
    form, channel = _form(person, request.form), ChannelForm(request.form)
    if not _is_valid(form, channel):
        return _form_page(person, form, channel), HTTPStatus.UNPROCESSABLE_ENTITY
    if guard.held_up(form):
        return _check_page(person, form, channel), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        with transaction():
            case, found = filing.file(form, caller=person, channel=channel.the_channel, by=the_user())
            number, told = case.number, filing.told(person, case.requester, found)
            _forget_parked()
    except CannotAsk as error:
        return _ask_who(request.form, error)
    except FormKeyReused:
        form.form_key.data = new_key()
        flash(_("You have sent this form before, with other answers. Check these and send them as a case of their own."), "warn")
        return _form_page(person, form, channel), HTTPStatus.CONFLICT
    for sentence in told:
        flash(sentence, "info")
    return redirect(url_for(".receipt", number=number), code=303)


@bp.get("/receipt/<number>")
@requires(Permission.FILE_FOR_OTHERS)
def receipt(number: str) -> Answer:
    """The number to read out, who has the case and by when; more of it only to who may see the case."""
    case: Case = db.one_or_404(filed.filed_or_seen(the_user(), number))
    expect = opening.expected_answer(case) if progress.is_first_answer_ahead(case) else ""
    can_open = db.session.scalar(cases.numbered(the_user(), number)) is not None
    is_told = filed.is_told(case)
    return render_template("filing/receipt.html", case=case, expect=expect, can_open=can_open, is_told=is_told)


def _check_page(person: Caller, form: TicketForm, channel: ChannelForm) -> str:
    return render_template(
        "filing/check.html",
        person=person,
        form=form,
        channel=channel,
        before=_open_cases(form, person),
        suspicion=guard.suspected(form),
    )


def _open_cases(form: TicketForm, person: Caller) -> list[Case]:
    """Open cases of the caller about the same that whoever files this one may see."""
    if isinstance(person.who, Details):
        return []
    ids = [case.id for case in instead.open_cases_about(form, requester=person.who)]
    seen = cases.visible_to(the_user()).where(Case.id.in_(ids))
    return list(db.session.scalars(seen.order_by(Case.id.desc()))) if ids else []


def _ask_who(sent: MultiDict[str, Any], error: CannotAsk) -> tuple[str, int]:
    flash(str(error), "warn")
    return _caller_page(sent), HTTPStatus.CONFLICT


def _caller_page(sent: MultiDict[str, Any]) -> str:
    text = _looked_for(sent)
    found = callers.find(text) if text else []
    return render_template(
        "filing/caller.html",
        text=text,
        found=found[:MOST_FOUND],
        has_more=len(found) > MOST_FOUND,
        carried=callers.carried(sent) if sent is not request.args else [],
    )


def _new_page(form: NewCallerForm, sent: MultiDict[str, Any]) -> str:
    return render_template("filing/somebody_new.html", form=form, carried=callers.carried(sent))


def _ticket_page(person: Caller, sent: MultiDict[str, Any] | None) -> str:
    """The ticket with what was sent; with nothing sent, as it begins."""
    if sent:
        return _form_page(person, _form(person, callers.answers_of(sent, person)), ChannelForm(sent))
    known = person.known() | {"topic": request.args.get("topic")}
    form = ticket_form(queries.current_definition(), places=person.places(), formdata=None, known=known)
    return _form_page(person, _without_files(form), ChannelForm(None))


def _form_page(person: Caller, form: TicketForm, channel: ChannelForm) -> str:
    is_looking = form.chosen_topic is None or "find" in request.form
    found = likely.topics_for(form.problem.data, form.definition) if is_looking else None
    return render_template("filing/ticket.html", person=person, form=form, channel=channel, likely=found)


def _form(person: Caller, formdata: MultiDict[str, Any]) -> TicketForm:
    return _without_files(ticket_form(queries.current_definition(), places=person.places(), formdata=formdata))


def _without_files(form: TicketForm) -> TicketForm:
    """Nobody sends files by phone: they are asked for by a reply on the case."""
    form.asked = tuple(question for question in form.asked if question.kind is not Kind.FILES)
    if form.files is not None:
        del form.files
    return form


def _is_valid(form: TicketForm, channel: ChannelForm) -> bool:
    """Whether both are; what is wrong with the channel stands in the list of all mistakes, too."""
    is_valid = form.validate()
    if not channel.validate():
        form.form_errors.extend(channel.channel.errors)
        return False
    return bool(is_valid)


def _carried(sent: MultiDict[str, Any]) -> MultiDict[str, Any] | None:
    """The answers that came along with the form for somebody new; their phone is the one that was given now."""
    answers = MultiDict(callers.carried(sent))
    if "reach_phone" in answers:
        answers["reach_phone"] = sent[f"{callers.PREFIX}phone"]
    return answers or None


def _looked_for(fields: MultiDict[str, Any]) -> str:
    return one_line(str(fields.get("q", "")))[:LONGEST]


def _typed_before(*steps: str) -> MultiDict[str, Any] | None:
    typed = next((fields for step in steps if (fields := parked.fields_for(url_for(step)))), None)
    return MultiDict(typed) if typed else None


def _forget_parked() -> None:
    for step in STEPS:
        parked.forget(url_for(step))
