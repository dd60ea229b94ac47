"""The rules of the workspace that can be broken, by name."""

from collections.abc import Mapping

from ..errors import HelpDeskError


class NothingWaits(HelpDeskError):
    """No case of one's teams that one has the skills for waits to be taken.

    `lacking` tells how many wait for somebody with each skill that one does not have, `held_up` how many that nobody has are
    pending or on hold.
    """

    def __init__(self, lacking: Mapping[str, int], *, held_up: int) -> None:
        super().__init__()
        self.lacking = lacking
        self.held_up = held_up


class NotOneToMove(HelpDeskError):
    """A saved filter is at the end of its list already, or the list has changed."""


class NameInUse(HelpDeskError):
    """The same person or team has a saved filter of this name."""


class TooManyFilters(HelpDeskError):
    """A person or a team has as many saved filters as they can have."""


class SaidAlready(HelpDeskError):
    """The same person has just said the same thing on the same case: a button was pressed twice."""
