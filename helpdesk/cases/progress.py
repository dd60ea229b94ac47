"""Where a case stands in the words of the person who waits for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext as _

from .. import clock
from ..extensions import db
from ..hours.wording import moment
from ..notifications.models import MailState, OutboxMessage
from ..sla import queries as sla
from ..sla.models import ClockState
from .models import Case, Status
from .wording import plain_state

WAITING = frozenset({MailState.HELD, MailState.DUE, MailState.SENDING, MailState.RETRY})
ENDED = frozenset({Status.RESOLVED, Status.CLOSED})


@dataclass(frozen=True)
class Step:
    """One of the four steps of a case, and when it was reached."""

    name: str
    reached_at: datetime | None


@dataclass(frozen=True)
class Progress:
    """The four steps, what happens next, and what became of the mail with the resolution."""

    steps: tuple[Step, ...]
    next: str
    mail: str


def of(case: Case) -> Progress:
    """How far a case has come, and what happens next and by when."""
    steps = (
        Step(_("Received"), case.opened_at),
        Step(_("With %(team)s", team=case.team.name), case.opened_at),
        Step(_("Answered"), case.answered_at),
        Step(_("Canceled") if case.status is Status.CANCELED else _("Resolved"), _end_of(case)),
    )
    mail = _resolution_mails([case]).get(case.id) if case.status in ENDED else None
    return Progress(steps, next=_next(case), mail=_of_mail(mail))


def is_first_answer_ahead(case: Case) -> bool:
    """Whether a first answer can still be promised: nobody has answered yet, and the time for it has not passed."""
    return case.status is Status.NEW and case.due_at is not None and case.due_at > clock.now()


def states(cases: Sequence[Case]) -> dict[int, str]:
    """For each case (by id) one line that says where it stands, the waiting resolution mail included."""
    mails = _resolution_mails([case for case in cases if case.status is Status.RESOLVED])
    return {case.id: _state(case, mails.get(case.id)) for case in cases}


def _state(case: Case, mail: OutboxMessage | None) -> str:
    if mail is not None and mail.state in WAITING:
        return _("Resolved; the e-mail leaves %(when)s", when=moment(mail.due_at))
    return plain_state(case.status)


def _end_of(case: Case) -> datetime | None:
    return case.closed_at if case.status is Status.CANCELED else case.resolved_at


def _next(case: Case) -> str:
    match case.status:
        case Status.NEW | Status.OPEN:
            return _waiting_for_us(case)
        case Status.PENDING:
            return _("We need something from you to go on. Please answer below.")
        case Status.ON_HOLD:
            return _("We are waiting for someone outside the help desk. We tell you when we go on.")
        case Status.RESOLVED:
            return _("Your case is resolved. Please read the notes below and tell us whether this solved it.")
        case Status.CLOSED:
            return _("This case is closed. If you need help again, open a new case.")
        case Status.CANCELED:
            return _("You canceled this case. If you need help after all, open a new case.")


def _waiting_for_us(case: Case) -> str:
    running = [c for c in db.session.scalars(sla.clocks(case.id)) if c.state is ClockState.RUNNING]
    if not running:
        return _("%(team)s is working on it.", team=case.team.name)
    due = min(running, key=lambda c: c.due_at)
    if due.due_at <= clock.now():
        return _late(case, due.due_at)
    if case.answered_at is None:
        return _(
            "%(team)s has your case. You can expect a first answer by %(when)s.", team=case.team.name, when=moment(due.due_at)
        )
    return _("%(team)s is working on it. We aim to resolve it by %(when)s.", team=case.team.name, when=moment(due.due_at))


def _late(case: Case, due_at: datetime) -> str:
    """That what is still to come should have been here by now, and what to do if it cannot wait."""
    words = {"team": case.team.name, "when": moment(due_at)}
    if case.answered_at is None:
        return _(
            "%(team)s has your case. Our answer was due by %(when)s: we are late, and sorry. If it cannot wait, call us.", **words
        )
    return _(
        "%(team)s is working on it. We aimed to resolve it by %(when)s: we are late, and sorry. If it cannot wait, call us.",
        **words,
    )


def _of_mail(mail: OutboxMessage | None) -> str:
    if mail is None:
        return ""
    if mail.state in WAITING:
        return _("The e-mail with these notes leaves %(when)s.", when=moment(mail.due_at))
    if mail.state is MailState.SENT and mail.sent_at is not None:
        return _("The e-mail with these notes was sent %(when)s.", when=moment(mail.sent_at))
    if mail.state is MailState.FAILED:
        return _("We could not send you an e-mail with these notes. Is your address still right?")
    return ""


def _resolution_mails(cases: Sequence[Case]) -> dict[int, OutboxMessage]:
    """The latest resolution mail of each case, by the id of the case."""
    if not cases:
        return {}
    found = sa.select(OutboxMessage).where(
        OutboxMessage.case_id.in_([case.id for case in cases]), OutboxMessage.kind == "case_resolved"
    )
    return {mail.case_id: mail for mail in db.session.scalars(found.order_by(OutboxMessage.id)) if mail.case_id is not None}
