"""Organizations, their locations, the people who work there, and those who ask to."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..accounts.models import User
from ..database import Json, text_enum
from ..extensions import db


class OrganizationType(StrEnum):
    """What kind of provider an organization is."""

    PHARMACY = "pharmacy"
    CLINIC = "clinic"  # a medical practice
    HOSPITAL = "hospital"
    LOCAL_HEALTH_DEPARTMENT = "local_health_department"
    COMMUNITY_HEALTH_CENTER = "community_health_center"
    LONG_TERM_CARE = "long_term_care"
    SCHOOL = "school"
    EMPLOYER = "employer"
    OTHER = "other"


class ReportingSystem(StrEnum):
    """Where a location reports its doses."""

    CVMS = "cvms"
    NCIR = "ncir"


class EnrollmentStatus(StrEnum):
    """Where the enrollment of a location stands."""

    DRAFT = "draft"
    WAITING_FOR_SIGNATURE = "waiting_for_signature"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    INACTIVE = "inactive"


class AffiliationRole(StrEnum):
    """What somebody is at an organization or location. The first two see the cases of others there."""

    ORGANIZATION_ADMINISTRATOR = "organization_administrator"  # of the organization as a whole
    COORDINATOR_PRIMARY = "coordinator_primary"
    COORDINATOR_BACKUP = "coordinator_backup"
    OFFICER = "officer"
    STAFF = "staff"


class RequestState(StrEnum):
    """Where a request to join stands."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class DirectoryAct(StrEnum):
    """What happens to the directory, as its history names it."""

    ADDED = "added"
    CHANGED = "changed"
    IMPORTED = "imported"
    CLOSED = "closed"
    REOPENED = "reopened"
    AFFILIATED = "affiliated"
    AFFILIATION_CHANGED = "affiliation_changed"
    AFFILIATION_ENDED = "affiliation_ended"
    REQUESTED = "requested"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Organization(db.Model):  # type: ignore[name-defined]
    """A vaccine provider as a whole (Section A of its enrollment)."""

    __tablename__ = "organizations"

    id: Mapped[int] = mapped_column(primary_key=True)
    legal_name: Mapped[str]
    name_key: Mapped[str] = mapped_column(unique=True)  # the name as compared: folded, without punctuation
    type: Mapped[OrganizationType] = mapped_column(text_enum(OrganizationType, "type"))
    # Who signed Section A; they need not have accounts here.
    administrator_name: Mapped[str] = mapped_column(default="")
    administrator_email: Mapped[str] = mapped_column(default="")
    cmo_name: Mapped[str] = mapped_column(default="")
    cmo_email: Mapped[str] = mapped_column(default="")
    ceo_name: Mapped[str] = mapped_column(default="")
    ceo_email: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    locations: Mapped[list["Location"]] = relationship(back_populates="organization", order_by="Location.name")


class Location(db.Model):  # type: ignore[name-defined]
    """A place where an organization stores or gives vaccine (Section B)."""

    __tablename__ = "locations"
    __table_args__ = (sa.UniqueConstraint("organization_id", "name_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(sa.ForeignKey("organizations.id"))
    name: Mapped[str]
    name_key: Mapped[str]
    street: Mapped[str] = mapped_column(default="")
    city: Mapped[str] = mapped_column(default="")
    zip_code: Mapped[str] = mapped_column(default="")
    county: Mapped[str] = mapped_column(default="")
    pin: Mapped[str | None] = mapped_column(unique=True)  # the provider PIN: six digits
    reporting_system: Mapped[ReportingSystem | None] = mapped_column(text_enum(ReportingSystem, "reporting_system"))
    enrollment_status: Mapped[EnrollmentStatus] = mapped_column(text_enum(EnrollmentStatus, "enrollment_status"))
    primary_coordinator_name: Mapped[str] = mapped_column(default="")
    primary_coordinator_email: Mapped[str] = mapped_column(default="")
    backup_coordinator_name: Mapped[str] = mapped_column(default="")
    backup_coordinator_email: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    organization: Mapped[Organization] = relationship(back_populates="locations")


class Affiliation(db.Model):  # type: ignore[name-defined]
    """That a person works at an organization, or at one of its locations, as what, and from when until when."""

    __tablename__ = "affiliations"
    __table_args__ = (
        sa.Index("ix_affiliations_user_id_organization_id", "user_id", "organization_id"),
        sa.Index("ix_affiliations_organization_id", "organization_id"),
        sa.Index("ix_affiliations_location_id", "location_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    organization_id: Mapped[int] = mapped_column(sa.ForeignKey("organizations.id"))
    location_id: Mapped[int | None] = mapped_column(sa.ForeignKey("locations.id"))  # none: the organization as a whole
    role: Mapped[AffiliationRole] = mapped_column(text_enum(AffiliationRole, "role"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]

    user: Mapped[User] = relationship()
    organization: Mapped[Organization] = relationship()
    location: Mapped[Location | None] = relationship()


class JoinRequest(db.Model):  # type: ignore[name-defined]
    """Somebody asks to be known as working somewhere, at a place of the directory or at one that it does not have yet."""

    __tablename__ = "join_requests"
    __table_args__ = (
        sa.Index("ix_join_requests_state", "state", "id"),
        sa.Index("ix_join_requests_organization_id", "organization_id"),
        sa.Index("ix_join_requests_user_id", "user_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    organization_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organizations.id"))
    location_id: Mapped[int | None] = mapped_column(sa.ForeignKey("locations.id"))
    named_organization: Mapped[str] = mapped_column(default="")  # where it is not listed
    named_location: Mapped[str] = mapped_column(default="")
    pin: Mapped[str] = mapped_column(default="")
    role: Mapped[AffiliationRole] = mapped_column(text_enum(AffiliationRole, "role"))
    words: Mapped[str] = mapped_column(default="")  # what they say to whoever decides
    state: Mapped[RequestState] = mapped_column(text_enum(RequestState, "state"))
    made_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    answer: Mapped[str] = mapped_column(default="")

    user: Mapped[User] = relationship(foreign_keys=[user_id])
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])
    organization: Mapped[Organization | None] = relationship()
    location: Mapped[Location | None] = relationship()


class DirectoryEvent(db.Model):  # type: ignore[name-defined]
    """One entry of the history of an organization, its locations and its people: append-only."""

    __tablename__ = "directory_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))  # none: the desk itself, or the command line
    organization_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organizations.id"), index=True)
    location_id: Mapped[int | None] = mapped_column(sa.ForeignKey("locations.id"), index=True)
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"), index=True)  # whose affiliation it is about
    act: Mapped[DirectoryAct] = mapped_column(text_enum(DirectoryAct, "act"))
    old: Mapped[dict[str, Any]] = mapped_column(Json)
    new: Mapped[dict[str, Any]] = mapped_column(Json)

    actor: Mapped[User | None] = relationship(foreign_keys=[actor_id])
    user: Mapped[User | None] = relationship(foreign_keys=[user_id])
