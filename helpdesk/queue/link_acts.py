"""Cases that have to do with each other, on a page of their own: linked, and no more."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from ..accounts import parked
from ..accounts.sessions import the_user
from ..cases import links
from ..cases import queries as cases
from ..cases.links import LinkedToItself
from ..cases.models import Case
from ..extensions import db
from ..languages import gettext as _
from ..permissions import Permission, requires
from ..transaction import transaction
from . import related
from .blueprint import bp
from .mail_acts import case_of
from .merge_forms import NumberForm

Answer = str | Response | tuple[str, int]


@bp.get("/cases/<number>/links")
@requires(Permission.WORK_ON_CASES)
def links_of_case(number: str) -> Answer:
    """The cases that it is linked to, and a box for the number of another."""
    typed = parked.fields_for(request.path)
    return _page(case_of(number), NumberForm(MultiDict(typed) if typed else None))


@bp.post("/cases/<number>/links")
@requires(Permission.WORK_ON_CASES)
def change_links(number: str) -> Answer:
    """Link another case or, with the button beside one, end its link."""
    case, form = case_of(number), NumberForm()
    ends = request.form.get("end", "")
    other: Case | None = db.session.scalar(cases.numbered(the_user(), ends or form.other.data or ""))
    if not ends and not form.validate():
        return _page(case, form), 422
    if other is None:
        form.other.errors = [_("There is no such case that you can see. Check the number.")]
        return _page(case, form), 422
    try:
        with transaction():
            is_changed = links.unlink(case, other, by=the_user()) if ends else links.link(case, other, by=the_user())
            parked.forget(request.path)
    except LinkedToItself:
        form.other.errors = [_("That is this case. Type the number of another one.")]
        return _page(case, form), 422
    done = _("%(other)s is not linked any more.") if ends else _("%(other)s is linked, and says so on its page.")
    flash(
        (done if is_changed else _("Nothing has changed about %(other)s.")) % {"other": other.number},
        "ok" if is_changed else "info",
    )
    return redirect(url_for(".links_of_case", number=case.number), code=303)


def _page(case: Case, form: NumberForm) -> str:
    user, linked = the_user(), related.linked(case, the_user())
    offered = [one for one in related.candidates(case, user) if one not in linked]
    return render_template("queue/links_of_case.html", case=case, form=form, linked=linked, candidates=offered)
