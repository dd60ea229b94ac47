"""One public note resolves all cases that are tied to a known problem: each by itself, with its own mail and its own result.

A wave is written down first. The scheduler goes through its cases, each in a transaction of its own, so that a crash costs
nothing: what still waits is done by whoever comes next.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .. import clock
from ..accounts.models import Language, User
from ..database import text_enum
from ..errors import HelpDeskError
from ..extensions import db
from . import batch_acts, commands, handing, moving, problems, queries, withdrawal
from .errors import CaseClosed, IllegalMove, NotTakenBack, StaleCase
from .models import UNFINISHED, Case, Event, Message, ResolutionCode, Status
from .problems import KnownProblem
from .tombstones import TOMBSTONE

TO_DO = "state IN ('waiting', 'to_take_back')"  # as an index wants it
REDACTED = "redacted"  # why a case was skipped: its note had lost a passage before its turn came
AUTHOR_GONE = "author_gone"  # or the account of whoever wrote it had ended
NOT_SEEN = "not_seen"  # or they did not see the case (any more)
UNTIED = "untied"  # or it was not tied to the problem (any more)
CHANGED = "changed"  # or something had happened on it since it was shown


class WaveState(StrEnum):
    """What became of one case of a wave."""

    WAITING = "waiting"  # to be resolved
    RESOLVED = "resolved"
    SKIPPED = "skipped"  # it could not be resolved; `why` says it
    TO_TAKE_BACK = "to_take_back"
    TAKEN_BACK = "taken_back"
    TOO_LATE = "too_late"  # its mail had left, or somebody has gone on


UNDONE = frozenset({WaveState.WAITING, WaveState.TO_TAKE_BACK})
NOT_DONE = (WaveState.SKIPPED, WaveState.TOO_LATE)


class NothingToResolve(HelpDeskError):
    """None of the cases is left: each waits for a note already."""


class ProblemWave(db.Model):  # type: ignore[name-defined]
    """The note that resolves the cases of a problem, and who wrote it."""

    __tablename__ = "problem_waves"

    id: Mapped[int] = mapped_column(primary_key=True)
    problem_id: Mapped[int] = mapped_column(sa.ForeignKey("known_problems.id"), index=True)
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    made_at: Mapped[datetime]
    code: Mapped[ResolutionCode] = mapped_column(text_enum(ResolutionCode, "code"))
    note: Mapped[str]
    note_es: Mapped[str] = mapped_column(default="")

    author: Mapped[User] = relationship()

    def note_for(self, reader: User) -> str:
        """The note in the language of its reader, where there is one."""
        return self.note_es if reader.language is Language.SPANISH and self.note_es else self.note


class WaveCase(db.Model):  # type: ignore[name-defined]
    """One case of a wave, and what became of it."""

    __tablename__ = "problem_wave_cases"
    __table_args__ = (
        sa.Index(
            "ix_problem_wave_cases_to_do",
            "wave_id",
            "case_id",
            sqlite_where=sa.text(TO_DO),
            postgresql_where=sa.text(TO_DO),
        ),
    )

    wave_id: Mapped[int] = mapped_column(sa.ForeignKey("problem_waves.id"), primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), primary_key=True)
    state: Mapped[WaveState] = mapped_column(text_enum(WaveState, "state"), default=WaveState.WAITING)
    message_id: Mapped[int | None] = mapped_column(sa.ForeignKey("messages.id"))  # the note on this case
    seen: Mapped[int | None]  # the version that its author has seen; none for a row of the time before they were kept
    why: Mapped[str] = mapped_column(default="")  # skipped: the status it had, REDACTED and the like, or the name of an error
    taken_back_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))

    wave: Mapped[ProblemWave] = relationship()
    taken_back_by: Mapped[User | None] = relationship()
    case: Mapped[Case] = relationship()


@dataclass(frozen=True)
class Shown:
    """What the author of a note had before them: cases by their versions, and the latest entry when the rest was counted."""

    versions: Mapping[int, int]
    latest_entry: int = 0

    def version(self) -> sa.ColumnElement[int]:
        """The version of a case then; 0 for a case that there was not yet."""
        counted = sa.select(sa.func.max(Event.version)).where(Event.case_id == Case.id, Event.id <= self.latest_entry)
        then = sa.func.coalesce(counted.scalar_subquery(), 0)
        return sa.case(dict(self.versions), value=Case.id, else_=then) if self.versions else then


def latest_entry() -> int:
    """The id of the latest entry of all timelines."""
    return db.session.scalar(sa.select(sa.func.max(Event.id))) or 0


def waits() -> sa.ColumnElement[bool]:
    """That a case waits to be resolved by a note."""
    return Case.id.in_(sa.select(WaveCase.case_id).where(sa.text(TO_DO), WaveCase.state == WaveState.WAITING))


def begin_wave(
    problem: KnownProblem,
    cases: sa.Select[Case],
    *,
    by: User,
    code: ResolutionCode,
    note: str,
    note_es: str = "",
    shown: Shown | None = None,
) -> ProblemWave:
    """Write down that these cases, however many, are resolved by this note; the scheduler does it, if they are still as shown.

    Those that wait for another note are left to that one. Raises NothingToResolve where there are no others.
    """
    problems.hold(problem)
    wave = ProblemWave(problem_id=problem.id, author=by, made_at=clock.now(), code=code, note=note, note_es=note_es)
    db.session.add(wave)
    db.session.flush()
    version = shown.version() if shown else Case.version
    plain = sa.literal(wave.id), Case.id, sa.literal(WaveState.WAITING.value), version, sa.literal("")
    chosen = cases.with_only_columns(*plain).where(~waits()).order_by(None)
    db.session.execute(sa.insert(WaveCase).from_select(["wave_id", "case_id", "state", "seen", "why"], chosen))
    to_resolve = sa.select(WaveCase.case_id).join(WaveCase.case).where(WaveCase.wave_id == wave.id, can_be_resolved(problem))
    if db.session.scalar(to_resolve.limit(1)) is None:
        raise NothingToResolve(problem.id)
    return wave


def can_be_resolved(problem: KnownProblem) -> sa.ColumnElement[bool]:
    """That a case is tied to the problem and worked on."""
    return sa.and_(Case.problem_id == problem.id, Case.status.in_(UNFINISHED))


def stop(wave: ProblemWave, seen: sa.Select[Case], *, by: User) -> int:
    """Leave those of these cases that still wait as they are. Returns how many."""
    return _change(wave, seen, by, WaveState.WAITING, to=WaveState.TAKEN_BACK)


def take_back(wave: ProblemWave, seen: sa.Select[Case], *, by: User) -> int:
    """Let those of these cases that the wave has resolved be as they were before, as far as their mail has not left.

    What still waits is left as it is. Returns how many cases that concerns.
    """
    return stop(wave, seen, by=by) + _change(wave, seen, by, WaveState.RESOLVED, to=WaveState.TO_TAKE_BACK)


def to_do(*, most: int) -> list[tuple[int, int]]:
    """What the scheduler has to do next: wave and case, in the order in which waves were made."""
    found = sa.select(WaveCase.wave_id, WaveCase.case_id).where(sa.text(TO_DO))
    rows = db.session.execute(found.order_by(WaveCase.wave_id, WaveCase.case_id).limit(most)).all()
    return [(wave_id, case_id) for wave_id, case_id in rows]


def do_one(wave_id: int, case_id: int) -> WaveState | None:
    """Do what is to be done with one case and write down what came of it; nothing where another has done it already."""
    case = db.session.get_one(Case, case_id)
    row = db.session.get_one(WaveCase, (wave_id, case_id), populate_existing=True)
    moving.hold_person(row.taken_back_by or row.wave.author)
    handing.hold_owners(case)
    case.hold()
    db.session.refresh(row, with_for_update={"of": WaveCase})
    if row.state is WaveState.WAITING:
        _resolve(row, case)
    elif row.state is WaveState.TO_TAKE_BACK:
        _open_again(row, case)
    else:
        return None
    return row.state


def skip(wave_id: int, case_id: int, *, why: str) -> None:
    """Write down that something unforeseen kept a case from being done, so that the others go on."""
    row = db.session.get_one(WaveCase, (wave_id, case_id), with_for_update={"of": WaveCase}, populate_existing=True)
    if row.state in UNDONE:
        row.state = WaveState.SKIPPED if row.state is WaveState.WAITING else WaveState.TOO_LATE
        row.why = why


def of_problem(problem: KnownProblem) -> list[ProblemWave]:
    """The waves of a problem, the latest first."""
    found = sa.select(ProblemWave).where(ProblemWave.problem_id == problem.id).order_by(ProblemWave.id.desc())
    return list(db.session.scalars(found))


def results(wave: ProblemWave, *, reader: User, most: int) -> list[tuple[WaveCase, Case | None]]:
    """What became of cases that somebody may see: first those that need a look, then in the order of their numbers.

    Whoever wrote the note learns as well which were left because they do not see them; of those there is no case.
    """
    seen = sa.and_(Case.id == WaveCase.case_id, _among(queries.visible_to(reader)))
    found = sa.select(WaveCase, Case).join(Case, seen, isouter=True).where(*_told_to(reader, wave))
    order = sa.case((WaveCase.state.in_(NOT_DONE), 0), else_=1), WaveCase.case_id
    return [(row, case) for row, case in db.session.execute(found.order_by(*order).limit(most))]


def progress(wave: ProblemWave, *, reader: User) -> dict[WaveState, int]:
    """How many of the cases of `results` are in which state, in the order of the states."""
    counted = sa.select(WaveCase.state, sa.func.count()).where(*_told_to(reader, wave))
    found = db.session.execute(counted.group_by(WaveCase.state)).all()
    return {state: number for state in WaveState for row_state, number in found if row_state is state}


def number_among(wave: ProblemWave, ids: Mapping[int, int]) -> int:
    """How many of these cases belong to the wave."""
    found = sa.select(sa.func.count()).where(WaveCase.wave_id == wave.id, WaveCase.case_id.in_(ids))
    return db.session.scalar(found) or 0


def _told_to(reader: User, wave: ProblemWave) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    told = _among(queries.visible_to(reader))
    return WaveCase.wave_id == wave.id, sa.or_(told, WaveCase.why == NOT_SEEN) if wave.author_id == reader.id else told


def _among(seen: sa.Select[Case]) -> sa.ColumnElement[bool]:
    return WaveCase.case_id.in_(seen.with_only_columns(Case.id))


def _change(wave: ProblemWave, seen: sa.Select[Case], by: User, state: WaveState, *, to: WaveState) -> int:
    ours = sa.update(WaveCase).where(WaveCase.wave_id == wave.id, WaveCase.state == state, _among(seen))
    changed = ours.values(state=to, taken_back_by_id=by.id).returning(WaveCase.case_id)
    return len(db.session.scalars(changed).all())


def _resolve(row: WaveCase, case: Case) -> None:
    wave, note = row.wave, row.wave.note_for(case.requester)
    if why := _why_not(row, case, note):
        row.state, row.why = WaveState.SKIPPED, why
        return
    try:
        if row.seen is not None:
            case.expect_version(row.seen)
        message: Message = commands.resolve(case, by=wave.author, code=wave.code, note=note)
    except StaleCase:
        row.state, row.why = WaveState.SKIPPED, CHANGED
    except (CaseClosed, IllegalMove) as refused:
        row.state, row.why = WaveState.SKIPPED, type(refused).__name__
    else:
        row.state, row.message_id = WaveState.RESOLVED, message.id


def _why_not(row: WaveCase, case: Case, note: str) -> str:
    wave = row.wave
    if not wave.author.is_active:
        return AUTHOR_GONE
    if case.id not in batch_acts.seen_by(wave.author, [case.id]):
        return NOT_SEEN
    if case.status not in UNFINISHED:
        return case.status.value
    if case.problem_id != wave.problem_id:
        return UNTIED
    return REDACTED if TOMBSTONE in note else ""


def _open_again(row: WaveCase, case: Case) -> None:
    row.state = WaveState.TOO_LATE
    message = db.session.get(Message, row.message_id or 0)
    if message is None or case.status is not Status.RESOLVED:
        return
    try:
        with db.session.begin_nested():
            withdrawal.take_back(case, message, by=row.taken_back_by or row.wave.author, as_untouched=True)
    except NotTakenBack:
        return
    row.state = WaveState.TAKEN_BACK
