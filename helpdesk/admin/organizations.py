"""The directory for staff: what is in it, one organization with all that belongs to it, closing and reopening."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from .. import clock
from ..accounts.sessions import the_user
from ..extensions import db
from ..languages import gettext as _
from ..permissions import Permission, may, requires
from ..providers import commands, history, queries, wording
from ..providers.models import Location, Organization
from ..transaction import transaction
from ..typed_text import number_in
from .blueprint import bp
from .organization_search import DirectorySearchForm

Answer = str | Response | tuple[str, int]
ONE = "/organizations/<int(max=2147483647):organization_id>"
LOCATION = f"{ONE}/locations/<int(max=2147483647):location_id>"


@bp.get("/organizations")
@requires(Permission.SEE_DIRECTORY)
def organizations() -> Answer:
    """One page of the directory, by name."""
    form = DirectorySearchForm(request.args)
    place = number_in(request.args.get("after"))
    found = list(db.session.scalars(queries.organizations(form.search, after=place).limit(queries.ROWS + 1)))
    page = found[: queries.ROWS]
    return render_template(
        "admin/organizations.html",
        form=form,
        page_of_directory=page,
        locations=queries.location_counts([organization.id for organization in page]),
        after=place,
        following=page[-1].id if len(found) > queries.ROWS else None,
        word=wording.word,
        may_edit=may(the_user(), Permission.EDIT_DIRECTORY),
    )


@bp.get(ONE)
@requires(Permission.SEE_DIRECTORY)
def organization(organization_id: int) -> Answer:
    """Section A, locations with Section B, people, requests, history."""
    found = organization_of(organization_id)
    return render_template(
        "admin/organization.html",
        organization=found,
        people=list(db.session.scalars(queries.people_of(found))),
        requests=list(db.session.scalars(queries.requests_at(found))),
        events=list(db.session.scalars(queries.events_of(found))),
        names={location.id: location.name for location in found.locations},
        most_events=queries.MOST_EVENTS,
        now=clock.now(),
        wording=wording,
        word=wording.word,
        may_edit=may(the_user(), Permission.EDIT_DIRECTORY),
    )


@bp.get(f"{ONE}/close")
@requires(Permission.EDIT_DIRECTORY)
def close_organization(organization_id: int) -> Answer:
    """Ask before an organization is closed, or opened again."""
    found = organization_of(organization_id)
    waiting = [r for r in db.session.scalars(queries.requests_at(found)) if r.decided_at is None]
    return render_template("admin/close_organization.html", organization=found, waiting=len(waiting))


@bp.post(f"{ONE}/close")
@requires(Permission.EDIT_DIRECTORY)
def close_organization_now(organization_id: int) -> Answer:
    """Close an organization, or open it again."""
    with transaction():
        found = organization_of(organization_id)
        db.session.refresh(found, with_for_update={"of": Organization})
        said = _close_or_reopen(found, found.legal_name)
    flash(said, "ok")
    return redirect(url_for(".organization", organization_id=organization_id), code=303)


@bp.get(f"{LOCATION}/close")
@requires(Permission.EDIT_DIRECTORY)
def close_location(organization_id: int, location_id: int) -> Answer:
    """Ask before a location is closed, or opened again."""
    return render_template("admin/close_location.html", location=location_of(organization_id, location_id))


@bp.post(f"{LOCATION}/close")
@requires(Permission.EDIT_DIRECTORY)
def close_location_now(organization_id: int, location_id: int) -> Answer:
    """Close a location, or open it again."""
    with transaction():
        found = location_of(organization_id, location_id)
        db.session.refresh(found, with_for_update={"of": Location})
        said = _close_or_reopen(found, found.name)
    flash(said, "ok")
    return redirect(url_for(".organization", organization_id=organization_id), code=303)


def organization_of(organization_id: int) -> Organization:
    """The organization, with its locations; 404 if there is none."""
    found = db.session.scalars(queries.organization_with(organization_id)).unique().one_or_none()
    return found or db.first_or_404(db.select(Organization).where(db.false()))


def location_of(organization_id: int, location_id: int) -> Location:
    """The location of that organization; 404 if there is none."""
    found: Location = db.one_or_404(queries.location_of(organization_id, location_id))
    return found


def marked(found: Organization) -> int:
    """What a form of this organization is marked with."""
    return history.last_event_id(found)


def _close_or_reopen(place: Organization | Location, name: str) -> str:
    """Do what the form asks for, whatever the place is by now; what was done, in words."""
    if request.form.get("what") == "reopen":
        commands.reopen(place, by=the_user())
        return _("%(name)s is open again.", name=name)
    commands.close(place, by=the_user())
    return _("%(name)s is closed. Nobody can join or choose it now; its cases stay.", name=name)
