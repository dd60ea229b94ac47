"""Rules of schedules and closures that can be broken."""

from ..errors import HelpDeskError


class ScheduleExists(HelpDeskError):
    """Another schedule begins on that day."""


class ScheduleBegun(HelpDeskError):
    """The schedule began before today, so that it can be replaced from a day on but not taken back."""


class AnotherZone(HelpDeskError):
    """The desk lives in one zone; all its schedules are in it."""


class NoSuchZone(HelpDeskError):
    """No zone of that name is known."""


class AlreadyClosed(HelpDeskError):
    """That day has a closure already."""


class NotAnInstant(HelpDeskError):
    """The text is no date and time, or one too far away."""


class NotALength(HelpDeskError):
    """The text is no length of time, or one too long."""


class NotATimeOfDay(HelpDeskError):
    """The text is no time of day."""
