"""The answer to whom a case is to be copied: colleagues who are confirmed where the ticket says that its requester works."""

from typing import Any

from wtforms import Form
from wtforms.validators import ValidationError

from ..cases.colleagues import addresses_in, named_in
from ..cases.errors import CannotCopy
from ..languages import gettext as _


def can_be_copied(form: Form, field: Any) -> None:
    """Check the addresses of the field, and leave whom they name in `form.colleagues`.

    A place that was typed cannot be checked, so nobody is copied there; a place that was chosen is one's own.
    """
    place = form.chosen_place  # type: ignore[attr-defined]
    if place is None:
        if form.place is not None and form.place.errors:  # type: ignore[attr-defined]
            return  # which is said there
        raise ValidationError(
            _(
                "Nobody can be copied: we can check colleagues only at a place where it is confirmed that you work. "
                "Choose such a place, or leave this empty; under My account you can ask to be confirmed."
            )
        )
    try:
        form.colleagues = named_in(  # type: ignore[attr-defined]
            field.data, organization_id=place.organization_id, organization=place.organization
        )
    except CannotCopy as refused:
        raise ValidationError(str(refused)) from None
    field.data = "\n".join(addresses_in(field.data))
