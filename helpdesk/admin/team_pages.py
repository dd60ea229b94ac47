"""The pages of teams: who works where, what waits there and leads there; add, describe, close and open again."""

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask_babel import ngettext
from sqlalchemy.orm import selectinload

from ..accounts import history, history_wording, parked, skills
from ..accounts import teams as accounts
from ..accounts import wording as account_wording
from ..accounts.errors import NameTaken, StalePage
from ..accounts.models import Team, TeamMember
from ..accounts.sessions import the_user
from ..extensions import db
from ..languages import gettext as _
from ..permissions import Permission, requires
from ..transaction import transaction
from ..typed_text import one_line
from . import people_search, staffing, team_search
from .blueprint import bp
from .errors import NeedsTaker, NotATaker, RulesPointHere
from .hours_pages import Answer, typed
from .people_acts import refused
from .people_forms import NewTeamForm, ReasonForm, TakersForm, TeamForm, takers_form
from .people_pages import STATES, all_teams, count_words, entries

FURTHEST = 1_000_000  # no list of teams goes on so far, and every database can count to it


@bp.get("/teams")
@requires(Permission.MANAGE_PEOPLE)
def teams() -> Answer:
    """Teams: what each does, who works there, how much waits."""
    text = one_line(request.args.get("q"))[: people_search.LONGEST]
    start = min(max(request.args.get("start", 0, type=int), 0), FURTHEST)
    rows, following = team_search.page(text, start=start)
    counts = staffing.open_counts(rows)
    return render_template(
        "admin/teams.html", rows=rows, counts=counts, count=count_words, text=text, start=start, following=following
    )


@bp.route("/teams/add", methods=["GET", "POST"])
@requires(Permission.MANAGE_PEOPLE)
def add_team() -> Answer:
    """A new team."""
    if request.method != "POST":
        return render_template("admin/add_team.html", form=NewTeamForm(formdata=typed()))
    form = NewTeamForm()
    if not form.validate():
        return render_template("admin/add_team.html", form=form), 422
    try:
        with transaction():
            team = accounts.add(code=form.code.data, name=form.name.data, purpose=form.purpose.data, by=the_user())
            parked.forget(request.path)
    except NameTaken:
        form.code.errors = [_("Another team has this name or this code, perhaps a closed one.")]
        return render_template("admin/add_team.html", form=form), 409
    flash(_("%(team)s is there. Now let somebody work in it: cases go to a team only then.", team=team.name), "ok")
    return _to_team(team.code)


@bp.get("/teams/<code>")
@requires(Permission.MANAGE_PEOPLE)
def team(code: str) -> Answer:
    """One team, what depends on it, and its history."""
    found = team_of(code)
    return render_template(
        "admin/team.html",
        team=found,
        members=sorted(found.members, key=lambda member: (not member.is_lead, member.user.name)),
        depends=staffing.dependents(found),
        is_live=found.is_active and any(member.user.is_active for member in found.members),
        is_triage=found.code == staffing.TRIAGE,
        skills=skills.of_people([member.user_id for member in found.members]),
        count=count_words,
        states=STATES,
        state_of=people_search.state_of,
        role_label=account_wording.label,
        version=history.version_of(team_id=found.id),
        history=entries(history.of_team(found.id)),
        wording=history_wording,
    )


@bp.route("/teams/<code>/describe", methods=["GET", "POST"])
@requires(Permission.MANAGE_PEOPLE)
def describe_team(code: str) -> Answer:
    """Another name or purpose."""
    found = team_of(code)
    if request.method != "POST":
        form = TeamForm(formdata=typed(), data={"name": found.name, "purpose": found.purpose})
        form.version.data = str(history.version_of(team_id=found.id))
        return render_template("admin/describe_team.html", team=found, form=form, problem="")
    form = TeamForm()
    if not form.validate():
        return render_template("admin/describe_team.html", team=found, form=form, problem=""), 422
    try:
        with transaction():
            accounts.expect_version(found, form.seen_version)
            accounts.describe(found, name=form.name.data, purpose=form.purpose.data, by=the_user())
            parked.forget(request.path)
    except NameTaken:
        form.name.errors = [_("Another team has this name.")]
        return render_template("admin/describe_team.html", team=team_of(code), form=form, problem=""), 409
    except StalePage as stale:
        found = team_of(code)
        form.version.data = str(history.version_of(team_id=found.id))
        return render_template("admin/describe_team.html", team=found, form=form, problem=refused(stale)), 409
    flash(_("Saved."), "ok")
    return _to_team(code)


@bp.route("/teams/<code>/close", methods=["GET", "POST"])
@requires(Permission.MANAGE_PEOPLE)
def close_team(code: str) -> Answer:
    """Ask before a team closes, saying what depends on it; then close it."""
    found = team_of(code)
    depends = staffing.dependents(found)
    takers = _takers(found, depends)
    if request.method != "POST":
        form = ReasonForm(formdata=typed())
        form.version.data = str(history.version_of(team_id=found.id))
        return _close_page(found, form, takers)
    form = ReasonForm()
    both_are_good = [form.validate(), takers.validate()]
    if not all(both_are_good):
        return _close_page(found, form, takers), 422
    try:
        with transaction():
            taker = takers.takers(all_teams()).get(found.id)
            moved = staffing.close_team(found, by=the_user(), version=form.seen_version, reason=form.reason.data, taker=taker)
            parked.forget(request.path)
    except (StalePage, NeedsTaker, NotATaker) as refusal:
        problem = refused(refusal)
    except (RulesPointHere, staffing.TriageStays):
        problem = _("Nothing was saved: see below why this team cannot be closed.")
    else:
        cases = ngettext("%(num)s open case moved.", "%(num)s open cases moved.", moved)
        flash(_("%(team)s is closed.", team=found.name) + " " + cases, "ok")
        return _to_team(code)
    found = team_of(code)
    form.version.data = str(history.version_of(team_id=found.id))
    return _close_page(found, form, _takers(found, staffing.dependents(found)), problem=problem), 409


@bp.post("/teams/<code>/reopen")
@requires(Permission.MANAGE_PEOPLE)
def reopen_team(code: str) -> Answer:
    """Open a closed team again."""
    found = team_of(code)
    with transaction():
        accounts.hold([found])
        accounts.reopen(found, by=the_user(), reason="")
    flash(_("%(team)s is open again.", team=found.name), "ok")
    return _to_team(code)


def team_of(code: str) -> Team:
    """A team with its members; 404 where there is none."""
    found = sa.select(Team).where(Team.code == code)
    team: Team = db.one_or_404(found.options(selectinload(Team.members).joinedload(TeamMember.user)))
    return team


def _takers(team: Team, depends: staffing.Dependents) -> TakersForm:
    others = [other for other in all_teams() if other.is_active and other.id != team.id]
    live = {other.id for other in staffing.live_teams()}
    possible = [other for other in others if other.id in live or other.code == staffing.TRIAGE]
    return takers_form([depends] if depends.any else [], possible)


def _close_page(team: Team, form: ReasonForm, takers: TakersForm, *, problem: str = "") -> str:
    return render_template(
        "admin/close_team.html",
        team=team,
        form=form,
        takers=takers,
        depends=staffing.dependents(team),
        is_triage=team.code == staffing.TRIAGE,
        problem=problem,
        count=count_words,
    )


def _to_team(code: str) -> Answer:
    return redirect(url_for("admin.team", code=code), code=303)
