"""What the words of the directory read like on a page."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from ..languages import gettext as _
from ..languages import lazy_gettext as _l
from .models import (
    Affiliation,
    AffiliationRole,
    DirectoryAct,
    DirectoryEvent,
    EnrollmentStatus,
    OrganizationType,
    ReportingSystem,
    RequestState,
)

TYPES: dict[OrganizationType, Any] = {
    OrganizationType.PHARMACY: _l("Pharmacy"),
    OrganizationType.CLINIC: _l("Medical practice"),
    OrganizationType.HOSPITAL: _l("Hospital"),
    OrganizationType.LOCAL_HEALTH_DEPARTMENT: _l("Local health department"),
    OrganizationType.COMMUNITY_HEALTH_CENTER: _l("Community health center"),
    OrganizationType.LONG_TERM_CARE: _l("Long-term care"),
    OrganizationType.SCHOOL: _l("School or university"),
    OrganizationType.EMPLOYER: _l("Employer"),
    OrganizationType.OTHER: _l("Other"),
}
SYSTEMS: dict[ReportingSystem, Any] = {ReportingSystem.CVMS: _l("CVMS"), ReportingSystem.NCIR: _l("NCIR")}
STATUSES: dict[EnrollmentStatus, Any] = {
    EnrollmentStatus.DRAFT: _l("Draft"),
    EnrollmentStatus.WAITING_FOR_SIGNATURE: _l("Waiting for signature"),
    EnrollmentStatus.SUBMITTED: _l("Submitted"),
    EnrollmentStatus.RETURNED: _l("Returned"),
    EnrollmentStatus.APPROVED: _l("Approved"),
    EnrollmentStatus.INACTIVE: _l("Inactive"),
}
ROLES: dict[AffiliationRole, Any] = {
    AffiliationRole.ORGANIZATION_ADMINISTRATOR: _l("Organization Administrator"),
    AffiliationRole.COORDINATOR_PRIMARY: _l("Vaccine Coordinator (primary)"),
    AffiliationRole.COORDINATOR_BACKUP: _l("Vaccine Coordinator (back-up)"),
    AffiliationRole.OFFICER: _l("Responsible Officer"),
    AffiliationRole.STAFF: _l("Staff"),
}
REQUEST_STATES: dict[RequestState, Any] = {
    RequestState.OPEN: _l("Waits for an answer"),
    RequestState.CONFIRMED: _l("Confirmed"),
    RequestState.DECLINED: _l("Declined"),
    RequestState.WITHDRAWN: _l("Withdrawn"),
}
# One set apart from the other: members of different sets with the same value are equal.
_LABELS: tuple[tuple[type[StrEnum], Mapping[Any, Any]], ...] = (
    (OrganizationType, TYPES),
    (ReportingSystem, SYSTEMS),
    (EnrollmentStatus, STATUSES),
    (AffiliationRole, ROLES),
    (RequestState, REQUEST_STATES),
)
FIELDS: dict[str, Any] = {
    "legal_name": _l("Legal name"),
    "name": _l("Name"),
    "type": _l("Type"),
    "administrator_name": _l("Organization Administrator"),
    "administrator_email": _l("Organization Administrator, e-mail"),
    "cmo_name": _l("Responsible Officer (CMO)"),
    "cmo_email": _l("Responsible Officer (CMO), e-mail"),
    "ceo_name": _l("Responsible Officer (CEO)"),
    "ceo_email": _l("Responsible Officer (CEO), e-mail"),
    "street": _l("Street"),
    "city": _l("City"),
    "zip_code": _l("ZIP code"),
    "county": _l("County"),
    "pin": _l("Provider PIN"),
    "reporting_system": _l("Reports in"),
    "enrollment_status": _l("Enrollment"),
    "primary_coordinator_name": _l("Primary coordinator"),
    "primary_coordinator_email": _l("Primary coordinator, e-mail"),
    "backup_coordinator_name": _l("Back-up coordinator"),
    "backup_coordinator_email": _l("Back-up coordinator, e-mail"),
    "role": _l("Role"),
    "location": _l("Location"),
    "closed_at": _l("Closed"),
    "answer": _l("Answer"),
    "place": _l("Place"),
}
_OF_VALUES: dict[str, Mapping[Any, Any]] = {
    "type": TYPES,
    "reporting_system": SYSTEMS,
    "enrollment_status": STATUSES,
    "role": ROLES,
}
_DEEDS: dict[DirectoryAct, Any] = {
    DirectoryAct.ADDED: _l("%(who)s added %(what)s"),
    DirectoryAct.CHANGED: _l("%(who)s changed %(what)s"),
    DirectoryAct.IMPORTED: _l("%(who)s imported %(what)s"),
    DirectoryAct.CLOSED: _l("%(who)s closed %(what)s"),
    DirectoryAct.REOPENED: _l("%(who)s reopened %(what)s"),
    DirectoryAct.AFFILIATED: _l("%(who)s confirmed that %(person)s works at %(what)s"),
    DirectoryAct.AFFILIATION_CHANGED: _l("%(who)s changed what %(person)s is at %(what)s"),
    DirectoryAct.AFFILIATION_ENDED: _l("%(who)s ended the work of %(person)s at %(what)s"),
    DirectoryAct.REQUESTED: _l("%(who)s asked to join %(what)s"),
    DirectoryAct.DECLINED: _l("%(who)s declined that %(person)s joins %(what)s"),
    DirectoryAct.WITHDRAWN: _l("%(who)s withdrew the request to join %(what)s"),
}


def word(member: StrEnum | None) -> str:
    """The member of a set of values of the directory as people read it; nothing for none."""
    return next((str(labels[member]) for kind, labels in _LABELS if isinstance(member, kind)), "")


def place_of(affiliation: Affiliation) -> str:
    """Where somebody works: "Main Street, Cedar Fork Pharmacy", or "Cedar Fork Pharmacy, the whole organization"."""
    return place_in_words(affiliation.organization.legal_name, affiliation.location.name if affiliation.location else "")


def place_in_words(organization: str, location: str) -> str:
    """A location, or, where it has no name, the organization as a whole."""
    if not location:
        return _("%(organization)s, the whole organization", organization=organization)
    return _("%(location)s, %(organization)s", location=location, organization=organization)


def event_sentence(event: DirectoryEvent, *, location: str = "") -> str:
    """An entry of the history as a sentence; what it concerns is the location of that name, or the organization."""
    who = event.actor.name if event.actor else _("The desk")
    person = event.user.name if event.user else _("somebody")
    return str(_DEEDS[event.act] % {"who": who, "person": person, "what": location or _("the organization")})


def changes_of(event: DirectoryEvent) -> list[tuple[str, str, str]]:
    """What an entry changed: name of the field, before, after."""
    fields = [name for name in FIELDS if name in event.old or name in event.new]
    return [(str(FIELDS[name]), _shown(name, event.old.get(name)), _shown(name, event.new.get(name))) for name in fields]


def _shown(name: str, value: Any) -> str:
    if value in (None, ""):
        return _("nothing")
    labels = _OF_VALUES.get(name, {})
    return str(labels.get(value, value))


def person(name: str, address: str) -> str:
    """Somebody named in Section A or B, who need not have an account."""
    return " · ".join(part for part in (name, address) if part) or _("Not given")
