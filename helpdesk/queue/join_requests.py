"""Requests to join, decided by staff: whoever asks, wherever, and where the place is not listed yet."""

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import HiddenField, SelectField
from wtforms.fields.choices import SelectChoice

from ..accounts.sessions import the_user
from ..extensions import db
from ..languages import gettext as _
from ..languages import lazy_gettext as _l
from ..permissions import Permission, may, requires
from ..providers import joining, queries
from ..providers.errors import NotOnesOwn, PlaceClosed, PlaceMissing, RequestDecided, RoleNeedsLocation
from ..providers.forms import choices
from ..providers.join_forms import DeclineForm
from ..providers.models import AffiliationRole, JoinRequest, Location, Organization, RequestState
from ..providers.names import LONGEST_NAME
from ..providers.wording import ROLES, word
from ..transaction import transaction
from ..typed_text import number_in, one_line
from .blueprint import bp

Answer = str | Response | tuple[str, int]
MOST_SHOWN = 100
ONE = "/requests/<int(max=2147483647):request_id>"


class ConfirmForm(FlaskForm):  # type: ignore[misc]
    """As what, and at which location of the organization that was found."""

    organization = HiddenField()
    role = SelectField(_l("Role"), choices=choices(ROLES))
    location = SelectField(_l("Location"))

    def __init__(self, organization: Organization | None, **given: object) -> None:
        super().__init__(**given)
        self.place = organization
        self.open = [at for at in organization.locations if at.closed_at is None] if organization else []
        listed = [SelectChoice(value=str(at.id), label=at.name) for at in self.open]
        self.location.choices = [SelectChoice(value="", label=_("The whole organization")), *listed]
        self.location.data = self.location.data or ""

    @property
    def chosen_location(self) -> Location | None:
        """The location that a valid form names; none for the whole organization."""
        return next((at for at in self.open if str(at.id) == self.location.data), None)


@bp.get("/requests")
@requires(Permission.DECIDE_REQUESTS)
def join_requests() -> Answer:
    """Every request that waits for an answer, oldest first."""
    found = list(db.session.scalars(queries.open_requests().limit(MOST_SHOWN + 1)))
    return render_template(
        "queue/join_requests.html",
        requests=found[:MOST_SHOWN],
        has_more=len(found) > MOST_SHOWN,
        place_asked_for=joining.place_asked_for,
        word=word,
    )


@bp.get(ONE)
@requires(Permission.DECIDE_REQUESTS)
def join_request(request_id: int) -> Answer:
    """Who asks, where, and what there is of that in the directory."""
    return _page(_request(request_id))


@bp.post(f"{ONE}/confirm")
@requires(Permission.DECIDE_REQUESTS)
def confirm_request(request_id: int) -> Answer:
    """This person works there."""
    form = ConfirmForm(_organization(request.form.get("organization", "")))
    if not form.validate():
        return _page(_request(request_id), confirm=form), 422
    try:
        with transaction():
            place = _organization(form.organization.data)
            where = ConfirmForm(place).chosen_location
            role = AffiliationRole(form.role.data)
            joining.confirm(_request(request_id), by=the_user(), organization=place, location=where, role=role)
    except RequestDecided:
        flash(_("This request was answered in the meantime."), "info")
    except PlaceMissing:
        form.form_errors.append(_("Find the organization in the directory first."))
    except RoleNeedsLocation:
        form.location.errors = [_("Choose the location: a coordinator works at one.")]
    except PlaceClosed:
        form.form_errors.append(_("This place is closed."))
    except NotOnesOwn:
        form.form_errors.append(_("Staff of this desk do not work at organizations."))
    else:
        flash(_("Confirmed. The person is told by mail."), "ok")
    if form.errors:
        return _page(_request(request_id), confirm=form), 409
    return redirect(url_for(".join_requests"), code=303)


@bp.post(f"{ONE}/decline")
@requires(Permission.DECIDE_REQUESTS)
def decline_request(request_id: int) -> Answer:
    """This person does not work there, or nobody can tell."""
    form = DeclineForm()
    if not form.validate():
        return _page(_request(request_id), decline=form), 422
    try:
        with transaction():
            joining.decline(_request(request_id), by=the_user(), answer=form.answer.data)
    except RequestDecided:
        flash(_("This request was answered in the meantime."), "info")
    else:
        flash(_("Declined. The person is told by mail, with your words."), "ok")
    return redirect(url_for(".join_requests"), code=303)


@bp.get(f"{ONE}/confirm")
@bp.get(f"{ONE}/decline")
@requires(Permission.DECIDE_REQUESTS)
def back_to_request(request_id: int) -> Answer:
    """Whoever opens the address of a refused form again comes back to the request."""
    return redirect(url_for(".join_request", request_id=_request(request_id).id))


def _request(request_id: int) -> JoinRequest:
    found: JoinRequest = db.one_or_404(sa.select(JoinRequest).where(JoinRequest.id == request_id))
    return found


def _organization(text: str | None) -> Organization | None:
    organization_id = number_in(text)
    if organization_id is None:
        return None
    return db.session.scalars(queries.organization_with(organization_id)).unique().one_or_none()


def _page(wanted: JoinRequest, *, confirm: ConfirmForm | None = None, decline: DeclineForm | None = None) -> str:
    """The request, the organization it is about or the one that was picked, and a search for another."""
    picked = confirm.place if confirm else _organization(request.args.get("organization")) or _asked_for(wanted)
    text = one_line(request.args.get("q", ""))[:LONGEST_NAME] or ("" if picked else wanted.pin or wanted.named_organization)
    places = list(db.session.scalars(queries.open_places(text))) if text else []
    organizations = list(db.session.scalars(queries.open_organizations(text))) if text else []
    if confirm is None and picked is not None:
        values = {"organization": str(picked.id), "role": wanted.role.value, "location": str(wanted.location_id or "")}
        values["location"] = request.args.get("location", values["location"])
        confirm = ConfirmForm(picked, formdata=None, data=values)
    return render_template(
        "queue/join_request.html",
        wanted=wanted,
        is_open=wanted.state is RequestState.OPEN,
        picked=picked,
        confirm=confirm,
        decline=decline or DeclineForm(formdata=None),
        text=text,
        places=places[: queries.MOST_FOUND],
        organizations=organizations[: queries.MOST_FOUND],
        place_asked_for=joining.place_asked_for,
        word=word,
        may_edit=may(the_user(), Permission.EDIT_DIRECTORY),
    )


def _asked_for(wanted: JoinRequest) -> Organization | None:
    return _organization(str(wanted.organization_id or ""))
