"""What can be wrong with the definition of the help ticket."""

from flask_babel import gettext as _

from ..errors import HelpDeskError


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
