"""Whether colleagues of the requester see a case, and who sees it in words."""

from collections.abc import Collection

from .. import clock
from ..accounts.models import User
from ..languages import gettext as _
from . import visibility
from .copies import Copied
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


def who_sees(case: Case, *, reader: User, copied: Collection[Copied]) -> str:
    """Who can read the case, as its requester or a colleague of theirs reads it; one statement for a colleague."""
    if case.requester_id != reader.id:
        return _why_they_see(case, reader, copied)
    words = {"location": case.location, "organization": case.organization}
    if copied and case.is_private:
        return _("Only you, the colleagues whom it is copied to and our staff see this case.")
    if case.is_private or not case.organization_id:
        return _("Only you and our staff see this case.")
    if case.location_id:
        return _("You, our staff, coordinators of %(location)s and administrators of %(organization)s see this case.", **words)
    return _("You, our staff and administrators of %(organization)s see this case.", **words)


def _why_they_see(case: Case, reader: User, copied: Collection[Copied]) -> str:
    words = {"location": case.location, "organization": case.organization, "name": case.requester.name}
    if reader.id in {one.user_id for one in copied}:
        return _("%(name)s asked. You can read this case because it is copied to you.", **words)
    if case.location_id in visibility.places_of(reader).locations:
        return _("%(name)s asked. You can read this case because you coordinate %(location)s.", **words)
    return _("%(name)s asked. You can read this case because you administer %(organization)s.", **words)
