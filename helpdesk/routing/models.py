"""Versions of the rule set, and the decisions they made; both are written once and never changed."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..database import Json
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
    reason: Mapped[str]
    published_by: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    published_at: Mapped[datetime]


class RoutingDecision(db.Model):  # type: ignore[name-defined, misc]
    """Why a case went where it went: written in the transaction that made the case, never computed again."""

    __tablename__ = "routing_decisions"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), index=True)
    version: Mapped[int] = mapped_column(sa.ForeignKey("rule_set_versions.version"))
    facts: Mapped[dict[str, Any]] = mapped_column(Json)
    trace: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    winner: Mapped[str]
    outcome: Mapped[dict[str, Any]] = mapped_column(Json)
    decided_at: Mapped[datetime]

    rule_set: Mapped[RuleSetVersion] = relationship()
