"""The jobs of replaying past cases: asked for, run by one process at a time, cancelled, and forgotten after a while."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import defer, joinedload

from ..accounts.models import User
from ..extensions import db
from ..languages import gettext as _
from . import history, reading
from .backtesting import Result
from .errors import NoRuleSet
from .models import Backtest, BacktestState, RuleAct
from .queries import versions

SILENCE = timedelta(minutes=1)  # after which a process that says nothing is taken to be dead
KEPT_FOR = timedelta(days=90)
WAITING = (BacktestState.QUEUED, BacktestState.RUNNING)
FIGURES = (Backtest.result["cases"].as_integer().label("cases"), Backtest.result["moved"].as_integer().label("moved"))
_IS_QUEUED = Backtest.state == BacktestState.QUEUED
_RUNS = Backtest.state == BacktestState.RUNNING


def ask(
    rules: list[dict[str, Any]],
    *,
    since: datetime,
    until: datetime,
    of_version: int | None = None,
    by: User | None,
    at: datetime,
) -> Backtest:
    """Queue a replay of the cases decided from `since` on and before `until`, by these rules as they stand now.

    By nobody: the command line. Raises BadRule or BadRuleSet when they cannot be followed, and NoRuleSet.
    """
    reading.read(rules)
    in_force = db.session.scalar(versions().limit(1))
    if in_force is None:
        raise NoRuleSet
    job = Backtest(
        rules=rules,
        of_version=of_version,
        base_version=in_force.version,
        since=since,
        until=until,
        asked_by=by.id if by else None,
        asked_at=at,
    )
    db.session.add(job)
    db.session.flush()
    return job


def again(job: Backtest, *, by: User, at: datetime) -> Backtest:
    """Queue the same once more."""
    return ask(job.rules, since=job.since, until=job.until, of_version=job.of_version, by=by, at=at)


def cancel(number: int, *, at: datetime) -> bool:
    """End a back-test that waits, and ask the process of one that runs to end; False where it is over already."""
    if _change(number, _IS_QUEUED, state=BacktestState.CANCELED, cancel_asked_at=at, ended_at=at):
        return True
    return _change(number, _RUNS, cancel_asked_at=sa.func.coalesce(Backtest.cancel_asked_at, at))


# What schedulers do


def anything_to_do(*, at: datetime) -> bool:
    """Whether a back-test waits and none runs, or one has lost its process; reads only."""
    starts = sa.and_(sa.exists().where(_IS_QUEUED), sa.not_(sa.exists().where(_RUNS)))
    return bool(db.session.scalar(sa.select(sa.or_(starts, sa.exists().where(_RUNS, _silent(at))))))


def claim_next(*, holder: str, at: datetime) -> int | None:
    """Take the back-test that has waited longest for a process that is about to start; none while another runs."""
    number = db.session.scalar(sa.select(sa.func.min(Backtest.id)).where(_IS_QUEUED))
    return number if number is not None and claim(number, holder=holder, at=at) else None


def claim(number: int, *, holder: str, at: datetime) -> bool:
    """Take a back-test that waits, for the process `holder`; False where it does not wait, or another runs."""
    give_up_the_dead(at=at)
    other = sa.orm.aliased(Backtest)
    none_runs = sa.not_(sa.exists().where(other.state == BacktestState.RUNNING))
    try:
        with db.session.begin_nested():
            return _change(number, _IS_QUEUED, none_runs, state=BacktestState.RUNNING, holder=holder, seen_at=at)
    except IntegrityError:  # another began at this moment; only one runs
        return False


def give_up_the_dead(*, at: datetime) -> None:
    """End what runs no more because its process has died: failed, or cancelled where that was asked."""
    gone = (_RUNS, _silent(at))
    ended = {"ended_at": at, "seen_at": None}
    _update(*gone, Backtest.cancel_asked_at.is_not(None), state=BacktestState.CANCELED, **ended)
    _update(*gone, state=BacktestState.FAILED, error=_("The process that ran it has ended without a word."), **ended)


def sweep(*, at: datetime) -> None:
    """Delete back-tests that ended long ago."""
    old = sa.delete(Backtest).where(Backtest.ended_at < at - KEPT_FOR)
    db.session.execute(old.execution_options(synchronize_session=False))


# What the process does that runs one


def report(number: int, *, holder: str, done: int, total: int, at: datetime) -> bool:
    """Say how far it is; False when it has to end: it is cancelled, or this process is not the one to run it any more."""
    _change(number, *_held_by(holder), done=done, total=total, seen_at=at)
    wanted = sa.select(Backtest.id).where(Backtest.id == number, *_held_by(holder), Backtest.cancel_asked_at.is_(None))
    return db.session.scalar(wanted) is not None


def finish(number: int, result: Result, *, holder: str, at: datetime) -> bool:
    """Store what was found, and note in the history of the rules that it was; False if it is cancelled, or another process's."""
    found = {"result": result.stored(), "done": result.cases, "total": result.cases}
    wanted = (*_held_by(holder), Backtest.cancel_asked_at.is_(None))
    if not _change(number, *wanted, state=BacktestState.DONE, ended_at=at, seen_at=at, **found):
        return False
    job = db.session.get_one(Backtest, number, populate_existing=True)
    told = {"backtest": number, "of_version": job.of_version, "base_version": job.base_version}
    days = {"since": job.since.isoformat(), "until": job.until.isoformat()}
    numbers = {"cases": result.cases, "moved": result.moved}
    history.record(RuleAct.BACKTESTED, by=job.asker, new={**told, **days, **numbers})
    return True


def fail(number: int, *, holder: str, error: str, at: datetime) -> None:
    """End it with what went wrong, for people."""
    _change(number, *_held_by(holder), state=BacktestState.FAILED, error=error, ended_at=at)


def end_canceled(number: int, *, holder: str, at: datetime) -> bool:
    """End it because somebody wants it to end; False if that is not for this process to say."""
    asked = sa.func.coalesce(Backtest.cancel_asked_at, at)
    return _change(number, *_held_by(holder), state=BacktestState.CANCELED, cancel_asked_at=asked, ended_at=at)


def put_back(number: int, *, holder: str) -> bool:
    """Let another process begin it anew, because this one is told to end; False where it was cancelled, or is another's."""
    anew = {"holder": "", "seen_at": None, "done": 0, "total": None}
    return _change(number, *_held_by(holder), Backtest.cancel_asked_at.is_(None), state=BacktestState.QUEUED, **anew)


# Questions


def latest() -> sa.Select[Backtest]:
    """Every back-test, the newest first, without rules and results."""
    rows = sa.select(Backtest).order_by(Backtest.id.desc())
    return rows.options(joinedload(Backtest.asker), defer(Backtest.rules), defer(Backtest.result))


def waiting_like(rules: list[dict[str, Any]], *, since: datetime, until: datetime) -> Backtest | None:
    """A back-test that is not over and was asked for just so."""
    same = sa.select(Backtest).where(Backtest.state.in_(WAITING), Backtest.since == since, Backtest.until == until)
    return next((job for job in db.session.scalars(same) if job.rules == rules), None)


def one(number: int) -> sa.Select[Backtest]:
    """One back-test with everything about it."""
    return sa.select(Backtest).where(Backtest.id == number).options(joinedload(Backtest.asker))


def is_silent(job: Backtest, *, at: datetime) -> bool:
    """Whether its process says nothing any more, and will be taken to be dead."""
    return job.state is BacktestState.RUNNING and job.seen_at is not None and abs(at - job.seen_at) > SILENCE


def _silent(at: datetime) -> sa.ColumnElement[bool]:
    """That nothing was heard for long; a word from far ahead is from a clock that has been put back since."""
    return sa.or_(Backtest.seen_at < at - SILENCE, Backtest.seen_at > at + SILENCE)


def _held_by(holder: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (_RUNS, Backtest.holder == holder)


def _change(number: int, *where: sa.ColumnElement[bool], **values: Any) -> bool:
    return _update(Backtest.id == number, *where, **values) > 0


def _update(*where: sa.ColumnElement[bool], **values: Any) -> int:
    change = sa.update(Backtest).where(*where).values(**values).execution_options(synchronize_session=False)
    return int(db.session.execute(change).rowcount)  # type: ignore[attr-defined]
