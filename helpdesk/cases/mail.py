"""What mails about a case are told: facts, by a positive list; never an internal note."""

from typing import Any

import sqlalchemy as sa

from ..accounts.models import Team, TeamMember, User
from ..extensions import db
from ..notifications import outbox
from ..permissions import Role
from .models import PUBLIC_KINDS, Case, Message
from .queries import TRIAGE
from .wording import label


def send_receipt(case: Case, *, expect: str, answers: list[dict[str, str]]) -> None:
    """Tell the requester that the case has arrived: number, team, answers, and when to expect a first response."""
    outbox.enqueue(
        "case_received",
        to=case.requester.recipient,
        about={**facts(case), "expect": expect, "answers": answers},
        key=case.number,
        case_id=case.id,
    )


def tell_requester(kind: str, case: Case, message: Message) -> None:
    """Send a public message of staff to the requester as a mail of this kind, within service hours."""
    if message.kind not in PUBLIC_KINDS:
        raise ValueError("an internal note is never mailed")
    code = case.resolution_code
    outbox.enqueue(
        kind,
        to=case.requester.recipient,
        about={**facts(case), "note": message.body, "author": message.author.name, "code_label": label(code) if code else ""},
        key=f"{case.number}/{message.id}",
        case_id=case.id,
    )


def tell_that_team_is_empty(case: Case, *, team: str) -> None:
    """Tell those who can mend it that the case went to the Service Desk because nobody works in the team of this name."""
    for person in db.session.scalars(_those_who_can_staff_teams()):
        outbox.enqueue(
            "team_is_empty",
            to=person.recipient,
            about={"number": case.number, "path": f"/agent/cases/{case.number}", "team": team, "moved_to": case.team.name},
            key=case.number,
            case_id=case.id,
        )


def _those_who_can_staff_teams() -> sa.Select[User]:
    """Everybody active who runs the desk or leads its Service Desk."""
    leads = sa.select(TeamMember.user_id).join(Team).where(Team.code == TRIAGE, TeamMember.is_lead)
    is_active = sa.and_(User.verified_at.is_not(None), User.deactivated_at.is_(None))
    return sa.select(User).where(is_active, sa.or_(User.role == Role.ADMIN, User.id.in_(leads))).order_by(User.id)


def facts(case: Case) -> dict[str, Any]:
    """What every mail about a case may tell the person who asked."""
    return {"number": case.number, "subject": case.subject, "path": f"/cases/{case.number}", "team": case.team.name}
