"""What a case is asked with: the way, the system, the part its requester plays, whom it concerns and what it stops."""

from enum import StrEnum


class Channel(StrEnum):
    """The way in which somebody asked."""

    WEB = "web"  # by themselves
    PHONE = "phone"  # staff filed it for them
    WALK_IN = "walk_in"  # so did staff at the counter


class System(StrEnum):
    """The system a question is about."""

    ENROLLMENT_PORTAL = "enrollment_portal"
    CVMS = "cvms"
    NCIR = "ncir"
    NCID = "ncid"
    OTHER = "other"


class Impact(StrEnum):
    """Who is affected."""

    ME = "me"
    LOCATION = "location"
    SEVERAL = "several"
    EVERYONE = "everyone"


class Urgency(StrEnum):
    """What it does to vaccination."""

    NO = "no"
    SLOWED = "slowed"
    STOPPED = "stopped"
    AT_RISK = "at_risk"


class ProviderRole(StrEnum):
    """The part somebody plays at a vaccine provider (DOMAIN section 5.1)."""

    ORGANIZATION_ADMINISTRATOR = "organization_administrator"
    OFFICER_CMO = "officer_cmo"
    OFFICER_CEO = "officer_ceo"
    COORDINATOR_PRIMARY = "coordinator_primary"
    COORDINATOR_BACKUP = "coordinator_backup"
    CVMS_LOCATION_MANAGER = "cvms_location_manager"
    CVMS_HCP_USER = "cvms_hcp_user"
    NCIR_ADMINISTRATOR = "ncir_administrator"
    NCIR_INVENTORY_CONTROL = "ncir_inventory_control"
    NCIR_USER = "ncir_user"
    PRACTICING_PROVIDER = "practicing_provider"
    OFFICE_STAFF = "office_staff"
    OTHER = "other"
