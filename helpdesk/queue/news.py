"""What has happened since a page was drawn, for its script: cases that came or changed, and urgent ones of one's teams.

It is asked for again and again, so it costs one statement beside the one that every page needs to know who asks. It writes
nothing: an open page alone keeps nobody signed in (`sessions.UNATTENDED`).
"""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from flask import Response, jsonify, request, url_for

from .. import clock
from ..accounts.anybody import Anybody, anybody_like, filled_in
from ..accounts.models import Team, TeamMember
from ..accounts.sessions import the_user
from ..cases.models import WAITS, Case, Status
from ..cases.numbers import number_of
from ..database import UtcDateTime
from ..extensions import db
from ..permissions import Permission, requires
from . import asked as asking
from . import conditions
from .asked import Asked, Facet, Filter
from .blueprint import bp
from .queries import MOST_URGENT_FIRST, Look
from .shelf import team_ids

SINCE = "since"  # microseconds, as the page was told
MOST_CHANGED, MOST_URGENT = 100, 100  # of which the script shows the first few that its reader has not put away
COMMITTED_WITHIN = timedelta(seconds=10)  # what began before a page was drawn may have been committed after it
NEW_FOR = timedelta(hours=1)  # so long an urgent case is announced, even if somebody else has it; without anybody for ever
_MICROSECONDS = re.compile(r"\d{1,17}", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@bp.get("/news")
@requires(Permission.SEE_QUEUE)
def news() -> Response:
    """Urgent cases of one's teams, and with `since` the cases that changed; whether they are new, and fit what the page shows."""
    user, since = the_user(), _since(request.args.get(SINCE, ""))
    asked = None if since is None else asking.read(request.args)
    times = {} if since is None else {"since": since, "changed_since": since - COMMITTED_WITHIN}
    given = {**filled_in(user), "opened_since": clock.now() - NEW_FOR, **times}
    rows = db.session.execute(_statement(anybody_like(user), asked), given).all()
    urgent = [row for row in rows if row.is_urgent]
    return jsonify(
        cases=[[row.id, row.version, bool(row.is_new), bool(row.fits)] for row in rows if not row.is_urgent],
        urgent=[_told(row) for row in urgent],
        urgent_in_all=urgent[0].in_all if urgent else 0,
    )


def _since(text: str) -> datetime | None:
    return _EPOCH + timedelta(microseconds=int(text)) if _MICROSECONDS.fullmatch(text) else None


def _told(row: Any) -> dict[str, str]:
    number = number_of(row.id)
    return {"number": number, "subject": row.subject, "team": row.team, "address": url_for(".case", number=number)}


@lru_cache(maxsize=128)
def _statement(who: Anybody, asked: Asked | None) -> sa.CompoundSelect[Any]:
    """What is read; the changes of what a page asks for, if it shows the queue."""
    return sa.union_all(_urgent(who), *([] if asked is None else [_changed(who, asked)]))


def _urgent(who: Anybody) -> sa.Select[Any]:
    """Urgent cases of the teams that they work in, what is due first: those that nobody has, new ones of others, and their own.

    Their own are told of as long as they have not begun: the desk may have given them one.
    """
    mine = sa.select(TeamMember.team_id).where(TeamMember.user_id == who.id)
    in_all = sa.func.count().over()
    found = _columns(is_urgent=True, is_new=sa.true(), fits=sa.true(), subject=Case.subject, team=Team.name, in_all=in_all)
    found = found.join(Team, Team.id == Case.team_id).where(
        Case.team_id.in_(mine), conditions.IS_URGENT, conditions.IS_UNFINISHED
    )
    is_free = sa.and_(Case.assignee_id.is_(None), Case.status.not_in(WAITS))  # what waits for somebody else needs nobody yet
    is_of_others = sa.and_(Case.assignee_id != who.id, Case.opened_at > _instant("opened_since"))
    is_given = sa.and_(Case.assignee_id == who.id, Case.status == Status.NEW)
    found = found.where(sa.or_(is_free, is_of_others, is_given)).order_by(*MOST_URGENT_FIRST).limit(MOST_URGENT)
    return sa.select(found.subquery())


def _changed(who: Anybody, asked: Asked) -> sa.Select[Any]:
    """The cases that changed since then, or a moment before: those of the teams they see, or that they watch."""
    since = _instant("since")
    fits = sa.and_(*_conditions(who, asked), Case.updated_at > since)
    nothing = {"subject": sa.literal(""), "team": sa.literal(""), "in_all": sa.literal(0)}
    found = _columns(is_urgent=False, is_new=Case.opened_at > since, fits=fits, **nothing)
    is_watched = asked.filter is Filter.WATCHED
    theirs = conditions.shown(Filter.WATCHED, who) if is_watched else Case.team_id.in_(team_ids(who))
    found = found.where(theirs, Case.updated_at > _instant("changed_since"))
    return sa.select(found.order_by(Case.updated_at.desc()).limit(MOST_CHANGED).subquery())


def _conditions(who: Anybody, asked: Asked) -> list[sa.ColumnElement[bool]]:
    """What a case needs to be on the page; of a text only the cases that are shown are followed."""
    if Facet.TEXT in asked.values:
        return [sa.false()]
    code = asked.values.get(Facet.TEAM)
    return [*Look(who, (), asked).conditions, *([conditions.of_team(code)] if code else [])]


def _instant(name: str) -> sa.BindParameter[datetime]:
    return sa.bindparam(name, type_=UtcDateTime())


def _columns(*, is_urgent: bool, **columns: Any) -> sa.Select[Any]:
    named = (column.label(name) for name, column in columns.items())
    return sa.select(sa.literal(is_urgent).label("is_urgent"), Case.id, Case.version, *named)
