"""Who works where, as what: the verbs of affiliations."""

from .. import clock
from ..accounts import people
from ..accounts.models import User
from ..extensions import db
from . import history, queries
from .errors import AlreadyAffiliated, NotOnesOwn, RoleNeedsLocation
from .models import Affiliation, AffiliationRole, DirectoryAct, Location, Organization

COORDINATORS = frozenset({AffiliationRole.COORDINATOR_PRIMARY, AffiliationRole.COORDINATOR_BACKUP})


def affiliate(
    user: User, *, organization: Organization, location: Location | None, role: AffiliationRole, by: User | None
) -> Affiliation:
    """Confirm that somebody works there from now on.

    Organization Administrators are of the organization as a whole, coordinators of one location (RoleNeedsLocation); nobody is
    the same at the same place twice (AlreadyAffiliated), and staff of the desk are nothing there (NotOnesOwn).
    """
    if user.is_staff:
        raise NotOnesOwn(user.email)
    location = place_for(role, location)
    people.hold(user)  # one at a time for each person
    _refuse_twin(user, organization, location, role)
    found = Affiliation(user=user, organization=organization, location=location, role=role, starts_at=clock.now())
    db.session.add(found)
    db.session.flush()
    _record(DirectoryAct.AFFILIATED, found, by=by, new=_facts(found))
    return found


def change(affiliation: Affiliation, *, location: Location | None, role: AffiliationRole, by: User | None) -> None:
    """Change what somebody is, and at which location of the same organization, from now on; raises as `affiliate` does."""
    location = place_for(role, location)
    if (affiliation.role, affiliation.location_id) == (role, location.id if location else None):
        return
    _refuse_twin(affiliation.user, affiliation.organization, location, role)
    old = _facts(affiliation)
    affiliation.role, affiliation.location = role, location
    _record(DirectoryAct.AFFILIATION_CHANGED, affiliation, by=by, old=old, new=_facts(affiliation))


def end(affiliation: Affiliation, *, by: User | None) -> None:
    """Somebody does not work there any more: from now on they see no cases of others there."""
    at = clock.now()
    if affiliation.ends_at is not None and affiliation.ends_at <= at:
        return
    affiliation.ends_at = at
    _record(DirectoryAct.AFFILIATION_ENDED, affiliation, by=by, old=_facts(affiliation))


def place_for(role: AffiliationRole, location: Location | None) -> Location | None:
    """The location that goes with a role: none for administrators of the organization; raises RoleNeedsLocation."""
    if role is AffiliationRole.ORGANIZATION_ADMINISTRATOR:
        return None
    if role in COORDINATORS and location is None:
        raise RoleNeedsLocation(role.value)
    return location


def _refuse_twin(user: User, organization: Organization, location: Location | None, role: AffiliationRole) -> None:
    twin = queries.affiliations_of(user, at=clock.now()).where(
        Affiliation.organization_id == organization.id,
        Affiliation.location_id == location.id if location else Affiliation.location_id.is_(None),
        Affiliation.role == role,
    )
    if db.session.scalar(twin) is not None:
        raise AlreadyAffiliated(user.email)


def _facts(affiliation: Affiliation) -> dict[str, str]:
    return {"role": affiliation.role.value, "location": affiliation.location.name if affiliation.location else ""}


def _record(
    act: DirectoryAct,
    affiliation: Affiliation,
    *,
    by: User | None,
    old: dict[str, str] | None = None,
    new: dict[str, str] | None = None,
) -> None:
    history.record(
        act,
        by=by,
        organization_id=affiliation.organization_id,
        location_id=affiliation.location_id,
        user=affiliation.user,
        old=old,
        new=new,
    )
