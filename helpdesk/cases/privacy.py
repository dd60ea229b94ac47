"""Whether colleagues of the requester see a case."""

from .. import clock
from ..accounts.models import User
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
