"""The navigation at the top right: what this person may do."""

from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from ..languages import gettext as _
from ..permissions import Permission, may
from ..providers import waiting


@dataclass(frozen=True)
class Link:
    """One entry: its words, its address, whether it is the page shown now, whether it is the main action."""

    text: str
    endpoint: str
    is_button: bool = False

    @property
    def address(self) -> str:
        """Where it leads."""
        return url_for(self.endpoint)

    @property
    def is_current(self) -> bool:
        """Whether this is the page being shown."""
        return request.endpoint == self.endpoint


def _requests_waiting(user: Any) -> str:
    """The words of the link to the requests to join, with how many wait."""
    count = waiting.count() if may(user, Permission.DECIDE_REQUESTS) else 0
    if not count:
        return _("Requests")
    return _("Requests (%(count)s)", count=count if count <= waiting.MOST_COUNTED else f"{waiting.MOST_COUNTED}+")


def links(user: Any) -> list[Link]:
    """The entries for a visitor (Login last, at the far right) or for a signed-in person."""
    if not user.is_authenticated:
        return [Link(_("Learn"), "portal.learn"), Link(_("Login"), "accounts.login", is_button=True)]
    offered = [
        (Permission.SEE_QUEUE, Link(_("Queue"), "queue.index")),
        (Permission.LEAD_PEOPLE, Link(_("Team"), "queue.team")),
        (Permission.FILE_FOR_OTHERS, Link(_("New case"), "filing.caller")),
        (Permission.DECIDE_REQUESTS, Link(_requests_waiting(user), "queue.join_requests")),
        (Permission.SEE_DIRECTORY, Link(_("Organizations"), "admin.organizations")),
        (Permission.ASK_FOR_HELP, Link(_("Get Help"), "intake.get_help")),
        (Permission.SEE_OWN_CASES, Link(_("My cases"), "cases.mine")),
        (Permission.SEE_SETTINGS, Link(_("Settings"), "admin.index")),
    ]
    own = [link for permission, link in offered if may(user, permission)]
    return [*own, Link(_("Learn"), "portal.learn"), Link(user.name, "accounts.account")]
