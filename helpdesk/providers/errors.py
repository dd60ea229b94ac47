"""The rules of the directory that can be broken, by name."""

from ..errors import HelpDeskError


class NameTaken(HelpDeskError):
    """The directory has an organization, or the organization a location, of that name."""


class PinTaken(HelpDeskError):
    """Another location has that provider PIN."""


class StaleDirectory(HelpDeskError):
    """Something has happened to the organization since the person saw it."""

    def __init__(self, name: str, *, since: int) -> None:
        super().__init__(name, since)
        self.since = since


class RoleNeedsLocation(HelpDeskError):
    """Coordinators work at one location."""


class AlreadyAffiliated(HelpDeskError):
    """The person works there, in that role, already."""


class NotOnesOwn(HelpDeskError):
    """Only providers work at organizations; staff of the desk do not."""


class AlreadyAsked(HelpDeskError):
    """The person has asked to join that place, and nobody has decided yet."""


class TooManyRequests(HelpDeskError):
    """The person waits for the answer to as many requests as anybody may have at a time."""


class PlaceClosed(HelpDeskError):
    """The organization or the location is closed."""


class RequestDecided(HelpDeskError):
    """The request has been confirmed, declined or withdrawn already."""


class PlaceMissing(HelpDeskError):
    """A request that names a place which is not listed is confirmed for one that is."""
