"""The end of a provider's account, asked for by themselves: what it means for their cases, their mail and where they work."""

import sqlalchemy as sa

from ..accounts import history, own_account, people
from ..accounts.errors import NotAProvider
from ..accounts.models import User
from ..extensions import db
from ..knowledge import feedback
from ..languages import gettext as _
from ..notifications import acts, refusals
from ..notifications.models import OutboxMessage
from ..notifications.states import NOT_GONE
from ..providers import leaving
from . import attachments, indexing, mail_decisions, queries, ratings
from .copies import CaseCopy
from .models import Case, Event, EventKind

NAMING_AN_ADDRESS = (EventKind.ADDRESS_CORRECTED, EventKind.ADDRESS_RELEASED)
NAMING_A_COLLEAGUE = (EventKind.COPIED, EventKind.COPY_ENDED)


def close_account(user: User) -> int:
    """Close the account of a provider: cases stay, mail stops (and their cases say so); returns how many mails were stopped.

    What is erased then and what is kept: docs/decisions/0012-what-is-left-of-a-closed-account.md.
    Raises NotAProvider for somebody of the staff, whose cases an administrator sees to.
    """
    if user.is_staff:
        raise NotAProvider(user.name)
    people.hold(user)
    _hold_cases(user)
    affiliations = leaving.leave_everywhere(user, by=user)
    stopped = mail_decisions.stop_mail_of(user, by=user, reason=_("the account was closed by its owner"))
    ratings.forget_comments(user.id)
    feedback.forget_comments(user.id)
    _remove_what_is_not_sent(user)
    own_account.close(user, stopped=stopped, affiliations=affiliations)
    acts.forget(user.id, name=user.name, instead=history.ERASED)
    refusals.forget(user.id)
    _erase_addresses(user)
    _erase_names(user)
    indexing.write_cases_of(user)
    return stopped


def _hold_cases(user: User) -> None:
    """Lock their cases and those that they have mail about, in the one order: nothing is said on them meanwhile."""
    theirs = sa.select(Case.id).where(Case.requester_id == user.id)
    about = sa.select(OutboxMessage.case_id).where(OutboxMessage.user_id == user.id, NOT_GONE)
    db.session.execute(queries.locked(db.session.scalars(sa.union(theirs, about))).with_only_columns(Case.id))


def _remove_what_is_not_sent(user: User) -> None:
    """Drafts, and files that wait with them or on a case.

    The table of drafts is known by its name: the form that they belong to stands above this package.
    """
    attachments.remove_what_waits(user)
    db.session.flush()
    drafts = db.metadata.tables["drafts"]
    db.session.execute(sa.delete(drafts).where(drafts.c.owner_id == user.id))


def _erase_addresses(user: User) -> None:
    """Their cases say that an address was corrected or released, and by whom, but not which."""
    theirs = sa.select(Event).join(Event.case).where(Case.requester_id == user.id, Event.kind.in_(NAMING_AN_ADDRESS))
    for event in db.session.scalars(theirs):
        event.old, event.new = (dict.fromkeys(side, history.ERASED) for side in (event.old, event.new))


def _erase_names(user: User) -> None:
    """Cases that were copied to them say so, and by whom, but not to whom."""
    copied = sa.select(CaseCopy.case_id).where(CaseCopy.user_id == user.id)
    for event in db.session.scalars(sa.select(Event).where(Event.case_id.in_(copied), Event.kind.in_(NAMING_A_COLLEAGUE))):
        event.old, event.new = (
            {**side, "person": history.ERASED} if side.get("person_id") == user.id else side for side in (event.old, event.new)
        )
