"""What mails about a case are told: facts, by a positive list; never an internal note."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import LazyString

from .. import clock
from ..accounts.models import Team, TeamMember, User
from ..extensions import db
from ..hours.queries import calendar
from ..hours.wording import day
from ..languages import gettext as _
from ..languages import lazy_gettext as _l
from ..languages import translated
from ..notifications import acts, outbox
from ..notifications.models import MailState, OutboxMessage
from ..permissions import Role
from . import filing, sent_because, suspicion
from .models import PUBLIC_KINDS, Case, EventKind, Message, MessageKind
from .numbers import number_of
from .queries import TRIAGE
from .wording import lazy_label

# The mail that tells each kind of message.
MAIL_OF = {MessageKind.REPLY: "case_replied", MessageKind.RESOLUTION: "case_resolved"}
# The same for those whom the case is copied to.
COPY_OF = {MessageKind.REPLY: "copy_replied", MessageKind.RESOLUTION: "copy_resolved"}
CLOSED = "case_closed"
TELLING = frozenset({*MAIL_OF.values(), *COPY_OF.values()})


def occasion(case: Case, message: Message) -> str:
    """What names the mail that tells a message of a case."""
    return f"{case.number}/{message.id}"


def carries(mail: OutboxMessage) -> int | None:
    """The id of the message that a mail tells, as its occasion names it; none for mail that tells no message."""
    told = outbox.occasion(mail).rpartition("/")[2]
    return int(told) if mail.kind in TELLING and told.isdecimal() else None


def send_receipt(case: Case, *, expect: object, answers: list[dict[str, str]], filed_by: User | None = None) -> None:
    """Tell the requester that the case has arrived: number, team, answers, when to expect a first response, and who filed it."""
    told = [] if case.patient_data_suspected_at else answers
    why = LazyString(sent_because.in_words, sent_because.because(case))
    about = {**facts(case), **filing.receipt_facts(case, filed_by=filed_by), "expect": expect, "answers": told, "because": why}
    _write_to_requester("case_received", case, about=about, key=case.number)


def tell_requester(case: Case, message: Message, *, files: int = 0) -> OutboxMessage | None:
    """Send a public message of staff to the requester, within service hours; none goes to an account that is deactivated."""
    about = said(case, message, files=files)
    return _write_to_requester(MAIL_OF[message.kind], case, about=about, key=occasion(case, message))


def remind_requester(kind: str, case: Case, *, answer_by: object) -> OutboxMessage | None:
    """Remind the requester, within service hours, that the desk waits for them, and until when it does."""
    about = {**facts(case), "answer_by": answer_by}
    return _write_to_requester(kind, case, about=about, key=f"{case.number}/{case.version}")


def tell_that_closed(case: Case, *, resolved_at: datetime) -> OutboxMessage | None:
    """Tell the requester, within service hours, that the desk has closed the case, and that a question waits on its page."""
    return _write_to_requester(CLOSED, case, about=closing_facts(case, resolved_at=resolved_at), key=case.number)


def closing_facts(case: Case, *, resolved_at: datetime) -> dict[str, Any]:
    """What the mail tells that says that a case is closed."""
    return {**facts(case), "resolved_on": LazyString(day, calendar().wall(resolved_at).date())}


def said(case: Case, message: Message, *, files: int) -> dict[str, Any]:
    """What a mail tells of a public message of staff, as long as no patient data is suspected on its case.

    Of files it tells how many there are: what they are called, and what is in them, stays on the page of the case.
    """
    if message.kind not in PUBLIC_KINDS:
        raise ValueError("an internal note is never mailed")
    code = case.resolution_code
    note = "" if case.patient_data_suspected_at else message.body
    told = {"note": note, "author": message.author_name, "files": files, "is_merged": case.merged_into_id is not None}
    return {**facts(case), **told, "code_label": lazy_label(code) if code else "", "outcome": outcome(case)}


def outcome(case: Case) -> LazyString:
    """What the subject says of a case that is resolved: that it is, or which one it goes on in."""
    if case.merged_into_id is None:
        return _l("Resolved")
    return _l("Joined to %(number)s", number=number_of(case.merged_into_id))


def mail_of(case: Case, message: Message) -> OutboxMessage | None:
    """The newest mail that tells a message of a case, if there is one."""
    kind = MAIL_OF.get(message.kind)
    found = sa.select(OutboxMessage).where(OutboxMessage.case_id == case.id, OutboxMessage.kind == kind)
    rows = db.session.scalars(found.order_by(OutboxMessage.id.desc()))
    return next((row for row in rows if carries(row) == message.id), None)


def tell_that_team_is_empty(case: Case, *, team: str, others: int | None = None, moved: bool = True) -> None:
    """Tell those who can mend it that the case went to triage because nobody works in the team of this name.

    With `others`, so many other cases did so with it, or could not, as nobody works in triage either.
    """
    about = {
        "number": case.number,
        "path": f"/agent/cases/{case.number}",
        "team": team,
        "moved_to": case.team.name if moved else "",
    }
    key = case.number if others is None else f"{case.number}/{case.version}"
    for person in db.session.scalars(_those_who_can_staff_teams()):
        outbox.enqueue(
            "team_is_empty",
            to=person.recipient,
            about=about if others is None else {**about, "others": others},
            key=key,
            case_id=case.id,
        )


def held_by_message(mail: Iterable[OutboxMessage]) -> dict[int, OutboxMessage]:
    """Of the mail of a case to its requester, what can be taken back, by the message it tells: no copy of it has left either."""
    telling = [(told, m) for m in mail if (told := carries(m)) is not None]
    gone = {told for told, m in telling if m.kind in COPY_OF.values() and acts.may_have_left(m)}
    return {told: m for told, m in telling if m.kind in MAIL_OF.values() and told not in gone and acts.can_be_taken_back(m)}


def write(kind: str, case: Case, *, to: User, about: dict[str, Any], key: str) -> OutboxMessage:
    """Write a mail to a provider about a case; what keeps it from being sent is said on the case."""
    message = outbox.enqueue(kind, to=to.recipient, about=about, key=key, case_id=case.id)
    if message.state is MailState.FAILED:
        _say_that_it_was_stopped(case, kind, why=message.reason)
    return message


def _write_to_requester(kind: str, case: Case, *, about: dict[str, Any], key: str) -> OutboxMessage | None:
    if case.requester.deactivated_at is not None:
        _say_that_it_was_stopped(case, kind, why=_("the account of the requester is deactivated"))
        return None
    return write(kind, case, to=case.requester, about=about, key=key)


def _say_that_it_was_stopped(case: Case, kind: str, *, why: str) -> None:
    case.record(EventKind.MAIL_STOPPED, by=None, at=clock.now(), new={"mail": kind, "why": why})


def _those_who_can_staff_teams() -> sa.Select[User]:
    """Everybody active who runs the desk or leads its Service Desk."""
    leads = sa.select(TeamMember.user_id).join(Team).where(Team.code == TRIAGE, TeamMember.is_lead)
    is_active = sa.and_(User.verified_at.is_not(None), User.deactivated_at.is_(None))
    return sa.select(User).where(is_active, sa.or_(User.role == Role.ADMIN, User.id.in_(leads))).order_by(User.id)


def facts(case: Case) -> dict[str, Any]:
    """What every mail about a case may tell the person who asked; its words are chosen when the mail is rendered."""
    team = LazyString(translated, case.team.name)
    about = {"number": case.number, "subject": suspicion.title_for_mail(case), "path": f"/cases/{case.number}", "team": team}
    return {**about, "left_out": suspicion.left_out(case)}
