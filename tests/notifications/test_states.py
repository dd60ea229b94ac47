"""The moves of a message."""

import pytest

from helpdesk.notifications import states
from helpdesk.notifications.errors import IllegalMove
from helpdesk.notifications.models import MailState


def test_every_state_stands_in_the_table():
    assert set(states.MOVES) == set(MailState)


@pytest.mark.parametrize(
    ("old", "new"), [(old, new) for old in MailState for new in MailState if new not in states.MOVES[old]], ids=str
)
def test_a_move_that_is_not_in_the_table_is_refused(old, new):
    with pytest.raises(IllegalMove, match=f"{old.value} -> {new.value}"):
        states.check(old, new)


def test_what_has_ended_stays_as_it_is():
    ended = {state for state in MailState if not states.MOVES[state]}

    assert ended == {MailState.SENT, MailState.CANCELLED, MailState.SUPERSEDED}


def test_only_what_was_claimed_can_have_been_sent():
    before = {state for state in MailState if MailState.SENT in states.MOVES[state]}

    assert before == {MailState.SENDING, MailState.DOUBTFUL}
