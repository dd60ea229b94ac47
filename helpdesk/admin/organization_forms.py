"""Adding and changing organizations and locations. A save upon an older state is refused, and what was typed is kept."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm

from ..accounts import parked
from ..accounts.sessions import the_user
from ..extensions import db
from ..languages import gettext as _
from ..permissions import Permission, requires
from ..providers import commands, queries, wording
from ..providers.errors import NameTaken, PinTaken, StaleDirectory
from ..providers.forms import LocationForm, OrganizationForm
from ..providers.models import Organization
from ..transaction import transaction
from .blueprint import bp
from .hours_pages import typed
from .organizations import LOCATION, ONE, Answer, location_of, marked, organization_of


@bp.get("/organizations/add")
@requires(Permission.EDIT_DIRECTORY)
def add_organization() -> Answer:
    """An empty form for an organization; a name may stand in the address."""
    kept = typed()
    form = OrganizationForm(formdata=kept) if kept else OrganizationForm(data={"legal_name": request.args.get("name", "")})
    return render_template("admin/add_organization.html", form=form)


@bp.post("/organizations/add")
@requires(Permission.EDIT_DIRECTORY)
def add_typed_organization() -> Answer:
    """Put an organization into the directory."""
    form = OrganizationForm()
    if not form.validate():
        return render_template("admin/add_organization.html", form=form), 422
    try:
        with transaction():
            organization_id = commands.add_organization(form.facts, by=the_user()).id
            parked.forget(request.path)
    except NameTaken:
        form.legal_name.errors = [_("There is an organization of this name already.")]
        return render_template("admin/add_organization.html", form=form), 409
    flash(_("%(name)s is in the directory. Add its locations next.", name=form.legal_name.data), "ok")
    return redirect(url_for(".organization", organization_id=organization_id), code=303)


@bp.get(f"{ONE}/edit")
@requires(Permission.EDIT_DIRECTORY)
def edit_organization(organization_id: int) -> Answer:
    """The form of an organization, filled in."""
    organization, kept = organization_of(organization_id), typed()
    form = OrganizationForm(formdata=kept) if kept else OrganizationForm.of(organization, seen=marked(organization))
    return render_template("admin/edit_organization.html", form=form, organization=organization, changes=[])


@bp.post(f"{ONE}/edit")
@requires(Permission.EDIT_DIRECTORY)
def save_organization(organization_id: int) -> Answer:
    """Change an organization, unless it has changed since the form was shown."""
    form = OrganizationForm()

    def page(organization: Organization, since: int | None = None) -> str:
        changes = _changes(organization, form, since)
        return render_template("admin/edit_organization.html", form=form, organization=organization, changes=changes)

    def save(organization: Organization) -> None:
        commands.expect(organization, seen=form.seen_event)
        commands.change_organization(organization, form.facts, by=the_user())

    return _save(organization_id, form, save, page)


@bp.get(f"{ONE}/locations/add")
@requires(Permission.EDIT_DIRECTORY)
def add_location(organization_id: int) -> Answer:
    """An empty form for a location."""
    organization = organization_of(organization_id)
    return render_template("admin/add_location.html", form=LocationForm(formdata=typed()), organization=organization)


@bp.post(f"{ONE}/locations/add")
@requires(Permission.EDIT_DIRECTORY)
def add_typed_location(organization_id: int) -> Answer:
    """Add a location to an organization."""
    form = LocationForm()

    def page(organization: Organization, _since: int | None = None) -> str:
        return render_template("admin/add_location.html", form=form, organization=organization)

    def save(organization: Organization) -> None:
        commands.add_location(organization, form.facts, by=the_user())

    return _save(organization_id, form, save, page)


@bp.get(f"{LOCATION}/edit")
@requires(Permission.EDIT_DIRECTORY)
def edit_location(organization_id: int, location_id: int) -> Answer:
    """The form of a location, filled in."""
    location, kept = location_of(organization_id, location_id), typed()
    form = LocationForm(formdata=kept) if kept else LocationForm.of(location, seen=marked(location.organization))
    return render_template("admin/edit_location.html", form=form, location=location, changes=[])


@bp.post(f"{LOCATION}/edit")
@requires(Permission.EDIT_DIRECTORY)
def save_location(organization_id: int, location_id: int) -> Answer:
    """Change a location, unless its organization has changed since the form was shown."""
    form = LocationForm()
    location_of(organization_id, location_id)

    def page(organization: Organization, since: int | None = None) -> str:
        location = location_of(organization_id, location_id)
        changes = _changes(organization, form, since)
        return render_template("admin/edit_location.html", form=form, location=location, changes=changes)

    def save(organization: Organization) -> None:
        commands.expect(organization, seen=form.seen_event)
        commands.change_location(location_of(organization_id, location_id), form.facts, by=the_user())

    return _save(organization_id, form, save, page)


def _save(organization_id: int, form: FlaskForm, save: Callable[[Organization], object], page: Callable[..., str]) -> Answer:
    """Store a valid form; else show its page again, with what was typed and what is wrong with it."""
    if not form.validate():
        return page(organization_of(organization_id)), 422
    try:
        with transaction():
            save(organization_of(organization_id))
            parked.forget(request.path)
    except NameTaken:
        name = form.legal_name if isinstance(form, OrganizationForm) else form.name
        name.errors = [_("This name is taken already.")]
        return page(organization_of(organization_id)), 409
    except PinTaken:
        form.pin.errors = [_("Another location has this provider PIN.")]
        return page(organization_of(organization_id)), 409
    except StaleDirectory as stale:
        return page(organization_of(organization_id), stale.since), 409
    flash(_("Saved."), "ok")
    return redirect(url_for(".organization", organization_id=organization_id), code=303)


def _changes(organization: Organization, form: FlaskForm, since: int | None) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """What happened since the form was shown; the form is marked as having seen it now."""
    if since is None:
        return []
    names = {location.id: location.name for location in organization.locations}
    form.seen.data = str(marked(organization))
    events = db.session.scalars(queries.events_of(organization, since=since))
    return [
        (wording.event_sentence(event, location=names.get(event.location_id or 0, "")), wording.changes_of(event))
        for event in events
    ]
