"""What administrators do to people: role and teams, the end of an account and its return, sessions, waits."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask_babel import ngettext
from werkzeug.wrappers import Response

from ..accounts import history, parked, throttling
from ..accounts import people as accounts
from ..accounts.errors import AccountClosed, LastAdministrator, NotYourself, StalePage
from ..accounts.models import AccountAct, Team, User
from ..accounts.sessions import the_user
from ..accounts.wording import label
from ..errors import HelpDeskError
from ..languages import gettext as _
from ..permissions import Permission, Role, requires
from ..transaction import transaction
from . import deactivation, staffing
from .blueprint import bp
from .errors import NeedsTaker, NotATaker
from .hours_pages import Answer, typed
from .people_forms import ReasonForm, TakersForm, WorkForm, takers_form
from .people_pages import all_teams, count_words, open_teams, person_of
from .staffing import Dependents, Work

CONFIRM = "confirm"  # the button of the second page


@bp.route("/people/<int(max=2147483647):person_id>/work", methods=["GET", "POST"])
@requires(Permission.MANAGE_PEOPLE)
def change_work(person_id: int) -> Answer:
    """Give somebody of the staff another role or other teams: a form, then a page that says what will happen."""
    person = person_of(person_id)
    if not person.is_staff:
        flash(
            _("%(who)s is a provider. Staff have accounts of their own: invite them at another address.", who=person.name), "warn"
        )
        return to_person(person)
    form = _work_form(person)
    if request.method != "POST" or not form.validate():
        return _work_page(person, form), 422 if request.method == "POST" else 200
    if form.seen_version != history.version_of(user_id=person.id):  # asked again, under the lock, when it is saved
        return _work_page(person, form, problem=refused(StalePage())), 409
    work = Work(Role(form.role.data), frozenset(form.teams.data or ()), frozenset(form.leads.data or ()))
    if work == Work.of(person):
        flash(_("Nothing has been changed."), "info")
        return to_person(person)
    left = _left(person, Work.of(person).teams - work.teams)
    takers = takers_form(left, _possible_takers(person))
    if request.form.get("then") != CONFIRM or not takers.validate():
        status = 422 if request.form.get("then") == CONFIRM else 200
        return _work_page(person, form, takers=takers, left=left, work=work), status
    return _save_work(person, form, work, takers)


def _save_work(person: User, form: WorkForm, work: Work, takers: TakersForm) -> Answer:
    try:
        with transaction():
            chosen = takers.takers(all_teams())
            version, reason = form.seen_version, form.reason.data
            handed = staffing.change_work(person, work, by=the_user(), version=version, takers=chosen, reason=reason)
            parked.forget(request.path)
    except (StalePage, LastAdministrator, NeedsTaker, NotATaker) as refusal:
        return _work_page(person_of(person.id), form, problem=refused(refusal)), 409
    flash(_("Saved.") + " " + _cases_moved(handed), "ok")
    return to_person(person)


@bp.route("/people/<int(max=2147483647):person_id>/deactivate", methods=["GET", "POST"])
@requires(Permission.MANAGE_PEOPLE)
def deactivate(person_id: int) -> Answer:
    """Ask before an account ends, saying what will happen; then end it."""
    person = person_of(person_id)
    if person.deactivated_at is not None:
        flash(_("This account is deactivated already."), "info")
        return to_person(person)
    left = _left(person, Work.of(person).teams)
    takers, form = takers_form(left, _possible_takers(person)), ReasonForm()
    if request.method != "POST":
        form = ReasonForm(formdata=typed())
        form.version.data = str(history.version_of(user_id=person.id))
        return _deactivate_page(person, form, takers, left)
    both_are_good = [form.validate(), takers.validate()]
    if not all(both_are_good):
        return _deactivate_page(person, form, takers, left), 422
    try:
        with transaction():
            chosen, version = takers.takers(all_teams()), form.seen_version
            came = deactivation.deactivate(person, by=the_user(), version=version, reason=form.reason.data, takers=chosen)
            parked.forget(request.path)
    except (StalePage, NotYourself, LastAdministrator, NeedsTaker, NotATaker) as refusal:
        person = person_of(person_id)
        form.version.data = str(history.version_of(user_id=person.id))
        left = _left(person, Work.of(person).teams)
        fresh = takers_form(left, _possible_takers(person))
        return _deactivate_page(person, form, fresh, left, problem=refused(refusal)), 409
    flash(_what_came(person, came), "ok")
    return to_person(person)


@bp.post("/people/<int(max=2147483647):person_id>/reactivate")
@requires(Permission.MANAGE_PEOPLE)
def reactivate(person_id: int) -> Answer:
    """Undo the end of an account."""
    person, form = person_of(person_id), ReasonForm()
    try:
        with transaction():
            given = deactivation.reactivate(person, by=the_user(), version=form.seen_version)
    except (StalePage, AccountClosed) as refusal:
        flash(refused(refusal), "warn")
        return to_person(person)
    back = ngettext("%(num)s case went back to them.", "%(num)s cases went back to them.", given)
    flash(_("%(who)s can sign in again.", who=person.name) + " " + back + " " + _("Mail that was stopped stays stopped."), "ok")
    return to_person(person)


@bp.post("/people/<int(max=2147483647):person_id>/sign-out")
@requires(Permission.MANAGE_PEOPLE)
def sign_out_everywhere(person_id: int) -> Answer:
    """End every session of a person."""
    person = person_of(person_id)
    with transaction():
        accounts.sign_out_everywhere(person, by=the_user())
    flash(_("%(who)s is signed out everywhere.", who=person.name), "ok")
    return to_person(person)


@bp.post("/people/<int(max=2147483647):person_id>/end-waits")
@requires(Permission.MANAGE_PEOPLE)
def end_waits(person_id: int) -> Answer:
    """End the waits after wrong passwords and after many mailed links."""
    person = person_of(person_id)
    with transaction():
        throttling.forget(person.email_key, accounts.places_of(person))
        history.record(AccountAct.WAITS_ENDED, user=person, by=the_user())
    flash(_("The waits are over: %(who)s can try again now.", who=person.name), "ok")
    return to_person(person)


def to_person(person: User) -> Response:
    """Back to the page of a person."""
    return redirect(url_for("admin.person", person_id=person.id), code=303)


def refused(refusal: HelpDeskError) -> str:
    """Why something was not done, and what to do."""
    match refusal:
        case StalePage():
            return _(
                "Somebody has changed this since you opened the page. Nothing was saved; look how it stands, then send it again."
            )
        case LastAdministrator():
            return _("This is the last active administrator. Make somebody else an administrator first.")
        case NotYourself():
            return _("Nobody deactivates themselves. Ask another administrator.")
        case NeedsTaker():
            return _("Meanwhile nobody else works in %(team)s. Nothing was saved; choose who takes its cases.", team=str(refusal))
        case NotATaker():
            return _("Nobody works in %(team)s any more. Nothing was saved; choose another team.", team=str(refusal))
        case AccountClosed():
            return _("%(who)s has closed the account; it cannot be brought back. They can register again.", who=str(refusal))
    raise refusal


def _work_form(person: User) -> WorkForm:
    before, teams = Work.of(person), open_teams()
    known = {team.id for team in teams} | before.teams
    offered = [team for team in all_teams() if team.id in known]
    if request.method == "POST":
        return WorkForm(offered)
    data = {"role": before.role.value, "teams": sorted(before.teams), "leads": sorted(before.leads)}
    form = WorkForm(offered, formdata=typed(), data=data)
    form.version.data = str(history.version_of(user_id=person.id))
    return form


def _work_page(
    person: User,
    form: WorkForm,
    *,
    takers: TakersForm | None = None,
    left: Sequence[Dependents] = (),
    work: Work | None = None,
    problem: str = "",
) -> str:
    """The form or, with `work`, what will happen; after a refusal the form as it was typed, for the present state."""
    if problem:
        form.version.data = str(history.version_of(user_id=person.id))
    return render_template(
        "admin/change_work.html",
        person=person,
        form=form,
        takers=takers,
        left=left,
        changes=_changes(person, work) if work else (),
        is_confirmation=work is not None,
        problem=problem,
        count=count_words,
    )


def _changes(person: User, work: Work) -> list[str]:
    """What will be different, a sentence each."""
    before, names = Work.of(person), {team.id: team.name for team in all_teams()}
    said = []
    if work.role is not before.role:
        said.append(_("Role: %(new)s instead of %(old)s", new=label(work.role), old=label(before.role)))
    said += [_("Joins %(team)s", team=names[team]) for team in sorted(work.teams - before.teams)]
    said += [_("Leaves %(team)s", team=names[team]) for team in sorted(before.teams - work.teams)]
    said += [_("Leads %(team)s", team=names[team]) for team in sorted(work.leads - before.leads)]
    said += [_("No longer leads %(team)s", team=names[team]) for team in sorted((before.leads - work.leads) & work.teams)]
    return said


def _left(person: User, team_ids: frozenset[int]) -> list[Dependents]:
    """What depends on the teams that would be left without anybody."""
    emptied = staffing.emptied_without(person, team_ids)
    return [found for team in emptied if (found := staffing.dependents(team)).any]


def _possible_takers(person: User) -> list[Team]:
    """Triage, and the teams in which somebody active works beside this person."""
    alone = {team.id for team in staffing.emptied_without(person, Work.of(person).teams)}
    live = {team.id for team in staffing.live_teams()} - alone
    return [team for team in open_teams() if team.id in live or team.code == staffing.TRIAGE]


def _deactivate_page(person: User, form: ReasonForm, takers: TakersForm, left: Sequence[Dependents], *, problem: str = "") -> str:
    return render_template(
        "admin/deactivate.html",
        person=person,
        form=form,
        takers=takers,
        left=left,
        problem=problem,
        is_me=person.id == the_user().id,
        count=count_words,
    )


def _what_came(person: User, came: deactivation.Came) -> str:
    cases = ngettext("%(num)s case is back in the queue", "%(num)s cases are back in the queue", came.handed_back)
    mails = ngettext("%(num)s mail to them was stopped", "%(num)s mails to them were stopped", came.stopped)
    said = _("%(who)s cannot sign in any more. %(cases)s, %(mails)s.", who=person.name, cases=cases, mails=mails)
    return f"{said} {_cases_moved(came.moved)}".strip() if came.moved else said


def _cases_moved(number: int) -> str:
    return ngettext("%(num)s case changed hands.", "%(num)s cases changed hands.", number) if number else ""
