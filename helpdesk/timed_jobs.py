"""What the desk does by itself: the table of timed jobs, each of which asks the rows what is due.

A job that two schedulers run at once would still do its work once.
"""

import secrets
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from types import ModuleType

import sqlalchemy as sa
import structlog
from sqlalchemy.exc import OperationalError

from . import clock
from .accounts import commands as accounts
from .accounts import end_of_duty
from .cases import (
    attachment_sweep,
    attachments,
    batches,
    case_drafts,
    digest,
    distribution,
    expiring,
    holding,
    owners,
    presence,
    reminding,
    targets,
    unassigned,
    untold,
    waves,
)
from .cases.models import Case
from .extensions import db
from .intake import drafts
from .notifications import delivery
from .notifications.stop_sign import StopSign
from .processes import Processes
from .routing import backtests
from .transaction import transaction

CASES_AT_ONCE = 200
WRITTEN_DOWN_AT_ONCE = 50  # cases of waves and batches, before the scheduler looks again
STARTED = Processes()  # back-tests that this scheduler has begun; they go on when it ends

log = structlog.get_logger()


def deliver_mail(stop: StopSign) -> None:
    """Send what is due."""
    counts = {name: number for name, number in vars(delivery.deliver_due(stop=stop)).items() if number}
    if counts:
        log.info("mail delivered", **counts)


def sweep(_stop: StopSign) -> None:
    """Delete parked forms, ended sessions, used tokens, browsers, counts, drafts, waiting files and back-tests that are old.

    Then compare the files of people with the rows that tell of them.
    """
    old = clock.now() - drafts.KEPT_FOR
    with transaction():
        accounts.sweep()
        drafts.sweep(before=old)
        case_drafts.sweep(before=clock.now() - case_drafts.KEPT_FOR)
        presence.sweep()
        attachments.sweep(before=old)
        backtests.sweep(at=clock.now())
    found = attachment_sweep.look(at=clock.now())
    if found.concerns_rows:
        with transaction():
            attachment_sweep.note(found, at=clock.now())
    attachment_sweep.remove_orphans(found)


def report_stuck_mail(_stop: StopSign) -> None:
    """Tell the people of a case that its requester could not be told."""
    if untold.anything_to_report():
        with transaction():
            untold.report()


def tell_of_targets(_stop: StopSign) -> None:
    """Tell the people of a case that a target is near or missed."""
    if targets.anything_to_tell(at=clock.now()):
        with transaction():
            told = targets.tell(at=clock.now())
        log.info("told of targets", targets=told)


def look_again(stop: StopSign) -> None:
    """Open the cases on hold again whose day has come."""
    _each_case("looked again at a case on hold", holding.to_look_at, holding.look_again, stop)


def remind_requesters(stop: StopSign) -> None:
    """Remind the requesters of pending cases, and resolve those in which no answer came."""
    _each_case("requester reminded, or given up", reminding.to_remind, reminding.remind, stop)


def close_resolved(stop: StopSign) -> None:
    """Close the resolved cases that nobody has opened again in time."""
    _each_case("resolved case closed", expiring.to_close, expiring.close, stop)


def tell_of_unassigned(stop: StopSign) -> None:
    """Tell leads and administrators of urgent cases that nobody has."""
    _each_case("told that nobody has an urgent case", unassigned.to_tell, unassigned.tell, stop)


def _each_case(done: str, due: Callable[..., sa.Select[int]], act: Callable[..., bool], stop: StopSign) -> None:
    """Do what is due on each case in a transaction of its own, CASES_AT_ONCE read at a time; one that fails stops no other."""
    last = 0
    while True:
        at = clock.now()
        ids = db.session.scalars(due(at=at).where(Case.id > last).order_by(Case.id).limit(CASES_AT_ONCE)).all()
        for case_id in ids:
            if stop.is_up:
                return
            try:
                with transaction():
                    is_done = act(case_id, at=at)
            except Exception:
                log.exception("job failed on a case", job=done, case_id=case_id)
            else:
                if is_done:
                    log.info(done, case_id=case_id)
        if len(ids) < CASES_AT_ONCE:
            return
        last = ids[-1]


def write_digests(_stop: StopSign) -> None:
    """Write the digest of the day to staff, once the desk has opened and the mail held for that has left."""
    if not digest.is_due(at=clock.now()):
        return
    with transaction():
        written = digest.write(at=clock.now())
    log.info("digests written", mails=written)


def hand_out_cases(_stop: StopSign) -> None:
    """Give cases that wait to those on duty, in the teams that give their cases out; a transaction for each team."""
    for team_id in distribution.teams_to_serve():
        with transaction():
            given = distribution.offer([team_id])
        log.info("cases given out", team=team_id, cases=given.total())


def end_duty(_stop: StopSign) -> None:
    """Put those off duty who were on it as the desk closed for the day."""
    if end_of_duty.over(at=clock.now()):
        with transaction():
            ended = end_of_duty.end(at=clock.now())
        log.info("duty ended", people=ended)


def find_owners(_stop: StopSign) -> None:
    """See that every open case has a team with somebody active in it, else move it to triage and tell of it."""
    if owners.anything_to_do():
        with transaction():
            moved = owners.find(at=clock.now())
        log.warning("owners looked for", cases_moved=moved)


def resolve_waves(stop: StopSign) -> None:
    """Resolve the cases of known problems, or take that back."""
    _case_by_case(waves, stop)


def do_batches(stop: StopSign) -> None:
    """Do with many cases what somebody wants done, or set it back."""
    _case_by_case(batches, stop)


def _case_by_case(work: ModuleType, stop: StopSign) -> None:
    """Do what is written down for some cases, each in a transaction of its own; what goes wrong with one stops no other."""
    for number, case_id in work.to_do(most=WRITTEN_DOWN_AT_ONCE):
        if stop.is_up:
            return
        try:
            with transaction():
                work.do_one(number, case_id)
        except OperationalError:  # somebody else holds what it needs: it still waits, and is done at the next tick
            log.warning("case put off", work=work.__name__, number=number, case=case_id)
        except Exception as error:
            log.exception("not done with a case", work=work.__name__, number=number, case=case_id)
            with transaction():
                work.skip(number, case_id, why=type(error).__name__)


def start_backtests(_stop: StopSign) -> None:
    """Give up back-tests whose process has died, and begin the next that waits in a process of its own, if none runs."""
    STARTED.look_after()
    if not backtests.anything_to_do(at=clock.now()):
        return
    holder = f"{socket.gethostname()}:{secrets.token_hex(4)}"
    with transaction():
        backtests.give_up_the_dead(at=clock.now())
        number = backtests.claim_next(holder=holder, at=clock.now())
    if number is None:
        return
    try:
        STARTED.start("routing", "run-backtest", str(number), holder)
    except OSError:
        with transaction():
            backtests.put_back(number, holder=holder)
        raise
    log.info("back-test started", number=number)


@dataclass(frozen=True)
class Job:
    """What to do, and how often."""

    name: str
    run: Callable[[StopSign], None]
    every: timedelta


JOBS = (
    Job("deliver mail", deliver_mail, every=timedelta(seconds=2)),
    Job("hand out cases", hand_out_cases, every=timedelta(seconds=3)),
    Job("report stuck mail", report_stuck_mail, every=timedelta(seconds=5)),
    Job("end duty", end_duty, every=timedelta(minutes=1)),
    Job("find owners", find_owners, every=timedelta(minutes=1)),
    Job("start back-tests", start_backtests, every=timedelta(seconds=2)),
    Job("look again", look_again, every=timedelta(minutes=1)),
    Job("remind requesters", remind_requesters, every=timedelta(minutes=1)),
    Job("close resolved cases", close_resolved, every=timedelta(minutes=1)),
    Job("tell of unassigned cases", tell_of_unassigned, every=timedelta(seconds=15)),
    Job("resolve waves", resolve_waves, every=timedelta(seconds=2)),
    Job("do batches", do_batches, every=timedelta(seconds=2)),
    Job("tell of targets", tell_of_targets, every=timedelta(seconds=15)),
    Job("write digests", write_digests, every=timedelta(minutes=1)),
    Job("sweep", sweep, every=timedelta(hours=1)),
)
