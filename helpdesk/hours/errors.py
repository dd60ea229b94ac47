"""Rules of schedules and closures that can be broken."""

from ..errors import HelpDeskError


class ScheduleExists(HelpDeskError):
    """Another schedule begins on that day."""


class AnotherZone(HelpDeskError):
    """The desk lives in one zone; all its schedules are in it."""


class NoSuchZone(HelpDeskError):
    """No zone of that name is known."""


class AlreadyClosed(HelpDeskError):
    """That day has a closure already."""
