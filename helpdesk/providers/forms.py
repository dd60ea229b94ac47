"""What staff type into the directory: organizations, locations, and who works there."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional, Regexp, ValidationError

from ..accounts import addresses
from ..accounts.errors import NotAnAddress
from ..accounts.forms import pin_if_any
from ..languages import gettext as _
from ..languages import lazy_gettext as _l
from ..typed_text import number_in, one_line
from .commands import LocationFacts, OrganizationFacts
from .counties import COUNTIES
from .models import AffiliationRole, EnrollmentStatus, Location, Organization, OrganizationType, ReportingSystem
from .names import is_name
from .wording import ROLES, STATUSES, SYSTEMS, TYPES

LONGEST_TEXT = 160
LONGEST_ADDRESS = 254


def choices(labels: Any, *, none: Any = None) -> list[SelectChoice]:
    """The members of a set of values to choose from, perhaps after a line that chooses none."""
    found = [SelectChoice(value=member.value, label=label) for member, label in labels.items()]
    return found if none is None else [SelectChoice(value="", label=none), *found]


def _readable_name(_form: FlaskForm, field: Any) -> None:
    if not is_name(field.data):
        raise ValidationError(_("A name has 2 to 120 characters."))


def address_if_any(_form: FlaskForm, field: Any) -> None:
    """A validator: an e-mail address, stored as it is compared; or nothing."""
    try:
        field.data = addresses.normalized(field.data) if field.data else ""
    except NotAnAddress:
        raise ValidationError(_("Enter an e-mail address, such as name@example.org.")) from None


def _text(label: Any, **given: Any) -> StringField:
    longest = Length(max=LONGEST_TEXT, message=_l("Please write up to 160 characters."))
    return StringField(label, filters=[one_line], validators=[Optional(), longest], **given)


def _mail(label: Any) -> EmailField:
    longest = Length(max=LONGEST_ADDRESS, message=_l("An address can have up to 254 characters."))
    return EmailField(label, filters=[one_line], validators=[Optional(), longest, address_if_any])


class _DirectoryForm(FlaskForm):  # type: ignore[misc]
    seen = HiddenField()  # the latest entry of the history when the form was shown

    @property
    def seen_event(self) -> int:
        """The latest entry that the person has seen; 0 for what is no number."""
        return number_in(self.seen.data) or 0


class OrganizationForm(_DirectoryForm):
    """Section A."""

    legal_name = StringField(
        _l("Legal name"),
        description=_l("As in Section A of the enrollment."),
        filters=[one_line],
        validators=[DataRequired(_l("Enter the legal name.")), _readable_name],
    )
    type = SelectField(_l("Type"), choices=choices(TYPES))
    administrator_name = _text(_l("Organization Administrator"))
    administrator_email = _mail(_l("E-mail of the Organization Administrator"))
    cmo_name = _text(_l("Responsible Officer: CMO or equivalent"))
    cmo_email = _mail(_l("E-mail of the CMO"))
    ceo_name = _text(_l("Responsible Officer: CEO or chief fiduciary"))
    ceo_email = _mail(_l("E-mail of the CEO"))

    @classmethod
    def of(cls, organization: Organization, *, seen: int) -> "OrganizationForm":
        """The form filled in with what the directory says."""
        return cls(formdata=None, obj=organization, data={"type": organization.type.value, "seen": str(seen)})

    @property
    def facts(self) -> OrganizationFacts:
        """What a valid form says."""
        texts = {name: self[name].data or "" for name in _names_of(OrganizationFacts) - {"type"}}
        return OrganizationFacts(**texts, type=OrganizationType(self.type.data))


class LocationForm(_DirectoryForm):
    """Section B."""

    name = StringField(
        _l("Name"),
        description=_l("As in Section B of the enrollment, such as “Main Street”."),
        filters=[one_line],
        validators=[DataRequired(_l("Enter the name of the location.")), _readable_name],
    )
    pin = StringField(
        _l("Provider PIN"),
        description=_l("Six digits, with or without NCA before them."),
        filters=[one_line],
        validators=[Optional(), pin_if_any],
    )
    street = _text(_l("Street"))
    city = _text(_l("City"))
    zip_code = StringField(
        _l("ZIP code"),
        filters=[one_line],
        validators=[Optional(), Regexp(r"^[0-9]{5}(-[0-9]{4})?$", message=_l("A ZIP code looks like 27601 or 27601-1234."))],
    )
    county = SelectField(_l("County"))
    reporting_system = SelectField(_l("Reports in"), choices=choices(SYSTEMS, none=_l("Not known")))
    enrollment_status = SelectField(_l("Enrollment"), choices=choices(STATUSES))
    primary_coordinator_name = _text(_l("Primary vaccine coordinator"))
    primary_coordinator_email = _mail(_l("E-mail of the primary coordinator"))
    backup_coordinator_name = _text(_l("Back-up vaccine coordinator"))
    backup_coordinator_email = _mail(_l("E-mail of the back-up coordinator"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        listed = [SelectChoice(value=county, label=county) for county in COUNTIES]
        self.county.choices = [SelectChoice(value="", label=_("Not known")), *listed]

    @classmethod
    def of(cls, location: Location, *, seen: int) -> "LocationForm":
        """The form filled in with what the directory says."""
        system = location.reporting_system.value if location.reporting_system else ""
        values = {"reporting_system": system, "enrollment_status": location.enrollment_status.value, "seen": str(seen)}
        texts = {name: getattr(location, name) or "" for name in _names_of(LocationFacts) - set(values)}
        return cls(formdata=None, data={**texts, **values})

    @property
    def facts(self) -> LocationFacts:
        """What a valid form says."""
        chosen = {"pin", "reporting_system", "enrollment_status"}
        texts = {name: self[name].data or "" for name in _names_of(LocationFacts) - chosen}
        return LocationFacts(
            **texts,
            pin=self.pin.data or None,
            reporting_system=ReportingSystem(self.reporting_system.data) if self.reporting_system.data else None,
            enrollment_status=EnrollmentStatus(self.enrollment_status.data),
        )


class WorkForm(_DirectoryForm):
    """As what somebody works, and where in the organization."""

    role = SelectField(_l("Role"), choices=choices(ROLES))
    location = SelectField(
        _l("Location"), description=_l("Coordinators work at one location; an Organization Administrator is of all of them.")
    )

    def __init__(self, locations: list[Location], **given: Any) -> None:
        super().__init__(**given)
        self.locations = {str(location.id): location for location in locations}
        listed = [SelectChoice(value=key, label=location.name) for key, location in self.locations.items()]
        self.location.choices = [SelectChoice(value="", label=_("The whole organization")), *listed]
        self.location.data = self.location.data or ""

    @property
    def chosen_role(self) -> AffiliationRole:
        """The role that a valid form names."""
        return AffiliationRole(self.role.data)

    @property
    def chosen_location(self) -> Location | None:
        """The location that a valid form names; none for the whole organization."""
        return self.locations.get(self.location.data)


class AffiliationForm(WorkForm):
    """Who works where, as entered by staff."""

    email = EmailField(
        _l("E-mail"),
        description=_l("The address of their account here."),
        filters=[one_line],
        validators=[DataRequired(_l("Enter the address of their account.")), address_if_any],
    )


def _names_of(facts: type) -> set[str]:
    return set(facts.__dataclass_fields__)  # type: ignore[attr-defined]
