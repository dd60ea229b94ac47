"""What the tests of accounts read in the mail that is on its way."""

import re

import sqlalchemy as sa

from helpdesk.extensions import db
from helpdesk.notifications.models import OutboxMessage


def mail_to(address: str) -> list[OutboxMessage]:
    """All mail to an address, oldest first."""
    found = sa.select(OutboxMessage).where(OutboxMessage.to_address == address).order_by(OutboxMessage.id)
    return list(db.session.scalars(found))


def link_in_mail(address: str) -> str:
    """The path of the link in the newest mail to an address."""
    link = re.search(r"http://127\.0\.0\.1:8000(/\S+)", mail_to(address)[-1].text_body)
    assert link, "the mail has no link"
    return link.group(1)
