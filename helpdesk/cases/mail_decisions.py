"""What people decide about the mail of a case, each said on the case: send it again or now, settle it, correct the address."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from .. import clock
from ..accounts import commands as accounts
from ..accounts import people
from ..accounts.models import AccountAct, User
from ..extensions import db
from ..hours.wording import moment
from ..languages import gettext as _
from ..notifications import acts, refusals, states
from ..notifications.models import OutboxMessage, Settlement
from . import commands, queries, untold
from .errors import MailArrives, NoPhone, NotARequester
from .models import Case, EventKind

SENT_AGAIN, SENT_NOW = "sent_again", "sent_now"


@dataclass(frozen=True)
class CallBack:
    """A call to the number on file: when, and who said there that the new address is theirs."""

    at: datetime
    confirmed_by: str


def send_again(case: Case | None, mail: OutboxMessage, *, by: User) -> None:
    """Let a mail, about a case or about none, leave once more that failed or stayed in doubt. Raises NothingToSettle."""
    if case:
        case.hold()
    acts.send_again(mail, by=by.id)
    _record(case, mail, SENT_AGAIN, by)


def send_now(case: Case, mail: OutboxMessage, *, by: User, reason: str) -> None:
    """Let a held mail leave outside service hours, for a reason that is kept. Raises HasLeft when it is not held."""
    case.hold()
    acts.send_now(mail, by=by.id, reason=reason)
    _record(case, mail, SENT_NOW, by)


def settle(case: Case | None, mail: OutboxMessage, how: Settlement, *, by: User) -> None:
    """Write down that the recipient knows, or that nothing more is done about it. Raises NothingToSettle."""
    if case:
        case.hold()
    acts.settle(mail, how, by=by.id)
    _record(case, mail, how.value, by)


def correct_address(case: Case, *, to: str, by: User, reason: str) -> int:
    """Write to the requester at another address from now on; what failed is sent again, and returned as a number.

    Only where mail to the one on file does not arrive: else whoever asks for it may be somebody else, and is called back
    (`recover_address`). How it was made sure that the address is theirs stands on the case as a note; their sessions end.
    Raises MailArrives, NotAnAddress, AddressTaken, AccountClosed and, for somebody who works at the desk, NotARequester.
    """
    _hold(case)
    if mail_arrives(case.requester):
        raise MailArrives(case.requester.name)
    return _write_elsewhere(case, to=to, by=by, reason=reason)


def recover_address(case: Case, *, to: str, by: User, call: CallBack, reason: str) -> int:
    """Give a requester who has lost the mailbox another address, after a call-back; what failed is sent again.

    It is `people.phone_to_call` that is called. Their sessions end, for whoever has the old mailbox may have one.
    Raises NoPhone, NotAnAddress, AddressTaken, AccountClosed and, for somebody who works at the desk, NotARequester.
    """
    _hold(case)
    phone = people.phone_to_call(case.requester)
    if not phone:
        raise NoPhone(case.requester.name)
    said = _(
        "Called back %(phone)s %(when)s; %(who)s confirmed. %(reason)s",
        phone=phone,
        when=moment(call.at),
        who=call.confirmed_by,
        reason=reason,
    )
    return _write_elsewhere(case, to=to, by=by, reason=said, act=AccountAct.ADDRESS_RECOVERED)


def mail_arrives(person: User) -> bool:
    """Whether nothing is known to keep our mail from reaching this person at the address on file."""
    stuck = sa.exists().where(OutboxMessage.user_id == person.id, OutboxMessage.to_address == person.email, untold.STUCK)
    return not db.session.scalar(sa.select(sa.or_(refusals.marked(person.email).exists(), stuck)))


def _hold(case: Case) -> None:
    """Lock the requester, then the case, in the order in which the end of an account locks them; staff are no requesters."""
    if case.requester.is_staff:
        raise NotARequester(case.requester_id)
    people.hold(case.requester)
    case.hold()


def _write_elsewhere(case: Case, *, to: str, by: User, reason: str, act: AccountAct = AccountAct.ADDRESS_CHANGED) -> int:
    requester, old = case.requester, case.requester.email
    moved = accounts.change_address(requester, to, by=by, reason=reason, act=act)
    case.record(EventKind.ADDRESS_CORRECTED, by=by, at=clock.now(), old={"email": old}, new={"email": requester.email})
    commands.add_note(case, by=by, body=_("Why the e-mail address was corrected: %(reason)s", reason=reason))
    people.end_sessions(requester)
    stuck = [mail for mail in moved if acts.needs_a_person(mail)]
    for mail in stuck:
        acts.send_again(mail, by=by.id)
    return len(stuck)


def release_address(case: Case, *, by: User) -> bool:
    """Let mail go again to the requester's address, which had refused it; returns whether it was marked."""
    case.hold()
    is_released = refusals.release(case.requester.email, by=by.id, at=clock.now())
    if is_released:
        case.record(EventKind.ADDRESS_RELEASED, by=by, at=clock.now(), new={"email": case.requester.email})
    return is_released


def stop_mail_of(person: User, *, by: User | None, reason: str) -> int:
    """Stop what has not left for somebody whose account ends, and say so on the cases it was about; returns how many mails."""
    about = db.session.scalars(
        sa.select(OutboxMessage.case_id).where(OutboxMessage.user_id == person.id, states.NOT_GONE).distinct()
    )
    db.session.scalars(queries.locked(about)).all()  # before their mail, as everybody does
    stopped = acts.stop_for(person.id, by=by.id if by else None, reason=reason)
    for mail in stopped:
        if mail.case_id is not None:
            case = db.session.get_one(Case, mail.case_id)
            case.hold()
            case.record(EventKind.MAIL_STOPPED, by=by, at=clock.now(), new={"mail": mail.kind, "why": reason})
    return len(stopped)


def _record(case: Case | None, mail: OutboxMessage, how: str, by: User) -> None:
    """Say on the case what was decided; the mail itself remembers it anyway."""
    if case:
        case.record(EventKind.MAIL_SETTLED, by=by, at=clock.now(), new={"mail": mail.kind, "settlement": how})
