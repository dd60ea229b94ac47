"""What can be wrong with mail, by the rule that was broken."""

from ..errors import HelpDeskError


class UnknownKind(HelpDeskError):
    """No such kind of mail is declared in kinds.py."""


class FactMissing(HelpDeskError):
    """A mail was to be written without something its kind must say."""


class IllegalMove(HelpDeskError):
    """A message cannot go from the one state to the other."""


class UnwritableMail(HelpDeskError):
    """The row cannot be made into a mail that any server would take; the message says why."""


class HasLeft(HelpDeskError):
    """The message is not held any more: it has left, is leaving at this moment, or may have arrived."""


class NothingToSettle(HelpDeskError):
    """The message neither failed nor stayed in doubt, or somebody has settled it already."""
