"""The requester says how their closed case was handled."""

from .. import clock
from ..accounts.models import User
from ..extensions import db
from ..languages import gettext as _
from ..notifications import outbox
from . import mail
from .errors import AlreadyRated, NotClosed
from .models import Case, EventKind
from .privacy import must_be_requester
from .ratings import CaseRating


def rate(case: Case, *, by: User, score: int, comment: str = "") -> CaseRating:
    """The requester says how their closed case was handled, once: 1 to 5, and a comment if they like.

    The same again is the same rating. Raises NotTheRequester, NotClosed, and AlreadyRated for another one.
    """
    case.hold()
    must_be_requester(case, by)
    first = db.session.get(CaseRating, case.id, populate_existing=True)
    if first is not None:
        if (first.score, first.comment) != (score, comment):
            raise AlreadyRated(case.number)
        return first
    if not case.awaits_rating:
        raise NotClosed(case.number)
    at = clock.now()
    case.rating = CaseRating(case_id=case.id, user_id=by.id, score=score, comment=comment, at=at)
    case.record(EventKind.RATED, by=by, at=at, new={"score": score})
    outbox.cancel_unsent(case.id, kinds={mail.CLOSED}, reason=_("the case was rated before this mail left"))
    return case.rating
