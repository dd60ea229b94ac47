"""Putting a definition of the help ticket in force: once published, a version is never changed."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from ..accounts.models import Team, User
from ..extensions import db
from ..languages import gettext as _
from .definition import CHOSEN, Definition
from .definition_reading import read
from .definition_writing import write
from .errors import BadDefinition, NoDefinition, NothingNew, PublishedMeanwhile
from .models import FormVersion, Topic
from .queries import current_definition, form_versions

LARGEST = 400_000  # characters of JSON
SHORTEST_REASON = 10


def publish(raw: Any, *, reason: str, by: User | None, at: datetime, upon: int | None = None) -> FormVersion:
    """Put a definition in force as a new version (by nobody: the desk's own reference data); the topics follow it.

    Raises BadDefinition when it is wrong, names a team that does not exist or is closed, or has lost a topic, a question or an
    answer that the version in force has: those are retired, since cases name them. Raises NothingNew when it says what is in
    force, and PublishedMeanwhile when another version than `upon` is in force by now. Nothing changes then.
    """
    definition = read(raw)
    last = db.session.scalar(form_versions().limit(1))
    number = last.version if last else 0
    if upon is not None and number != upon:
        raise PublishedMeanwhile(number)
    for problem in obstacles(definition, hold=True):
        raise problem
    written = write(definition)
    text = json.dumps(written, sort_keys=True, ensure_ascii=False)
    if len(text) > LARGEST:
        raise BadDefinition("", _("is larger than %(most)s characters", most=LARGEST))
    digest = hashlib.sha256(text.encode()).hexdigest()
    if last and last.digest == digest:
        raise NothingNew(number)
    version = FormVersion(
        version=number + 1,
        definition=written,
        digest=digest,
        reason=reason,
        published_by=by.id if by else None,
        published_at=at,
    )
    try:
        with db.session.begin_nested():
            db.session.add(version)
    except IntegrityError:  # somebody else has published this number, a moment ago
        raise PublishedMeanwhile(number + 1) from None
    _project_topics(definition)
    db.session.flush()
    return version


def obstacles(definition: Definition, *, hold: bool = False) -> Iterator[BadDefinition]:
    """What keeps a sound definition from being published here; with hold, no team that is named closes meanwhile."""
    open_ones = sa.select(Team.code).where(Team.is_active).order_by(Team.id)
    active = set(db.session.scalars(open_ones.with_for_update(read=True, key_share=True) if hold else open_ones))
    for topic in definition.topics.values():
        if topic.is_active and topic.team not in active:
            yield BadDefinition(f"groups.{topic.code}.team", _("there is no team %(team)s, or it is closed", team=topic.team))
    yield from _lost(definition)


def _lost(definition: Definition) -> Iterator[BadDefinition]:
    try:
        before = current_definition()
    except NoDefinition:
        return
    yield from _missing("groups", before.topics, definition.topics)
    yield from _missing("questions", before.question, definition.question)
    for question in definition.questions:
        if question.kind in CHOSEN and question.key in before.question:
            known = [choice.value for choice in before.question[question.key].choices]
            yield from _missing(f"questions.{question.key}.choices", known, [choice.value for choice in question.choices])


def _missing(place: str, before: Iterable[str], now: Iterable[str]) -> Iterator[BadDefinition]:
    for name in sorted(set(before) - set(now)):
        yield BadDefinition(f"{place}.{name}", _("is missing; what cases name is retired (is_active = false), not removed"))


def _project_topics(definition: Definition) -> None:
    """The table of topics says what the definition says; a topic that is in none is retired."""
    known = {topic.code: topic for topic in db.session.scalars(sa.select(Topic))}
    for position, (code, defined) in enumerate(definition.topics.items(), start=1):
        topic = known.pop(code, None) or Topic(code=code)
        topic.name, topic.priority, topic.team_code = defined.name, defined.priority, defined.team
        topic.group_code, topic.group_name = definition.group_of[code].code, definition.group_of[code].name
        topic.needs_location, topic.is_active, topic.position = defined.needs_location, defined.is_active, position
        db.session.add(topic)
    for topic in known.values():
        topic.is_active = False
