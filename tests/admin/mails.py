"""What the tests of the ledger share: people in charge at its pages, and mail as it stands after this or that."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

import sqlalchemy as sa
from flask import Flask

from helpdesk import clock
from helpdesk.accounts.models import User
from helpdesk.extensions import db
from helpdesk.notifications.models import MailAct, MailEvent, MailState, OutboxMessage
from helpdesk.transaction import transaction
from tests.factories import an_admin
from tests.notifications.mails import a_mail
from tests.visitor import Visitor

_keys = count(1)


def at_the_ledger(app: Flask, user: User | None = None, page: str = "/admin/mail") -> Visitor:
    """An administrator, or somebody else, with the ledger open."""
    return Visitor(app).sign_in(user or an_admin()).open(page)


def subjects(visitor: Visitor) -> list[str]:
    """The subjects of the rows, in order."""
    return [" ".join(link.get_text().split()) for link in visitor.page.select(".ledger-subject")]


def a_stored_mail(subject: str, **columns: Any) -> int:
    """A mail with this subject, its columns as given; returns its id."""
    mail = a_mail("case_replied", key=f"stored-{next(_keys)}", subject=subject)
    with transaction():
        db.session.execute(sa.update(OutboxMessage).where(OutboxMessage.id == mail.id).values(subject=subject, **columns))
    return mail.id


def an_act(mail_id: int, act: MailAct, *, by: User | None = None, at: datetime | None = None, **columns: Any) -> None:
    """An entry of the history of a mail."""
    entry = {"reason": "", "old": {}, "new": {}, **columns}
    with transaction():
        actor_id = by.id if by else None
        db.session.add(MailEvent(outbox_message_id=mail_id, act=act, actor_id=actor_id, at=at or clock.now(), **entry))


def some_stored_mail(number: int, **columns: Any) -> None:
    """Many accepted mails straight into the table, made a second from now."""
    now = clock.now() + timedelta(seconds=1)
    row = {
        "kind": "case_replied",
        "state": MailState.SENT,
        "to_address": "pat@example.org",
        "to_name": "Pat",
        "language": "en",
        "subject": "Hello",
        "text_body": "",
        "html_body": "",
        "headers": {},
        "is_windowed": True,
        **dict.fromkeys(("made_at", "rest_until", "due_at", "first_due_at", "sent_at"), now),
        **columns,
    }
    keys = [f"stock-{next(_keys)}" for _ in range(number)]
    with transaction():
        db.session.execute(sa.insert(OutboxMessage), [{**row, "dedupe_key": key, "message_id": f"<{key}@x>"} for key in keys])
