"""What is left of a closed account in the whole database: what docs/decisions/0012 says, and nothing else."""

import sqlalchemy as sa
from flask import Flask

from helpdesk import clock
from helpdesk.accounts import own_account, people
from helpdesk.accounts.models import AccountToken, KnownDevice, ParkedForm, User
from helpdesk.cases import closing, mail_decisions
from helpdesk.cases.models import Status
from helpdesk.cases.ratings import CaseRating
from helpdesk.extensions import db
from helpdesk.knowledge.models import Article, ArticleFeedback
from helpdesk.notifications.models import MailState, OutboxMessage
from helpdesk.providers import joining
from helpdesk.transaction import transaction
from tests.case_factories import a_case, mail_of
from tests.cases.copied import a_copied_case
from tests.directory_factories import a_request, an_organization, works_at
from tests.factories import a_provider, an_agent
from tests.visitor import Visitor

WORDS = ("zebulon", "quixotry", "zq.", "555-77", "98765")  # of the name, the addresses, the phones and the PINs they had
KEPT = {("outbox_messages", "to_address"), ("outbox_messages", "dedupe_key")}  # where mail went
TO_OTHERS = frozenset({"account_closed", "case_received"})  # the last mail; that of a colleague, on whose case they were copied


def somebody_with_a_past(app: Flask) -> User:
    """A provider who has left traces wherever a provider can."""
    named = {"first_name": "Zebulon", "last_name": "Quixotry", "email": "zq.first@example.org", "phone": "919-555-7788"}
    user, agent = a_provider(**named, pin="987654"), an_agent()
    changed = {"first_name": "Zebulonia", "phone": "919-555-7799", "pin": "987655"}
    Visitor(app).sign_in(user).open("/account/details").press("Save", **changed)
    works_at(user, an_organization())
    declined = a_request(user, an_organization(), words="Zebulon Quixotry, ask at the front desk.")
    case, unreached = a_case(requester=user, status=Status.RESOLVED), a_case(requester=user)
    a_copied_case(user)
    article = db.session.scalars(sa.select(Article).limit(1)).one()
    with transaction():
        joining.decline(declined, by=agent, answer="Nobody knows Zebulon.")
        mail_of(unreached)[0].state = MailState.FAILED
        db.session.add(CaseRating(case_id=case.id, user_id=user.id, score=4, comment="Zebulon was here", at=clock.now()))
        said = {"version": 1, "is_helpful": False, "comment": "Zebulon says no.", "at": clock.now()}
        db.session.add(ArticleFeedback(article_id=article.id, user_id=user.id, **said))
    with transaction():
        mail_decisions.correct_address(unreached, to="zq.second@example.org", by=agent, reason="misspelled")
    Visitor(app).open("/forgot-password").press("Send the link", email=user.email)
    Visitor(app).sign_in(user)
    with transaction():
        own_account.ask_for_address(user, "zq.third@example.org")
        people.sign_out_everywhere(user, by=agent, reason="Zebulon asked for it.")
    return user


def test_nothing_names_them_but_where_mail_went_and_what_others_have_received(app: Flask) -> None:
    user = somebody_with_a_past(app)
    assert {("users", "first_name"), ("join_requests", "words"), ("events", "new")} <= {place for place, _row in traces()}

    with transaction():
        closing.close_account(user)

    left = {place: row for place, row in traces() if place not in KEPT}
    assert {place[0] for place in left} == {"outbox_messages"}, left
    owned = (AccountToken, KnownDevice, ParkedForm)
    assert [db.session.scalars(sa.select(kind.id).where(kind.user_id == user.id)).all() for kind in owned] == [[], [], []]
    told = db.session.scalars(sa.select(OutboxMessage).where(OutboxMessage.id.in_(set(left.values()))))
    assert {(one.kind, one.user_id == user.id) for one in told} <= {(kind, False) for kind in TO_OTHERS}


def traces() -> list[tuple[tuple[str, str], int]]:
    """Table, column and id of each row in which one of the words stands."""
    db.session.rollback()
    return [
        ((table.name, column), row.get("id"))
        for table in db.metadata.sorted_tables
        for row in db.session.execute(sa.select(table)).mappings()
        for column, value in row.items()
        if any(word in str(value).casefold() for word in WORDS)
    ]
