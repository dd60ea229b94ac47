"""A case is given to somebody who works in its team, or put back into the queue of it."""

from flask import flash, redirect, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from ..accounts import parked
from ..accounts.models import User
from ..accounts.sessions import the_user
from ..cases import giving
from ..cases.errors import CaseClosed, CaseResolved, StaleCase, WorksElsewhere
from ..cases.models import Case
from ..extensions import db
from ..languages import gettext as _
from ..permissions import Permission, requires
from ..transaction import transaction
from ..typed_text import number_in
from .assign_forms import AssignForm
from .blueprint import bp
from .mail_acts import case_of
from .seen_page import seen_page

Answer = str | Response | tuple[str, int]
BACK = "back"  # the button that puts it into the queue


@bp.get("/cases/<number>/assign")
@requires(Permission.WORK_ON_CASES)
def ask_assign(number: str) -> Answer:
    """Ask who is to have the case."""
    case = case_of(number)
    typed = parked.fields_for(request.path)
    return _page(case, _form(case, MultiDict(typed) if typed else None))


@bp.post("/cases/<number>/assign")
@requires(Permission.WORK_ON_CASES)
def assign(number: str) -> Answer:
    """Give the case to whoever was chosen, or to nobody, on the version that was looked at."""
    case = case_of(number)
    form = _form(case, request.form)
    to = None if request.form.get("then") == BACK else _chosen(form)
    if not form.validate(needs_somebody=request.form.get("then") != BACK, chosen=to):
        return _page(case, form), 422
    try:
        with transaction():
            is_new = giving.assign(case, to, seen=form.seen_version, by=the_user())
            parked.forget(request.path)
    except WorksElsewhere as refused:
        case = case_of(number)
        form = _form(case, request.form)
        form.to.errors = [_("%(who)s does not work in %(team)s any more. Choose somebody else.", **vars(refused))]
        return _page(case, form), 409
    except StaleCase as stale:
        case = case_of(number)
        return _page(case, _form(case, request.form), stale_since=stale.since), 409
    except (CaseClosed, CaseResolved):
        return _page(case_of(number), form), 409
    words = {"number": case.number, "who": to.name if to else "", "team": case.team.name}
    if not is_new:
        flash(_("%(who)s has it already.", **words) if to else _("Nobody has it already."), "info")
    else:
        done = _("%(who)s has %(number)s now.") if to else _("%(number)s is in the queue of %(team)s again.")
        flash(done % words, "ok")
    return redirect(url_for(".case", number=case.number), code=303)


def _form(case: Case, sent: MultiDict[str, str] | None) -> AssignForm:
    return AssignForm(sent, me=the_user(), people=giving.colleagues(case, reader=the_user()))


def _chosen(form: AssignForm) -> User | None:
    """Whoever of the desk was chosen, also if they do not work in the team any more."""
    found = db.session.get(User, number_in(form.to.data) or 0)
    return found if found is not None and found.is_staff else None


def _page(case: Case, form: AssignForm, *, stale_since: int | None = None) -> str:
    return seen_page("queue/ask_assign.html", case, form, stale_since=stale_since)
