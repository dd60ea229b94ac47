"""The root of every error that names a broken rule, and the pages shown when a request fails."""


class HelpDeskError(Exception):
    """A rule of the desk was broken; subclasses name which one."""
