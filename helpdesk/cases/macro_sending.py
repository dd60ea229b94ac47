"""A reply leaves with what its macro does beside it: what the case becomes, tags, another team; all of it or nothing."""

from dataclasses import dataclass

from .. import clock
from ..accounts.models import Team, User
from ..errors import HelpDeskError
from ..extensions import db
from ..languages import gettext as _
from . import commands, holding, macros, marks, moving
from .kinds import HoldReason, MoveReason
from .macros import Macro
from .models import Case, EventKind, ResolutionCode, Status
from .waits import look_again_in


class MacroChanged(HelpDeskError):
    """The macro is not (any more) what its reader has seen it do."""


@dataclass(frozen=True)
class Held:
    """A macro and the team that it moves a case to, locked as long as the reply is being sent."""

    macro: Macro
    to: Team | None


def hold(code: str, case: Case, *, seen: int, by: User) -> Held:
    """Lock whoever sends, the macro and the team it moves to; call it before the case is held, as everybody does.

    Raises MacroChanged, and NobodyWorksThere where the team has nobody.
    """
    moving.hold_person(by)
    macro = db.session.scalar(macros.for_case(code, case).with_for_update(read=True, of=Macro))
    if macro is None or macro.version != seen:
        raise MacroChanged(code)
    elsewhere = macro.to_team if macro.to_team_id != case.team_id else None
    return Held(macro, moving.live_team(elsewhere.code) if elsewhere else None)


def send(case: Case, held: Held, *, by: User, body: str) -> None:
    """Say this in public and do what the macro does, on a case that is held.

    A macro that resolves makes the reply the note of the resolution; one that puts on hold says what the case waits for, and
    in how many working days somebody looks at it again. Raises what a reply, a resolution and a hold raise.
    """
    macro = held.macro
    if macro.status is Status.RESOLVED:
        code = macro.resolution_code or ResolutionCode.ANSWERED
        commands.resolve(case, by=by, code=code, note=body, with_files=True, written_as_reply=True)
    else:
        commands.reply(case, by=by, body=body, wait=macro.status is Status.PENDING, with_files=True)
    if macro.status is Status.ON_HOLD:
        _put_on_hold(case, macro, by=by)
    if new_tags := marks.tag(case.id, macro.tags, team_id=held.to.id if held.to else case.team_id):
        case.record(EventKind.TAGGED, by=by, at=clock.now(), new={"tags": new_tags})
    if held.to is not None:
        moving.move_on(case, held.to, by=by, reason=MoveReason.OTHER, note=_("macro “%(title)s”", title=macro.title))


def _put_on_hold(case: Case, macro: Macro, *, by: User) -> None:
    assert macro.hold_reason and macro.hold_days  # noqa: S101  (a constraint of the table says so)
    until = look_again_in(macro.hold_days, at=clock.now())
    note = _("On hold by the macro “%(title)s”.", title=macro.title) if macro.hold_reason is HoldReason.OTHER else ""
    holding.put_on_hold(case, seen=case.version, by=by, reason=macro.hold_reason, look_again_on=until, note=note)
