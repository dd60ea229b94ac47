"""How far a case has come and what happens next, in the words of the person who waits for it, or of a colleague of theirs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup, escape

from .. import clock
from ..accounts.models import User
from ..extensions import db
from ..hours.wording import day, moment, when
from ..languages import gettext as _
from ..languages import translated
from ..notifications.models import MailState, OutboxMessage
from ..sla import queries as sla
from ..sla.models import ClockState, SlaClock, Target
from . import mail_queries
from .models import Case, Status
from .states import WAITING

ENDED = frozenset({Status.RESOLVED, Status.CLOSED})


@dataclass(frozen=True)
class Step:
    """One of the four steps of a case: when it was reached, or by when it is expected."""

    name: str
    time: str
    is_reached: bool
    is_current: bool  # the last one that was reached


@dataclass(frozen=True)
class Progress:
    """The four steps, what happens next, and what became of the mail with the resolution."""

    steps: tuple[Step, ...]
    next: str
    mail: str
    counts_service_time: bool  # whether a time is named that is counted in service hours


def of(case: Case, *, reader: User) -> Progress:
    """How far a case has come, and what happens next and by when, in at most two statements."""
    clocks = [] if case.is_final else list(db.session.scalars(sla.clocks(case.id)))
    mail = mail_queries.resolution_mail([case]).get(case.id) if case.status in ENDED else None
    running = [c for c in clocks if c.state is ClockState.RUNNING and c.target is not Target.NEXT_UPDATE]
    is_theirs = case.requester_id == reader.id
    return Progress(
        steps=tuple(_steps(case, running)),
        next=_next(case, running, is_theirs=is_theirs),
        mail=_of_mail(mail, case, is_theirs=is_theirs),
        counts_service_time=bool(running),
    )


def is_first_answer_ahead(case: Case) -> bool:
    """Whether a first answer can still be promised: nobody has answered yet, and the time for it has not passed."""
    is_untouched = case.status is Status.NEW or case.waits_untouched
    return is_untouched and case.due_at is not None and case.due_at > clock.now()


def _steps(case: Case, running: Sequence[SlaClock]) -> Iterator[Step]:
    is_canceled = case.status is Status.CANCELED
    reached: tuple[tuple[str, datetime | None, Target | None], ...] = (
        (_("Received"), case.opened_at, None),
        (_("With %(team)s", team=translated(case.team.name)), case.opened_at, None),
        (_("Answered"), case.answered_at, Target.FIRST_RESPONSE),
        (_("Canceled") if is_canceled else _("Resolved"), case.closed_at if is_canceled else case.resolved_at, Target.RESOLUTION),
    )
    last = max(number for number, (_name, at, _target) in enumerate(reached) if at)
    for number, (name, at, target) in enumerate(reached):
        expected = next((c.due_at for c in running if c.target is target), None) if number == last + 1 else None
        time = when(at) if at else _not_reached(case, expected, is_next=number == last + 1)
        yield Step(name, time, is_reached=at is not None, is_current=number == last)


def _not_reached(case: Case, expected: datetime | None, *, is_next: bool) -> str:
    if expected is not None:
        said = _("expected by %(when)s") if expected > clock.now() else _("was expected by %(when)s")
        return _with_time(said, expected)
    if case.is_final:
        return _("not needed")
    return _("once we have an answer") if is_next and case.status is Status.PENDING else _("not yet")


def _with_time(said: str, at: datetime) -> Markup:
    return escape(said) % {"when": when(at)}


def _next(case: Case, running: Sequence[SlaClock], *, is_theirs: bool) -> str:
    match case.status:
        case Status.NEW | Status.OPEN:
            return _waiting_for_us(case, running)
        case Status.ON_HOLD:
            return _on_hold(case)
        case Status.CLOSED if case.merged_into_id is not None:
            return _("This case is closed, because we go on with it in another one.")
        case Status.CLOSED:
            return _closed(case, is_theirs=is_theirs)
        case _ if is_theirs:
            return _next_for_requester(case)
        case _:
            return _next_for_colleague(case)


def _next_for_requester(case: Case) -> str:
    if case.status is Status.PENDING:
        return _pending(case)
    if case.status is Status.RESOLVED:
        return _resolved(case)
    return _("You canceled this case. If you need help after all, open a new case.")


def _closed(case: Case, *, is_theirs: bool) -> str:
    if not is_theirs:
        return _("This case is closed. If you need help again, open a new case.")
    if case.awaits_rating:
        return _("This case is closed. Tell us below how we handled it. If it comes back, open a follow-up case.")
    return _("This case is closed. If it comes back, open a follow-up case.")


def _on_hold(case: Case) -> str:
    if case.look_again_on is None:
        return _("We are waiting for someone outside the help desk. We tell you when we go on.")
    words = {"day": day(case.look_again_on)}
    return _("We are waiting for someone outside the help desk, and look at it again on %(day)s.", **words)


def _pending(case: Case) -> str:
    until = case.given_up_at
    if until is None or until <= clock.now():
        return _("We need something from you to go on. Please answer below.")
    words = {"when": moment(until)}
    return _("We need something from you to go on. Please answer below by %(when)s; after that we resolve the case.", **words)


def _resolved(case: Case) -> str:
    said = _("Your case is resolved. Please read the notes below and tell us whether this solved it.")
    until = case.reopens_until
    if until is None or until <= clock.now():
        return said
    return said + " " + _("You can open it again until %(when)s; after that it is closed.", when=moment(until))


def _next_for_colleague(case: Case) -> str:
    name = case.requester.name
    if case.status is Status.PENDING:
        return _("We need something from %(name)s to go on. If you know the answer, write it below.", name=name)
    if case.status is Status.RESOLVED:
        return _("This case is resolved. %(name)s says whether this solved it; if not, it goes on here.", name=name)
    return _("%(name)s canceled this case. If you need help with it, open a case of your own.", name=name)


def _waiting_for_us(case: Case, running: Sequence[SlaClock]) -> str:
    team = translated(case.team.name)
    if not running:
        return _("%(team)s is working on it.", team=team)
    due = min(running, key=lambda c: c.due_at)
    if due.due_at <= clock.now():
        return _late(case, due.due_at)
    words = {"team": team, "when": moment(due.due_at)}
    if case.answered_at is None:
        return _("%(team)s has your case. You can expect a first answer by %(when)s.", **words)
    return _("%(team)s is working on it. We aim to resolve it by %(when)s.", **words)


def _late(case: Case, due_at: datetime) -> str:
    """That what is still to come should have been here by now, and what to do if it cannot wait."""
    words = {"team": translated(case.team.name), "when": moment(due_at)}
    if case.answered_at is None:
        return _(
            "%(team)s has your case. Our answer was due by %(when)s: we are late, and sorry. If it cannot wait, call us.", **words
        )
    return _(
        "%(team)s is working on it. We aimed to resolve it by %(when)s: we are late, and sorry. If it cannot wait, call us.",
        **words,
    )


def _of_mail(mail: OutboxMessage | None, case: Case, *, is_theirs: bool) -> str:
    if mail is None:
        return ""
    if mail.state in WAITING:
        return _("The e-mail with these notes leaves %(when)s.", when=moment(mail.due_at))
    if mail.state is MailState.SENT and mail.sent_at is not None:
        return _("The e-mail with these notes was sent %(when)s.", when=moment(mail.sent_at))
    if mail.state is not MailState.FAILED:
        return ""
    if is_theirs:
        return _("We could not send you an e-mail with these notes. Is your address still right?")
    return _("We could not send %(name)s an e-mail with these notes.", name=case.requester.name)
