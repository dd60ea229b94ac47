"""What is said of a case that goes on with another one."""

from ..languages import gettext as _
from .models import Event


def followed_up(event: Event, who: str) -> str:
    """That the requester of a closed case has opened another that goes on with it."""
    return _("%(who)s opened %(number)s, which follows this case", who=who, number=event.new["number"])
