"""Whether colleagues of the requester see a case, and who sees it in words."""

from flask_babel import gettext as _

from .. import clock
from ..accounts.models import User
from . import visibility
from .errors import NotTheRequester
from .models import Case, EventKind


def set_privacy(case: Case, *, is_private: bool, by: User) -> None:
    """Hide the case from the requester's colleagues, or show it to them. Raises NotTheRequester for anybody else."""
    case.hold()
    must_be_requester(case, by)
    if case.is_private == is_private:
        return
    old = case.is_private
    case.is_private = is_private
    case.record(EventKind.PRIVACY_CHANGED, by=by, at=clock.now(), old={"is_private": old}, new={"is_private": is_private})


def must_be_requester(case: Case, user: User) -> None:
    """Raise NotTheRequester for somebody who only reads along."""
    if case.requester_id != user.id:
        raise NotTheRequester(case.number)


def who_sees(case: Case, *, reader: User) -> str:
    """Who can read the case, as its requester or a colleague of theirs reads it; one statement for a colleague."""
    words = {"location": case.location, "organization": case.organization, "name": case.requester.name}
    if case.requester_id != reader.id:
        if case.location_id in visibility.places_of(reader).locations:
            return _("%(name)s asked. You can read this case because you coordinate %(location)s.", **words)
        return _("%(name)s asked. You can read this case because you administer %(organization)s.", **words)
    if case.is_private or not case.organization_id:
        return _("Only you and our staff see this case.")
    if case.location_id:
        return _("You, our staff, coordinators of %(location)s and administrators of %(organization)s see this case.", **words)
    return _("You, our staff and administrators of %(organization)s see this case.", **words)
