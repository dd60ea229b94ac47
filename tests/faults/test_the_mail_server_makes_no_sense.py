"""Answers that no mail server should give: nothing counts as sent that was not taken, nothing leaves twice unseen."""

import pytest

from helpdesk.notifications import delivery
from tests.notifications.mails import a_mail, states
from tests.smtp_servers import scripted_server

pytestmark = pytest.mark.both_databases


def test_only_a_go_ahead_lets_the_text_go(app):
    a_mail()
    with scripted_server(app, DATA="250 fine") as server:  # and not 354: what follows is taken for commands
        delivery.deliver_due()

    assert (server.received, states()) == ([], ["retry"])


@pytest.mark.parametrize("answer", ["354 go on", "999 who knows"])
def test_an_answer_to_the_whole_mail_that_is_no_refusal_leaves_it_in_doubt(app, answer):
    a_mail()
    with scripted_server(app, END=answer):
        delivery.deliver_due()

    assert states() == ["doubtful"]
