"""What somebody says who moves a case to another team."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional, ValidationError

from ..accounts.models import Team
from ..cases.kinds import MoveReason
from ..cases.moving_wording import REASONS
from ..languages import lazy_gettext as _l
from ..typed_text import number_in, one_line
from .mail_forms import LONGEST_REASON

OFFERED = tuple(reason for reason in MoveReason if reason is not MoveReason.UNDONE)


class SeenForm(FlaskForm):  # type: ignore[misc]
    """Something done on the version of the case that was on the page."""

    version = HiddenField()

    @property
    def seen_version(self) -> int:
        """The version that was on the page, in a valid form."""
        return int(self.version.data)

    def validate_version(self, field: HiddenField) -> None:
        """Refuse a form that does not say which version it was written for."""
        if number_in(field.data) is None:
            raise ValidationError(_l("The page was incomplete. Please look at the case again, then send it."))


class MoveForm(SeenForm):
    """Where to, why, and what else there is to say."""

    team = SelectField(_l("Team"), validate_choice=False)
    reason = HiddenField()
    note = StringField(
        _l("Note"),
        description=_l("Only staff can read it. It stands on the timeline."),
        filters=[one_line],
        validators=[Optional(), Length(max=LONGEST_REASON, message=_l("Up to 300 characters, please."))],
    )

    def __init__(self, *args: Any, teams: list[Team], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose = SelectChoice("", _l("Choose one"))  # type: ignore[arg-type]
        self.team.choices = [choose, *(SelectChoice(team.code, team.name) for team in teams)]

    @property
    def why(self) -> MoveReason:
        """The reason, in a valid form."""
        return MoveReason(self.reason.data)

    def validate_team(self, field: SelectField) -> None:
        """Refuse a move to nowhere."""
        if not field.data:
            raise ValidationError(_l("Choose the team."))

    def validate_reason(self, field: HiddenField) -> None:
        """Refuse a move without a reason, or with one that is not on the list."""
        if field.data not in OFFERED:
            raise ValidationError(_l("Press the reason that fits best."))


def reasons() -> list[tuple[str, Any]]:
    """The reasons on offer, as people read them."""
    return [(reason.value, REASONS[reason]) for reason in OFFERED]
