"""The workspace of agents: the queue, and the page of a case with what can be done there."""

from collections.abc import Callable

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ..accounts import parked
from ..accounts.sessions import the_user
from ..cases import attachments
from ..cases import commands as cases
from ..cases.arrivals import takes_files
from ..cases.errors import AlreadyTaken, CaseClosed, IllegalMove, StaleCase
from ..cases.models import Case, ResolutionCode
from ..permissions import Permission, requires
from ..transaction import transaction
from . import (
    articles,
    attachment_views,
    case_page,
    commands,
    copy_acts,
    correct_acts,
    duty,
    hold_acts,
    join_requests,
    macro_acts,
    mail_acts,
    mail_views,
    move_acts,
    news,
    next_acts,
    queue_page,
    recovery,
    redaction,
    saved_acts,
    search,
    targets,
    wording,
)
from .attachment_views import refusal, take_in
from .blueprint import bp
from .case_page import Outcome
from .errors import SaidAlready
from .forms import CaseForm, NoteForm, PublicForm, ReplyForm, ResolveForm
from .mail_acts import case_of

WAIT = "wait"  # the button that makes the case wait for the provider
MEANT = "meant"  # which button was pressed before the guard asked

# They add their routes when imported.
__all__ = [
    "articles",
    "attachment_views",
    "bp",
    "copy_acts",
    "correct_acts",
    "duty",
    "hold_acts",
    "join_requests",
    "macro_acts",
    "mail_acts",
    "mail_views",
    "move_acts",
    "news",
    "next_acts",
    "queue_page",
    "recovery",
    "redaction",
    "saved_acts",
    "search",
    "targets",
]

Answer = str | Response | tuple[str, int]


@bp.get("/cases/<number>")
@requires(Permission.SEE_QUEUE)
def case(number: str) -> Answer:
    """One case, to work on."""
    return case_page.render(case_of(number))


@bp.get("/cases/<number>/take")
@bp.get("/cases/<number>/notes")
@bp.get("/cases/<number>/replies")
@bp.get("/cases/<number>/resolve")
@bp.get("/cases/<number>/copies")
@requires(Permission.SEE_QUEUE)
def back_to_case(number: str) -> Answer:
    """Whoever opens the address of a refused form again comes back to the case."""
    return redirect(url_for(".case", number=case_of(number).number))


@bp.post("/cases/<number>/take")
@requires(Permission.WORK_ON_CASES)
def take(number: str) -> Answer:
    """Make the case one's own, unless somebody has it."""
    case = case_of(number)
    is_theirs = case.assignee_id == the_user().id
    try:
        with transaction():
            cases.take(case, by=the_user())
    except AlreadyTaken as taken:
        return _refused(number, Outcome(problem=_("%(who)s has this case already.", who=taken.assignee)))
    except CaseClosed:
        return _refused(number, Outcome(problem=_("This case is closed.")))
    said = _("You have begun with %(number)s.") if is_theirs else _("You have taken %(number)s.")
    flash(said % {"number": case.number}, "ok")
    return redirect(url_for(".case", number=case.number), code=303)


@bp.post("/cases/<number>/notes")
@requires(Permission.WORK_ON_CASES)
@takes_files
def add_note(number: str) -> Answer:
    """Write an internal note."""
    form = NoteForm()

    def act(case: Case) -> None:
        cases.add_note(case, by=the_user(), body=form.typed, with_files=True)

    return _say(number, form, act, done=_("Your note is saved. Only staff can read it."))


@bp.post("/cases/<number>/replies")
@requires(Permission.WORK_ON_CASES)
@takes_files
def reply(number: str) -> Answer:
    """Answer the requester; with the second button the case waits for them."""
    form, wait = ReplyForm(), (request.form.get("then") or request.form.get(MEANT)) == WAIT

    def act(case: Case) -> None:
        cases.reply(case, by=the_user(), body=form.typed, wait=wait, with_files=True)

    return _say(number, form, act, done=_("Your reply is on the case. By mail: %(leaves)s", leaves=wording.mail_told()))


@bp.post("/cases/<number>/resolve")
@requires(Permission.WORK_ON_CASES)
@takes_files
def resolve(number: str) -> Answer:
    """Resolve the case with a code and the note that the provider will read."""
    form = ResolveForm()

    def act(case: Case) -> None:
        code = ResolutionCode(form.code.data)
        cases.resolve(case, by=the_user(), code=code, note=form.typed, with_files=True)

    return _say(number, form, act, done=_("The case is resolved. By mail: %(leaves)s", leaves=wording.mail_told()))


def _say(number: str, form: CaseForm, act: Callable[[Case], None], *, done: str) -> Answer:
    """Store what an agent wrote, once and on the version they have seen; else show the case with the text still there."""
    case = case_of(number)
    if not take_in(form, case) or form.is_held_up(case):
        return case_page.render(case, Outcome(form)), refusal(form)
    try:
        with transaction():
            commands.refuse_repetition(case, by=the_user(), kind=form.says, body=form.typed)
            if isinstance(form, PublicForm):
                case.expect_version(form.seen_version)
            act(case)
            parked.forget(request.path)
            parked.forget(url_for(".keep_files", number=case.number))
    except SaidAlready:
        with transaction():  # its files came twice, too
            attachments.remove(attachments.take(attachments.on_case(the_user(), case, form.says)))
        flash(_("You had just sent that. It is on the case once."), "info")
    except StaleCase as stale:
        return _refused(number, Outcome(form, stale_since=stale.since))
    except CaseClosed:
        return _refused(number, Outcome(form, problem=_("This case is closed and takes no more messages. Nothing was sent.")))
    except IllegalMove:
        return _refused(number, Outcome(form, problem=_("That is not possible at this point of the case. Nothing was sent.")))
    else:
        flash(done, "ok")
    return redirect(url_for(".case", number=case.number), code=303)


def _refused(number: str, outcome: Outcome) -> Answer:
    return case_page.render(case_of(number), outcome), 409
