"""What can be wrong with the definition of the help ticket."""

from ..errors import HelpDeskError
from ..languages import gettext as _


class BadDefinition(HelpDeskError):
    """The definition says something that no form can be made of; names the place in it."""

    def __init__(self, place: str, problem: str) -> None:
        super().__init__(_("%(place)s: %(problem)s", place=place or _("The definition"), problem=problem))
        self.place = place
        self.problem = problem


class NoDefinition(HelpDeskError):
    """No definition has ever been published: the reference data is missing."""

    def __init__(self) -> None:
        super().__init__(_("There is no help ticket form yet. Load the reference data first."))


class NothingNew(HelpDeskError):
    """What was to be published says what the version in force says."""

    def __init__(self, version: int) -> None:
        super().__init__(version)
        self.version = version


class PublishedMeanwhile(HelpDeskError):
    """Another version has come into force since somebody looked."""

    def __init__(self, version: int) -> None:
        super().__init__(version)
        self.version = version


class CannotAsk(HelpDeskError):
    """No case can be filed for this person, or it is not said for whom; the message says why."""


class SeenByColleagues(HelpDeskError):
    """What is to be hidden from colleagues would be added to a case that they can see."""


class FilesChanged(HelpDeskError):
    """Other files wait with the ticket than stood on the page before it was sent."""
