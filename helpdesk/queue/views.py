"""The workspace of agents: the queue, and the page of a case with what can be done there."""

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from ..accounts.sessions import the_user
from ..cases import commands as cases
from ..cases import macros
from ..cases.arrivals import takes_files
from ..cases.errors import AlreadyTaken, CaseClosed, WorksElsewhere
from ..cases.models import Case, ResolutionCode
from ..languages import gettext as _
from ..permissions import Permission, requires
from ..transaction import transaction
from . import (
    articles,
    assign_acts,
    attachment_views,
    bulk_acts,
    case_page,
    copy_acts,
    correct_acts,
    draft_acts,
    duty,
    hold_acts,
    join_requests,
    link_acts,
    macro_acts,
    mail_acts,
    mail_views,
    mark_acts,
    merge_acts,
    move_acts,
    news,
    next_acts,
    presence_acts,
    problem_acts,
    problem_ends,
    queue_page,
    recovery,
    redaction,
    saved_acts,
    search,
    targets,
    team_page,
    wording,
)
from .blueprint import bp
from .case_page import Outcome
from .forms import NoteForm, ReplyForm, ResolveForm
from .mail_acts import case_of
from .saying import refused, say

WAIT = "wait"  # the button that makes the case wait for the provider
WITH_MACRO = "macro"  # the button that does what the macro says
MEANT = "meant"  # which button was pressed before the guard asked

# They add their routes when imported.
__all__ = [
    "articles",
    "assign_acts",
    "attachment_views",
    "bp",
    "bulk_acts",
    "copy_acts",
    "correct_acts",
    "draft_acts",
    "duty",
    "hold_acts",
    "join_requests",
    "link_acts",
    "macro_acts",
    "mail_acts",
    "mail_views",
    "mark_acts",
    "merge_acts",
    "move_acts",
    "news",
    "next_acts",
    "presence_acts",
    "problem_acts",
    "problem_ends",
    "queue_page",
    "recovery",
    "redaction",
    "saved_acts",
    "search",
    "targets",
    "team_page",
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
@bp.get("/cases/<number>/macros")
@bp.get("/cases/<number>/drafts/<box>")
@bp.get("/cases/<number>/drafts/<box>/autosave")
@bp.get("/cases/<number>/drafts/<box>/discard")
@bp.get("/cases/<number>/presence")
@bp.get("/cases/<number>/go-on")
@bp.get("/cases/<number>/tie")
@requires(Permission.SEE_QUEUE)
def back_to_case(number: str, box: str = "") -> Answer:  # noqa: ARG001  a part of the address
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
        return refused(number, Outcome(problem=_("%(who)s has this case already.", who=taken.assignee)))
    except WorksElsewhere as refusal:
        told = _("Cases of %(team)s are taken by those who work there. You can still reply and write notes.", team=refusal.team)
        return refused(number, Outcome(problem=told))
    except CaseClosed:
        return refused(number, Outcome(problem=_("This case is closed.")))
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

    return say(number, form, act, done=_("Your note is saved. Only staff can read it."))


@bp.post("/cases/<number>/replies")
@requires(Permission.WORK_ON_CASES)
@takes_files
def reply(number: str) -> Answer:
    """Answer the requester; by the button the case stays open, waits for them, or becomes what the macro says."""
    pressed = request.form.get("then") or request.form.get(MEANT)
    if pressed == WITH_MACRO and move_acts.is_moved_away(number):  # the second press of a button that has done so
        return redirect(url_for(".moved", number=number), code=303)
    case, form = case_of(number), ReplyForm()
    if left := macros.blanks_left(form.typed):
        return macro_acts.ask_to_fill_in(form, case, left)
    if pressed == WITH_MACRO:
        return macro_acts.send(number, form)

    def act(case: Case) -> None:
        cases.reply(case, by=the_user(), body=form.typed, wait=pressed == WAIT, with_files=True)

    return say(number, form, act, done=_("Your reply is on the case. By mail: %(leaves)s", leaves=wording.mail_told()))


@bp.post("/cases/<number>/resolve")
@requires(Permission.WORK_ON_CASES)
@takes_files
def resolve(number: str) -> Answer:
    """Resolve the case with a code and the note that the provider will read."""
    form = ResolveForm()

    def act(case: Case) -> None:
        code = ResolutionCode(form.code.data)
        cases.resolve(case, by=the_user(), code=code, note=form.typed, with_files=True)

    return say(number, form, act, done=_("The case is resolved. By mail: %(leaves)s", leaves=wording.mail_told()))
