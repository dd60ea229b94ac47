"""What is typed and not sent: kept while it is typed, its files added and removed, and thrown away when somebody starts over."""

from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ..accounts.sessions import the_user
from ..cases.arrivals import takes_files
from ..languages import gettext as _
from ..permissions import Permission, requires
from ..transaction import transaction
from ..typed_text import number_in
from . import keeping, starting
from .drafts import DraftTooLarge
from .views import Answer, bp, forget_parked, form_of, form_page, keep


@bp.post("/draft")
@requires(Permission.ASK_FOR_HELP)
def autosave() -> Answer:
    """Keep what has been typed so far: for the script that does so every few seconds."""
    try:
        with transaction():
            keeping.keep(request.form, owner=the_user())
            forget_parked()  # what was typed before the session ended is older
    except DraftTooLarge:
        abort(413)
    return jsonify(saved=True)


@bp.post("/files")
@requires(Permission.ASK_FOR_HELP)
@takes_files
def keep_files() -> Answer:
    """Add files to the ticket, or remove one; what is typed is kept, too."""
    form = form_of(starting.filled_in(request.form, the_user()))
    removed = request.form.get("remove", "")
    if not keep(form, without=number_in(removed) or 0):
        return form_page(form), 422
    if form.files is not None and form.files.errors:
        return form_page(form), 503 if form.files.is_our_fault else 422
    flash(_("The file is removed.") if removed else _("Nothing has been sent yet; your files wait below."), "info")
    return redirect(url_for(".get_help", kept=1, _anchor="files"), code=303)


@bp.get("/files")
@requires(Permission.ASK_FOR_HELP)
def back_from_files() -> Response:
    """Whoever opens the address of the button comes back to the form."""
    return redirect(url_for(".get_help"))


@bp.get("/start-over")
@requires(Permission.ASK_FOR_HELP)
def ask_start_over() -> Answer:
    """Ask before what was typed is thrown away."""
    draft = keeping.typed_before(the_user())
    if draft is None:
        return redirect(url_for(".get_help"))
    fields, saved_at = draft
    files = keeping.files_of(the_user())
    return render_template("intake/ask_start_over.html", subject=fields.get("subject"), saved_at=saved_at, files=files)


@bp.post("/start-over")
@requires(Permission.ASK_FOR_HELP)
def start_over() -> Answer:
    """Throw away what was typed, and begin with an empty form."""
    with transaction():
        keeping.start_over(owner=the_user())
        forget_parked()
    flash(_("What you had typed is deleted. This is a new ticket."), "ok")
    return redirect(url_for(".get_help"))
