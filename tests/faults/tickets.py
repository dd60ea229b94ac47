"""A ticket that is ready to be sent while something breaks, and what is stored of it."""

import sqlalchemy as sa

from helpdesk.cases.models import Case, Message
from helpdesk.extensions import db
from helpdesk.notifications.models import OutboxMessage
from tests.factories import a_provider, an_agent
from tests.faults.processes import base_url
from tests.journeys.http_client import visitor_at
from tests.journeys.story import TICKET
from tests.visitor import Visitor

UNAVAILABLE = "The help desk is not available right now"


def with_a_ticket_ready(port: int) -> Visitor:
    """A provider who has checked their answers and has only to send the ticket."""
    an_agent(team="NCIR")
    visitor = visitor_at(base_url(port)).sign_in(a_provider())
    return visitor.open(f"/vaccine-provider/get-help?topic={TICKET['topic']}").press("Continue", **TICKET)


def stored() -> tuple[int, int, int]:
    """How many cases, messages on them and mails there are."""
    db.session.rollback()
    return tuple(db.session.scalar(sa.select(sa.func.count()).select_from(table)) for table in (Case, Message, OutboxMessage))
