"""What a case says of itself is corrected; whether that routes it again is asked first, where it would."""

from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from ..accounts import parked
from ..accounts.models import Team
from ..accounts.sessions import the_user
from ..cases import correcting
from ..cases import queries as cases
from ..cases.correcting import NothingCorrected
from ..cases.errors import CaseClosed, CaseResolved, StaleCase
from ..cases.kinds import CorrectionReason
from ..cases.models import Case
from ..cases.rerouting import Again
from ..extensions import db
from ..languages import gettext as _
from ..permissions import Permission, requires
from ..providers.places import places_of
from ..transaction import transaction
from .blueprint import bp
from .life_forms import CorrectForm
from .mail_acts import case_of
from .seen_page import seen_page

KEEP, ROUTE = "keep", "route"  # what the two buttons say once it is asked

Answer = str | Response | tuple[str, int]


@bp.get("/cases/<number>/correct")
@requires(Permission.WORK_ON_CASES)
def ask_correct(number: str) -> Answer:
    """What the case says of itself, to be corrected."""
    case = case_of(number)
    typed = parked.fields_for(request.path)
    return _page(case, _form(case, MultiDict(typed) if typed else None))


@bp.post("/cases/<number>/correct")
@requires(Permission.WORK_ON_CASES)
def correct(number: str) -> Answer:
    """Correct it, on the version that was looked at; where the rules would then send it elsewhere, ask first."""
    case = case_of(number)
    form, then = _form(case, request.form), request.form.get("then")
    if not form.validate():
        return _page(case, form), 422
    correction = form.correction()
    if then not in (KEEP, ROUTE) and (again := correcting.would_route(case, correction)):
        return _page(case, form, again=again)
    said: dict[str, Any] = {"reason": CorrectionReason(form.reason.data), "note": form.note.data or "", "route": then == ROUTE}
    try:
        with transaction():
            correcting.correct(case, correction, seen=form.seen_version, by=the_user(), **said)
            parked.forget(request.path)
    except NothingCorrected:
        form.form_errors.append(_("The case says all of that already. Change what is wrong, or go back to the case."))
        return _page(case_of(number), form), 422
    except StaleCase as stale:
        return _page(case_of(number), form, stale_since=stale.since), 409
    except (CaseClosed, CaseResolved):
        return _page(case_of(number), form), 409
    return _done(case, is_routed=then == ROUTE)


def _done(case: Case, *, is_routed: bool) -> Response:
    words = {"number": case.number, "team": case.team.name, "priority": case.priority.value}
    told = _("%(number)s is corrected. It is with %(team)s now, as %(priority)s.", **words)
    flash(told if is_routed else _("%(number)s is corrected, and stays with %(team)s.", **words), "ok")
    can_open = db.session.scalar(cases.visible_to(the_user()).where(Case.id == case.id)) is not None
    return redirect(url_for(".case", number=case.number) if can_open else url_for(".index"), code=303)


def _form(case: Case, sent: MultiDict[str, str] | None) -> CorrectForm:
    known = {"topic": case.topic_code, "system": case.system.value, "priority": case.priority.value}
    return CorrectForm(sent, case=case, places=places_of(case.requester), data={**known, "version": str(case.version)})


def _page(case: Case, form: CorrectForm, *, again: Again | None = None, stale_since: int | None = None) -> str:
    code = again.decision.team if again else ""
    team = db.session.scalar(db.select(Team.name).where(Team.code == code)) or code
    return seen_page("queue/ask_correct.html", case, form, stale_since=stale_since, again=again, team=team)
