"""A case goes to another team: by hand, with a reason and a way back, or by the rules in force when somebody asks them again."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from ..accounts import parked
from ..accounts import teams as account_teams
from ..accounts.models import Team
from ..accounts.sessions import the_user
from ..cases import moving, rerouting
from ..cases import queries as cases
from ..cases.errors import CaseClosed, CaseResolved, StaleCase
from ..cases.models import UNFINISHED, Case
from ..cases.moving import AlreadyThere, NobodyWorksThere, NothingToUndo
from ..cases.rerouting import Again, NoFacts, NothingChanges
from ..cases.wording import event_sentence
from ..extensions import db
from ..languages import gettext as _
from ..permissions import Permission, may, requires
from ..routing.errors import NoRuleSet
from ..transaction import transaction
from .blueprint import bp
from .mail_acts import case_of
from .move_forms import MoveForm, SeenForm, reasons

Answer = str | Response | tuple[str, int]


@bp.get("/cases/<number>/reroute")
@requires(Permission.WORK_ON_CASES)
def ask_reroute(number: str) -> Answer:
    """Ask where to and why; then who will have it, before anything is moved."""
    case = case_of(number)
    typed = parked.fields_for(request.path)
    asked = MultiDict(typed) if typed else request.args
    form = MoveForm(asked, teams=moving.live_teams(case), meta={"csrf": False})  # it changes nothing
    form.version.data = str(case.version)
    is_begun = "team" in asked
    if is_begun and not form.validate():
        return _page(case, form), 422
    return _page(case, form, to=_team(form) if is_begun else None)


@bp.post("/cases/<number>/reroute")
@requires(Permission.WORK_ON_CASES)
def reroute(number: str) -> Answer:
    """Move the case to another team, on the version that was looked at."""
    case = case_of(number)
    form = MoveForm(teams=moving.live_teams(case))
    if not form.validate():
        return _page(case, form, to=_team(form)), 422
    code, note = form.team.data, form.note.data or ""
    try:
        with transaction():
            moving.move(case, code, seen=form.seen_version, by=the_user(), reason=form.why, note=note)
            parked.forget(request.path)
    except NobodyWorksThere as refused:
        form.team.errors = [_("Nobody works in %(team)s right now. Choose another team.", team=refused.team)]
        return _page(case_of(number), form), 409
    except AlreadyThere as refused:
        form.team.errors = [_("The case is with %(team)s already.", team=refused.team)]
        return _page(case_of(number), form), 409
    except StaleCase as stale:
        case = case_of(number)
        form.version.data = str(case.version)
        return _page(case, form, to=_team(form), stale_since=stale.since), 409
    except (CaseClosed, CaseResolved):
        return _page(case_of(number), form), 409
    return redirect(url_for(".moved", number=case.number), code=303)


@bp.get("/cases/<number>/moved")
@requires(Permission.WORK_ON_CASES)
def moved(number: str) -> Answer:
    """Who has the case now and, for whoever has just moved it and may not see it any more, the way back."""
    case = _seen_or_moved(number)
    return render_template(
        "queue/moved.html",
        case=case,
        people=account_teams.active_members(case.team),
        before=moving.to_undo(case, the_user()),
        can_open=_sees(case),
    )


@bp.post("/cases/<number>/move-back")
@requires(Permission.WORK_ON_CASES)
def move_back(number: str) -> Answer:
    """Take the move back, as long as nobody has done anything on the case since."""
    case = _seen_or_moved(number)
    try:
        with transaction():
            team = moving.undo(case, by=the_user())
    except NothingToUndo:
        flash(_("Somebody has gone on with the case since, so that the move stays."), "info")
    except NobodyWorksThere as refused:
        flash(_("Nobody works in %(team)s right now, so that the case stays where it is.", team=refused.team), "warn")
    else:
        flash(_("%(number)s is with %(team)s again.", number=case.number, team=team.name), "ok")
    return redirect(url_for(".case", number=case.number) if _sees(case) else url_for(".index"), code=303)


@bp.post("/cases/<number>/route-again")
@requires(Permission.WORK_ON_CASES)
def route_again(number: str) -> Answer:
    """Do as the rules in force say, on the version that was looked at."""
    case, form = case_of(number), SeenForm()
    if not form.validate():
        return _page(case, _blank(case)), 422
    try:
        with transaction():
            rerouting.route_again(case, seen=form.seen_version, by=the_user())
    except StaleCase as stale:
        case = case_of(number)
        return _page(case, _blank(case), stale_since=stale.since), 409
    except (NothingChanges, NoFacts, NoRuleSet):
        flash(_("The rules in force change nothing about this case."), "info")
    except (CaseClosed, CaseResolved):
        flash(_("A case that is resolved stays with its team."), "info")
    else:
        words = {"number": case.number, "team": case.team.name, "priority": case.priority.value}
        flash(_("%(number)s is with %(team)s now, as %(priority)s.", **words), "ok")
    return redirect(url_for(".case", number=case.number) if _sees(case) else url_for(".index"), code=303)


@bp.get("/cases/<number>/move-back")
@bp.get("/cases/<number>/route-again")
@requires(Permission.WORK_ON_CASES)
def back_to_reroute(number: str) -> Answer:
    """Whoever opens the address of a button again comes to the page with the buttons."""
    return redirect(url_for(".ask_reroute", number=case_of(number).number))


def is_moved_away(number: str) -> bool:
    """Whether this person has just moved the case out of their own sight."""
    is_seen = db.session.scalar(cases.numbered(the_user(), number)) is not None
    return not is_seen and db.session.scalar(moving.just_moved_by(the_user(), number)) is not None


def _page(case: Case, form: MoveForm, *, to: Team | None = None, stale_since: int | None = None) -> str:
    """Where to and why or, with a team, who will have it there."""
    return render_template(
        "queue/ask_reroute.html",
        case=case,
        form=form,
        to=to,
        people=account_teams.active_members(to) if to else [],
        will_see=to is not None and _will_see(to),
        reasons=reasons(),
        changes=cases.events_since(case, stale_since) if stale_since is not None else [],
        event_sentence=event_sentence,
        again=_again(case),
        is_open=case.status in UNFINISHED,
    )


def _blank(case: Case) -> MoveForm:
    form = MoveForm(formdata=None, teams=moving.live_teams(case))
    form.version.data = str(case.version)
    return form


def _team(form: MoveForm) -> Team | None:
    return db.session.scalar(db.select(Team).where(Team.code == (form.team.data or "")))


def _again(case: Case) -> tuple[Again, str] | None:
    """What the rules in force say, and the name of the team."""
    try:
        again = rerouting.would_be(case)
    except (NoFacts, NoRuleSet):
        return None
    code = again.decision.team
    return again, db.session.scalar(db.select(Team.name).where(Team.code == code)) or code


def _will_see(team: Team) -> bool:
    """Whether the person who moves a case there sees it afterwards, for all that this page knows."""
    mine = {membership.team_id for membership in the_user().memberships}
    return team.id in mine or team.code == cases.TRIAGE or may(the_user(), Permission.SEE_EVERY_TEAM)


def _sees(case: Case) -> bool:
    return db.session.scalar(cases.visible_to(the_user()).where(Case.id == case.id)) is not None


def _seen_or_moved(number: str) -> Case:
    """The case, if this person sees it or has just moved it out of their sight."""
    found = db.session.scalar(cases.numbered(the_user(), number))
    return found or db.one_or_404(moving.just_moved_by(the_user(), number))
