"""The public note of a merge as it is offered to whoever merges: in the language of the person who reads it."""

from flask_babel import force_locale

from ..languages import gettext as _
from .models import Case


def offered(case: Case, *, into: Case) -> str:
    """Where the case goes on: in a case of their own, or in one that they cannot see."""
    with force_locale(case.requester.recipient.language):
        if case.requester_id == into.requester_id:
            return _(
                "You asked about the same in %(other)s, so we go on there and have closed %(number)s. "
                "What you wrote is kept with it. Please write to us in %(other)s from now on.",
                other=into.number,
                number=case.number,
            )
        return _(
            "Somebody else has told us about the same problem, so we go on with it under the number %(other)s and have closed "
            "%(number)s. You cannot see the other case, because it is theirs. If you have anything to add, please open a new "
            "case and name %(number)s in it.",
            other=into.number,
            number=case.number,
        )
