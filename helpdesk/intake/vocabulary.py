"""What the routing rules can speak of at this desk: the questions of the form in force, and what is known besides."""

from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from ..accounts.models import Language, Team, TeamMember, User
from ..accounts.people import active
from ..accounts.skills import known as skills_there_are
from ..cases.macros import titles as macro_titles
from ..cases.models import Channel
from ..cases.suspicion import SUSPECTED
from ..cases.wording import PRIORITIES, label
from ..extensions import db
from ..languages import gettext as _
from ..providers.counties import COUNTIES
from ..providers.models import OrganizationType
from ..providers.wording import TYPES
from ..routing.day_counts import DAYS, FARTHEST, HOURS, WORKING_DAYS
from ..routing.models import Priority
from ..routing.vocabulary import Asked, Fact, FactKind, KnownTeam, KnownTopic, Vocabulary
from ..routing.wording import COUNTS, FACT_NAMES
from .definition import CHOSEN, DECIDING, Definition, Kind, Question
from .queries import current_definition

ALWAYS = Asked(is_required=True)
SOMETIMES = Asked()
NOT_BY_THIS_NAME = {"reply_language"}  # the fact is called language, and is there when nothing is asked


def current_vocabulary() -> Vocabulary:
    """What rules can speak of now: five statements. Raises NoDefinition where the reference data has not been loaded."""
    return vocabulary(current_definition(), teams=_teams(), macros=macro_titles(), skills=frozenset(skills_there_are()))


def vocabulary(
    definition: Definition,
    *,
    teams: dict[str, KnownTeam],
    macros: dict[str, str] | None = None,
    skills: frozenset[str] = frozenset(),
) -> Vocabulary:
    """What rules can speak of by a definition of the form."""
    facts = [*_of_the_topic(definition, teams), *_of_every_case(), *_of_questions(definition)]
    return Vocabulary(
        facts={fact.key: fact for fact in facts},
        topics={
            code: KnownTopic(definition.group_of[code].code, topic.team, topic.priority)
            for code, topic in definition.topics.items()
            if topic.is_active
        },
        teams=teams,
        macros=macros or {},
        skills=skills,
    )


def _teams() -> dict[str, KnownTeam]:
    works_there = sa.exists().where(TeamMember.team_id == Team.id, TeamMember.user_id == User.id, active())
    rows = db.session.execute(sa.select(Team.code, Team.name, Team.is_active, works_there).order_by(Team.name))
    return {code: KnownTeam(name, is_active, has_member) for code, name, is_active, has_member in rows}


def _of_the_topic(definition: Definition, teams: dict[str, KnownTeam]) -> Iterator[Fact]:
    topics = definition.topics.items()
    retired = frozenset(code for code, topic in topics if not topic.is_active)
    yield Fact("topic", FactKind.CHOICE, _name("topic"), {code: t.name for code, t in topics}, retired=retired, asked=ALWAYS)
    groups = {group.code: group.name for group in definition.groups}
    yield Fact("topic_group", FactKind.CHOICE, _name("topic_group"), groups, asked=ALWAYS)
    names = {code: team.name for code, team in teams.items()}
    yield Fact("topic_team", FactKind.CHOICE, _name("topic_team"), names, asked=ALWAYS)
    priorities = {priority.value: str(PRIORITIES[priority]) for priority in Priority}
    yield Fact("base_priority", FactKind.PRIORITY, _name("base_priority"), priorities, asked=ALWAYS)


def _of_every_case() -> Iterator[Fact]:
    yield _chosen("language", _name("language"), Language, asked=ALWAYS)
    yield _chosen("channel", _name("channel"), Channel, asked=ALWAYS)
    yield Fact("subject", FactKind.TEXT, _name("subject"), asked=ALWAYS)
    yield Fact("text", FactKind.TEXT, _name("text"), asked=ALWAYS)
    yield Fact("patient_data", FactKind.CHOICE, _name("patient_data"), {SUSPECTED: _("suspected")}, asked=SOMETIMES)
    types = {member.value: str(TYPES[member]) for member in OrganizationType}
    yield Fact("organization_type", FactKind.CHOICE, _name("organization_type"), types, asked=SOMETIMES)
    counties = {county: county for county in COUNTIES}
    yield Fact("county", FactKind.CHOICE, _name("county"), counties, is_open=True, asked=SOMETIMES)


def _chosen(key: str, name: str, members: type[StrEnum], *, asked: Asked) -> Fact:
    return Fact(key, FactKind.CHOICE, name, {member.value: label(member) for member in members}, asked=asked)


def _of_questions(definition: Definition) -> Iterator[Fact]:
    for question in definition.questions:
        if question.kind in DECIDING and question.key not in NOT_BY_THIS_NAME:
            yield from _of(question, definition)


def _of(question: Question, definition: Definition) -> Iterator[Fact]:
    asked = _asked(question, definition)
    if question.kind in CHOSEN:
        values = {choice.value: choice.label for choice in question.choices}
        retired = frozenset(values) - {choice.value for choice in question.offered}
        yield Fact(question.key, FactKind.CHOICE, _said(question), values, retired=retired, asked=asked)
    elif question.kind is Kind.CHECKBOX:
        yield Fact(question.key, FactKind.CHOICE, _said(question), {"yes": _("Yes")}, asked=asked)
    elif question.kind is Kind.NUMBER:
        limits = {"least": _number(question.least), "most": _number(question.most), "is_whole": not question.has_decimals}
        yield Fact(question.key, FactKind.NUMBER, _said(question), asked=asked, **limits)
    else:
        yield from _counts(question, asked)


def _counts(question: Question, asked: Asked | None) -> Iterator[Fact]:
    """What rules compare of a day or a moment: how long ago it was."""
    for count in (DAYS, WORKING_DAYS if question.kind is Kind.DATE else HOURS):
        name = str(COUNTS[count] % {"what": _said(question)})
        farthest = Decimal(FARTHEST * 24 if count == HOURS else FARTHEST)
        least = Decimal(0) if question.is_past else -farthest
        yield Fact(f"{question.key}.{count}", FactKind.NUMBER, name, least=least, most=farthest, asked=asked)


def _asked(question: Question, definition: Definition) -> Asked | None:
    if not question.is_active:
        return None
    named = set(question.topics)
    topics = frozenset(code for code in definition.topics if named & {code, definition.group_of[code].code})
    when = tuple((clause.question, clause.values) for clause in question.when)
    return Asked(topics, when, is_required=question.is_required)


def _said(question: Question) -> str:
    """A question as a sentence can hold it."""
    return _name(question.key) if question.key in FACT_NAMES else _("“%(question)s”", question=question.label.rstrip("?"))


def _name(fact: str) -> str:
    return str(FACT_NAMES[fact])


def _number(limit: int | None) -> Any:
    return None if limit is None else Decimal(limit)
