"""Macros are written, changed, put out of use and into use again; every change leaves its entry, and none is ever deleted."""

import secrets
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from .. import clock
from ..accounts.models import User
from ..errors import HelpDeskError
from ..extensions import db
from .macros import Macro, MacroAct, MacroEvent

# What can be changed. Rules name the code, which stays.
CHANGED = ("title", "body", "body_es", "team_id", "status", "resolution_code", "hold_reason", "hold_days", "tags", "to_team_id")
OWN = "OWN-"  # begins the codes that a desk gives, so that those of the reference data stay free


class StaleMacro(HelpDeskError):
    """Somebody has changed the macro since it was shown."""


def create(wanted: Mapping[str, Any], *, by: User) -> Macro:
    """Make a macro of these columns of CHANGED; it is in use at once and gets a code of its own."""
    macro = Macro(code=secrets.token_hex(), **wanted)
    db.session.add(macro)
    db.session.flush()
    macro.code = f"{OWN}{macro.id}"
    _record(macro, MacroAct.CREATED, by=by, new={"title": macro.title})
    return macro


def change(macro: Macro, wanted: Mapping[str, Any], *, seen: int, by: User) -> bool:
    """Give a macro other columns of CHANGED; says whether anything is different. Raises StaleMacro."""
    hold(macro, seen=seen)
    changed = [name for name in CHANGED if getattr(macro, name) != wanted[name]]
    if not changed:
        return False
    old = {name: getattr(macro, name) for name in changed}
    for name in changed:
        setattr(macro, name, wanted[name])
    _record(macro, MacroAct.CHANGED, by=by, old=old, new={name: wanted[name] for name in changed})
    return True


def deactivate(macro: Macro, *, seen: int, by: User) -> None:
    """Put a macro out of use: nobody is offered it, and rules that name it leave its text out. Raises StaleMacro."""
    hold(macro, seen=seen)
    if macro.is_active:
        macro.is_active = False
        _record(macro, MacroAct.DEACTIVATED, by=by)


def activate(macro: Macro, *, by: User) -> None:
    """Put a macro into use again."""
    hold(macro)
    if not macro.is_active:
        macro.is_active = True
        _record(macro, MacroAct.ACTIVATED, by=by)


def history(macro: Macro, *, before: int | None = None) -> sa.Select[MacroEvent]:
    """What happened to a macro, the newest first; before the entry with this id."""
    of_it = sa.select(MacroEvent).where(MacroEvent.macro_id == macro.id)
    older = of_it.where(MacroEvent.id < before) if before else of_it
    return older.order_by(MacroEvent.id.desc()).options(joinedload(MacroEvent.actor))


def hold(macro: Macro, *, seen: int | None = None) -> None:
    """Lock a macro until the transaction ends; raises StaleMacro if that is another version than was seen."""
    db.session.refresh(macro, with_for_update={"of": Macro})
    if seen is not None and macro.version != seen:
        raise StaleMacro(macro.code)


def _record(
    macro: Macro, act: MacroAct, *, by: User, old: Mapping[str, Any] | None = None, new: Mapping[str, Any] | None = None
) -> None:
    if act is not MacroAct.CREATED:
        macro.version += 1
    entry = MacroEvent(macro_id=macro.id, at=clock.now(), act=act, actor_id=by.id, old=dict(old or {}), new=dict(new or {}))
    db.session.add(entry)
