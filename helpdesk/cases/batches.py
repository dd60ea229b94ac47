"""Many cases at once: one thing is done with each by itself, with its own result, and taken back the same way.

A batch is written down first. The scheduler goes through its cases, each in a transaction of its own, as it does with the waves
of known problems, so that a crash costs nothing: what still waits is done by whoever comes next.
"""

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from .. import clock
from ..accounts.models import User
from ..errors import HelpDeskError
from ..extensions import db
from . import batch_acts, batch_undoing
from .batch_acts import Refused
from .batch_models import PENDING, TO_DO, Batch, BatchCase, BatchState, Order
from .models import Case

MOST_CASES = 200  # of one batch


class TooManyCases(HelpDeskError):
    """A batch has at most MOST_CASES cases."""


def write_down(order: Order, seen: Mapping[int, int], *, by: User) -> Batch:
    """Write down that this is done with these cases, by the version of each that was seen; the scheduler does it.

    Raises TooManyCases.
    """
    if len(seen) > MOST_CASES:
        raise TooManyCases(str(len(seen)))
    batch = Batch(author=by, made_at=clock.now(), act=order.act, wanted=dict(order.wanted), text=order.text)
    db.session.add(batch)
    db.session.flush()
    db.session.add_all(BatchCase(batch_id=batch.id, case_id=case_id, seen=version) for case_id, version in sorted(seen.items()))
    db.session.flush()
    return batch


def undo(batch: Batch) -> int:
    """Let what was done be set back where nobody has gone on since; what still waits is left as it is. Returns how many cases."""
    ours = sa.update(BatchCase).where(BatchCase.batch_id == batch.id).returning(BatchCase.case_id)
    left = ours.where(BatchCase.state == BatchState.WAITING).values(state=BatchState.UNDONE)
    done = ours.where(BatchCase.state == BatchState.DONE).values(state=BatchState.TO_UNDO)
    return sum(len(db.session.scalars(one).all()) for one in (left, done))


def to_do(*, most: int) -> list[tuple[int, int]]:
    """What the scheduler has to do next: batch and case, in the order in which batches were made."""
    found = sa.select(BatchCase.batch_id, BatchCase.case_id).where(sa.text(TO_DO))
    rows = db.session.execute(found.order_by(BatchCase.batch_id, BatchCase.case_id).limit(most)).all()
    return [(batch_id, case_id) for batch_id, case_id in rows]


def do_one(batch_id: int, case_id: int) -> BatchState | None:
    """Do what is to be done with one case and write down what came of it; nothing where another has done it already."""
    case, batch = db.session.get_one(Case, case_id), db.session.get_one(Batch, batch_id)
    batch_acts.hold(case, batch.order, by=batch.author)
    row = _held(batch_id, case_id)
    if row.state is BatchState.WAITING:
        _do(row, batch, case)
    elif row.state is BatchState.TO_UNDO:
        _undo(row, batch, case)
    else:
        return None
    return row.state


def skip(batch_id: int, case_id: int, *, why: str) -> None:
    """Write down that something unforeseen kept a case from being done, so that the others go on."""
    row = _held(batch_id, case_id)
    if row.state in PENDING:
        row.state = BatchState.SKIPPED if row.state is BatchState.WAITING else BatchState.KEPT
        row.why = why


def of_author(author: User) -> sa.Select[Batch]:
    """The batches of somebody, the latest first."""
    return sa.select(Batch).where(Batch.author_id == author.id).order_by(Batch.id.desc())


def progress(batch_ids: list[int]) -> dict[int, dict[BatchState, int]]:
    """How many cases of each batch are in which state."""
    counted = sa.select(BatchCase.batch_id, BatchCase.state, sa.func.count()).where(BatchCase.batch_id.in_(batch_ids))
    found: dict[int, dict[BatchState, int]] = {number: {} for number in batch_ids}
    for batch_id, state, cases in db.session.execute(counted.group_by(BatchCase.batch_id, BatchCase.state)):
        found[batch_id][state] = cases
    return found


def results(batch: Batch) -> list[BatchCase]:
    """What became of each case, in the order of their numbers."""
    found = sa.select(BatchCase).where(BatchCase.batch_id == batch.id).order_by(BatchCase.case_id)
    return list(db.session.scalars(found.options(joinedload(BatchCase.case))))


def _held(batch_id: int, case_id: int) -> BatchCase:
    return db.session.get_one(BatchCase, (batch_id, case_id), with_for_update={"of": BatchCase}, populate_existing=True)


def _do(row: BatchCase, batch: Batch, case: Case) -> None:
    try:
        with db.session.begin_nested():
            message = batch_acts.do(case, batch.order, seen=row.seen, by=batch.author)
    except Refused as refused:
        row.state, row.why = BatchState.SKIPPED, refused.why.value
    else:
        row.state, row.version = BatchState.DONE, case.version
        row.message_id = message.id if message else None


def _undo(row: BatchCase, batch: Batch, case: Case) -> None:
    try:
        with db.session.begin_nested():
            batch_undoing.undo(case, batch.act, version=row.version or 0, message_id=row.message_id, by=batch.author)
    except Refused as refused:
        row.state, row.why = BatchState.KEPT, refused.why.value
    else:
        row.state = BatchState.UNDONE
