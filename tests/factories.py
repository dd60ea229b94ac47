"""Things for tests, named by what matters about them; everything else is invented and different each time."""

from itertools import count
from typing import Any

from helpdesk.accounts import commands as accounts
from helpdesk.accounts.models import User
from helpdesk.permissions import Role
from helpdesk.transaction import transaction

PASSWORD = "correct horse battery staple"

_FIRST_NAMES = ("Dana", "Luis", "Priya", "Marcus", "Ingrid", "Thanh", "Rosa", "Omar", "Hazel", "Noah")
_LAST_NAMES = ("Okafor", "Whitfield", "Marín", "Castellano", "Lindqvist", "Nguyen", "Barrow", "Haddad", "Prescott", "Iyer")
_numbers = count(1)


def a_provider(**named: Any) -> User:
    """Somebody at a vaccine provider, with a verified account."""
    return _somebody(role=Role.PROVIDER, **named)


def an_agent(team: str = "ENR", **named: Any) -> User:
    """Somebody who works in a team."""
    return _somebody(role=Role.AGENT, teams=(team,), **named)


def a_lead(team: str = "ENR", **named: Any) -> User:
    """Somebody who leads a team."""
    return _somebody(role=Role.LEAD, teams=(team,), **named)


def an_admin(**named: Any) -> User:
    """Somebody who runs the desk."""
    return _somebody(role=Role.ADMIN, **named)


def _somebody(**named: Any) -> User:
    number = next(_numbers)
    first, last = _FIRST_NAMES[number % 10], f"{_LAST_NAMES[number // 10 % 10]}-{number}"
    invented = {"first_name": first, "last_name": last, "email": f"{first}.{number}@example.org".lower(), "password": PASSWORD}
    with transaction():
        return accounts.create_user(**{**invented, **named})
