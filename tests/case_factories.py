"""Cases for tests, made by the commands that people use, and named by what matters about them."""

from datetime import UTC, datetime
from itertools import count
from typing import Any

import sqlalchemy as sa

from helpdesk.accounts.models import User
from helpdesk.cases import commands
from helpdesk.cases.models import Case, Impact, ProviderRole, ResolutionCode, Status, System, Urgency
from helpdesk.extensions import db
from helpdesk.intake.models import Topic
from helpdesk.notifications.models import OutboxMessage
from helpdesk.transaction import transaction
from tests.factories import a_provider, an_agent

MONDAY_9_AM = datetime(2026, 11, 30, 14, 0, tzinfo=UTC)  # 9 a.m. in North Carolina, the desk is open
FRIDAY_7_PM = datetime(2026, 12, 5, 0, 0, tzinfo=UTC)  # 7 p.m. on Friday, December 4; the desk is closed
SOLUTION = "We sent the signature mail again to the new officer."
_keys = count(1)


def a_new_case(topic: str = "ENR-SECB", **named: Any) -> commands.NewCase:
    """A help ticket as it comes out of the form."""
    row = db.session.get_one(Topic, topic)
    facts = commands.TopicFacts(row.code, row.name, row.group_code, row.group_name, row.team_code, row.priority)
    plain: dict[str, Any] = {
        "form_key": f"{next(_keys):032x}",
        "provider_role": ProviderRole.COORDINATOR_PRIMARY,
        "organization": "Cedar Fork Pharmacy",
        "location": "Main Street",
        "system": System.ENROLLMENT_PORTAL,
        "topic": facts,
        "subject": "Section B asks for a second coordinator",
        "description": "Section B will not let us go on without a back-up coordinator.",
        "impact": Impact.ME,
        "urgency": Urgency.NO,
        "answers": (
            commands.Answer("Your role", "Vaccine Coordinator (primary)", "role", "coordinator_primary"),
            commands.Answer("Organization", "Cedar Fork Pharmacy", "organization"),
        ),
    }
    return commands.NewCase(**{**plain, **named})


def a_case(
    *,
    status: Status = Status.NEW,
    requester: User | None = None,
    agent: User | None = None,
    topic: str = "ENR-SECB",
    **named: Any,
) -> Case:
    """A case in some status, brought there by its requester and an agent of its team."""
    requester = requester or a_provider()
    new = a_new_case(topic, **named)
    agent = agent or an_agent(team=new.topic.team_code)
    with transaction():
        case = commands.open_case(new, requester=requester)
        _bring_to(status, case, requester, agent)
    return case


def mail_of(case: Case, kind: str | None = None) -> list[OutboxMessage]:
    """The mail about a case, oldest first, perhaps of one kind."""
    found = sa.select(OutboxMessage).where(OutboxMessage.case_id == case.id).order_by(OutboxMessage.id)
    return [mail for mail in db.session.scalars(found) if kind in (None, mail.kind)]


def _bring_to(status: Status, case: Case, requester: User, agent: User) -> None:
    match status:
        case Status.OPEN:
            commands.take(case, by=agent)
        case Status.PENDING:
            commands.reply(case, by=agent, body="Who is your back-up coordinator?", wait=True)
        case Status.RESOLVED:
            commands.resolve(case, by=agent, code=ResolutionCode.FIXED, note=SOLUTION)
        case Status.CLOSED:
            commands.resolve(case, by=agent, code=ResolutionCode.FIXED, note=SOLUTION)
            commands.accept(case, by=requester)
        case Status.CANCELED:
            commands.cancel(case, by=requester)
