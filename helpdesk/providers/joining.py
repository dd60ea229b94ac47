"""Requests to join: somebody asks, whoever may decide confirms or declines, the person is told at once."""

from contextlib import suppress
from dataclasses import dataclass

from flask_babel import LazyString

from .. import clock
from ..accounts import people
from ..accounts.models import User
from ..extensions import db
from ..notifications import outbox
from . import affiliations, history, queries
from .errors import (
    AlreadyAffiliated,
    AlreadyAsked,
    NotOnesOwn,
    PlaceClosed,
    PlaceMissing,
    RequestDecided,
    TooManyRequests,
)
from .models import AffiliationRole, DirectoryAct, JoinRequest, Location, Organization, RequestState
from .names import name_key
from .wording import word

MOST_OPEN = 5  # requests of one person


@dataclass(frozen=True)
class Wish:
    """Where somebody wants to join, as what; either a place of the directory or the name of one that is not in it."""

    role: AffiliationRole
    organization: Organization | None = None
    location: Location | None = None
    named_organization: str = ""
    named_location: str = ""
    pin: str = ""
    words: str = ""


def request_to_join(wish: Wish, *, by: User) -> JoinRequest:
    """Ask to be known as working there; the administrators of the organization are mailed, and staff see it.

    Raises RoleNeedsLocation, PlaceClosed, AlreadyAffiliated, AlreadyAsked and TooManyRequests.
    """
    if by.is_staff:
        raise NotOnesOwn(by.email)
    location = wish.location
    if wish.organization is not None:
        location = affiliations.place_for(wish.role, wish.location)
    _refuse_closed(wish.organization, location)
    people.hold(by)  # parallel tries wait for each other
    waiting = list(db.session.scalars(queries.open_requests_of(by)))
    if any(_is_same(known, wish, location) for known in waiting):
        raise AlreadyAsked(by.email)
    if _works_there(by, wish, location):
        raise AlreadyAffiliated(by.email)
    if len(waiting) >= MOST_OPEN:
        raise TooManyRequests(by.email)
    request = JoinRequest(
        user=by,
        organization=wish.organization,
        location=location,
        named_organization=wish.named_organization,
        named_location=wish.named_location,
        pin=wish.pin,
        role=wish.role,
        words=wish.words,
        state=RequestState.OPEN,
        made_at=clock.now(),
    )
    db.session.add(request)
    db.session.flush()
    _record(DirectoryAct.REQUESTED, request, by=by)
    _tell_deciders(request)
    return request


def confirm(
    request: JoinRequest,
    *,
    by: User,
    organization: Organization | None = None,
    location: Location | None = None,
    role: AffiliationRole | None = None,
) -> None:
    """Let the person in, in the role and at the place they asked for, or at the one that is given here; they are told.

    Raises RequestDecided, PlaceMissing, PlaceClosed and RoleNeedsLocation.
    """
    _hold(request)
    place = organization or request.organization
    if place is None:
        raise PlaceMissing(request.named_organization)
    where = location if organization else request.location
    _refuse_closed(place, where)
    with suppress(AlreadyAffiliated):  # somebody has entered it by hand: what was asked for is so
        affiliations.affiliate(request.user, organization=place, location=where, role=role or request.role, by=by)
    request.organization, request.location = place, where
    _decide(request, RequestState.CONFIRMED, by=by)
    _tell_person(request)


def decline(request: JoinRequest, *, by: User, answer: str) -> None:
    """Say no, and why; the person is told. Raises RequestDecided."""
    _hold(request)
    request.answer = answer
    _decide(request, RequestState.DECLINED, by=by)
    _record(DirectoryAct.DECLINED, request, by=by)
    _tell_person(request)


def withdraw(request: JoinRequest, *, by: User) -> None:
    """The person does not ask any more. Raises RequestDecided."""
    _hold(request)
    _decide(request, RequestState.WITHDRAWN, by=by)
    _record(DirectoryAct.WITHDRAWN, request, by=by)


def place_asked_for(request: JoinRequest) -> str:
    """The place in words: "Main Street, Cedar Fork Pharmacy"."""
    organization = request.organization.legal_name if request.organization else request.named_organization
    location = request.location.name if request.location else request.named_location
    return ", ".join(part for part in (location, organization) if part)


def _hold(request: JoinRequest) -> None:
    """Lock who asks, then the request, as the end of an account does; raise RequestDecided if somebody was first."""
    people.hold(request.user)
    db.session.refresh(request, with_for_update={"of": JoinRequest})
    if request.state is not RequestState.OPEN:
        raise RequestDecided(request.state.value)


def _decide(request: JoinRequest, state: RequestState, *, by: User) -> None:
    request.state, request.decided_by, request.decided_at = state, by, clock.now()


def _refuse_closed(organization: Organization | None, location: Location | None) -> None:
    for place in (organization, location):
        if place is not None and place.closed_at is not None:
            raise PlaceClosed


def _is_same(known: JoinRequest, wish: Wish, location: Location | None) -> bool:
    if wish.organization is None or known.organization_id is None:
        names = (known.named_organization, wish.named_organization), (known.named_location, wish.named_location)
        return wish.organization is None and known.organization_id is None and all(name_key(a) == name_key(b) for a, b in names)
    return (known.organization_id, known.location_id) == (wish.organization.id, location.id if location else None)


def _works_there(by: User, wish: Wish, location: Location | None) -> bool:
    return any(
        (a.organization_id, a.location_id, a.role)
        == (wish.organization.id if wish.organization else 0, location.id if location else None, wish.role)
        for a in db.session.scalars(queries.affiliations_of(by, at=clock.now()))
    )


def _record(act: DirectoryAct, request: JoinRequest, *, by: User) -> None:
    """What people typed stands in the request, not here."""
    history.record(
        act,
        by=by,
        organization_id=request.organization_id,
        location_id=request.location_id,
        user=request.user,
        new={"role": request.role.value},
    )


def _tell_deciders(request: JoinRequest) -> None:
    if request.organization is None:
        return
    about = {
        "person": request.user.name,
        "person_email": request.user.email,
        "place": LazyString(place_asked_for, request),
        "role": LazyString(word, request.role),
        "path": "/account/organizations/requests",
    }
    for administrator in db.session.scalars(queries.administrators_of(request.organization, at=clock.now())):
        outbox.enqueue(
            "join_requested",
            to=administrator.recipient,
            about={**about, "first_name": administrator.first_name},
            key=str(request.id),
        )


def _tell_person(request: JoinRequest) -> None:
    if request.user.deactivated_at is not None:
        return
    about = {
        "first_name": request.user.first_name,
        "place": LazyString(place_asked_for, request),
        "role": LazyString(word, request.role),
        "is_confirmed": request.state is RequestState.CONFIRMED,
        "answer": request.answer,
        "path": "/account/organizations",
    }
    outbox.enqueue("join_decided", to=request.user.recipient, about=about, key=str(request.id))
