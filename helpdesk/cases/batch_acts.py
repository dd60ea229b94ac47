"""What can be done with many cases at once, each through the verb that single cases have, and what keeps it from being done."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from ..accounts import teams as account_teams
from ..accounts.models import Team, User
from ..errors import HelpDeskError
from ..extensions import db
from ..permissions import Permission, may
from ..routing import queries as routing
from ..routing.models import Priority
from . import commands, correcting, handing, macros, marking, moving, queries, whose
from .batch_models import BatchAct, Order
from .correcting import Correction, NothingCorrected
from .errors import CaseClosed, CaseResolved, IllegalMove, NoteMissing, StaleCase
from .kinds import CorrectionReason, MoveReason
from .macros import Macro
from .marking import MOST_TAGS, TooManyTags
from .marks import CaseTag
from .models import UNFINISHED, Case, Message, ResolutionCode
from .moving import AlreadyThere, NobodyWorksThere
from .tombstones import TOMBSTONE


class Why(StrEnum):
    """Why a case is left as it is."""

    NOT_SEEN = "not_seen"  # by whoever wants it done
    CLOSED = "closed"
    RESOLVED = "resolved"
    CHANGED = "changed"  # since it was shown
    ALREADY = "already"
    NOT_THEIRS = "not_theirs"  # the new assignee does not work in its team
    NOBODY_THERE = "nobody_there"  # in the team
    TOO_MANY_TAGS = "too_many_tags"
    OTHER_TEAM = "other_team"  # the macro is not for its team, or not in use
    REDACTED = "redacted"  # what was typed, before it was done
    GONE_ON = "gone_on"  # somebody has, since it was done
    MAIL_LEFT = "mail_left"


class Refused(HelpDeskError):
    """This cannot be done with the case; says why."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why


@dataclass(frozen=True)
class Known:
    """What has to be known of some cases, by their ids, and of where they go."""

    seen: Collection[int]
    for_assignee: Collection[int]  # those that can be theirs
    tags: Mapping[int, set[str]]
    is_staffed: bool  # the team that they move to
    macro: Macro | None


def hold(case: Case, order: Order, *, by: User) -> None:
    """Lock all that the act needs, in the order of everybody: people, teams, then the case."""
    for person_id in sorted({by.id, _assignee_id(order) or by.id}):
        moving.hold_person(db.session.get_one(User, person_id))
    handing.hold_owners(case)
    if order.act is BatchAct.MOVE:
        team = sa.select(Team).where(Team.code == order.wanted["to"])
        db.session.scalars(team.with_for_update(read=True, key_share=True)).all()
    case.hold()


def know(cases: Collection[Case], order: Order, *, by: User) -> Known:
    """Look at cases for what the act needs to know, at once."""
    ids = [case.id for case in cases]
    assignee = db.session.get(User, _assignee_id(order) or 0)
    tags: dict[int, set[str]] = {case_id: set() for case_id in ids}
    if order.act in (BatchAct.TAG, BatchAct.UNTAG):
        for row in db.session.scalars(sa.select(CaseTag).where(CaseTag.case_id.in_(ids))):
            tags[row.case_id].add(row.tag)
    staffed = sa.select(Team.id).where(Team.code == str(order.wanted.get("to", "")), account_teams.is_staffed())
    return Known(
        seen=seen_by(by, ids),
        for_assignee=_can_have(assignee, ids) if assignee else (),
        tags=tags,
        is_staffed=order.act is BatchAct.MOVE and db.session.scalar(staffed) is not None,
        macro=db.session.scalar(macros.in_use(str(order.wanted["macro"]))) if order.wanted.get("macro") else None,
    )


def why_not(case: Case, order: Order, known: Known) -> Why | None:
    """What keeps this from being done with the case as it is; nothing where it can be done."""
    if case.id not in known.seen:
        return Why.NOT_SEEN
    if case.is_final:
        return Why.CLOSED
    if TOMBSTONE in order.text:
        return Why.REDACTED
    if case.status not in UNFINISHED and order.act not in (BatchAct.TAG, BatchAct.UNTAG):
        return Why.RESOLVED
    return _ACTS[order.act].why_not(case, order, known)


def do(case: Case, order: Order, *, seen: int, by: User) -> Message | None:
    """Do it with a case that is held, on the version that was seen; returns what was said on it, if anything. Raises Refused."""
    known = know([case], order, by=by)
    if why := why_not(case, order, known):
        raise Refused(why)
    try:
        case.expect_version(seen)
        return _ACTS[order.act].do(case, order, by)
    except StaleCase:
        raise Refused(Why.CHANGED) from None
    except CaseClosed:
        raise Refused(Why.CLOSED) from None
    except (CaseResolved, IllegalMove, NoteMissing):
        raise Refused(Why.RESOLVED) from None
    except (NothingCorrected, AlreadyThere):
        raise Refused(Why.ALREADY) from None
    except NobodyWorksThere:
        raise Refused(Why.NOBODY_THERE) from None
    except TooManyTags:
        raise Refused(Why.TOO_MANY_TAGS) from None


def text_for(case: Case, order: Order, *, by: User) -> str:
    """What the requester of a case reads: what was typed or, of a macro, its text for this case."""
    macro = db.session.scalar(macros.in_use(str(order.wanted["macro"]))) if order.wanted.get("macro") else None
    if macro is None:
        return order.text
    decision = db.session.scalars(routing.decision_of(case.id).limit(1)).first()
    return macro.text(case, macros.language_of(decision, case), by=by)


def seen_by(user: User, ids: Collection[int]) -> frozenset[int]:
    """Those of these cases that somebody sees who may work on cases; none where their account has ended."""
    if not (user.is_active and may(user, Permission.WORK_ON_CASES)):
        return frozenset()
    return frozenset(db.session.scalars(queries.visible_to(user).where(Case.id.in_(ids)).with_only_columns(Case.id)))


def _can_have(assignee: User, ids: Collection[int]) -> frozenset[int]:
    theirs = sa.select(Case.id).where(Case.id.in_(ids), Case.team_id.in_(whose.teams_for(assignee)))
    return frozenset(db.session.scalars(theirs))


def _assignee_id(order: Order) -> int | None:
    return int(order.wanted["to"]) or None if order.act is BatchAct.ASSIGN else None


def _why_not_assigned(case: Case, order: Order, known: Known) -> Why | None:
    assignee_id = _assignee_id(order)
    if case.assignee_id == assignee_id:
        return Why.ALREADY
    return None if assignee_id is None or case.id in known.for_assignee else Why.NOT_THEIRS


def _assign(case: Case, order: Order, by: User) -> None:
    assignee_id = _assignee_id(order)
    commands.give(case, db.session.get_one(User, assignee_id) if assignee_id else None, by=by)


def _why_not_prioritized(case: Case, order: Order, _known: Known) -> Why | None:
    return Why.ALREADY if case.priority == order.wanted["to"] else None


def _prioritize(case: Case, order: Order, by: User) -> None:
    said: dict[str, Any] = {"reason": CorrectionReason(order.wanted["reason"]), "note": order.text}
    correcting.correct(case, Correction(priority=Priority(order.wanted["to"])), seen=case.version, by=by, **said)


def _why_not_tagged(case: Case, order: Order, known: Known) -> Why | None:
    has = known.tags[case.id]
    if has >= set(order.tags):
        return Why.ALREADY
    return Why.TOO_MANY_TAGS if len(has | set(order.tags)) > MOST_TAGS else None


def _tag(case: Case, order: Order, by: User) -> None:
    marking.tag(case, order.tags, by=by)


def _why_not_untagged(case: Case, order: Order, known: Known) -> Why | None:
    return None if known.tags[case.id] & set(order.tags) else Why.ALREADY


def _untag(case: Case, order: Order, by: User) -> None:
    marking.untag(case, order.tags, by=by)


def _why_not_moved(case: Case, order: Order, known: Known) -> Why | None:
    if case.team.code == order.wanted["to"]:
        return Why.ALREADY
    return None if known.is_staffed else Why.NOBODY_THERE


def _move(case: Case, order: Order, by: User) -> None:
    moving.move(case, order.wanted["to"], seen=case.version, by=by, reason=MoveReason(order.wanted["reason"]), note=order.text)


def _why_no_reply(case: Case, order: Order, known: Known) -> Why | None:
    if not order.wanted.get("macro"):
        return None
    macro = known.macro
    if macro is None or macro.version != order.wanted["version"] or macro.team_id not in (None, case.team_id):
        return Why.OTHER_TEAM
    return None


def _reply(case: Case, order: Order, by: User) -> Message:
    return commands.reply(case, by=by, body=text_for(case, order, by=by), wait=bool(order.wanted.get("wait")))


def _resolve(case: Case, order: Order, by: User) -> Message:
    return commands.resolve(case, by=by, code=ResolutionCode(order.wanted["to"]), note=order.text)


@dataclass(frozen=True)
class _Act:
    """What keeps an act from being done with a case that is worked on, and the verb."""

    why_not: Callable[[Case, Order, Known], Why | None]
    do: Callable[[Case, Order, User], Message | None]


_ACTS: dict[BatchAct, _Act] = {
    BatchAct.ASSIGN: _Act(_why_not_assigned, _assign),
    BatchAct.PRIORITY: _Act(_why_not_prioritized, _prioritize),
    BatchAct.TAG: _Act(_why_not_tagged, _tag),
    BatchAct.UNTAG: _Act(_why_not_untagged, _untag),
    BatchAct.MOVE: _Act(_why_not_moved, _move),
    BatchAct.REPLY: _Act(_why_no_reply, _reply),
    BatchAct.RESOLVE: _Act(lambda _case, _order, _known: None, _resolve),
}
