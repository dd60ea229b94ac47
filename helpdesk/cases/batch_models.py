"""What is done with many cases at once, as it is written down: a batch, and a row for each of its cases."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..accounts.models import User
from ..database import Json, text_enum
from ..extensions import db
from .models import Case

TO_DO = "state IN ('waiting', 'to_undo')"  # as an index wants it


class BatchAct(StrEnum):
    """What is done with each case of a batch; the values stand in the form."""

    ASSIGN = "assign"
    PRIORITY = "priority"
    TAG = "tag"
    UNTAG = "untag"
    MOVE = "move"
    REPLY = "reply"
    RESOLVE = "resolve"

    @property
    def is_told_by_mail(self) -> bool:
        """Whether the requester of each case gets a mail."""
        return self in (BatchAct.REPLY, BatchAct.RESOLVE)


@dataclass(frozen=True)
class Order:
    """What is to be done. Of `wanted`, by act: `to` (an id, a code, a priority), `reason`, `wait`, `macro` and its `version`."""

    act: BatchAct
    wanted: Mapping[str, Any]
    text: str = ""  # what was typed: a reply, the note of a resolution, an internal note, or tags

    @property
    def tags(self) -> list[str]:
        """The tags to give or to take off."""
        return [tag for tag in self.text.split(", ") if tag]


class BatchState(StrEnum):
    """What became of one case of a batch."""

    WAITING = "waiting"  # to be done
    DONE = "done"
    SKIPPED = "skipped"  # it could not be done; `why` says it
    TO_UNDO = "to_undo"
    UNDONE = "undone"
    KEPT = "kept"  # it could not be undone; `why` says it


PENDING = frozenset({BatchState.WAITING, BatchState.TO_UNDO})


class Batch(db.Model):  # type: ignore[name-defined, misc]
    """What is done with the cases of a batch, and who says so."""

    __tablename__ = "case_batches"

    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), index=True)
    made_at: Mapped[datetime]
    act: Mapped[BatchAct] = mapped_column(text_enum(BatchAct, "act"))
    wanted: Mapped[dict[str, object]] = mapped_column(Json)  # as `Order` has it
    text: Mapped[str] = mapped_column(default="")  # what was typed

    author: Mapped[User] = relationship()

    @property
    def order(self) -> Order:
        """What is done."""
        return Order(self.act, self.wanted, self.text)


class BatchCase(db.Model):  # type: ignore[name-defined]
    """One case of a batch, and what became of it."""

    __tablename__ = "batch_cases"
    __table_args__ = (
        sa.Index("ix_batch_cases_to_do", "batch_id", "case_id", sqlite_where=sa.text(TO_DO), postgresql_where=sa.text(TO_DO)),
    )

    batch_id: Mapped[int] = mapped_column(sa.ForeignKey("case_batches.id"), primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), primary_key=True, index=True)
    seen: Mapped[int]  # the version that its author has seen
    state: Mapped[BatchState] = mapped_column(text_enum(BatchState, "state"), default=BatchState.WAITING)
    why: Mapped[str] = mapped_column(default="")  # one of Why, or the name of an error
    version: Mapped[int | None]  # of the case when it was done
    message_id: Mapped[int | None] = mapped_column(sa.ForeignKey("messages.id"))  # what was said on it

    batch: Mapped[Batch] = relationship()
    case: Mapped[Case] = relationship()
