"""Every open case has a team with somebody active in it: what does not is moved to triage, and told.

What somebody has who does not work where it is goes back into the queue of its team.

Administrators cannot bring it about on their pages (`admin/staffing.py`); this is for whatever else does.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from ..accounts import teams as account_teams
from ..accounts.models import Team
from ..extensions import db
from ..languages import gettext as _
from ..notifications import alarms
from ..notifications.alarms import AlarmName
from . import handing, mail
from .models import IN_THE_QUEUE, Case
from .queries import TRIAGE


@dataclass(frozen=True)
class _Look:
    """The teams with open cases that nobody sees to, and those that are in order again after that; by id."""

    lost: list[Team]
    mended: list[Team]
    warned_of: list[Team]  # whose cases went to triage, and in which there is still nobody
    has_strangers: bool  # whether somebody has a case that cannot be theirs
    up: dict[AlarmName, str]  # the alarms that are up, with their details

    @property
    def to_move(self) -> list[Team]:
        return [team for team in self.lost if team.code != TRIAGE]


def lost_teams() -> sa.ColumnElement[bool]:
    """That a team has open cases, and is closed or has nobody active in it."""
    waiting = sa.exists().where(Case.team_id == Team.id, sa.text(IN_THE_QUEUE))
    return sa.and_(waiting, sa.not_(account_teams.is_staffed()))


def anything_to_do() -> bool:
    """Whether cases are without an owner and that has to be told or mended, or was mended; reads only."""
    look = _look()
    return look.has_strangers or bool(look.to_move and _triage_is_live()) or bool(look.mended) or _alarms_due(look) != look.up


def find(*, at: datetime) -> int:
    """Move the open cases of teams without anybody to triage, and say so; returns how many are somebody else's now.

    Those that cannot be theirs who has them are nobody's then.
    While nobody works in triage either, nothing is moved: that is an alarm, and administrators are mailed.
    """
    look = _look()
    triage = db.session.scalars(sa.select(Team).where(Team.code == TRIAGE)).one()
    account_teams.hold([*look.lost, *look.mended, triage])
    look = _look()
    for team in look.mended:
        team.emptied_at = None
    moved = sum(_move(team, triage, at=at) for team in look.to_move) if account_teams.is_live(triage) else 0
    db.session.flush()
    handed_back = handing.hand_back_of_strangers() if look.has_strangers else 0
    _set_alarms(_look(), at=at)
    return moved + handed_back


def _look() -> _Look:
    asked = sa.select(Team, lost_teams(), account_teams.is_staffed(), handing.has_one_of_a_stranger()).order_by(Team.id)
    rows = db.session.execute(asked).all()
    noticed = [(team, is_staffed) for team, _is_lost, is_staffed, _strangers in rows if team.emptied_at]
    return _Look(
        lost=[team for team, is_lost, _is_staffed, _strangers in rows if is_lost],
        mended=[team for team, is_staffed in noticed if is_staffed or not team.is_active],
        warned_of=[team for team, is_staffed in noticed if team.is_active and not is_staffed],
        has_strangers=any(strangers for *_team, strangers in rows),
        up={name: detail for name, detail in alarms.details().items() if name in alarms.ABOUT_CASES},
    )


def _triage_is_live() -> bool:
    return db.session.scalar(sa.select(Team.id).where(Team.code == TRIAGE, account_teams.is_staffed())) is not None


def _move(team: Team, triage: Team, *, at: datetime) -> int:
    why = _("nobody works in that team") if team.is_active else _("that team is closed")
    moved = handing.move_all(team, to=triage, by=None, why=why)
    if team.is_active:
        team.emptied_at = at
    first = db.session.get_one(Case, moved[0])
    mail.tell_that_team_is_empty(first, team=team.name, others=len(moved) - 1)
    return len(moved)


def _alarms_due(look: _Look) -> dict[AlarmName, str]:
    """What is to be up, with its detail: the names of the teams."""
    due = {}
    if look.lost and not _triage_is_live():
        due[AlarmName.NO_TRIAGE] = _names(look.lost)
    if look.warned_of:
        due[AlarmName.EMPTY_TEAM] = _names(look.warned_of)
    return due


def _set_alarms(look: _Look, *, at: datetime) -> None:
    due = _alarms_due(look)
    alarms.clear(*(name for name, detail in look.up.items() if due.get(name) != detail), at=at)
    for name, detail in due.items():
        if look.up.get(name) != detail:
            alarms.raise_alarm(name, detail=detail, at=at)
    if AlarmName.NO_TRIAGE in due and AlarmName.NO_TRIAGE not in look.up:
        _tell_of_triage(look.lost)


def _tell_of_triage(lost: list[Team]) -> None:
    """One mail to those who can mend it, about the oldest of the cases."""
    ids = list(db.session.scalars(handing.open_cases().with_only_columns(Case.id).where(Case.team_id.in_([t.id for t in lost]))))
    first = db.session.get_one(Case, ids[0])
    mail.tell_that_team_is_empty(first, team=first.team.name, others=len(ids) - 1, moved=False)


def _names(teams: Iterable[Team]) -> str:
    return ", ".join(sorted(team.name for team in teams))
