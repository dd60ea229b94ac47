"""What the help ticket asks, and what we know of the person who asks."""

from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from ..accounts.models import User
from ..cases import queries as cases
from ..cases.models import Case
from ..cases.numbers import id_of
from ..extensions import db
from ..knowledge import queries as knowledge
from .definition import Definition
from .definition_reading import read
from .errors import NoDefinition
from .finder import Findable
from .models import FormVersion, Topic

VERSIONS_KEPT = 32  # definitions that a process has read and remembers
FINDABLE_KEPT = 8  # states of a definition and of the articles
_NEWEST = sa.select(FormVersion.version, FormVersion.digest).order_by(FormVersion.version.desc()).limit(1)
_LAST_CASE = (
    sa.select(Case.organization_id, Case.location_id, Case.provider_role, Case.organization, Case.location)
    .where(Case.requester_id == sa.bindparam("requester_id"))
    .order_by(Case.id.desc())
    .limit(1)
)


def topics() -> list[Topic]:
    """The topics on offer, in the order of the form."""
    return list(db.session.scalars(sa.select(Topic).where(Topic.is_active).order_by(Topic.position)))


def form_versions() -> sa.Select[FormVersion]:
    """Every published version of the form, the one in force first."""
    return sa.select(FormVersion).order_by(FormVersion.version.desc())


def current_definition() -> Definition:
    """The definition in force; raises NoDefinition where the reference data has not been loaded. One short statement."""
    found = db.session.execute(_NEWEST).first()
    if found is None:
        raise NoDefinition
    return _read(found.version, found.digest)


def definition_of(version: FormVersion) -> Definition:
    """The definition of one version."""
    return _read(version.version, version.digest)


def last_case_of(user: User) -> sa.Row[*tuple[Any, ...]] | None:
    """Of the latest case of this person what is offered again: role, organization and location."""
    return db.session.execute(_LAST_CASE, {"requester_id": user.id}).first()


def receipt_of(user: User, number: str) -> sa.Select[Case]:
    """The case with this number, if this person may see it, with what its receipt shows."""
    return cases.visible_to(user).where(Case.id == id_of(number)).options(joinedload(Case.team))


def findable_topics(definition: Definition) -> tuple[Findable, ...]:
    """What is known of the topics on offer, for the finder: one statement, which says how the articles stand now."""
    articles = tuple((code, f"{title}, {keywords}") for code, title, keywords in db.session.execute(knowledge.words_by_topic()))
    return _findable(definition, articles)


@lru_cache(maxsize=FINDABLE_KEPT)
def _findable(definition: Definition, articles: tuple[tuple[str, str], ...]) -> tuple[Findable, ...]:
    return tuple(
        Findable(
            code=topic.code,
            name=f"{topic.name}, {definition.spanish.get(topic.name, '')}",
            group=group.name,
            keywords=topic.keywords,
            articles=tuple(text for code, text in articles if code == topic.code),
            is_urgent=topic.is_urgent,
        )
        for group in definition.groups
        for topic in group.topics
        if topic.is_active
    )


@lru_cache(maxsize=VERSIONS_KEPT)
def _read(version: int, _digest: str) -> Definition:
    """Reading takes a few milliseconds, and what is published never changes."""
    row = db.session.get_one(FormVersion, version)
    return read(row.definition, version=version)
