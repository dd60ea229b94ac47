"""Versions of the rule set, and the decisions they made; both are written once and never changed."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..accounts.models import User
from ..database import Json, text_enum
from ..extensions import db


class Priority(StrEnum):
    """How urgent a case is; P1 comes first."""

    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    P4 = "P4"


class RuleSetVersion(db.Model):  # type: ignore[name-defined, misc]
    """A published rule set; the highest version is the one in force."""

    __tablename__ = "rule_set_versions"

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    rules: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    golden: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)  # named examples that were kept with the rules
    restored_from: Mapped[int | None]  # the older version whose rules these are
    reason: Mapped[str]
    published_by: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    published_at: Mapped[datetime]

    publisher: Mapped[User | None] = relationship()  # none: it came with the desk, or from the command line


class RuleDraft(db.Model):  # type: ignore[name-defined, misc]
    """The next rule set while it is being written: one for the desk, and one person who edits it."""

    __tablename__ = "rule_drafts"
    __table_args__ = (sa.CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    rules: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    golden: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    base_version: Mapped[int] = mapped_column(sa.ForeignKey("rule_set_versions.version"))  # which it was begun from
    restored_from: Mapped[int | None]  # the older version that it was begun like
    version: Mapped[int] = mapped_column(default=1)  # counts the times it was saved or changed hands
    editor_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    edited_since_at: Mapped[datetime]
    saved_by: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    saved_at: Mapped[datetime]

    editor: Mapped[User] = relationship(foreign_keys=[editor_id])
    saver: Mapped[User] = relationship(foreign_keys=[saved_by])


class RuleAct(StrEnum):
    """What somebody did to the rules."""

    DRAFT_STARTED = "draft_started"
    DRAFT_SAVED = "draft_saved"
    DRAFT_TAKEN_OVER = "draft_taken_over"
    DRAFT_DISCARDED = "draft_discarded"
    CHECKED = "checked"
    BACKTESTED = "backtested"
    PUBLISHED = "published"


class RuleEvent(db.Model):  # type: ignore[name-defined, misc]
    """One entry of the history of the rules: append-only."""

    __tablename__ = "rule_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))  # none: the command line
    act: Mapped[RuleAct] = mapped_column(text_enum(RuleAct, "act"))
    old: Mapped[dict[str, Any]] = mapped_column(Json)
    new: Mapped[dict[str, Any]] = mapped_column(Json)

    actor: Mapped[User | None] = relationship()


class BacktestState(StrEnum):
    """Where a back-test stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELED = "canceled"


RUNS = "state = 'running'"  # as an index wants it


class Backtest(db.Model):  # type: ignore[name-defined, misc]
    """A rule set replayed on past cases, in a process of its own; the row says how far it is, and what was found."""

    __tablename__ = "backtests"
    __table_args__ = (
        sa.Index("ix_backtests_one_runs", "state", unique=True, sqlite_where=sa.text(RUNS), postgresql_where=sa.text(RUNS)),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    rules: Mapped[list[dict[str, Any]]] = mapped_column(Json)  # as they stood when it was asked for
    of_version: Mapped[int | None] = mapped_column(sa.ForeignKey("rule_set_versions.version"))  # none: of a draft or a file
    base_version: Mapped[int] = mapped_column(sa.ForeignKey("rule_set_versions.version"))  # in force then
    since: Mapped[datetime]
    until: Mapped[datetime]
    asked_by: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))  # none: the command line
    asked_at: Mapped[datetime]
    state: Mapped[BacktestState] = mapped_column(text_enum(BacktestState, "state"), default=BacktestState.QUEUED)
    holder: Mapped[str] = mapped_column(default="")  # the process that runs it
    seen_at: Mapped[datetime | None]  # when that process last said how far it is
    done: Mapped[int] = mapped_column(default=0)  # cases
    total: Mapped[int | None]
    cancel_asked_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(default="")
    result: Mapped[dict[str, Any] | None] = mapped_column(Json)

    asker: Mapped[User | None] = relationship()


class RoutingDecision(db.Model):  # type: ignore[name-defined, misc]
    """Why a case went where it went: written in the transaction that made the case, never computed again."""

    __tablename__ = "routing_decisions"
    __table_args__ = (sa.Index(None, "decided_at", "winner"),)  # how many cases each rule has caught since

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), index=True)
    version: Mapped[int] = mapped_column(sa.ForeignKey("rule_set_versions.version"))
    facts: Mapped[dict[str, Any]] = mapped_column(Json)
    trace: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    winner: Mapped[str]
    outcome: Mapped[dict[str, Any]] = mapped_column(Json)
    decided_at: Mapped[datetime]

    rule_set: Mapped[RuleSetVersion] = relationship()
    additions: Mapped[list["RuleAddition"]] = relationship(lazy="raise_on_sql")


class RuleAddition(db.Model):  # type: ignore[name-defined, misc]
    """An `also` rule that added to a decision: beside the decision, so that they are counted without reading it."""

    __tablename__ = "rule_additions"
    __table_args__ = (sa.Index(None, "decided_at", "rule"),)

    decision_id: Mapped[int] = mapped_column(sa.ForeignKey("routing_decisions.id"), primary_key=True)
    rule: Mapped[str] = mapped_column(primary_key=True)
    decided_at: Mapped[datetime]
