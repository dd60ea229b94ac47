"""Moving a case to another team by hand, with a reason that reports can count, and taking that back."""

import sqlalchemy as sa

from .. import clock
from ..accounts import teams as account_teams
from ..accounts.models import Team, User
from ..errors import HelpDeskError
from ..extensions import db
from ..languages import gettext as _
from ..notifications import outbox
from . import distribution, handing
from .errors import CaseClosed, CaseResolved
from .kinds import MoveReason
from .models import UNFINISHED, Case, Event, EventKind
from .numbers import id_of

# Mail to those who had the case, and to the leads of its team: it is somebody else's now.
FOR_WHO_HAD_IT = frozenset({"case_assigned", "case_came_back", "case_target_missed"})


class NobodyWorksThere(HelpDeskError):
    """A case cannot go to a team that is closed or in which nobody is active; names it."""

    def __init__(self, team: str) -> None:
        super().__init__(team)
        self.team = team


class AlreadyThere(HelpDeskError):
    """The case is with this team already; names it."""

    def __init__(self, team: str) -> None:
        super().__init__(team)
        self.team = team


class NothingToUndo(HelpDeskError):
    """The case was not moved by this person, or somebody has done something on it since."""


def move(case: Case, code: str, *, seen: int, by: User, reason: MoveReason, note: str = "") -> Team:
    """Give a case to the team with this code, where nobody has it yet; its clocks run on. Returns the team.

    The person, then the team are locked before the case, as everybody does. Raises NobodyWorksThere, AlreadyThere, CaseClosed,
    CaseResolved, and StaleCase where something has happened since the version that was `seen`.
    """
    hold_person(by)
    to = live_team(code)
    case.expect_version(seen)
    if case.is_final:
        raise CaseClosed(case.number)
    if case.status not in UNFINISHED:
        raise CaseResolved(case.number)
    if case.team_id == to.id:
        raise AlreadyThere(to.name)
    move_on(case, to, by=by, reason=reason, note=note)
    return to


def move_on(case: Case, to: Team, *, by: User, reason: MoveReason, note: str) -> None:
    """Give a case that is held to a team that is held; the desk hands it out there if it gives out its cases."""
    _move(case, to, by=by, reason=reason, note=note)
    _hand_out(case)


def undo(case: Case, *, by: User, version: int | None = None) -> Team:
    """Give a case back to the team, and to the person, from whom this person has just moved it away. Returns the team.

    With the version that a move has made of the case: this move, and no later one. Raises NothingToUndo once anybody has done
    something on it, and NobodyWorksThere.
    """
    hold_person(by)
    moved = _to_undo(case, by)
    if version is not None and moved.version > version:
        raise NothingToUndo(case.number)
    had_it = _had_it(case, moved)
    if had_it is not None:
        hold_person(had_it)
    to = live_team(moved.old["code"])
    case.hold()
    if _to_undo(case, by).id != moved.id or case.status not in UNFINISHED:
        raise NothingToUndo(case.number)
    _move(case, to, by=by, reason=MoveReason.UNDONE)
    is_theirs_again = had_it is not None and had_it.is_active and handing.hand_over(had_it, [case.id], by=by)
    if not is_theirs_again:
        _hand_out(case)
    return to


def just_moved_by(user: User, number: str) -> sa.Select[Case]:
    """The case with this number if this person has moved it by hand, and nobody has done anything on it since."""
    return sa.select(Case).where(Case.id == id_of(number), _last_moves(user).where(Event.case_id == Case.id).exists())


def to_undo(case: Case, by: User) -> Event | None:
    """The move of this person that can be undone."""
    moves = _last_moves(by).where(Event.case_id == case.id).order_by(Event.id.desc())
    last = db.session.scalar(moves.limit(1))
    return last if last is not None and last.new.get("reason", MoveReason.UNDONE) != MoveReason.UNDONE else None


def live_teams(case: Case) -> list[Team]:
    """The other teams to which a case can be moved, by name."""
    others = sa.select(Team).where(account_teams.is_staffed(), Team.id != case.team_id)
    return list(db.session.scalars(others.order_by(Team.name)))


def live_team(code: str) -> Team:
    """The team, which can neither close nor lose its last member until the case is there to be counted.

    Raises NobodyWorksThere.
    """
    found = sa.select(Team).where(Team.code == code).with_for_update(read=True, key_share=True)
    team = db.session.scalar(found.execution_options(populate_existing=True))
    if team is None or not account_teams.is_live(team):
        raise NobodyWorksThere(team.name if team else code)
    return team


def hold_person(person: User) -> None:
    """Lock somebody of the staff who acts, before teams and cases: their account does not end meanwhile."""
    db.session.refresh(person, ["deactivated_at"], with_for_update={"of": User, "read": True})


def leave_team(case: Case, to: Team, *, by: User | None) -> None:
    """Let the case become another team's: whoever had it has it no more, and mail that waits to tell them is not sent."""
    if case.assignee is not None:
        handing.let_go(case, by=by, why=_("it moved to %(team)s", team=to.name))
    handing.go_to(case, to)
    outbox.cancel_unsent(case.id, kinds=FOR_WHO_HAD_IT, reason=_("the case moved to another team before this mail left"))


def _move(case: Case, to: Team, *, by: User, reason: MoveReason, note: str = "") -> None:
    old = {"team": case.team.name, "code": case.team.code}
    new = {"team": to.name, "code": to.code, "reason": reason.value, "why": note}
    case.record(EventKind.MOVED, by=by, at=clock.now(), old=old, new=new)
    leave_team(case, to, by=by)
    db.session.flush()


def _hand_out(case: Case) -> None:
    """What waits for its requester needs nobody yet."""
    if case.status in distribution.READY:
        distribution.hand_out(case)


def _last_moves(user: User) -> sa.Select[Event]:
    """Moves by hand of this person after which no person has done anything but what came with the move."""
    later = sa.orm.aliased(Event)
    came_with_it = (EventKind.HANDED_BACK, EventKind.HANDED_OVER)
    done = sa.select(later.id).where(
        later.case_id == Event.case_id,
        later.version > Event.version,
        later.actor_id.is_not(None),
        later.kind.not_in(came_with_it),
    )
    return sa.select(Event).where(Event.kind == EventKind.MOVED, Event.actor_id == user.id, ~done.exists())


def _to_undo(case: Case, by: User) -> Event:
    moved = to_undo(case, by)
    if moved is None:
        raise NothingToUndo(case.number)
    return moved


def _had_it(case: Case, moved: Event) -> User | None:
    """Who had the case when it was moved: the entry stands right behind that of the move."""
    given_up = sa.select(Event).where(
        Event.case_id == case.id, Event.version == moved.version + 1, Event.kind == EventKind.HANDED_BACK
    )
    event = db.session.scalar(given_up)
    return db.session.get(User, event.old["assignee_id"]) if event else None
