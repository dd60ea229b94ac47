"""The life of one invented case, step by step: each step says when it happens, then does what people would do then."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

import sqlalchemy as sa

from ..accounts.models import TeamMember, User
from ..business_hours import Calendar
from ..cases import commands
from ..cases.models import Case, Impact, ProviderRole, ResolutionCode, System, Urgency
from ..cases.wording import label
from ..extensions import db
from ..intake.models import Topic
from ..routing.models import Priority
from ..transaction import transaction
from .directory import MAIN, Practice

FIRST_ANSWER_MINUTES = {Priority.P1: (4, 45), Priority.P2: (15, 180), Priority.P3: (40, 700), Priority.P4: (90, 1200)}
# How often in a hundred cases something happens.
CANCELED, NOTED, ANSWERED_AT_ONCE, IN_THE_EVENING, NOT_SOLVED, ACCEPTED = 5, 70, 25, 12, 9, 60
LEFT_LYING, UNANSWERED, UNSOLVED = 45, 60, 65  # of the latest ones
LATELY, JUST_NOW = timedelta(days=10), timedelta(days=4)
REASONS_NOT_SOLVED = (
    "It looked right yesterday, but this morning it is the same as before.",
    "Thank you, but this does not help us yet: the message comes up again.",
)


@dataclass(frozen=True)
class Setting:
    """What a life needs from the world: chance, the calendar, and the day it all ends."""

    random: Random
    calendar: Calendar
    end: datetime

    def happens(self, percent: int) -> bool:
        """Whether something that happens that often happens this time."""
        return self.random.randrange(100) < percent


def of_case(
    setting: Setting, story: dict[str, Any], requester_id: int, practice: Practice, opened_at: datetime
) -> Iterator[datetime]:
    """Yield the instant of each step of a case; what happens then is done when the next value is asked for."""
    chance = setting.random
    yield opened_at
    case_id = _open(setting, story, requester_id, practice)
    if setting.happens(CANCELED):
        yield opened_at + timedelta(minutes=chance.randint(5, 50))
        _provider(case_id, lambda case, by: commands.cancel(case, by=by))
        return
    priority = db.session.get_one(Case, case_id).priority
    if priority is not Priority.P1 and opened_at > setting.end - JUST_NOW and setting.happens(LEFT_LYING):
        return  # nobody has come to it yet
    yield _later(setting, opened_at, *FIRST_ANSWER_MINUTES[priority])
    agent_id = _take(setting, case_id)
    if not agent_id:
        return
    yield from _work(setting, story, case_id, agent_id)
    yield from _resolution(setting, story, case_id, agent_id)


def _work(setting: Setting, story: dict[str, Any], case_id: int, agent_id: int) -> Iterator[datetime]:
    """A note among staff, a question back, the answer; each only if the story has one."""
    at = _taken_at(case_id)
    if story["note"] and setting.happens(NOTED):
        yield (at := _later(setting, at, 3, 60))
        _agent(case_id, agent_id, lambda case, by: commands.add_note(case, by=by, body=story["note"]))
    if not story["expect"] or setting.happens(ANSWERED_AT_ONCE):
        return
    yield (at := _later(setting, at, 5, 90))
    _agent(case_id, agent_id, lambda case, by: commands.reply(case, by=by, body=story["expect"], wait=True))
    if at > setting.end - LATELY and setting.happens(UNANSWERED):
        yield setting.end + timedelta(days=1)  # the provider has not answered yet
    yield at + timedelta(minutes=setting.random.randint(30, 1800))
    _provider(case_id, lambda case, by: commands.reply(case, by=by, body=story["answer"]))


def _resolution(setting: Setting, story: dict[str, Any], case_id: int, agent_id: int) -> Iterator[datetime]:
    """The resolution, and what the provider says to it."""
    chance = setting.random
    case = db.session.get_one(Case, case_id)
    at = case.updated_at
    if case.priority is not Priority.P1 and at > setting.end - LATELY and setting.happens(UNSOLVED):
        return  # somebody is at it
    yield (at := _later(setting, at, 20, 900, overtime=IN_THE_EVENING))
    _resolve(case_id, agent_id, story)
    if setting.happens(NOT_SOLVED):
        yield (at := at + timedelta(minutes=chance.randint(20, 1500)))
        why = chance.choice(REASONS_NOT_SOLVED)
        _provider(case_id, lambda case, by: commands.reject(case, by=by, body=why))
        yield (at := _later(setting, at, 30, 600))
        _resolve(case_id, agent_id, story)
    if setting.happens(ACCEPTED):
        yield at + timedelta(minutes=chance.randint(60, 3000))
        _provider(case_id, lambda case, by: commands.accept(case, by=by))


def _open(setting: Setting, story: dict[str, Any], requester_id: int, practice: Practice) -> int:
    topic = db.session.get_one(Topic, story["topic"])
    facts = commands.TopicFacts(topic.code, topic.name, topic.group_code, topic.group_name, topic.team_code, topic.priority)
    role = ProviderRole(
        story.get("role") or setting.random.choice(("coordinator_primary", "organization_administrator", "office_staff"))
    )
    system, impact, urgency = System(story["system"]), Impact(story["impact"]), Urgency(story["urgency"])
    location = MAIN if topic.needs_location else ""
    with transaction():
        case = commands.open_case(
            commands.NewCase(
                form_key=f"{setting.random.getrandbits(128):032x}",
                provider_role=role,
                organization=practice.name,
                location=location,
                organization_id=practice.organization_id,
                location_id=practice.location_id if location else None,
                system=system,
                topic=facts,
                subject=story["subject"],
                description=story["text"],
                impact=impact,
                urgency=urgency,
                answers=_answers(role, practice.name, location, system, topic, impact, urgency),
            ),
            requester=db.session.get_one(User, requester_id),
        )
        return case.id


def _answers(*given: Any) -> tuple[commands.Answer, ...]:
    role, practice, location, system, topic, impact, urgency = given
    return (
        commands.Answer("Topic", topic.name, "topic", topic.code),
        commands.Answer("Your role", label(role), "role", role.value),
        commands.Answer("Organization", practice, "organization"),
        commands.Answer("Location", location, "location"),
        commands.Answer("Which system is it about?", label(system), "system", system.value),
        commands.Answer("Who is affected?", label(impact), "impact", impact.value),
        commands.Answer("Does it hold up vaccination?", label(urgency), "urgency", urgency.value),
    )


def _take(setting: Setting, case_id: int) -> int:
    """Let somebody of the case's team take it; their id, or 0 when the case is finished already."""
    case = db.session.get_one(Case, case_id)
    members = list(
        db.session.scalars(sa.select(TeamMember.user_id).where(TeamMember.team_id == case.team_id).order_by(TeamMember.user_id))
    )
    if case.is_final or not members:
        return 0
    agent_id = setting.random.choice(members)
    _agent(case_id, agent_id, lambda case, by: commands.take(case, by=by))
    return agent_id


def _taken_at(case_id: int) -> datetime:
    return db.session.get_one(Case, case_id).updated_at


def _resolve(case_id: int, agent_id: int, story: dict[str, Any]) -> None:
    code = ResolutionCode(story["code"])
    _agent(case_id, agent_id, lambda case, by: commands.resolve(case, by=by, code=code, note=story["resolution"]))


def _agent(case_id: int, agent_id: int, act: Callable[[Case, User], Any]) -> None:
    with transaction():
        act(db.session.get_one(Case, case_id), db.session.get_one(User, agent_id))


def _provider(case_id: int, act: Callable[[Case, User], Any]) -> None:
    with transaction():
        case = db.session.get_one(Case, case_id)
        act(case, case.requester)


def _later(setting: Setting, at: datetime, least: int, most: int, *, overtime: int = 0) -> datetime:
    """Some service minutes later; with the chance of `overtime`, in the evening of that day instead."""
    minutes = setting.random.randint(least, most)
    moment = setting.calendar.add(at, timedelta(minutes=minutes, seconds=setting.random.randint(0, 59)))
    if setting.happens(overtime):
        return setting.calendar.closes_at(moment) + timedelta(minutes=setting.random.randint(2, 90))
    return moment
