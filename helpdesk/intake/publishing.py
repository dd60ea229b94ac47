"""Putting a definition of the help ticket in force: once published, a version is never changed."""

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from ..accounts.models import Team, User
from ..extensions import db
from .definition import Definition
from .definition_reading import read
from .definition_writing import write
from .errors import BadDefinition, NoDefinition
from .models import FormVersion, Topic
from .queries import current_definition, form_versions

LARGEST = 400_000  # characters of JSON


def publish(raw: Any, *, reason: str, by: User | None, at: datetime) -> FormVersion:
    """Put a definition in force as a new version (by nobody: the desk's own reference data); the topics follow it.

    Raises BadDefinition when it is wrong, names a team that does not exist or is closed, or has lost a topic or a question that
    the version in force has: those are retired, since cases name them. Nothing changes then.
    """
    definition = read(raw)
    _check_teams(definition)
    _check_nothing_is_lost(definition)
    written = write(definition)
    text = json.dumps(written, sort_keys=True, ensure_ascii=False)
    if len(text) > LARGEST:
        raise BadDefinition("", _("is larger than %(most)s characters", most=LARGEST))
    last = db.session.scalar(form_versions().limit(1))
    version = FormVersion(
        version=last.version + 1 if last else 1,
        definition=written,
        digest=hashlib.sha256(text.encode()).hexdigest(),
        reason=reason,
        published_by=by.id if by else None,
        published_at=at,
    )
    db.session.add(version)
    _project_topics(definition)
    db.session.flush()
    return version


def _check_teams(definition: Definition) -> None:
    open_ones = sa.select(Team.code).where(Team.is_active).order_by(Team.id)
    active = set(db.session.scalars(open_ones.with_for_update(read=True, key_share=True)))  # none closes meanwhile
    for topic in definition.topics.values():
        if topic.is_active and topic.team not in active:
            raise BadDefinition(f"groups.{topic.code}.team", _("there is no team %(team)s, or it is closed", team=topic.team))


def _check_nothing_is_lost(definition: Definition) -> None:
    try:
        before = current_definition()
    except NoDefinition:
        return
    _check_all_there("groups", before.topics, definition.topics)
    _check_all_there("questions", before.question, definition.question)


def _check_all_there(place: str, before: Iterable[str], now: Iterable[str]) -> None:
    if lost := sorted(set(before) - set(now)):
        raise BadDefinition(f"{place}.{lost[0]}", _("is missing; what cases name is retired (is_active = false), not removed"))


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
