"""Rules of targets and clocks that can be broken."""

from ..errors import HelpDeskError


class NoPolicy(HelpDeskError):
    """Nothing is promised for this priority: its SLA policy is missing."""
