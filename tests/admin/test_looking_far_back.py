"""The ledger looks at so many messages for one page, whatever it looks for, and goes on from there."""

import pytest

from helpdesk.notifications import ledger
from helpdesk.notifications.ledger import LOOKED_AT, Search
from helpdesk.notifications.models import MailState
from tests.admin.mails import a_stored_mail, at_the_ledger, some_stored_mail, subjects
from tests.case_factories import MONDAY_9_AM
from tests.runs import postgresql_in_the_long_run


@postgresql_in_the_long_run
def test_what_is_far_back_is_found_by_looking_further(app):
    a_stored_mail("Long ago", state=MailState.SENT)
    some_stored_mail(LOOKED_AT)

    first = ledger.page(Search(subject="ago"))
    second = ledger.page(Search(subject="ago"), after=first.following)

    assert (first.rows, first.looked_back_to is not None) == ([], True)
    assert ([mail.subject for mail in second.rows], second.following) == (["Long ago"], None)


@postgresql_in_the_long_run
def test_the_last_message_that_a_page_looks_at_is_not_lost_between_two_pages(app):
    a_stored_mail("Long ago", state=MailState.SENT)
    some_stored_mail(LOOKED_AT - 1)

    assert [mail.subject for mail in ledger.page(Search(subject="ago")).rows] == ["Long ago"]


@postgresql_in_the_long_run
@pytest.mark.parametrize(
    "search",
    [
        Search(states=frozenset({MailState.FAILED})),
        Search(needs_a_person=True),
        Search(to="dana@cedarfork.example.org", subject="ago"),
    ],
)
def test_what_an_index_knows_is_found_at_once(app, search):
    a_stored_mail("Long ago", state=MailState.FAILED)
    some_stored_mail(LOOKED_AT)

    assert [mail.subject for mail in ledger.page(search).rows] == ["Long ago"]


def test_the_page_says_how_far_it_has_looked_and_offers_more(app):
    a_stored_mail("Long ago", state=MailState.SENT, made_at=MONDAY_9_AM)
    some_stored_mail(LOOKED_AT)
    visitor = at_the_ledger(app, page="/admin/mail?subject=ago")
    assert "We have looked at all mail back to" in visitor.text

    assert subjects(visitor.follow("Look further back")) == ["Long ago"]
