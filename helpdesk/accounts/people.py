"""What administrators do to the accounts of people: roles, teams, the end of an account and its return.

Who takes the cases of somebody who goes is settled above this package (admin/staffing.py); these verbs keep the rules that
accounts can keep by themselves, and each leaves an entry in the history.
"""

from datetime import timedelta

import sqlalchemy as sa

from .. import clock
from ..extensions import db
from ..permissions import Role
from . import commands, duty, history, tokens, user_sessions
from .errors import LastAdministrator, NotStaff, NotYourself, StalePage
from .models import AccountAct, AccountEvent, KnownDevice, Team, TeamMember, TokenPurpose, User, UserSession

PHONE_SETTLES = timedelta(days=30)


def hold(user: User, *, version: int | None = None) -> None:
    """Lock a person until the transaction ends and read them afresh.

    With a version (`history.version_of`), raises StalePage if somebody has changed them since it was shown.
    """
    if user.role is Role.ADMIN:
        _administrators()  # before the one row: two administrators who change each other never wait in a ring
    db.session.refresh(user, with_for_update={"of": User, "key_share": True})
    if version is not None and history.version_of(user_id=user.id) != version:
        raise StalePage


def active() -> sa.ColumnElement[bool]:
    """That a person can sign in."""
    return sa.and_(User.verified_at.is_not(None), User.deactivated_at.is_(None))


def who_work_here() -> sa.Select[User]:
    """Everybody of the staff who can sign in, by name."""
    staff = [role for role in Role if role.is_staff]
    return sa.select(User).where(User.role.in_(staff), active()).order_by(User.first_name, User.last_name, User.id)


def keep_an_administrator(without: User) -> None:
    """Raise LastAdministrator if nobody else could run the desk; two administrators at once cannot both slip past it."""
    if _administrators() == {without.id}:
        raise LastAdministrator(without.name)


def change_role(user: User, role: Role, *, by: User, reason: str = "") -> None:
    """Give somebody of the staff another role; who leads no more leads no team. Raises NotStaff and LastAdministrator."""
    if not (user.is_staff and role.is_staff):
        raise NotStaff(user.name)
    if user.role is role:
        return
    if user.role is Role.ADMIN:
        keep_an_administrator(user)
    old, user.role = user.role, role
    history.record(AccountAct.ROLE_CHANGED, user=user, by=by, reason=reason, old={"role": old.value}, new={"role": role.value})
    if role is Role.AGENT:
        for membership in user.memberships:
            lead(membership, is_lead=False, by=by, reason=reason)


def join(user: User, team: Team, *, by: User, reason: str = "") -> TeamMember:
    """Let somebody of the staff work in a team. Raises NotStaff."""
    if not user.is_staff:
        raise NotStaff(user.name)
    membership = next((m for m in user.memberships if m.team_id == team.id), None)
    if membership is None:
        membership = TeamMember(team=team, is_lead=False)
        user.memberships.append(membership)
        history.record(AccountAct.JOINED_TEAM, user=user, team=team, by=by, reason=reason)
    return membership


def leave(user: User, team: Team, *, by: User, reason: str = "") -> None:
    """Let somebody work in a team no more; what becomes of its cases is settled before."""
    membership = next((m for m in user.memberships if m.team_id == team.id), None)
    if membership is not None:
        user.memberships.remove(membership)
        history.record(AccountAct.LEFT_TEAM, user=user, team=team, by=by, reason=reason)


def lead(membership: TeamMember, *, is_lead: bool, by: User, reason: str = "") -> None:
    """Let a member lead the team, or no more."""
    if membership.is_lead is is_lead:
        return
    membership.is_lead = is_lead
    old, new = {"leads": not is_lead}, {"leads": is_lead}
    history.record(AccountAct.LEAD_CHANGED, user=membership.user, team=membership.team, by=by, reason=reason, old=old, new=new)


def deactivate(user: User, *, by: User) -> None:
    """End an account for now: its duty, its sessions and its mailed links end. Raises NotYourself and LastAdministrator.

    The entry in the history is the caller's, who knows what else came of it.
    """
    if user.id == by.id:
        raise NotYourself
    if user.role is Role.ADMIN:
        keep_an_administrator(user)
    duty.end(user, by=by)
    user.deactivated_at = clock.now()
    end_sessions(user)
    for purpose in TokenPurpose:
        tokens.end_all(user, purpose)


def sign_out_everywhere(user: User, *, by: User, reason: str = "") -> None:
    """End every session of a person."""
    end_sessions(user)
    history.record(AccountAct.SIGNED_OUT_EVERYWHERE, user=user, by=by, reason=reason)


def end_sessions(user: User) -> None:
    """End every session of a person, without an entry of its own."""
    user.session_key = commands.new_session_key()
    user_sessions.end_all(user)


def _administrators() -> set[int]:
    """The ids of those who can run the desk, locked until the transaction ends."""
    found = sa.select(User.id).where(User.role == Role.ADMIN, active()).order_by(User.id)
    return set(db.session.scalars(found.with_for_update(key_share=True)))


def phone_to_call(user: User) -> str:
    """The number at which to make sure that it is this person; empty where there is none.

    A number that was given lately may be that of somebody who has got into the account, so the one before it counts.
    """
    theirs = (AccountEvent.user_id == user.id, AccountEvent.act == AccountAct.DETAILS_CHANGED)
    changes = sa.select(AccountEvent.old).where(*theirs, AccountEvent.at > clock.now() - PHONE_SETTLES)
    before = (old["phone"] for old in db.session.scalars(changes.order_by(AccountEvent.id)) if "phone" in old)
    return str(next(before, user.phone))


def places_of(user: User) -> set[str]:
    """The networks and browsers that a person is known to have signed in from, as tries there are counted."""
    networks = sa.select(UserSession.network).where(UserSession.user_id == user.id, UserSession.network != "")
    browsers = sa.select(KnownDevice.token_hash).where(KnownDevice.user_id == user.id)
    return set(db.session.scalars(networks.union(browsers)))
