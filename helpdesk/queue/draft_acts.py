"""Keeping what is being written on a case, by a script while it is typed or by a button; and giving it up."""

from flask import abort, flash, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response

from ..cases.arrivals import takes_files
from ..cases.case_drafts import SaidMeanwhile
from ..cases.models import MessageKind
from ..hours.wording import clock_time
from ..languages import gettext as _
from ..permissions import Permission, requires
from ..transaction import transaction
from ..typed_text import number_in
from . import case_page, draft_boxes
from .attachment_views import refusal, take_in
from .blueprint import bp
from .case_page import Outcome
from .forms import LONGEST_TEXT
from .mail_acts import case_of

Answer = str | Response | tuple[str, int] | tuple[Response, int]


@bp.post("/cases/<number>/drafts/<box>")
@requires(Permission.WORK_ON_CASES)
@takes_files
def save_draft(number: str, box: str) -> Answer:
    """The button: keep what stands in a box, with its files, and go back to it."""
    case, kind = case_of(number), _kind(box)
    form = draft_boxes.BOXES[kind][0]()
    take_in(form, case)
    if form.files.errors or len(form.typed) > LONGEST_TEXT:
        return case_page.render(case, Outcome(form)), refusal(form)
    with transaction():
        draft = draft_boxes.keep(case, kind, form)
    if draft is None:
        flash(_("Nothing is written there yet, so that there is nothing to keep."), "info")
    else:
        flash(_("Your draft is kept. Nobody else can read it, and nothing has been sent."), "ok")
    return redirect(url_for(".case", number=case.number, _anchor=f"{box}-title"), code=303)


@bp.post("/cases/<number>/drafts/<box>/autosave")
@requires(Permission.WORK_ON_CASES)
def autosave(number: str, box: str) -> Answer:
    """The script: keep what was typed so far, and say when; 409 where the page is older than what was sent last."""
    case, kind = case_of(number), _kind(box)
    form, said_then = draft_boxes.BOXES[kind][0](), number_in(request.form.get("said"))
    if said_then is None or len(form.typed) > LONGEST_TEXT:
        return jsonify(words=_("Not kept: the text is too long.")), 422
    try:
        with transaction():
            draft = draft_boxes.keep(case, kind, form, said_then=said_then)
    except SaidMeanwhile:
        return jsonify(words=_("Not kept: you have sent something since. Open the case again to go on.")), 409
    return jsonify(words=_("Draft kept at %(time)s", time=clock_time(draft.saved_at, minutes=True)) if draft else "")


@bp.post("/cases/<number>/drafts/<box>/discard")
@requires(Permission.WORK_ON_CASES)
def discard_draft(number: str, box: str) -> Answer:
    """Give up what was kept of a box; files that wait there stay until they are removed."""
    case, kind = case_of(number), _kind(box)
    with transaction():
        draft_boxes.forget(case, kind)
    flash(_("The draft is gone."), "info")
    return redirect(url_for(".case", number=case.number, _anchor=f"{box}-title"), code=303)


def _kind(box: str) -> MessageKind:
    """What a box is for; 404 for one that there is not."""
    return next((kind for kind in draft_boxes.BOXES if kind == box), None) or abort(404)
