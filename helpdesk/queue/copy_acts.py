"""Whom a case is copied to, on its page for staff."""

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from ..accounts import parked
from ..accounts.models import User
from ..accounts.sessions import the_user
from ..cases import copying, wording
from ..cases.errors import CannotCopy, CaseClosed
from ..cases.forms import CopyForm
from ..extensions import db
from ..languages import gettext as _
from ..permissions import Permission, requires
from ..transaction import transaction
from . import case_page
from .blueprint import bp
from .case_page import Outcome
from .mail_acts import case_of

Answer = str | Response | tuple[str, int]


@bp.post("/cases/<number>/copies")
@requires(Permission.WORK_ON_CASES)
def add_copies(number: str) -> Answer:
    """Copy the case to colleagues of its requester."""
    case, form = case_of(number), CopyForm()
    if not form.validate():
        return case_page.render(case, Outcome(copy_form=form)), 422
    try:
        with transaction():
            new = copying.copy(case, form.colleagues.data, by=the_user())
            parked.forget(request.path)
    except CannotCopy as refused:
        form.colleagues.errors = [str(refused)]
        return case_page.render(case, Outcome(copy_form=form)), 422
    except CaseClosed:
        return case_page.render(case, Outcome(problem=_("This case is closed. It cannot be copied to anybody else."))), 409
    flash(wording.copied_to(new), "ok" if new else "info")
    return _to_case(number)


@bp.post("/cases/<number>/copies/<int(max=2147483647):person_id>/end")
@requires(Permission.WORK_ON_CASES)
def end_copy(number: str, person_id: int) -> Answer:
    """Take a colleague off the case, who may see it no more then."""
    case, person = case_of(number), db.session.get(User, person_id)
    with transaction():
        was_copied = person is not None and copying.take_off(case, person, by=the_user())
    flash(wording.copied_no_more_to(person if was_copied else None), "ok" if was_copied else "info")
    return _to_case(number)


def _to_case(number: str) -> Response:
    return redirect(url_for("queue.case", number=number, _anchor="copies"), code=303)
