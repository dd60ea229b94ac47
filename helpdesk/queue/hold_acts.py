"""A case is put on hold, with a reason and a day to look again, and gone on with before that day."""

from flask import flash, redirect, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from .. import clock
from ..accounts import parked
from ..accounts.sessions import the_user
from ..cases import holding
from ..cases.errors import CaseClosed, CaseResolved, DayIsPast, NothingWaits, StaleCase
from ..cases.kinds import HoldReason
from ..cases.models import Case
from ..cases.waits import default_look_again
from ..hours.wording import day
from ..languages import gettext as _
from ..permissions import Permission, requires
from ..transaction import transaction
from .blueprint import bp
from .life_forms import HoldForm
from .mail_acts import case_of
from .seen_page import seen_page

Answer = str | Response | tuple[str, int]


@bp.get("/cases/<number>/hold")
@requires(Permission.WORK_ON_CASES)
def ask_hold(number: str) -> Answer:
    """Ask whom or what the case waits for, and until when."""
    case = case_of(number)
    typed = parked.fields_for(request.path)
    known = {"reason": case.hold_reason, "look_again_on": case.look_again_on or default_look_again(clock.now())}
    return _page(case, HoldForm(MultiDict(typed) if typed else None, data=known))


@bp.post("/cases/<number>/hold")
@requires(Permission.WORK_ON_CASES)
def hold(number: str) -> Answer:
    """Put the case on hold, on the version that was looked at."""
    case, form = case_of(number), HoldForm()
    if not form.validate():
        return _page(case, form), 422
    asked = {"reason": HoldReason(form.reason.data), "look_again_on": form.look_again_on.data, "note": form.note.data or ""}
    try:
        with transaction():
            holding.put_on_hold(case, seen=form.seen_version, by=the_user(), **asked)
            parked.forget(request.path)
    except DayIsPast:
        form.look_again_on.errors = [_("Choose a day to come on which the desk is open.")]
        return _page(case_of(number), form), 422
    except StaleCase as stale:
        return _page(case_of(number), form, stale_since=stale.since), 409
    except (CaseClosed, CaseResolved):
        return _page(case_of(number), form), 409
    flash(_("On hold until %(day)s. Its clocks stand still.", day=day(asked["look_again_on"])), "ok")
    return redirect(url_for(".case", number=case.number), code=303)


@bp.post("/cases/<number>/go-on")
@requires(Permission.WORK_ON_CASES)
def go_on(number: str) -> Answer:
    """Work on a case that waits, before its time has come."""
    case = case_of(number)
    try:
        with transaction():
            holding.go_on(case, by=the_user())
    except NothingWaits:
        flash(_("The case is open already."), "info")
    except (CaseClosed, CaseResolved):
        flash(_("The case has been resolved since you opened the page."), "warn")
    else:
        flash(_("The case is open, and its clocks run on."), "ok")
    return redirect(url_for(".case", number=case.number), code=303)


def _page(case: Case, form: HoldForm, *, stale_since: int | None = None) -> str:
    return seen_page("queue/ask_hold.html", case, form, stale_since=stale_since)
