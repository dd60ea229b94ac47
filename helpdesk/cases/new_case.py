"""A help ticket as filled in and checked: what a case is made of."""

import hashlib
import json
from dataclasses import asdict, dataclass

from ..accounts.models import Language
from ..routing.models import Priority
from .choices import Channel, Impact, ProviderRole, System, Urgency


@dataclass(frozen=True)
class TopicFacts:
    """What a case needs to know of its topic."""

    code: str
    name: str
    group_code: str
    group_name: str
    team_code: str
    priority: Priority


@dataclass(frozen=True)
class Answer:
    """A question and its answer as they were shown; its key and its bare value where it may decide where a case goes."""

    question: str
    answer: str
    key: str = ""
    value: str = ""
    decides: bool = False

    @property
    def stored(self) -> dict[str, str]:
        """As a case keeps it."""
        named = {"key": self.key} if self.key else {}
        return {"question": self.question, "answer": self.answer, **named, **({"value": self.value} if self.value else {})}


@dataclass(frozen=True)
class NewCase:
    """A help ticket as filled in and checked, free text apart; `answers` are in the order in which they were asked."""

    form_key: str
    provider_role: ProviderRole
    organization: str
    location: str
    system: System
    topic: TopicFacts
    subject: str
    description: str
    impact: Impact
    urgency: Urgency
    answers: tuple[Answer, ...]
    organization_id: int | None = None  # where the directory knows them
    location_id: int | None = None
    is_private: bool = False
    reply_language: Language | None = None  # where it is asked for; else the requester's own
    form_version: int | None = None  # of the form that asked
    channel: Channel = Channel.WEB
    copies: tuple[int, ...] = ()  # ids of confirmed colleagues
    follows: int | None = None  # the id of a closed case of the same requester

    @property
    def free_texts(self) -> list[str]:
        """What was typed rather than chosen."""
        return [self.subject, self.description, *(answer.answer for answer in self.answers if not answer.decides)]

    @property
    def digest(self) -> str:
        """A hash of the content, to tell the same ticket sent twice from another one under the same key.

        Of what was answered, and not of how it reads: it is the same in another language, and by a newer version of the form.
        """
        given = [(answer.key or answer.question, answer.value or answer.answer) for answer in self.answers]
        same_in_all = {**asdict(self), "topic": self.topic.code, "answers": given, "form_version": None}
        if self.organization_id is not None:  # the directory says what a place is called
            same_in_all |= {"organization": "", "location": ""}
            same_in_all["answers"] = [(key, value) for key, value in given if key not in ("organization", "location")]
        return hashlib.sha256(json.dumps(same_in_all, sort_keys=True).encode()).hexdigest()
