"""Mail of which nobody knows whether it has arrived."""

from datetime import timedelta

import pytest

from helpdesk import clock
from helpdesk.cases import untold
from helpdesk.cases.models import EventKind
from helpdesk.notifications import delivery
from helpdesk.transaction import transaction
from tests.case_factories import MONDAY_9_AM, a_case, mail_of
from tests.smtp_servers import SILENCE, scripted_server

pytestmark = pytest.mark.both_databases


def after(app, *, minutes: int):
    """The case, its receipt and how many were reported, when the mail server has been silent until then."""
    with clock.at(MONDAY_9_AM):
        case = a_case()
    reported = 0
    with scripted_server(app, END=SILENCE):
        for passed in range(1, minutes + 1):
            with clock.at(MONDAY_9_AM + timedelta(minutes=passed)):
                delivery.deliver_due()
                with transaction():
                    reported += untold.report()
    return case, mail_of(case, "case_received")[0], reported


def test_as_long_as_it_is_to_be_sent_once_more_nobody_is_bothered(app):
    case, receipt, reported = after(app, minutes=10)

    assert (receipt.state, receipt.doubts, reported) == ("doubtful", 1, 0)
    assert EventKind.MAIL_FAILED not in [event.kind for event in case.events]


def test_once_more_in_vain_somebody_is_told_once(app):
    case, receipt, reported = after(app, minutes=20)

    assert (receipt.state, receipt.doubts) == ("doubtful", 2)
    assert [event.new["in_doubt"] for event in case.events if event.kind is EventKind.MAIL_FAILED] == [True]
    assert reported == 1
