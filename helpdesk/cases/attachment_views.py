"""The files of one's own cases: downloaded, and kept or removed while a message is being written."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ..accounts import parked
from ..accounts.sessions import the_user
from ..extensions import db
from ..languages import gettext as _
from ..permissions import Permission, requires
from ..transaction import transaction
from . import attachment_answers, attachments, file_box
from .arrivals import takes_files
from .forms import RejectForm, ReplyForm
from .models import MessageKind
from .views import Answer, bp, case_page, my_case, refusal, reject_page, take_in


@bp.get("/cases/<number>/files/<int(max=2147483647):file_id>/<filename>")
@requires(Permission.SEE_OWN_CASES)
def download(number: str, file_id: int, filename: str) -> Answer:  # noqa: ARG001  the name is for people; the id decides
    """A file of a message that one may read."""
    case = my_case(number)
    file = db.one_or_404(attachments.shown_to_requester(attachments.said_on(case, file_id)))
    if file.redacted_at is not None:
        return render_template("cases/download.html", case=case, file=file), 410
    return attachment_answers.download(file) or (render_template("cases/download.html", case=case, file=file), 500)


@bp.post("/cases/<number>/files")
@requires(Permission.SEE_OWN_CASES)
@takes_files
def keep_files(number: str) -> Answer:
    """Let files wait with the message that is being written, or remove one; the text waits with them."""
    case, box = my_case(number), file_box.pressed()
    is_reject = box.kind is MessageKind.NOT_SOLVED
    form = RejectForm() if is_reject else ReplyForm()
    shows = reject_page if is_reject else case_page
    take_in(form, case)
    if not form.body.data:
        form.body.errors = []  # a text that is not begun yet is no fault here
    if form.errors:
        return shows(case, form), refusal(form)
    path = url_for(".reject" if is_reject else ".add_reply", number=case.number)
    with transaction():
        file_box.remove(box, case=case, owner=the_user())
        file_box.park(path, {"body": form.body.data or ""}, owner=the_user())
        parked.forget(request.path)
    flash(_("The file is removed.") if box.removes else _("Nothing has been sent yet; your files wait below."), "info")
    page = ".ask_reject" if is_reject and case.status == "resolved" else ".mine_case"
    return redirect(url_for(page, number=case.number, _anchor="files"), code=303)


@bp.get("/cases/<number>/files")
@requires(Permission.SEE_OWN_CASES)
def back_from_files(number: str) -> Response:
    """Whoever opens the address of the button comes back to the case."""
    return redirect(url_for(".mine_case", number=my_case(number).number))
