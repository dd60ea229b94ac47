"""Finding macros, who may change which, and what depends on one."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from ..accounts.models import Language, Team, TeamMember, User
from ..cases import macro_wording
from ..cases import queries as cases
from ..cases.macros import Macro, can_move
from ..cases.models import Case
from ..extensions import db
from ..permissions import Permission, may
from ..routing import queries as routing
from ..routing.errors import NoRuleSet

ROWS = 50


@dataclass(frozen=True)
class Named:
    """The rules in force that name a macro, by their titles."""

    by: tuple[str, ...] = ()
    sent_by: tuple[str, ...] = ()  # those of them that send it by themselves


@dataclass(frozen=True)
class Example:
    """What a macro says and does on a case."""

    case: Case
    texts: tuple[tuple[Language, str], ...]
    effects: tuple[str, ...]


def page(text: str, *, start: int = 0) -> tuple[list[Macro], int | None]:
    """One page of macros, those out of use last, and where the next one starts; each word is a part of title, code or text."""
    found = sa.select(Macro).options(joinedload(Macro.team), joinedload(Macro.to_team))
    for word in text.split():
        parts = (Macro.title, Macro.code, Macro.body, Macro.body_es)
        found = found.where(sa.or_(*[part.icontains(word, autoescape=True) for part in parts]))
    ordered = found.order_by(Macro.is_active.desc(), sa.func.lower(Macro.title), Macro.id)
    rows = list(db.session.scalars(ordered.offset(start).limit(ROWS + 1)))
    return rows[:ROWS], start + ROWS if len(rows) > ROWS else None


def editable_by(user: User) -> sa.ColumnElement[bool]:
    """That this person may change a macro, in a statement about macros: leads those of their teams, administrators all."""
    if may(user, Permission.LEAD_EVERY_TEAM):
        return sa.true()
    return Macro.team_id.in_(sa.select(TeamMember.team_id).where(TeamMember.user_id == user.id, TeamMember.is_lead))


def may_edit(user: User, macro: Macro) -> bool:
    """Whether this person may change this macro."""
    return db.session.scalar(sa.select(Macro.id).where(Macro.id == macro.id, editable_by(user))) is not None


def teams_led_by(user: User) -> list[Team]:
    """The teams whose macros this person writes, by name."""
    found = sa.select(Team).where(Team.is_active).order_by(Team.name)
    if not may(user, Permission.LEAD_EVERY_TEAM):
        led = sa.select(TeamMember.team_id).where(TeamMember.user_id == user.id, TeamMember.is_lead)
        found = found.where(Team.id.in_(led))
    return list(db.session.scalars(found))


def named_by_rules(code: str) -> Named:
    """The rules in force that name the macro with this code."""
    try:
        rules = [rule for rule in routing.current_rule_set().rules if rule.then.macro == code]
    except NoRuleSet:
        return Named()
    sent_by = tuple(rule.title for rule in rules if rule.then.is_pending)
    return Named(tuple(rule.title for rule in rules), sent_by)


def example(macro: Macro, number: str, *, reader: User) -> Example | None:
    """What it says and does on the case with this number or, without one, on the latest that its reader sees."""
    found = cases.numbered(reader, number) if number else cases.visible_to(reader).order_by(Case.id.desc()).limit(1)
    case = db.session.scalars(found).first()
    if case is None:
        return None
    texts = tuple((language, macro.text(case, language, by=reader)) for language in macro.languages)
    return Example(case, texts, tuple(macro_wording.effects(macro, team=case.team.name, is_staffed=can_move(macro))))
