"""The rules of the workspace that can be broken, by name."""

from ..errors import HelpDeskError


class NothingWaits(HelpDeskError):
    """No case of one's teams is without an assignee."""


class SaidAlready(HelpDeskError):
    """The same person has just said the same thing on the same case: a button was pressed twice."""
