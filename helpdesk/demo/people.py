"""Invented people: the staff of every team, and coordinators of invented practices."""

import secrets
from dataclasses import dataclass

from ..accounts import commands as accounts
from ..accounts.models import User
from ..permissions import Role
from . import directory
from .directory import Practice

STAFF = (
    ("Dana", "Osei", Role.AGENT, ("VMGT", "ALLOC", "INV")),
    ("Luis", "Marrero", Role.AGENT, ("ENR", "VMGT")),
    ("Grace", "Lindqvist", Role.LEAD, ("ENR", "SD")),
    ("Omar", "Haddad", Role.LEAD, ("VMGT", "INV")),
    ("Priya", "Natarajan", Role.AGENT, ("ACC", "CVMS")),
    ("Tom", "Becker", Role.AGENT, ("NCIR", "REC")),
    ("Wen", "Zhao", Role.AGENT, ("REC", "INV", "CVMS")),
    ("Alma", "Reyes", Role.AGENT, ("SD", "ACC")),
    ("Noah", "Whitfield", Role.AGENT, ("ALLOC", "TRN")),
    ("Ines", "Duarte", Role.LEAD, ("NCIR", "CVMS")),
    ("Ruth", "Abara", Role.AGENT, ("CLIN", "TRN")),
    ("Sam", "Kowalski", Role.ADMIN, ("SD",)),
)

PROVIDERS = (
    ("Pat", "Rivera", "Cedar Fork Pharmacy", "cedarfork"),
    ("Morgan", "Ellis", "Birch Run Clinic", "birchrun"),
    ("Joy", "Okafor", "Elm County Health", "elmcounty"),
    ("Ben", "Castillo", "Oak Hollow Pediatrics", "oakhollow"),
    ("Lena", "Fischer", "Pine Ridge Family Care", "pineridge"),
    ("Amir", "Nazari", "Harbor Street Pharmacy", "harborstreet"),
    ("Chloe", "Dubois", "Mill Creek Urgent Care", "millcreek"),
    ("Hiro", "Tanaka", "Sandhill Group", "sandhill"),
    ("Nadia", "Petrova", "Juniper Women's Health", "juniper"),
    ("Marcus", "Bell", "Fox Hollow Pharmacy", "foxhollow"),
    ("Elsa", "Nyberg", "Willow Bend Medical", "willowbend"),
    ("Rosa", "Jimenez", "Clinica Azalea", "azalea"),
)

# Whom to sign in as, one per role, named at the end of `make run`.
TO_TRY = {"provider": "Rivera", "agent": "Osei", "lead": "Lindqvist", "admin": "Kowalski"}


@dataclass(frozen=True)
class Cast:
    """The people of the demo, and the passwords of those to try the desk with."""

    staff: tuple[User, ...]
    providers: tuple[tuple[User, Practice], ...]
    to_try: tuple[tuple[str, str, str], ...]  # role, address, password


def make() -> Cast:
    """Create the accounts, with passwords generated here and now; inside a transaction of the caller."""
    to_try: list[tuple[str, str, str]] = []

    def person(first: str, last: str, host: str, role: Role, teams: tuple[str, ...] = ()) -> User:
        email = f"{first}.{last}@{host}.example.org".lower()
        password = secrets.token_urlsafe(15) if last in TO_TRY.values() else ""  # the others never sign in
        to_try.extend((name, email, password) for name, who in TO_TRY.items() if who == last)
        return accounts.create_user(
            email=email,
            first_name=first,
            last_name=last,
            role=role,
            password=password,
            teams=teams,
            is_demo=True,
            phone=f"919-555-01{10 + len(to_try)}",
        )

    staff = tuple(person(first, last, "desk", role, teams) for first, last, role, teams in STAFF)
    named = tuple((person(first, last, host, Role.PROVIDER), practice) for first, last, practice, host in PROVIDERS)
    practices = directory.make(named)
    providers = tuple((user, practices[name]) for user, name in named)
    return Cast(staff, providers, tuple(sorted(to_try, key=lambda row: list(TO_TRY).index(row[0]))))
