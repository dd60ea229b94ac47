"""Colleagues as somebody names them: by e-mail addresses, each of which has to be that of somebody confirmed at a place."""

import re

from flask_babel import ngettext

from .. import clock
from ..accounts import addresses
from ..accounts.errors import NotAnAddress
from ..accounts.models import User
from ..extensions import db
from ..languages import gettext as _
from ..providers import queries as directory
from .copies import MOST_COPIED
from .errors import CannotCopy

BETWEEN = re.compile(r"[\n,;]+")
WITH_A_NAME = re.compile(r"[^<>]*<([^<>]*)>")  # as mail programs copy it: Ana Morales <ana@example.org>


def addresses_in(text: str) -> tuple[str, ...]:
    """What stands in a text one to a line, or between commas and semicolons, each once; of "Name <address>", the address."""
    parts = (part.strip() for part in BETWEEN.split(text))
    named = (found[1].strip() if (found := WITH_A_NAME.fullmatch(part)) else part for part in parts)
    return tuple({part.casefold(): part for part in named if part}.values())


def named_in(text: str, *, organization_id: int, organization: str) -> tuple[User, ...]:
    """The colleagues at an organization whose addresses stand in a text, in one statement.

    Raises CannotCopy. The answer is the same for an address that nobody has, that somebody elsewhere has, and whose owner is
    not confirmed: so nobody finds out here who has an account.
    """
    typed = addresses_in(text)
    if len(typed) > MOST_COPIED:
        raise CannotCopy(_("You can copy up to five people, and this names %(number)s. Leave some out.", number=len(typed)))
    keys = _keys(typed)
    them = directory.colleagues_at(organization_id, at=clock.now()).where(User.email_key.in_(keys))
    found = {user.email_key: user for user in db.session.scalars(them)} if keys else {}
    unknown = [address for key, address in keys.items() if key not in found]
    if unknown:
        raise CannotCopy(_not_known(unknown, organization))
    return tuple(found[key] for key in keys)


def _keys(typed: tuple[str, ...]) -> dict[str, str]:
    """The addresses by what they are compared by. Raises CannotCopy for what is none."""
    keys, wrong = {}, []
    for text in typed:
        try:
            keys[addresses.key_of(text)] = text
        except NotAnAddress:
            wrong.append(text)
    if wrong:
        said = ngettext(
            "%(typed)s is not an e-mail address.", "%(typed)s are not e-mail addresses.", len(wrong), typed=_listed(wrong)
        )
        raise CannotCopy(" ".join((said, _("Write one to a line, such as name@example.org."))))
    return keys


def _not_known(unknown: list[str], organization: str) -> str:
    said = ngettext(
        "%(addresses)s cannot be copied: there is no confirmed colleague with this address at %(organization)s.",
        "%(addresses)s cannot be copied: there are no confirmed colleagues with these addresses at %(organization)s.",
        len(unknown),
        addresses=_listed(unknown),
        organization=organization,
    )
    return " ".join((said, _("Check the spelling or leave it out. Whoever works there can register and ask to join.")))


def _listed(texts: list[str]) -> str:
    return ", ".join(f"“{text[: addresses.LONGEST_ADDRESS]}”" for text in texts)
