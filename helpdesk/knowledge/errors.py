"""The rules of what the desk teaches that can be broken, by name."""

from ..errors import HelpDeskError


class StaleText(HelpDeskError):
    """Somebody has saved another version of the article since its text was opened; `since` is the version that was seen."""

    def __init__(self, title: str, *, since: int) -> None:
        super().__init__(title, since)
        self.since = since


class StaleKnowledge(HelpDeskError):
    """The article, video or session has been changed since the page was shown; `since` is the latest entry that was seen."""

    def __init__(self, title: str, *, since: int) -> None:
        super().__init__(title, since)
        self.since = since


class NotASlug(HelpDeskError):
    """The address of an article is made of lower-case letters, digits and single hyphens."""


class SlugTaken(HelpDeskError):
    """Another article has this address, in whatever language."""


class AlreadyTranslated(HelpDeskError):
    """There is an article of this address in that language."""


class NothingNew(HelpDeskError):
    """The text is that of the newest version, word for word."""


class NoSuchVersion(HelpDeskError):
    """The article has no version of this number."""


class AlreadyPublished(HelpDeskError):
    """This version is what people read now."""


class TitleTaken(HelpDeskError):
    """Another video has this title."""


class NotHttps(HelpDeskError):
    """An address that people are led to begins with https:// and names a host."""


class EndsTooEarly(HelpDeskError):
    """A session ends after it has begun."""


class SessionCanceled(HelpDeskError):
    """A session that was canceled is not changed any more."""
