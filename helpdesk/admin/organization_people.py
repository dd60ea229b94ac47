"""Who works at an organization: entered, changed and ended by staff."""

from collections.abc import Callable

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import joinedload

from ..accounts import parked
from ..accounts.queries import by_address
from ..accounts.sessions import the_user
from ..cases import copying
from ..extensions import db
from ..languages import gettext as _
from ..permissions import Permission, requires
from ..providers import affiliations, commands
from ..providers.errors import AlreadyAffiliated, NotOnesOwn, RoleNeedsLocation, StaleDirectory
from ..providers.forms import AffiliationForm, WorkForm
from ..providers.models import Affiliation, Location, Organization
from ..providers.wording import place_of, word
from ..transaction import transaction
from .blueprint import bp
from .hours_pages import typed
from .organizations import ONE, Answer, marked, organization_of

PERSON = f"{ONE}/people/<int(max=2147483647):affiliation_id>"


@bp.get(f"{ONE}/people/add")
@requires(Permission.EDIT_DIRECTORY)
def add_affiliation(organization_id: int) -> Answer:
    """An empty form for somebody who works there."""
    organization = organization_of(organization_id)
    form = AffiliationForm(_open(organization), formdata=typed())
    return render_template("admin/add_affiliation.html", form=form, organization=organization)


@bp.post(f"{ONE}/people/add")
@requires(Permission.EDIT_DIRECTORY)
def add_typed_affiliation(organization_id: int) -> Answer:
    """Confirm that somebody works there."""
    form = AffiliationForm(_open(organization_of(organization_id)))

    def page(organization: Organization) -> str:
        return render_template("admin/add_affiliation.html", form=form, organization=organization)

    person = db.session.scalar(by_address(form.email.data or ""))
    if form.validate() and person is None:
        form.email.errors = [_("Nobody has an account with this address. They can register, then ask to join.")]
    if form.errors or person is None:
        return page(organization_of(organization_id)), 422

    def save(organization: Organization) -> None:
        where = _location(organization, form)
        affiliations.affiliate(person, organization=organization, location=where, role=form.chosen_role, by=the_user())

    return _save(organization_id, form, save, page)


@bp.get(f"{PERSON}/edit")
@requires(Permission.EDIT_DIRECTORY)
def edit_affiliation(organization_id: int, affiliation_id: int) -> Answer:
    """The form of somebody who works there, filled in."""
    organization, found = organization_of(organization_id), _affiliation(organization_id, affiliation_id)
    values = {"role": found.role.value, "location": str(found.location_id or ""), "seen": str(marked(organization))}
    form = WorkForm(_open(organization), formdata=typed(), data=values)
    return render_template("admin/edit_affiliation.html", form=form, organization=organization, affiliation=found)


@bp.post(f"{PERSON}/edit")
@requires(Permission.EDIT_DIRECTORY)
def save_affiliation(organization_id: int, affiliation_id: int) -> Answer:
    """Change what somebody is there."""
    _affiliation(organization_id, affiliation_id)
    form = WorkForm(_open(organization_of(organization_id)))

    def page(organization: Organization) -> str:
        found = _affiliation(organization_id, affiliation_id)
        return render_template("admin/edit_affiliation.html", form=form, organization=organization, affiliation=found)

    def save(organization: Organization) -> None:
        commands.expect(organization, seen=form.seen_event)
        found = _affiliation(organization_id, affiliation_id)
        affiliations.change(found, location=_location(organization, form), role=form.chosen_role, by=the_user())

    return _save(organization_id, form, save, page)


@bp.get(f"{PERSON}/end")
@requires(Permission.EDIT_DIRECTORY)
def end_affiliation(organization_id: int, affiliation_id: int) -> Answer:
    """Ask before somebody is entered as working there no more."""
    found = _affiliation(organization_id, affiliation_id)
    return render_template("admin/end_affiliation.html", affiliation=found, place=place_of(found), word=word)


@bp.post(f"{PERSON}/end")
@requires(Permission.EDIT_DIRECTORY)
def end_affiliation_now(organization_id: int, affiliation_id: int) -> Answer:
    """Somebody works there no more."""
    with transaction():
        found = _affiliation(organization_id, affiliation_id)
        affiliations.end(found, by=the_user())
        db.session.flush()
        copying.stop_mail_of_leaver(found.user, by=the_user())
        name = found.user.name
    flash(_("%(name)s works there no more, and sees no cases of others there.", name=name), "ok")
    return redirect(url_for(".organization", organization_id=organization_id, _anchor="people"), code=303)


def _save(
    organization_id: int, form: WorkForm, save: Callable[[Organization], None], page: Callable[[Organization], str]
) -> Answer:
    if not form.validate():
        return page(organization_of(organization_id)), 422
    try:
        with transaction():
            save(organization_of(organization_id))
            parked.forget(request.path)
    except RoleNeedsLocation:
        form.location.errors = [_("Choose the location: a coordinator works at one.")]
    except AlreadyAffiliated:
        form.role.errors = [_("This person is that at this place already.")]
    except NotOnesOwn:
        form.form_errors.append(_("Staff of this desk do not work at organizations."))
    except StaleDirectory:
        form.seen.data = str(marked(organization_of(organization_id)))
        form.form_errors.append(
            _("The organization has changed since you opened this page. Look at its history, then save again if it still fits.")
        )
    else:
        flash(_("Saved."), "ok")
        return redirect(url_for(".organization", organization_id=organization_id, _anchor="people"), code=303)
    return page(organization_of(organization_id)), 409


def _affiliation(organization_id: int, affiliation_id: int) -> Affiliation:
    found = sa.select(Affiliation).where(Affiliation.id == affiliation_id, Affiliation.organization_id == organization_id)
    loaded = joinedload(Affiliation.user), joinedload(Affiliation.location), joinedload(Affiliation.organization)
    affiliation: Affiliation = db.one_or_404(found.options(*loaded))
    return affiliation


def _open(organization: Organization) -> list[Location]:
    return [location for location in organization.locations if location.closed_at is None]


def _location(organization: Organization, form: WorkForm) -> Location | None:
    """The chosen location as this transaction reads it."""
    chosen = form.chosen_location
    return next((location for location in organization.locations if chosen and location.id == chosen.id), None)
