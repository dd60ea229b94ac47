"""Cases with copies, for tests: a practice, colleagues there, and a case of one of them that is copied to others."""

from typing import Any

import sqlalchemy as sa

from helpdesk.accounts.models import User
from helpdesk.cases.models import Case
from helpdesk.extensions import db
from helpdesk.notifications.models import OutboxMessage
from helpdesk.providers.models import Location
from tests.case_factories import a_case
from tests.directory_factories import a_location, at, works_at
from tests.factories import a_provider


def a_colleague(place: Location, **named: Any) -> User:
    """Somebody of the staff of a location, who sees no cases of others there."""
    works_at(user := a_provider(**named), place)
    return user


def a_copied_case(*people: User, place: Location | None = None, **named: Any) -> Case:
    """A case of somebody at a location, copied to these people; they are made its colleagues unless a place is given."""
    if place is None:
        place = a_location()
        for person in people:
            works_at(person, place)
    requester = named.pop("requester", None) or a_colleague(place)
    return a_case(requester=requester, copies=tuple(person.id for person in people), **at(place), **named)


def mail_to(person: User, case: Case) -> list[OutboxMessage]:
    """The mail about a case to one person, oldest first."""
    found = sa.select(OutboxMessage).where(OutboxMessage.case_id == case.id, OutboxMessage.user_id == person.id)
    return list(db.session.scalars(found.order_by(OutboxMessage.id)))


def kinds(person: User, case: Case) -> list[tuple[str, str]]:
    """The kinds and states of that mail."""
    return [(mail.kind, mail.state.value) for mail in mail_to(person, case)]
