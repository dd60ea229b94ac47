"""The pages on which a team is told how to give out its cases, and a person what they can do."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import ngettext

from ..accounts import duty, history, parked, skills
from ..accounts.duty_models import Distribution
from ..accounts.errors import StalePage
from ..accounts.history_wording import DISTRIBUTIONS
from ..accounts.models import Team, User
from ..accounts.sessions import the_user
from ..extensions import db
from ..languages import gettext as _
from ..permissions import Permission, may, requires
from ..transaction import transaction
from . import staffing
from .blueprint import bp
from .duty_forms import DistributionForm, SkillsForm
from .hours_pages import Answer, typed
from .people_acts import refused
from .team_pages import team_of


@bp.route("/teams/<code>/distribution", methods=["GET", "POST"])
@requires(Permission.MANAGE_PEOPLE)
def change_distribution(code: str) -> Answer:
    """Let a team's agents take its cases, or give them out in turn, each person up to so many."""
    team = team_of(code)
    if request.method != "POST":
        now = {"distribution": team.distribution.value, "cap": team.cap}
        return _distribution_page(team, DistributionForm(formdata=typed(), data=now), fresh=True)
    form = DistributionForm()
    if not form.validate():
        return _distribution_page(team, form), 422
    how, cap = Distribution(form.distribution.data), form.cap.data
    try:
        with transaction():
            given = staffing.change_distribution(
                team, how, cap=cap, by=the_user(), version=form.seen_version, reason=form.reason.data
            )
            parked.forget(request.path)
    except StalePage as stale:
        return _distribution_page(team_of(code), form, problem=refused(stale), fresh=True), 409
    out = ngettext("%(num)s case that waited has somebody now.", "%(num)s cases that waited have somebody now.", given)
    flash(_("Saved.") + (f" {out}" if given else ""), "ok")
    return redirect(url_for("admin.team", code=code), code=303)


@bp.route("/people/<int(max=2147483647):person_id>/skills", methods=["GET", "POST"])
@requires(Permission.LEAD_PEOPLE)
def change_skills(person_id: int) -> Answer:
    """Say what somebody can do: an administrator of everybody at the desk, a lead of those in the teams they lead."""
    person = _led(person_id)
    if request.method != "POST":
        now = {"skills": ", ".join(skills.of(person))}
        return _skills_page(person, SkillsForm(formdata=typed(), data=now), fresh=True)
    form = SkillsForm()
    if not form.validate():
        return _skills_page(person, form), 422
    try:
        with transaction():
            version, reason = form.seen_version, form.reason.data
            given = staffing.change_skills(person, form.words, by=the_user(), version=version, reason=reason)
            parked.forget(request.path)
    except StalePage as stale:
        return _skills_page(_led(person_id), form, problem=refused(stale), fresh=True), 409
    out = ngettext("%(num)s case that waited is theirs now.", "%(num)s cases that waited are theirs now.", given)
    flash(_("Saved.") + (f" {out}" if given else ""), "ok")
    return redirect(_after_skills(person), code=303)


def _distribution_page(team: Team, form: DistributionForm, *, problem: str = "", fresh: bool = False) -> str:
    """The form; where it is shown for the present state, that is what it is sent for."""
    if fresh:
        form.version.data = str(history.version_of(team_id=team.id))
    return render_template(
        "admin/change_distribution.html", team=team, form=form, problem=problem, now=DISTRIBUTIONS[team.distribution]
    )


def _skills_page(person: User, form: SkillsForm, *, problem: str = "", fresh: bool = False) -> str:
    if fresh:
        form.version.data = str(history.version_of(user_id=person.id))
    shown: dict[str, Any] = {"person": person, "form": form, "problem": problem}
    return render_template(
        "admin/change_skills.html",
        **shown,
        now=skills.of(person),
        known=skills.known(),
        back=_after_skills(person),
        may_manage=may(the_user(), Permission.MANAGE_PEOPLE),
    )


def _led(person_id: int) -> User:
    """Somebody whose skills are this person's to set; 404 for anybody else."""
    person: User = db.one_or_404(duty.led_by(the_user()).where(User.id == person_id))
    return person


def _after_skills(person: User) -> str:
    """The person's own page, which is for administrators, or the team's."""
    if may(the_user(), Permission.MANAGE_PEOPLE):
        return url_for("admin.person", person_id=person.id)
    return url_for("queue.duty")
