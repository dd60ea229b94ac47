"""The rules of an account that can be broken, by name."""

from datetime import datetime

from ..errors import HelpDeskError


class NotAnAddress(HelpDeskError):
    """The text is not an e-mail address."""


class AddressTaken(HelpDeskError):
    """Somebody has an account with this address."""


class NotAPin(HelpDeskError):
    """A provider PIN has six digits, perhaps after the letters NCA."""


class NoSuchTeam(HelpDeskError):
    """No team has this code."""


class WeakPassword(HelpDeskError):
    """The password is too short, too long or too easily guessed; the message says which."""


class NotAProvider(HelpDeskError):
    """Staff do not close their own accounts: an administrator does, who sees to their cases."""


class PasswordChanged(HelpDeskError):
    """Another password has been set since this one was found right."""


class LinkNotValid(HelpDeskError):
    """The mailed link is unknown, used or past its end."""


class TooManyTries(HelpDeskError):
    """Too many tries in a row; the next one is looked at from `until` on."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until.isoformat())
        self.until = until


class LastAdministrator(HelpDeskError):
    """Without this person nobody could run the desk."""


class AccountClosed(HelpDeskError):
    """The person has closed the account; it cannot be brought back, and stays without a name and an address."""


class NotYourself(HelpDeskError):
    """Nobody deactivates themselves: another administrator does."""


class NotStaff(HelpDeskError):
    """Roles and teams are for people who work at the desk; a provider stays a provider."""


class WorksInNoTeam(HelpDeskError):
    """Duty is for those who work in a team: nobody else is given cases."""


class StalePage(HelpDeskError):
    """Somebody has changed the person or the team since the page was shown."""


class NameTaken(HelpDeskError):
    """Another team has this name or this code."""


class ProviderHasAccount(HelpDeskError):
    """The address belongs to an account of a provider, which cannot become one of the staff."""


class WorksAtTheDesk(HelpDeskError):
    """People of the desk ask for nothing as providers do."""


class AccountDeactivated(HelpDeskError):
    """The account is deactivated: its person cannot sign in, and is not written to."""


class AlreadyActive(HelpDeskError):
    """Somebody who has an account needs no invitation."""


class WrongCode(HelpDeskError):
    """The code is not the one that the app shows now, or it was used before."""


class SecondFactorRequired(HelpDeskError):
    """The desk asks people of this role for a second factor."""
