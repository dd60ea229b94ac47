"""Storing what an agent writes on a case: once, on the version they have seen, or not at all and with the text still there."""

from collections.abc import Callable

from flask import flash, redirect, url_for
from werkzeug.wrappers import Response

from ..accounts.sessions import the_user
from ..cases import attachments
from ..cases.errors import CaseClosed, CaseResolved, IllegalMove, NoteMissing, StaleCase
from ..cases.macro_sending import MacroChanged
from ..cases.models import Case, MessageKind
from ..cases.moving import NobodyWorksThere
from ..languages import gettext as _
from ..transaction import transaction
from . import case_page, commands, draft_boxes
from .attachment_views import refusal, take_in
from .case_page import Outcome
from .errors import SaidAlready
from .forms import LONGEST_TEXT, CaseForm, PublicForm, ReplyForm
from .mail_acts import case_of

Answer = str | Response | tuple[str, int]
Act = Callable[[Case], None]


def say(
    number: str,
    form: CaseForm,
    act: Act,
    *,
    done: str,
    goes_to: str = ".case",
    becomes: MessageKind | None = None,
    hold_first: Act | None = None,
) -> Answer:
    """Do this with a case and go on to a page of it; else show the case with the text still there.

    `becomes`: what the text turns into, where that is not what its box is for. `hold_first` locks what stands before the case.
    """
    case = case_of(number)
    number = case.number  # what was read of the case is given up with the transaction
    if not take_in(form, case) or form.is_held_up(case):
        return case_page.render(case, Outcome(form)), refusal(form)
    try:
        with transaction():
            if hold_first is not None:
                hold_first(case)
            commands.refuse_repetition(case, by=the_user(), kind=becomes or form.says, body=form.typed)
            if isinstance(form, PublicForm):
                case.expect_version(form.seen_version)
            act(case)
            draft_boxes.forget(case, form.says)
    except SaidAlready:
        with transaction():  # its files came twice, too
            attachments.remove(attachments.take(attachments.on_case(the_user(), case, form.says)))
            draft_boxes.forget(case, form.says)
        flash(_("You had just sent that. It is on the case once."), "info")
    except StaleCase as stale:
        return refused(number, Outcome(form, stale_since=stale.since))
    except (CaseClosed, CaseResolved, IllegalMove, NoteMissing, MacroChanged, NobodyWorksThere) as refusal_by_name:
        return refused(number, Outcome(form, problem=why_refused(refusal_by_name)))
    else:
        flash(done, "ok")
        return redirect(url_for(goes_to, number=number), code=303)
    return redirect(url_for(".case", number=number), code=303)


def keep_reply(case: Case) -> Answer | None:
    """Keep the reply that is being written, its files too, before its page is left; the page again where that is refused."""
    form = ReplyForm()
    take_in(form, case)
    if form.files.errors or len(form.typed) > LONGEST_TEXT:
        return case_page.render(case, Outcome(form)), refusal(form)
    with transaction():
        draft_boxes.keep(case, MessageKind.REPLY, form)
    return None


def refused(number: str, outcome: Outcome) -> Answer:
    """The page of the case as it is now, with what was sent and why it was refused."""
    return case_page.render(case_of(number), outcome), 409


def why_refused(refusal: Exception) -> str:
    """Why something could not be sent, for whoever has written it."""
    match refusal:
        case CaseClosed():
            return _("This case is closed and takes no more messages. Nothing was sent.")
        case NoteMissing():
            return _("Say a little more: this resolves the case, and it is what the provider will read. Nothing was sent.")
        case MacroChanged():
            return _("The macro has been changed, or is not in use any more. Nothing was sent; what it does now stands below.")
        case NobodyWorksThere():
            return _("Nobody works in %(team)s right now, where the macro moves it. Nothing was sent.", team=refusal.team)
        case _:
            return _("That is not possible at this point of the case. Nothing was sent.")
