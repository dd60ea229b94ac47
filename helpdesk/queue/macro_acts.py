"""Texts that the desk has ready: an agent chooses one, sees what it says and does, and puts it into the reply."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ..accounts.sessions import the_user
from ..cases import macro_sending, macro_wording, macros
from ..cases.arrivals import takes_files
from ..cases.macros import Macro
from ..cases.models import Case, MessageKind, Status
from ..extensions import db
from ..languages import gettext as _
from ..permissions import Permission, requires
from ..transaction import transaction
from ..typed_text import number_in
from . import case_page, draft_boxes, why_here, wording
from .attachment_views import refusal, take_in
from .blueprint import bp
from .case_page import Outcome
from .forms import LONGEST_TEXT, ReplyForm
from .mail_acts import case_of
from .saying import keep_reply, say, why_refused

Answer = str | Response | tuple[str, int]


@bp.post("/cases/<number>/macros")
@requires(Permission.WORK_ON_CASES)
@takes_files
def choose_macro(number: str) -> Answer:
    """Keep the reply that is being written, its files too, and show what the chosen macro says and does."""
    case = case_of(number)
    if (again := keep_reply(case)) is not None:
        return again
    if not request.form.get("pick"):
        flash(_("Choose a macro first. Your reply is kept."), "info")
        return redirect(url_for(".case", number=case.number, _anchor="reply-title"), code=303)
    return redirect(url_for(".use_macro", number=case.number, macro=request.form["pick"]), code=303)


@bp.get("/cases/<number>/macros/<macro>")
@requires(Permission.WORK_ON_CASES)
def use_macro(number: str, macro: str) -> Answer:
    """What the macro says about this case, and what it does when the reply is sent; nothing is done yet."""
    case = case_of(number)
    found = _macro(case, macro)
    if case.is_final:  # it takes no more messages, as its page says
        return redirect(url_for(".case", number=case.number))
    return render_template(
        "queue/use_macro.html",
        case=case,
        macro=found,
        text=_text(found, case),
        effects=macro_wording.effects(found, team=case.team.name, is_staffed=macros.can_move(found)),
        is_illegal=case.status is Status.RESOLVED and found.status is not None,
        reply=draft_boxes.reply_so_far(case)[0],
    )


@bp.post("/cases/<number>/macros/<macro>")
@requires(Permission.WORK_ON_CASES)
@takes_files
def add_macro(number: str, macro: str) -> Answer:
    """Put the text below what is being written, which is kept with its files, and go on with the reply."""
    case, form = case_of(number), ReplyForm()
    found = _macro(case, macro)
    if "body" in request.form:  # the button stood beside the reply itself
        take_in(form, case)
        if form.files.errors or len(form.typed) > LONGEST_TEXT:
            return case_page.render(case, Outcome(form)), refusal(form)
    typed = form.typed if "body" in request.form else draft_boxes.reply_so_far(case)[0]
    with transaction():
        draft_boxes.keep_reply(case, _together(typed, _text(found, case)), macro=found.code)
    flash(_("The text is in your reply. Nothing has been sent yet."), "ok")
    return redirect(url_for(".case", number=case.number, _anchor="reply-title"), code=303)


def send(number: str, form: ReplyForm) -> Answer:
    """Send the reply with all that its macro does, or nothing of it."""
    case, seen, held = case_of(number), number_in(form.macro_version.data) or 0, list[macro_sending.Held]()
    macro = _put_in(form, case)
    if macro is None:
        return case_page.render(case, Outcome(form, problem=why_refused(macro_sending.MacroChanged()))), 409
    moves = macro.to_team_id not in (None, case.team_id)

    def hold(case: Case) -> None:
        held.append(macro_sending.hold(form.macro.data, case, seen=seen, by=the_user()))

    def act(case: Case) -> None:
        macro_sending.send(case, held[0], by=the_user(), body=form.typed)

    becomes = MessageKind.RESOLUTION if macro.status is Status.RESOLVED else MessageKind.REPLY
    done = _("Your reply is on the case, and the macro is done. By mail: %(leaves)s", leaves=wording.mail_told())
    return say(number, form, act, done=done, becomes=becomes, hold_first=hold, goes_to=".moved" if moves else ".case")


def ask_to_fill_in(form: ReplyForm, case: Case, left: list[str]) -> Answer:
    """The case with the reply, which is not sent yet."""
    take_in(form, case)
    form.body.errors = [_("Fill in what stands in braces, or take it out: %(blanks)s", blanks=", ".join(left))]
    return case_page.render(case, Outcome(form)), 422


def _put_in(form: ReplyForm, case: Case) -> Macro | None:
    """The macro whose text was put into the reply, if it may be used still."""
    return db.session.scalar(macros.for_case(form.macro.data, case)) if form.macro.data else None


def _macro(case: Case, code: str) -> Macro:
    found: Macro = db.one_or_404(macros.for_case(code, case))
    return found


def _text(macro: Macro, case: Case) -> str:
    """The text for the case, in the language in which its answer is wanted."""
    return macro.text(case, macros.language_of(why_here.decision_of(case), case), by=the_user())


def _together(typed: str, text: str) -> str:
    return typed if text in typed else f"{typed}\n\n{text}".lstrip()
