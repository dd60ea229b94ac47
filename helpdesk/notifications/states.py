"""The legal moves of a message, in one table."""

from .errors import IllegalMove
from .models import MailState, OutboxMessage

MOVES: dict[MailState, frozenset[MailState]] = {
    MailState.HELD: frozenset({MailState.DUE, MailState.CANCELLED, MailState.SUPERSEDED}),
    # Due mail that finds the desk closed is held again.
    MailState.DUE: frozenset({MailState.SENDING, MailState.HELD, MailState.CANCELLED, MailState.SUPERSEDED}),
    # Claimed but not begun, a message goes back to where it came from.
    MailState.SENDING: frozenset(
        {MailState.SENT, MailState.RETRY, MailState.FAILED, MailState.DOUBTFUL, MailState.DUE, MailState.HELD}
    ),
    MailState.RETRY: frozenset({MailState.DUE, MailState.CANCELLED, MailState.SUPERSEDED}),
    # Sent once more, answered after all, or not to be repeated because its case went on.
    MailState.DOUBTFUL: frozenset({MailState.DUE, MailState.HELD, MailState.SENT, MailState.CANCELLED, MailState.SUPERSEDED}),
    MailState.SENT: frozenset(),
    # A person sends it again, perhaps to another address, or its case goes on and nobody needs it any more.
    MailState.FAILED: frozenset({MailState.DUE, MailState.HELD, MailState.CANCELLED}),
    MailState.CANCELLED: frozenset(),
    MailState.SUPERSEDED: frozenset(),
}
UNSENT = frozenset(state for state, following in MOVES.items() if MailState.CANCELLED in following)
NOT_GONE = OutboxMessage.state.in_(UNSENT | {MailState.SENDING})  # can be stopped, or is in somebody's hands


def check(old: MailState, new: MailState) -> None:
    """Raise IllegalMove if a message may not go from `old` to `new`."""
    if new not in MOVES[old]:
        raise IllegalMove(f"{old.value} -> {new.value}")
