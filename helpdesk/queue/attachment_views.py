"""The files of a case in the workspace: downloaded, and kept or removed while a message is being written."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from ..accounts.sessions import the_user
from ..cases import attachment_answers, attachments, file_box
from ..cases.arrivals import takes_files
from ..cases.models import Case, MessageKind
from ..extensions import db
from ..languages import gettext as _
from ..permissions import Permission, requires
from ..transaction import transaction
from . import case_page, draft_boxes
from .blueprint import bp
from .case_page import Outcome
from .forms import LONGEST_TEXT, CaseForm
from .mail_acts import case_of

Answer = str | Response | tuple[str, int]


@bp.get("/cases/<number>/files/<int(max=2147483647):file_id>/<filename>")
@requires(Permission.SEE_QUEUE)
def download(number: str, file_id: int, filename: str) -> Answer:  # noqa: ARG001  the name is for people; the id decides
    """A file of a message of the case."""
    case = case_of(number)
    file = db.one_or_404(attachments.said_on(case, file_id))
    if file.redacted_at is not None:
        return render_template("queue/download.html", case=case, file=file), 410
    return attachment_answers.download(file) or (render_template("queue/download.html", case=case, file=file), 500)


@bp.post("/cases/<number>/files")
@requires(Permission.WORK_ON_CASES)
@takes_files
def keep_files(number: str) -> Answer:
    """Let files wait with what is being written, or remove one; the text waits with them."""
    case, box = case_of(number), file_box.pressed()
    kind = box.kind if box.kind in draft_boxes.BOXES else MessageKind.REPLY
    form = draft_boxes.BOXES[kind][0]()
    take_in(form, case)
    if not form.typed:
        form[form.written_in].errors = []  # a text that is not begun yet is no fault here
    if form.files.errors or len(form.typed) > LONGEST_TEXT:
        return case_page.render(case, Outcome(form)), refusal(form)
    with transaction():
        file_box.remove(box, case=case, owner=the_user())
        draft_boxes.keep(case, kind, form)
    flash(_("The file is removed.") if box.removes else _("Nothing has been sent yet; your files wait below."), "info")
    return redirect(url_for(".case", number=case.number, _anchor=form.files.id), code=303)


@bp.get("/cases/<number>/files")
@requires(Permission.SEE_QUEUE)
def back_from_files(number: str) -> Response:
    """Whoever opens the address of the button comes back to the case."""
    return redirect(url_for(".case", number=case_of(number).number))


def take_in(form: CaseForm, case: Case) -> bool:
    """Validate a form, and let its files wait with what is written, whether that can be sent or not.

    Says whether all is well; what is not stands beside the fields.
    """
    is_valid = form.validate()
    if form.files.data:
        with transaction():
            _kept, refused = attachments.receive(form.files.data, on=attachments.on_case(the_user(), case, form.says))
        form.files.refuse(refused)
    return is_valid and not form.errors


def refusal(form: CaseForm) -> int:
    """The status of a form that was not taken: whose fault it is."""
    return 503 if form.files.is_our_fault else 422
