"""Texts that the desk has ready (DOMAIN section 11): an agent puts one into a reply, or the desk sends it as a rule says.

What a macro does beside its text is done when an agent sends the reply (`macro_sending`), never before.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from flask_babel import force_locale
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..accounts import teams as account_teams
from ..accounts.models import Language, Team, User
from ..database import Id, Json, text_enum
from ..extensions import db
from ..routing.models import RoutingDecision
from . import macro_places
from .kinds import HoldReason
from .models import Case, ResolutionCode, Status

# What a case can become by a macro; none: what the button says with which the reply is sent.
SET_BY_MACROS = (Status.PENDING, Status.ON_HOLD, Status.RESOLVED)
LONGEST_HOLD = 60  # working days


class MacroAct(StrEnum):
    """What happens to a macro."""

    CREATED = "created"
    CHANGED = "changed"
    ACTIVATED = "activated"
    DEACTIVATED = "deactivated"


class Macro(db.Model):  # type: ignore[name-defined, misc]
    """One text, in the languages of the desk, and what is done when it is sent."""

    __tablename__ = "macros"
    __table_args__ = (
        sa.CheckConstraint("status <> 'resolved' OR resolution_code IS NOT NULL", name="resolution_has_a_code"),
        sa.CheckConstraint("status <> 'resolved' OR to_team_id IS NULL", name="what_is_resolved_stays"),
        sa.CheckConstraint(
            "status <> 'on_hold' OR (hold_reason IS NOT NULL AND hold_days IS NOT NULL)", name="hold_has_reason_and_days"
        ),
        sa.CheckConstraint(f"hold_days BETWEEN 1 AND {LONGEST_HOLD}", name="hold_days"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)  # which rules name; it never changes
    title: Mapped[str]  # for staff
    body: Mapped[str]
    body_es: Mapped[str] = mapped_column(default="")  # empty: there is only the English one
    team_id: Mapped[int | None] = mapped_column(sa.ForeignKey("teams.id"))  # whose it is; none: everybody's
    is_active: Mapped[bool] = mapped_column(default=True)
    status: Mapped[Status | None] = mapped_column(text_enum(Status, "status"))  # one of SET_BY_MACROS
    resolution_code: Mapped[ResolutionCode | None] = mapped_column(text_enum(ResolutionCode, "resolution_code"))
    hold_reason: Mapped[HoldReason | None] = mapped_column(text_enum(HoldReason, "hold_reason"))
    hold_days: Mapped[int | None]  # working days until somebody looks at it again
    tags: Mapped[list[Any]] = mapped_column(Json, default=list)
    to_team_id: Mapped[int | None] = mapped_column(sa.ForeignKey("teams.id"))
    version: Mapped[int] = mapped_column(default=1)  # counts the changes

    team: Mapped[Team | None] = relationship(foreign_keys=[team_id])
    to_team: Mapped[Team | None] = relationship(foreign_keys=[to_team_id])

    @property
    def acts(self) -> bool:
        """Whether it does anything beside giving a text."""
        return bool(self.status or self.tags or self.to_team_id)

    @property
    def languages(self) -> tuple[Language, ...]:
        """The languages it is written in."""
        return (Language.ENGLISH, Language.SPANISH) if self.body_es else (Language.ENGLISH,)

    def text(self, case: Case, language: Language, *, by: User | None = None) -> str:
        """The text for a case as somebody sends it (by nobody: the desk), in this language where there is one."""
        is_spanish = language is Language.SPANISH and bool(self.body_es)
        with force_locale((Language.SPANISH if is_spanish else Language.ENGLISH).value):
            return macro_places.filled(self.body_es if is_spanish else self.body, case, by=by)

    @property
    def blanks(self) -> list[str]:
        """What it leaves to be filled in."""
        return macro_places.blanks(f"{self.body}\n{self.body_es}")


class MacroEvent(db.Model):  # type: ignore[name-defined]
    """One entry of the history of a macro: append-only."""

    __tablename__ = "macro_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    macro_id: Mapped[int] = mapped_column(sa.ForeignKey("macros.id"), index=True)
    at: Mapped[datetime]
    act: Mapped[MacroAct] = mapped_column(text_enum(MacroAct, "act"))
    actor_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    old: Mapped[dict[str, Any]] = mapped_column(Json)
    new: Mapped[dict[str, Any]] = mapped_column(Json)

    actor: Mapped[User] = relationship()


def in_use(code: str) -> sa.Select[Macro]:
    """The macro with this code, if it is in use."""
    return sa.select(Macro).where(Macro.code == code, Macro.is_active)


def is_for(team_id: Id) -> sa.ColumnElement[bool]:
    """That whoever works on a case of this team may use a macro."""
    return sa.and_(Macro.is_active, sa.or_(Macro.team_id.is_(None), Macro.team_id == team_id))


def is_for_any_of(team_ids: sa.Select[int]) -> sa.ColumnElement[bool]:
    """That whoever works on cases of these teams may use a macro on some of them."""
    return sa.and_(Macro.is_active, sa.or_(Macro.team_id.is_(None), Macro.team_id.in_(team_ids)))


def for_case(code: str, case: Case) -> sa.Select[Macro]:
    """The macro with this code, if it may be used on the case."""
    return sa.select(Macro).where(Macro.code == code, is_for(case.team_id))


def blanks_left(text: str) -> list[str]:
    """What macros leave to be filled in and still stands so in a text: of any macro, in use or not, as it is or ever was."""
    found = macro_places.blanks(text)
    if not found:
        return []
    was = [MacroEvent.old[name].as_string() for name in ("body", "body_es")]
    texts = sa.union_all(*(sa.select(column).where(column.contains("{")) for column in (Macro.body, Macro.body_es, *was)))
    known = {blank for text in db.session.scalars(texts) for blank in macro_places.blanks(text)}
    return [blank for blank in found if blank in known]


def can_move(macro: Macro) -> bool:
    """Whether somebody works in the team that a macro moves cases to; it may move none."""
    return macro.to_team is None or account_teams.is_live(macro.to_team)


def titles() -> dict[str, str]:
    """What the macros in use are called, by code."""
    used = db.session.scalars(sa.select(Macro).where(Macro.is_active).order_by(Macro.code))
    return {macro.code: macro.title for macro in used}


def language_of(decision: RoutingDecision | None, case: Case) -> Language:
    """The language in which the answer is wanted."""
    known = decision.facts["values"].get("language") if decision else None
    return Language(known) if known in set(Language) else case.requester.language
