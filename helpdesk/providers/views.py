"""Where I work: a provider's own places, requests to join, and the requests an Organization Administrator decides."""

from collections.abc import Callable

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from .. import clock
from ..accounts import parked, throttling
from ..accounts.errors import TooManyTries
from ..accounts.sessions import the_user
from ..accounts.wording import seconds_left, wait_sentence
from ..extensions import db
from ..languages import gettext as _
from ..permissions import Permission, requires
from ..transaction import transaction
from ..typed_text import one_line
from . import joining, queries, wording
from .errors import AlreadyAffiliated, AlreadyAsked, PlaceClosed, RequestDecided, RoleNeedsLocation, TooManyRequests
from .join_forms import DeclineForm, JoinElsewhereForm, JoinForm
from .joining import Wish
from .models import AffiliationRole, JoinRequest, Location, Organization
from .names import LONGEST_NAME

bp = Blueprint("providers", __name__, url_prefix="/account/organizations")

Answer = str | Response | tuple[str, int] | tuple[str, int, dict[str, str]]
REQUEST = "/requests/<int(max=2147483647):request_id>"


@bp.get("")
@requires(Permission.JOIN_ORGANIZATIONS)
def mine() -> Answer:
    """Where I work and worked, and what I have asked for."""
    user, now = the_user(), clock.now()
    places = list(db.session.scalars(queries.all_affiliations_of(user)))
    to_decide = list(db.session.scalars(queries.requests_decided_by(user, at=now)))
    return render_template(
        "providers/mine.html",
        places=[place for place in places if place.ends_at is None or place.ends_at > now],
        former=[place for place in places if place.ends_at is not None and place.ends_at <= now],
        requests=list(db.session.scalars(queries.requests_of(user).limit(queries.ROWS))),
        administers=any(p.role is AffiliationRole.ORGANIZATION_ADMINISTRATOR for p in places if p.ends_at is None),
        to_decide=len(to_decide),
        offered=None if places else _offered(),
        place_of=wording.place_of,
        place_asked_for=joining.place_asked_for,
        word=wording.word,
    )


@bp.get("/join")
@requires(Permission.JOIN_ORGANIZATIONS)
def join() -> Answer:
    """Look for the place by name or provider PIN; that of one's own PIN stands first."""
    text = one_line(request.args.get("q", ""))[:LONGEST_NAME]
    places = list(db.session.scalars(queries.open_places(text))) if text else []
    organizations = list(db.session.scalars(queries.open_organizations(text))) if text else []
    return render_template(
        "providers/join.html",
        text=text,
        offered=_offered(),
        places=places[: queries.MOST_FOUND],
        organizations=organizations[: queries.MOST_FOUND],
        has_more=max(len(places), len(organizations)) > queries.MOST_FOUND,
    )


@bp.get("/join/<int(max=2147483647):organization_id>")
@requires(Permission.JOIN_ORGANIZATIONS)
def ask_to_join(organization_id: int) -> Answer:
    """As what, and where in this organization."""
    organization = _open_organization(organization_id)
    chosen = {"location": request.args.get("location", ""), "role": AffiliationRole.STAFF.value}
    form = JoinForm(_open(organization), formdata=_typed(), data=chosen)
    return render_template("providers/ask_to_join.html", organization=organization, form=form)


@bp.post("/join/<int(max=2147483647):organization_id>")
@requires(Permission.JOIN_ORGANIZATIONS)
def send_request(organization_id: int) -> Answer:
    """Ask to join a place of the directory."""
    organization = _open_organization(organization_id)
    form = JoinForm(_open(organization))

    def wish() -> Wish:
        place = _open_organization(organization_id)
        chosen = form.chosen_location
        location = next((at for at in place.locations if chosen and at.id == chosen.id), None)
        return Wish(role=form.chosen_role, organization=place, location=location, words=form.words.data or "")

    def page() -> str:
        return render_template("providers/ask_to_join.html", organization=_open_organization(organization_id), form=form)

    return _send(form, wish, page)


@bp.get("/join/not-listed")
@requires(Permission.JOIN_ORGANIZATIONS)
def ask_to_join_elsewhere() -> Answer:
    """Name a place that is not in the directory."""
    named = {"named_organization": request.args.get("q", ""), "pin": the_user().pin}
    form = JoinElsewhereForm(formdata=_typed(), data=named)
    return render_template("providers/ask_to_join_elsewhere.html", form=form)


@bp.post("/join/not-listed")
@requires(Permission.JOIN_ORGANIZATIONS)
def send_request_elsewhere() -> Answer:
    """Ask to join a place that is not listed; the desk finds or adds it."""
    form = JoinElsewhereForm()

    def wish() -> Wish:
        return Wish(
            role=AffiliationRole(form.role.data),
            named_organization=form.named_organization.data,
            named_location=form.named_location.data or "",
            pin=form.pin.data or "",
            words=form.words.data or "",
        )

    return _send(form, wish, lambda: render_template("providers/ask_to_join_elsewhere.html", form=form))


@bp.post(f"{REQUEST}/withdraw")
@requires(Permission.JOIN_ORGANIZATIONS)
def withdraw(request_id: int) -> Answer:
    """I do not ask any more."""
    try:
        with transaction():
            found = db.one_or_404(queries.requests_of(the_user()).where(JoinRequest.id == request_id))
            joining.withdraw(found, by=the_user())
    except RequestDecided:
        flash(_("This request was answered in the meantime."), "info")
    else:
        flash(_("Your request is withdrawn."), "ok")
    return redirect(url_for(".mine"), code=303)


@bp.get("/requests")
@requires(Permission.JOIN_ORGANIZATIONS)
def requests() -> Answer:
    """The requests to join the organizations that I administer."""
    if db.session.scalar(queries.administered_by(the_user(), at=clock.now()).limit(1)) is None:
        abort(404)
    return _requests_page()


@bp.post(f"{REQUEST}/confirm")
@requires(Permission.JOIN_ORGANIZATIONS)
def confirm(request_id: int) -> Answer:
    """This person works here."""
    return _decide(request_id, lambda found: joining.confirm(found, by=the_user()), _("Confirmed. The person is told by mail."))


@bp.post(f"{REQUEST}/decline")
@requires(Permission.JOIN_ORGANIZATIONS)
def decline(request_id: int) -> Answer:
    """This person does not work here."""
    form = DeclineForm()
    if not form.validate():
        _to_decide(request_id)
        return _requests_page(request_id, form), 422
    return _decide(
        request_id,
        lambda found: joining.decline(found, by=the_user(), answer=form.answer.data),
        _("Declined. The person is told by mail, with your words."),
    )


@bp.get(f"{REQUEST}/confirm")
@bp.get(f"{REQUEST}/decline")
@bp.get(f"{REQUEST}/withdraw")
@requires(Permission.JOIN_ORGANIZATIONS)
def back_to_mine(request_id: int) -> Answer:
    """Whoever opens the address of a button again comes back to their page."""
    return redirect(url_for(".mine", _anchor=f"request-{request_id}"))


def _send(form: FlaskForm, wish: Callable[[], Wish], page: Callable[[], str]) -> Answer:
    if not form.validate():
        return page(), 422
    try:
        with transaction():
            throttling.count_request_to_join(the_user().id)
            joining.request_to_join(wish(), by=the_user())
            parked.forget(request.path)
    except RoleNeedsLocation:
        form.location.errors = [_("Choose the location: a coordinator works at one.")]
    except AlreadyAffiliated:
        form.form_errors.append(_("You are that at this place already."))
    except AlreadyAsked:
        form.form_errors.append(_("You have asked to join this place already. We tell you as soon as it is decided."))
    except TooManyRequests:
        many = _("%(most)s of your requests wait for an answer. Withdraw one, or wait.", most=joining.MOST_OPEN)
        form.form_errors.append(many)
    except TooManyTries as tries:
        form.form_errors.append(wait_sentence(tries.until))
        return page(), 429, {"Retry-After": str(seconds_left(tries.until))}
    except PlaceClosed:
        form.form_errors.append(_("This place is closed."))
    else:
        flash(_("Your request is on its way. We tell you by mail as soon as it is decided."), "ok")
        return redirect(url_for(".mine"), code=303)
    return page(), 409


def _decide(request_id: int, act: Callable[[JoinRequest], None], said: str) -> Answer:
    try:
        with transaction():
            act(_to_decide(request_id))
    except RequestDecided:
        flash(_("This request was answered in the meantime."), "info")
    except (PlaceClosed, RoleNeedsLocation):
        flash(_("This place is closed, so nobody can join it. Decline the request, or call us."), "warn")
    else:
        flash(said, "ok")
    return redirect(url_for(".requests"), code=303)


def _to_decide(request_id: int) -> JoinRequest:
    """A request that this person may decide, decided by now or not; 404 for any other."""
    administered = queries.administered_by(the_user(), at=clock.now())
    user = the_user()
    found = db.select(JoinRequest).where(JoinRequest.organization_id.in_(administered), JoinRequest.user_id != user.id)
    wanted: JoinRequest = db.one_or_404(found.where(JoinRequest.id == request_id))
    return wanted


def _requests_page(refused_id: int = 0, form: DeclineForm | None = None) -> str:
    found = db.session.scalars(queries.requests_decided_by(the_user(), at=clock.now()))
    rows = [(wanted, form if form and wanted.id == refused_id else DeclineForm(formdata=None)) for wanted in found]
    return render_template(
        "providers/requests.html",
        rows=rows,
        refused=form,
        place_asked_for=joining.place_asked_for,
        word=wording.word,
    )


def _offered() -> Location | None:
    """The open location of the PIN that the person gave when they registered: offered, never given."""
    pin = the_user().pin
    return db.session.scalar(queries.open_places(pin).limit(1)) if pin else None


def _open_organization(organization_id: int) -> Organization:
    found = queries.organization_with(organization_id).where(Organization.closed_at.is_(None))
    organization = db.session.scalars(found).unique().one_or_none()
    return organization or abort(404)


def _open(organization: Organization) -> list[Location]:
    return [location for location in organization.locations if location.closed_at is None]


def _typed() -> MultiDict[str, str] | None:
    typed = parked.fields_for(request.path)
    return MultiDict(typed) if typed else None
