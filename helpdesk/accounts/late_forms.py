"""What became of the text in a form that came too late, and how people are told."""

from enum import StrEnum, auto

from ..languages import lazy_gettext as _l


class Typed(StrEnum):
    """What became of the text in a form that came too late."""

    KEPT = auto()
    NOTHING = auto()  # there was none, just a button
    TOO_MUCH = auto()
    TOO_OFTEN = auto()  # from this address


SESSION_ENDED = {
    Typed.KEPT: _l("Your session has ended. Sign in and go on where you were: what you typed is kept."),
    Typed.NOTHING: _l("Your session has ended. Sign in, then please press the button again."),
    Typed.TOO_MUCH: _l(
        "Your session has ended, and what you typed is too long for us to keep. "
        "Go back in your browser and copy it before you sign in."
    ),
    Typed.TOO_OFTEN: _l(
        "Your session has ended, and we could not keep what you typed. Go back in your browser and copy it before you sign in."
    ),
}
OPEN_TOO_LONG = {
    Typed.KEPT: _l("Your page was open too long; nothing is lost, please send it again."),
    Typed.NOTHING: _l("Your page was open too long. Please press the button again."),
    Typed.TOO_MUCH: _l(
        "Your page was open too long, and what you typed is too long for us to keep. "
        "Go back in your browser, copy it, reload the page and send it again."
    ),
    Typed.TOO_OFTEN: _l(
        "Your page was open too long, and we could not keep what you typed. "
        "Go back in your browser, copy it, reload the page and send it again."
    ),
}
