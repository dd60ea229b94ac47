"""What one looks for in the directory, as it stands in the address of the page."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField, StringField
from wtforms.fields.choices import SelectChoice

from ..languages import lazy_gettext as _l
from ..providers.counties import COUNTIES
from ..providers.forms import choices
from ..providers.models import EnrollmentStatus, OrganizationType, ReportingSystem
from ..providers.queries import Search
from ..providers.wording import STATUSES, SYSTEMS, TYPES
from ..typed_text import one_line

LONGEST = 120


class DirectorySearchForm(FlaskForm):  # type: ignore[misc]
    """The fields of a search; it changes nothing, so that it stands in the address. What makes no sense narrows nothing."""

    class Meta:
        """Whoever follows a link to a search has no token."""

        csrf = False

    text = StringField(
        _l("Name or provider PIN"),
        description=_l("A part of the name of an organization or a location, or a whole PIN."),
        filters=[one_line, lambda text: text[:LONGEST]],
    )
    county = SelectField(_l("County"))
    type = SelectField(_l("Type"), choices=choices(TYPES, none=_l("Every type")))
    system = SelectField(_l("Reports in"), choices=choices(SYSTEMS, none=_l("Either system")))
    status = SelectField(_l("Enrollment"), choices=choices(STATUSES, none=_l("Every status")))
    closed = BooleanField(_l("Closed ones, too"))

    def __init__(self, asked: Any) -> None:
        super().__init__(formdata=asked)
        listed = [SelectChoice(value=county, label=county) for county in COUNTIES]
        self.county.choices = [SelectChoice(value="", label=_l("Every county")), *listed]

    @property
    def search(self) -> Search:
        """What is looked for."""
        return Search(
            text=self.text.data or "",
            county=self.county.data if self.county.data in COUNTIES else "",
            type=next((t for t in OrganizationType if t == self.type.data), None),
            system=next((s for s in ReportingSystem if s == self.system.data), None),
            status=next((s for s in EnrollmentStatus if s == self.status.data), None),
            with_closed=bool(self.closed.data),
        )

    @property
    def asked(self) -> dict[str, str]:
        """The search as the parameters of an address, without what is empty."""
        search = self.search
        given = {
            "text": search.text,
            "county": search.county,
            "type": search.type.value if search.type else "",
            "system": search.system.value if search.system else "",
            "status": search.status.value if search.status else "",
            "closed": "y" if search.with_closed else "",
        }
        return {name: value for name, value in given.items() if value}
