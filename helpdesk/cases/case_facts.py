"""What routing is told about a case, and how that reads: taken from the help ticket when the case is made, and stored with it."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from ..accounts.models import Language, Team
from ..extensions import db
from ..hours.queries import calendar
from ..languages import gettext as _
from ..providers.models import Location, Organization
from ..providers.wording import TYPES
from ..routing.day_counts import with_day_counts
from ..routing.priorities import base_priority
from . import suspicion
from .choices import Impact, Urgency
from .models import Case
from .new_case import NewCase, TopicFacts
from .wording import label


@dataclass(frozen=True)
class Known:
    """Facts by key; what people read for their values, and for those that are answers to questions of the form."""

    values: dict[str, str]
    labels: dict[str, str]
    names: dict[str, str]


def of(case: Case, new: NewCase, *, language: Language, at: datetime) -> Known:
    """Everything that rules can compare about a new case, days as counts before `at`."""
    answers = [answer for answer in new.answers if answer.decides and answer.value]
    values = {answer.key: answer.value for answer in answers} | _chosen(new, language) | _placed(new)
    texts = {"subject": new.subject, "text": new.description}
    suspected = {"patient_data": suspicion.SUSPECTED} if case.patient_data_suspected_at else {}
    return Known(
        values=with_day_counts(values | suspected, at=at, calendar=calendar()) | texts,
        labels={answer.key: answer.answer for answer in answers}
        | _labels(new, language)
        | _type_label(values)
        | _suspected(case),
        names={answer.key: _("“%(question)s”", question=answer.question.rstrip("?")) for answer in answers},
    )


def of_topic(topic: TopicFacts, impact: Impact, urgency: Urgency) -> dict[str, str]:
    """What follows from the topic of a case, with whom it concerns and what it stops."""
    return {
        "topic": topic.code,
        "topic_group": topic.group_code,
        "topic_team": topic.team_code,
        "base_priority": base_priority(topic.priority, impact.value, urgency.value).value,
    }


def labels_of_topic(topic: TopicFacts) -> dict[str, str]:
    """How that reads."""
    return {
        "topic": topic.name,
        "topic_group": topic.group_name,
        "topic_team": db.session.scalar(sa.select(Team.name).where(Team.code == topic.team_code)) or topic.team_code,
    }


def _chosen(new: NewCase, language: Language) -> dict[str, str]:
    return {
        **of_topic(new.topic, new.impact, new.urgency),
        "system": new.system.value,
        "role": new.provider_role.value,
        "impact": new.impact.value,
        "urgency": new.urgency.value,
        "language": language.value,
        "channel": new.channel.value,
    }


def _labels(new: NewCase, language: Language) -> dict[str, str]:
    return {
        **labels_of_topic(new.topic),
        "system": label(new.system),
        "role": label(new.provider_role),
        "impact": label(new.impact),
        "urgency": label(new.urgency),
        "language": label(language),
        "channel": label(new.channel),
    }


def _placed(new: NewCase) -> dict[str, str]:
    """What the directory knows of the organization and the location."""
    found = {}
    if new.organization_id is not None:
        organization_type = db.session.scalar(sa.select(Organization.type).where(Organization.id == new.organization_id))
        found["organization_type"] = organization_type.value if organization_type else ""
    if new.location_id is not None:
        found["county"] = db.session.scalar(sa.select(Location.county).where(Location.id == new.location_id)) or ""
    return {key: value for key, value in found.items() if value}


def _type_label(values: dict[str, str]) -> dict[str, str]:
    kind = values.get("organization_type")
    return {"organization_type": str(next(text for member, text in TYPES.items() if member.value == kind))} if kind else {}


def _suspected(case: Case) -> dict[str, str]:
    return {"patient_data": _("suspected")} if case.patient_data_suspected_at else {}
