"""The rules of an account that can be broken, by name."""

from datetime import datetime

from ..errors import HelpDeskError


class NotAnAddress(HelpDeskError):
    """The text is not an e-mail address."""


class AddressTaken(HelpDeskError):
    """Somebody has an account with this address."""


class NoSuchTeam(HelpDeskError):
    """No team has this code."""


class WeakPassword(HelpDeskError):
    """The password is too short, too long or too easily guessed; the message says which."""


class LinkNotValid(HelpDeskError):
    """The mailed link is unknown, used or past its end."""


class TooManyTries(HelpDeskError):
    """Too many tries in a row; the next one is looked at from `until` on."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until.isoformat())
        self.until = until
