"""Mail to staff about single cases: to whoever wants it, and never about what they did themselves."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from flask_babel.speaklater import LazyString

from ..accounts.models import TeamMember, User
from ..extensions import db
from ..hours.wording import moment
from ..languages import gettext as _
from ..languages import lazy_gettext as _l
from ..notifications import outbox
from ..routing.models import Priority
from ..sla import wording as sla
from ..sla.models import SlaClock
from . import holding_wording as holds
from . import marks, suspicion
from .kinds import HoldReason
from .models import Case, Message, MessageKind
from .wording import lazy_label

_IS_WANTED: dict[str, Callable[[User], bool]] = {
    "case_assigned": lambda person: person.wants_assignment_mail,
    "case_came_back": lambda person: person.wants_assignment_mail,
    "case_for_leads": lambda _person: True,  # a rule asks for it
    "urgent_case_for_leads": lambda _person: True,
    "urgent_case_unassigned": lambda _person: True,
    "case_target_near": lambda person: person.wants_target_mail,
    "case_target_missed": lambda person: person.wants_target_mail,
    "case_watched": lambda person: person.wants_watch_mail,
}
_CAME_BACK = {MessageKind.REPLY: _l("New reply"), MessageKind.NOT_SOLVED: _l("Not solved")}


def tell_assignee(case: Case, *, by: User | None) -> None:
    """Tell whoever has the case that somebody, or the desk itself, has given it to them; call it after the event is recorded."""
    about = {"by": by.name if by else _l("The desk"), "priority": case.priority.value}
    _tell("case_assigned", case, _assignee(case), by=by, about=about, occasion=str(case.version))


def tell_that_it_came_back(case: Case, message: Message, *, by: User) -> None:
    """Tell whoever has the case that its requester has replied, or says that it is not solved; not in which words."""
    db.session.flush()  # so that the message has its id
    about = {"by": by.name, "what": _CAME_BACK[message.kind], "is_rejected": message.kind is MessageKind.NOT_SOLVED}
    _tell("case_came_back", case, _assignee(case), by=by, about=about, occasion=str(message.id))


def untell_that_it_came_back(case: Case, *, by: User) -> None:
    """Whoever has the case has answered: what waits to tell them that they are to answer is not sent any more."""
    if case.assignee_id == by.id:
        outbox.cancel_unsent(case.id, kinds={"case_came_back"}, reason=_("the case was answered before this mail left"))


def tell_to_look_again(case: Case, reason: HoldReason) -> None:
    """Tell whoever has the case, or the leads of its team while nobody has it, that the day has come to look at it again."""
    about = {"by": _l("The desk"), "what": _l("Look again"), "is_rejected": False, "waited_for": holds.reason(reason)}
    occasion = f"again/{case.version}"  # numbers alone name messages
    _tell("case_came_back", case, _assignee(case) or _leads(case), by=None, about=about, occasion=occasion)


def tell_that_nobody_has_it(case: Case, people: Iterable[User]) -> None:
    """Tell people, at once, of an urgent case that nobody has; call it after the event."""
    _tell("urgent_case_unassigned", case, people, by=None, about={"opened": LazyString(moment, case.opened_at)}, occasion="")


def tell_leads(case: Case, people: Iterable[User], *, teams: Iterable[str], instead: bool, by: User | None) -> None:
    """Tell people of a case as a rule says: leads of these teams, or others `instead` of them; call it after the event.

    Of an urgent case at once, of others in service hours.
    """
    kind = "urgent_case_for_leads" if case.priority is Priority.P1 else "case_for_leads"
    about = {"priority": case.priority.value, "led": ", ".join(teams), "instead": instead}
    _tell(kind, case, people, by=by, about=about, occasion=str(case.version))


def tell_watchers(case: Case, *, by: User | None) -> None:
    """Tell those who watch the case themselves, and want mail about that, what was just said on it in public or became of it.

    Call it after the event is recorded. Whoever has the case is told in their own way.
    """
    others = sa.select(User).where(User.wants_watch_mail, User.id.is_distinct_from(case.assignee_id)).order_by(User.id)
    people = db.session.scalars(others.where(User.id.in_(marks.people_on(case.id))))
    about = {"by": by.name if by else _l("The desk"), "status": lazy_label(case.status)}
    _tell("case_watched", case, people.all(), by=by, about=about, occasion=str(case.version))


def tell_that_target_is_near(case: Case, clock: SlaClock) -> None:
    """Warn whoever has the case, or the leads of its team while nobody has it, that a running clock is due soon."""
    _tell_of_target("case_target_near", case, clock)


def tell_that_target_is_missed(case: Case, clock: SlaClock) -> None:
    """Tell whoever has the case, or the leads of its team while nobody has it, that a clock is over."""
    _tell_of_target("case_target_missed", case, clock)


def _tell_of_target(kind: str, case: Case, clock: SlaClock) -> None:
    """A clock that runs again with another due time is another occasion."""
    about = {"target": sla.label(clock.target), "due_by": LazyString(moment, clock.due_at)}
    occasion = f"{clock.target.value}/{clock.due_at.isoformat()}"
    _tell(kind, case, _assignee(case) or _leads(case), by=None, about=about, occasion=occasion)


def _tell(kind: str, case: Case, people: Iterable[User], *, by: User | None, about: Mapping[str, Any], occasion: str) -> None:
    """Write to those who want this kind; the one guard for who did it (nobody: the desk itself) and who is gone."""
    title = suspicion.title_for_mail(case)
    facts = {"number": case.number, "subject": title, "path": f"/agent/cases/{case.number}", "team": case.team.name}
    for person in people:
        if person.is_active and person.is_staff and (by is None or person.id != by.id) and _IS_WANTED[kind](person):
            outbox.enqueue(kind, to=person.recipient, about={**facts, **about}, key=f"{case.number}/{occasion}", case_id=case.id)


def _assignee(case: Case) -> list[User]:
    """Who has the case; somebody who is gone has none."""
    return [case.assignee] if case.assignee is not None and case.assignee.is_active else []


def _leads(case: Case) -> list[User]:
    leads = sa.select(TeamMember.user_id).where(TeamMember.team_id == case.team_id, TeamMember.is_lead)
    return list(db.session.scalars(sa.select(User).where(User.id.in_(leads)).order_by(User.id)))
