"""A text that the desk has ready is put into the reply that is being written."""

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from ..accounts import parked
from ..cases import macros
from ..cases.arrivals import takes_files
from ..cases.models import Case
from ..extensions import db
from ..permissions import Permission, requires
from ..routing import queries as routing
from . import articles, case_page
from .attachment_views import refusal, take_in
from .blueprint import bp
from .case_page import Outcome
from .forms import LONGEST_TEXT, ReplyForm
from .mail_acts import case_of
from .why_here import language_of

Answer = str | Response | tuple[str, int]


@bp.get("/cases/<number>/macros/<macro>")
@requires(Permission.WORK_ON_CASES)
def use_macro(number: str, macro: str) -> Answer:
    """The page of the case with the text in the reply, below what was typed and lost its session."""
    case = case_of(number)
    text = _text(case, macro)
    typed = parked.fields_for(request.path) or parked.fields_for(url_for(".reply", number=case.number))
    form = ReplyForm(formdata=MultiDict(typed) if typed else None)
    form.body.data = _together(form.typed, text)
    return case_page.render(case, Outcome(form))


@bp.post("/cases/<number>/macros/<macro>")
@requires(Permission.WORK_ON_CASES)
@takes_files
def add_macro(number: str, macro: str) -> Answer:
    """Put the text below what is being written, which is kept with its files, and go on with the reply."""
    case, form = case_of(number), ReplyForm()
    text = _text(case, macro)
    take_in(form, case)
    if form.files.errors or len(form.typed) > LONGEST_TEXT:
        return case_page.render(case, Outcome(form)), refusal(form)
    articles.keep_reply(case, _together(form.typed, text))
    flash(_("The text is in your reply. Nothing has been sent yet."), "ok")
    return redirect(url_for(".case", number=case.number, _anchor="reply-title"), code=303)


def _text(case: Case, code: str) -> str:
    """The text for the case, in the language in which its answer is wanted."""
    macro: macros.Macro = db.one_or_404(macros.for_case(code, case))
    decision = db.session.scalars(routing.decision_of(case.id).limit(1)).first()
    return macro.text(case, language_of(decision, case))


def _together(typed: str, text: str) -> str:
    return typed if text in typed else f"{typed}\n\n{text}".lstrip()
