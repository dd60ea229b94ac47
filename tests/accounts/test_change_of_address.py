"""Another address for an account: which mail follows, and which does not."""

import pytest
import sqlalchemy as sa

from helpdesk.accounts import commands
from helpdesk.extensions import db
from helpdesk.notifications.models import MailState, OutboxMessage
from helpdesk.transaction import transaction
from tests.factories import a_provider, an_agent

pytestmark = pytest.mark.both_databases


def mail_of_kind(kind: str) -> list[OutboxMessage]:
    """All mail of a kind, oldest first."""
    return list(db.session.scalars(sa.select(OutboxMessage).where(OutboxMessage.kind == kind).order_by(OutboxMessage.id)))


def change(person, *addresses: str) -> None:
    """Correct the address of somebody, once or several times."""
    agent = an_agent()
    for address in addresses:
        with transaction():
            commands.change_address(person, address, by=agent)


def test_changed_twice_each_address_is_told_of_what_became_of_it(app):
    person = a_provider()
    first = person.email

    change(person, "second@cedarfork.example.org", "third@cedarfork.example.org")

    told = [mail.to_address for mail in mail_of_kind("address_changed")]
    second = "second@cedarfork.example.org"
    assert told == [second, first, "third@cedarfork.example.org", second]


def test_a_link_that_could_not_be_mailed_does_not_follow_to_the_new_address(app):
    person = a_provider()
    first = person.email
    with transaction():
        commands.send_reset(person)
        (mail,) = mail_of_kind("reset_password")
        mail.state = MailState.FAILED

    change(person, "second@cedarfork.example.org")

    assert [mail.to_address for mail in mail_of_kind("reset_password")] == [first]
