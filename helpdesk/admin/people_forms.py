"""The forms with which administrators change people and teams."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional, Regexp, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from ..accounts import addresses
from ..accounts.errors import NotAnAddress
from ..accounts.models import Team
from ..accounts.wording import label
from ..cases.queries import TRIAGE
from ..languages import gettext as _
from ..languages import lazy_gettext as _l
from ..permissions import Role
from ..typed_text import lines, number_in, one_line
from .staffing import Dependents, Takers

STAFF = tuple(role for role in Role if role.is_staff)
LONGEST_NAME, LONGEST_PURPOSE, LONGEST_REASON = 80, 300, 300


def _checks(text: Any, **named: Any) -> SelectMultipleField:
    return SelectMultipleField(
        text, coerce=int, option_widget=CheckboxInput(), widget=ListWidget(prefix_label=False), validators=[Optional()], **named
    )


def reason_field(text: Any, missing: Any = "") -> StringField:
    """A field for why something is changed; with words for when it is missing, it has to be filled in."""
    needed = DataRequired(missing) if missing else Optional()
    help_text = _l("It is kept in the history, with your name.")
    too_long = Length(max=LONGEST_REASON, message=_l("Up to 300 characters, please."))
    return StringField(text, description=help_text, filters=[one_line], validators=[needed, too_long])


def _name(text: Any, missing: Any) -> StringField:
    too_long = Length(max=LONGEST_NAME, message=_l("A name can have up to 80 characters."))
    return StringField(text, filters=[one_line], validators=[DataRequired(missing), too_long])


class VersionedForm(FlaskForm):  # type: ignore[misc]
    """A form that knows which state of the person or team it was filled in for."""

    version = HiddenField()

    @property
    def seen_version(self) -> int:
        """The version that was on the page; one that makes no sense is older than all."""
        seen = number_in(self.version.data)
        return -1 if seen is None else seen


class WorkForm(VersionedForm):
    """What somebody is at the desk, where they work, and what they lead."""

    role = SelectField(_l("Role"), choices=[SelectChoice(value=role.value, label=label(role)) for role in STAFF])
    teams = _checks(_l("Works in"))
    leads = _checks(_l("Leads"), description=_l("Only leads and administrators lead a team, and only one they work in."))
    reason = reason_field(_l("Reason"))

    def __init__(self, teams: Sequence[Team], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in (self.teams, self.leads):
            field.choices = [SelectChoice(value=team.id, label=team.name) for team in teams]

    def validate_leads(self, field: SelectMultipleField) -> None:
        """Refuse a lead who is none, or does not work there."""
        if not field.data:
            return
        if self.role.data == Role.AGENT:
            raise ValidationError(_("An agent leads no team. Choose the role “Team lead”, or clear these boxes."))
        if set(field.data) - set(self.teams.data or ()):
            raise ValidationError(_("Somebody can lead only a team they work in. Tick the team under “Works in”, too."))


class InviteForm(WorkForm):
    """Somebody who is to work at the desk."""

    first_name = _name(_l("First name"), _l("Enter the first name."))
    last_name = _name(_l("Last name"), _l("Enter the last name."))
    email = EmailField(
        _l("E-mail"),
        description=_l("The invitation goes there, and they sign in with it."),
        filters=[one_line],
        validators=[DataRequired(_l("Enter the e-mail address."))],
    )

    def validate_email(self, field: EmailField) -> None:
        """Refuse what is not an e-mail address."""
        try:
            addresses.normalized(field.data)
        except NotAnAddress:
            raise ValidationError(_("Enter an e-mail address, such as name@example.org.")) from None


class ReasonForm(VersionedForm):
    """Why an account ends, or a team closes."""

    reason = reason_field(_l("Reason"), _l("Say why. It is kept in the history."))


class TeamForm(VersionedForm):
    """What a team is called and what it does."""

    name = _name(_l("Name"), _l("Enter the name of the team."))
    purpose = TextAreaField(
        _l("Purpose"),
        description=_l("What it takes care of, in a sentence."),
        filters=[lines],
        validators=[
            DataRequired(_l("Say what the team takes care of.")),
            Length(max=LONGEST_PURPOSE, message=_l("Up to 300 characters, please.")),
        ],
    )


class NewTeamForm(TeamForm):
    """A new team; rules and topics name it by its code, which never changes."""

    code = StringField(
        _l("Code"),
        description=_l("Two to ten capital letters or digits, such as ENR. Rules name the team by it; it never changes."),
        filters=[one_line, str.upper],
        validators=[
            DataRequired(_l("Enter a code.")),
            Regexp(r"^[A-Z][A-Z0-9]{1,9}$", message=_l("A code is two to ten capital letters or digits, such as ENR.")),
        ],
    )


class TakersForm(FlaskForm):  # type: ignore[misc]
    """Who takes what depends on teams that are left without anybody: one field for each of them, none for no team."""

    def taker_fields(self) -> list[Any]:
        """The fields, in order."""
        return [field for field in self if field.name.startswith("taker_")]

    def takers(self, teams: Iterable[Team]) -> Takers:
        """What was chosen: team by the id of the team that it takes over from."""
        by_code = {team.code: team for team in teams}
        fields = self.taker_fields()
        return {int(field.name.removeprefix("taker_")): by_code[field.data] for field in fields if field.data in by_code}


def takers_form(left: Iterable[Dependents], teams: Sequence[Team]) -> TakersForm:
    """A form that asks for each of these teams which of the others takes its cases."""
    fields = {}
    for found in left:
        others = [team for team in teams if team.id != found.team.id or team.code == TRIAGE]
        choose = SelectChoice(value="", label=_("Choose a team"))
        fields[f"taker_{found.team.id}"] = SelectField(
            _("Who takes the open cases of %(team)s?", team=found.team.name),
            choices=[choose, *(SelectChoice(value=team.code, label=_taker_label(team)) for team in others)],
            validators=[DataRequired(_("Choose who takes the open cases of %(team)s.", team=found.team.name))],
        )
    form: TakersForm = type("TakersOfTheseForm", (TakersForm,), fields)()
    return form


def _taker_label(team: Team) -> str:
    return _("%(team)s (triage)", team=team.name) if team.code == TRIAGE else team.name
