"""What somebody says who gives a case to a colleague."""

from collections.abc import Iterable
from typing import Any

from flask_babel import ngettext
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice

from ..accounts.models import User
from ..cases.giving import Colleague
from ..languages import gettext as _
from ..languages import lazy_gettext as _l
from .move_forms import SeenForm


class AssignForm(SeenForm):
    """Who is to have the case."""

    to = RadioField(_l("Who is to have it?"), validate_choice=False)

    def __init__(self, *args: Any, me: User, people: Iterable[Colleague], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.to.choices = [SelectChoice(str(one.user.id), _called(one, me)) for one in people]

    def validate(self, *, needs_somebody: bool = True, chosen: User | None = None, **kwargs: Any) -> bool:
        """Whether it says for which version it was written and, where it is not put back, names somebody of the desk."""
        is_valid = bool(super().validate(**kwargs))
        if needs_somebody and chosen is None:
            self.to.errors = [_("Choose to whom the case is given.")]
            return False
        return is_valid


def _called(colleague: Colleague, me: User) -> str:
    """A name, whether they are on duty, and how much they have: "Rosa Iyer (on duty, 3 open cases)"."""
    said = [ngettext("%(num)s open case", "%(num)s open cases", colleague.cases)]
    if colleague.user.on_duty_since is not None:
        said.insert(0, _("on duty"))
    if colleague.user.id == me.id:
        said.insert(0, _("you"))
    return f"{colleague.user.name} ({', '.join(said)})"
