"""The end of an account and its return: sessions end, cases go back to the queue, held mail stops. Undone, but for the mail."""

from dataclasses import dataclass

import sqlalchemy as sa

from ..accounts import history, people
from ..accounts import teams as account_teams
from ..accounts.errors import AccountClosed
from ..accounts.models import AccountAct, AccountEvent, User
from ..cases import handing, mail_decisions
from ..extensions import db
from ..languages import gettext as _
from . import staffing
from .staffing import Takers


@dataclass(frozen=True)
class Came:
    """What came of a deactivation."""

    handed_back: int  # cases, to the queues of their teams
    moved: int  # cases of teams that were left without anybody
    stopped: int  # mails


def deactivate(person: User, *, by: User, version: int, reason: str, takers: Takers) -> Came:
    """End an account for now.

    Raises StalePage, NotYourself, LastAdministrator and, where a team would be left without anybody, NeedsTaker and NotATaker.
    """
    people.hold(person, version=version)
    here = [membership.team for membership in person.memberships]
    account_teams.hold([*here, *takers.values()])
    emptied = staffing.emptied_without(person, [team.id for team in here])
    people.deactivate(person, by=by)
    db.session.flush()
    why = _("the account of %(who)s has ended", who=person.name)
    handed_back = handing.hand_back(person, by=by, why=why)
    moved = staffing.give_up(emptied, takers, by=by)
    stopped = mail_decisions.stop_mail_of(person, by=by, reason=_("the account is deactivated"))
    new = {"cases": handed_back, "moved": moved, "mails": stopped}
    history.record(AccountAct.DEACTIVATED, user=person, by=by, reason=reason, new=new)
    return Came(len(handed_back), moved, stopped)


def reactivate(person: User, *, by: User, version: int) -> int:
    """Undo the end of an account; returns how many cases went back, those that nobody has taken meanwhile.

    Mail that was stopped stays stopped. Raises StalePage and AccountClosed.
    """
    people.hold(person, version=version)
    if person.closed_at is not None:
        raise AccountClosed(person.name)
    if person.deactivated_at is None:
        return 0
    person.deactivated_at = None
    db.session.flush()
    given = handing.hand_over(person, cases_handed_back(person), by=by)
    history.record(AccountAct.REACTIVATED, user=person, by=by, new={"cases": given})
    return len(given)


def cases_handed_back(person: User) -> list[int]:
    """The ids of the cases that the last deactivation took from this person."""
    mine = sa.select(AccountEvent).where(AccountEvent.user_id == person.id, AccountEvent.act == AccountAct.DEACTIVATED)
    last = db.session.scalar(mine.order_by(AccountEvent.id.desc()).limit(1))
    return list(last.new.get("cases", [])) if last else []
