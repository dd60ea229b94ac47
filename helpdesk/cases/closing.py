"""The end of a provider's account, asked for by themselves: what it means for their cases, their mail and where they work."""

from flask_babel import gettext as _

from ..accounts import own_account, people
from ..accounts.errors import NotAProvider
from ..accounts.models import User
from ..extensions import db
from ..providers import leaving
from . import mail_decisions, ratings


def close_account(user: User) -> int:
    """Close the account of a provider: cases stay, mail stops (and their cases say so); returns how many mails were stopped.

    What they wrote beside their ratings is erased: no case needs it to go on. Raises NotAProvider for somebody of the staff,
    whose cases an administrator sees to.
    """
    if user.is_staff:
        raise NotAProvider(user.name)
    people.hold(user)
    affiliations = leaving.leave_everywhere(user, by=user)
    stopped = mail_decisions.stop_mail_of(user, by=user, reason=_("the account was closed by its owner"))
    ratings.forget_comments(user.id)
    db.session.flush()
    own_account.close(user, stopped=stopped, affiliations=affiliations)
    return stopped
