"""Staff files a case for somebody who calls or comes by: the account of the caller, and then the case, in one transaction."""

from ..accounts import callers as accounts
from ..accounts.callers import Details, Found
from ..accounts.errors import AccountDeactivated, WorksAtTheDesk
from ..accounts.models import User
from ..cases.choices import Channel
from ..cases.models import Case
from ..languages import gettext as _
from . import commands
from .callers import Caller, why_not
from .errors import CannotAsk
from .forms import TicketForm


def file(form: TicketForm, *, caller: Caller, channel: Channel, by: User) -> tuple[Case, Found]:
    """Make the case of a valid ticket for its caller, or return the one it has made before; says what account there was.

    Somebody new gets an account and an invitation to it. Raises FormKeyReused, and CannotAsk where the caller is staff or was
    deactivated meanwhile.
    """
    requester, found = _account(caller, by=by)
    return commands.submit(form, requester=requester, channel=channel, filed_by=by), found


def told(caller: Caller, requester: User, found: Found) -> list[str]:
    """What whoever has filed the case should know of the caller's account."""
    words = {"email": requester.email, "name": requester.name}
    if found is Found.BEGUN:
        said = [_("Somebody had begun to register with %(email)s. That account is used, with what you typed.", **words)]
    elif found is Found.ACCOUNT and isinstance(caller.who, Details):
        said = [is_known(requester)]
    else:
        said = []
    invited = _("They have no password yet: the link to choose one goes to %(email)s.", **words)
    return [*said, invited] if requester.is_invited else said


def is_known(user: User) -> str:
    """That somebody who was introduced as new has an account."""
    return _("%(email)s has an account already, of %(name)s. The case is filed for it.", email=user.email, name=user.name)


def _account(caller: Caller, *, by: User) -> tuple[User, Found]:
    try:
        if isinstance(caller.who, Details):
            return accounts.account_for(caller.who, by=by)
        accounts.hold(caller.who, by=by)
    except (WorksAtTheDesk, AccountDeactivated) as error:
        raise CannotAsk(why_not(error)) from None
    return caller.who, Found.ACCOUNT
