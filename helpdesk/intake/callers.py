"""Who is calling: a provider with an account, found by what they say of themselves, or somebody new."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload
from werkzeug.datastructures import MultiDict

from .. import clock
from ..accounts import callers as accounts
from ..accounts import people
from ..accounts.callers import Details
from ..accounts.errors import AccountDeactivated, WorksAtTheDesk
from ..accounts.models import NO_PASSWORD, User
from ..accounts.pins import pin_in
from ..extensions import db
from ..languages import gettext as _
from ..permissions import Role
from ..providers import queries as directory
from ..providers.models import Affiliation, Location
from ..providers.places import Place, places_of
from ..providers.wording import place_of
from ..typed_text import number_in
from . import starting
from .caller_forms import PREFIX, NewCallerForm
from .errors import CannotAsk

SOMEBODY_NEW = "new"  # where else the id of an account stands
MOST_FOUND = 20
LONGEST = 100  # characters of what is looked for
FEWEST_DIGITS = 4  # of a part of a phone number
BETWEEN_DIGITS = " ()-./+"
LOOKS_LIKE_A_PHONE = re.compile(r"[0-9+().\-/ ]+")
WITH_ITS_COUNTRY = 11  # digits of a number in North America that begins with 1
# Answers about the person: those of one caller are not those of another.
PERSONAL = frozenset(
    {"for_self", "affected_name", "affected_email", "role", "organization", "location", "place", "provider_pin"}
    | {"reach_by", "reach_phone", "reach_times", "reply_language", "copies", "is_private"}
)
# What a page sends beside the answers of the ticket: who is calling, and which button was pressed.
NOT_OF_THE_TICKET = frozenset({"csrf_token", "caller", "q", "change", "show", "find", "pick"})


@dataclass(frozen=True)
class Caller:
    """Somebody for whom a case is filed: who has an account, or who they say they are."""

    who: User | Details
    described: tuple[tuple[str, str], ...] = ()  # names and values that say with each step who somebody new is
    organization: str = ""  # as somebody new names it

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.who.first_name} {self.who.last_name}"

    @property
    def key(self) -> str:
        """What tells one caller from another, as a page sends it."""
        return str(self.who.id) if isinstance(self.who, User) else SOMEBODY_NEW

    @property
    def is_invited(self) -> bool:
        """Whether they have no password yet, and get the link to choose one."""
        return isinstance(self.who, Details) or self.who.is_invited

    def places(self) -> tuple[Place, ...]:
        """The places of the directory that they can choose."""
        return places_of(self.who) if isinstance(self.who, User) else ()

    @property
    def sent(self) -> list[tuple[str, str]]:
        """Names and values that say with each step who it is, and whose answers those of the ticket are."""
        return [("caller", self.key), ("asker", self.key), *self.described]

    def known(self) -> dict[str, Any]:
        """What the ticket is filled in with before anything is typed; we call back whoever has called."""
        if isinstance(self.who, User):
            return {**starting.known_of(self.who, self.places()), "reach_by": "phone"}
        return {
            "for_self": "yes",
            "reach_by": "phone",
            "reach_phone": self.who.phone,
            "reply_language": self.who.language.value,
            "organization": self.organization,
        }


def somebody_new(form: NewCallerForm) -> Caller:
    """Whom a valid form describes."""
    return Caller(form.details, tuple(form.sent()), organization=form.organization.data or "")


def with_account(user: User) -> Caller:
    """Somebody who has an account. Raises CannotAsk for staff, and where the account is deactivated."""
    try:
        accounts.must_be_able_to_ask(user)
    except (WorksAtTheDesk, AccountDeactivated) as error:
        raise CannotAsk(why_not(error)) from None
    return Caller(user)


def of(fields: MultiDict[str, Any]) -> Caller:
    """Who is calling, as a page sent it. Raises CannotAsk where it does not say, or names somebody who cannot ask."""
    chosen = str(fields.get("caller", ""))
    if chosen == SOMEBODY_NEW:
        form = NewCallerForm(fields)
        if form.validate():
            return somebody_new(form)
    user = db.session.get(User, number_in(chosen) or 0)
    if user is None or user.is_unconfirmed:
        raise CannotAsk(_("Say first who is calling. What you typed is kept."))
    return with_account(user)


def why_not(error: WorksAtTheDesk | AccountDeactivated) -> str:
    """Why no case is filed for the person whom the error names."""
    name = str(error)
    if isinstance(error, WorksAtTheDesk):
        return _(
            "%(name)s works at the desk, and cases are asked by providers: staff ask each other in a note on the case, or their "
            "team lead.",
            name=name,
        )
    return _(
        "The account of %(name)s is deactivated: they cannot sign in and get no mail. An administrator can bring it back; until "
        "then no case can be filed for them.",
        name=name,
    )


def carried(fields: MultiDict[str, Any]) -> list[tuple[str, str]]:
    """What was typed into the ticket, so that it is not lost while the caller is chosen again."""
    pairs = [(name, str(value)) for name, values in fields.lists() for value in values]
    return [(name, value) for name, value in pairs if name not in NOT_OF_THE_TICKET and not name.startswith(PREFIX)]


def answers_of(sent: MultiDict[str, Any], caller: Caller) -> MultiDict[str, Any]:
    """What was typed into the ticket, and what is known of its caller; of an earlier caller only what the case is about."""
    fields = MultiDict(sent)
    if fields.get("asker", caller.key) != caller.key:
        for name in PERSONAL:
            fields.poplist(name)
        fields["shown"] = ""  # so that all we know of this one is filled in
    return starting.completed(fields, caller.known)


def find(text: str) -> list[tuple[User, str]]:
    """Providers by name, e-mail, phone or PIN, each with where they are known to work; one more than MOST_FOUND if there are.

    Those who have not confirmed their address are left out, unless staff has made their account. Two statements.
    """
    can_ask = sa.and_(User.role == Role.PROVIDER, User.deactivated_at.is_(None))
    has_come = sa.or_(people.active(), User.password_hash == NO_PASSWORD)
    found = sa.select(User).where(can_ask, has_come, sa.or_(*_ways(text)))
    rows = list(db.session.scalars(found.order_by(User.last_name, User.first_name, User.id).limit(MOST_FOUND + 1)))
    work = _work_of(rows)
    return [(user, "; ".join(work.get(user.id, ()))) for user in rows]


def guessed(text: str) -> dict[str, str]:
    """What was looked for in vain, as the beginning of the form for somebody new."""
    if "@" in text:
        return {"email": text}
    if LOOKS_LIKE_A_PHONE.fullmatch(text):
        return {"phone": text} if len(_digits(text)) > FEWEST_DIGITS and not pin_in(text) else {}
    first, _space, last = text.partition(" ")
    return {"first_name": first, "last_name": last}


def _ways(text: str) -> list[sa.ColumnElement[bool]]:
    names = (User.first_name, User.last_name, User.email)
    ways = [sa.and_(*(sa.or_(*(name.icontains(word, autoescape=True) for name in names)) for word in text.split()))]
    if pin := pin_in(text):
        at_location = sa.select(Affiliation.user_id).join(Location, Location.id == Affiliation.location_id)
        works_there = at_location.where(Location.pin == pin, directory.is_current(clock.now()))
        ways += [User.pin == pin, User.id.in_(works_there)]
    digits = _digits(text)
    if LOOKS_LIKE_A_PHONE.fullmatch(text) and len(digits) >= FEWEST_DIGITS:
        stored: Any = User.phone
        for character in BETWEEN_DIGITS:
            stored = sa.func.replace(stored, character, "")
        ways.append(stored.contains(digits))
    return ways


def _digits(text: str) -> str:
    digits = "".join(character for character in text if character.isascii() and character.isdigit())
    return digits[1:] if len(digits) == WITH_ITS_COUNTRY and digits[0] == "1" else digits


def _work_of(users: Iterable[User]) -> dict[int, list[str]]:
    ids = [user.id for user in users]
    if not ids:
        return {}
    beside = joinedload(Affiliation.organization), joinedload(Affiliation.location)
    now = sa.select(Affiliation).where(Affiliation.user_id.in_(ids), directory.is_current(clock.now())).options(*beside)
    work: dict[int, list[str]] = {}
    for affiliation in db.session.scalars(now.order_by(Affiliation.id)):
        work.setdefault(affiliation.user_id, []).append(place_of(affiliation))
    return work
