"""Who sees one's case: hidden from colleagues or not, and copied to some of them; what its requester decides, and they."""

from flask import abort, flash, redirect, request, url_for

from ..accounts import parked
from ..accounts.models import User
from ..accounts.sessions import the_user
from ..extensions import db
from ..languages import gettext as _
from ..permissions import Permission, requires
from ..transaction import transaction
from . import copies, copying, privacy, queries, wording
from .errors import CannotCopy, CaseClosed, NotCopiedByThem
from .forms import CopyForm
from .views import Answer, bp, case_page, must_be_requester, my_case


@bp.post("/cases/<number>/privacy")
@requires(Permission.SEE_OWN_CASES)
def set_privacy(number: str) -> Answer:
    """Hide one's case from colleagues, or show it to them."""
    case, hide = my_case(number), request.form.get("is_private") == "y"
    must_be_requester(case)
    with transaction():
        privacy.set_privacy(case, is_private=hide, by=the_user())
    if not hide:
        flash(_("Your colleagues can see this case now."), "ok")
    elif copies.of(case.id, case.organization_id):
        flash(_("Only the colleagues whom it is copied to see this case."), "ok")
    else:
        flash(_("Your colleagues do not see this case."), "ok")
    return redirect(url_for(".mine_case", number=case.number))


@bp.post("/cases/<number>/copies")
@requires(Permission.SEE_OWN_CASES)
def add_copies(number: str) -> Answer:
    """Copy one's case to colleagues."""
    case, form = my_case(number), CopyForm()
    must_be_requester(case)
    if not form.validate():
        return case_page(case, copy_form=form), 422
    try:
        with transaction():
            new = copying.copy(case, form.colleagues.data, by=the_user())
            parked.forget(request.path)
    except CannotCopy as refused:
        form.colleagues.errors = [str(refused)]
        return case_page(case, copy_form=form), 422
    except CaseClosed:
        flash(_("This case is closed. It cannot be copied to anybody else."), "info")
    else:
        flash(wording.copied_to(new), "ok" if new else "info")
    return redirect(url_for(".mine_case", number=case.number, _anchor="copies"), code=303)


@bp.get("/cases/<number>/copies/<int(max=2147483647):person_id>/end")
@requires(Permission.SEE_OWN_CASES)
def back_from_copy(number: str, person_id: int) -> Answer:
    """Whoever opens the address of the button again comes back to the case, and to whom it is copied."""
    return redirect(url_for(".mine_case", number=my_case(number).number, _anchor=f"copy-{person_id}"))


@bp.post("/cases/<number>/copies/<int(max=2147483647):person_id>/end")
@requires(Permission.SEE_OWN_CASES)
def end_copy(number: str, person_id: int) -> Answer:
    """Take a colleague off one's case, or oneself off that of a colleague, who may see it no more then."""
    case, person = my_case(number), db.session.get(User, person_id)
    try:
        with transaction():
            was_copied = person is not None and copying.take_off(case, person, by=the_user())
    except NotCopiedByThem:
        abort(403)
    if was_copied and person_id == the_user().id:
        flash(_("%(number)s is not copied to you any more.", number=number), "ok")
    else:
        flash(wording.copied_no_more_to(person if was_copied else None), "ok" if was_copied else "info")
    if db.session.scalar(queries.numbered(the_user(), number)) is None:
        return redirect(url_for(".mine"), code=303)
    return redirect(url_for(".mine_case", number=case.number, _anchor="copies"), code=303)
