"""How answers become a case: once per form, routed, with its clocks and its receipt, in one transaction."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa
from flask_babel import LazyString
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from .. import clock
from ..accounts import teams
from ..accounts.models import Language, Team, User
from ..extensions import db
from ..hours.wording import moment
from ..routing import commands as routing
from ..routing.decide import Decision
from ..routing.models import Priority
from ..routing.priorities import base_priority
from ..sla import commands as sla
from ..sla import queries as sla_queries
from ..sla.models import Target
from . import copying, distribution, mail, suspicion
from .errors import FormKeyReused
from .models import Case, Channel, EventKind, Impact, MessageKind, ProviderRole, System, Urgency
from .queries import TRIAGE, with_form_key
from .wording import label


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


def open_case(new: NewCase, *, requester: User, filed_by: User | None = None) -> Case:
    """Make the case of a help ticket, or return the one that this very ticket has made before.

    Where somebody asks in another way than on the web, `filed_by` is who of the staff has filled it in for them.
    Raises FormKeyReused when the key has made a case of other content, or somebody else's.
    """
    first = db.session.scalar(with_form_key(new.form_key))
    if first is not None:
        return _same_ticket(first, new, requester)
    at = clock.now()
    case = _new_row(new, requester, at)
    try:
        with db.session.begin_nested():
            db.session.add(case)
    except IntegrityError:  # the same form, sent a moment ago, has won
        return _same_ticket(db.session.scalars(with_form_key(new.form_key)).one(), new, requester)
    case.add_message(MessageKind.QUESTION, author=requester, body=new.description, at=at)
    way = {} if new.channel is Channel.WEB else {"channel": new.channel.value}
    case.record(EventKind.OPENED, by=filed_by or requester, at=at, new=way)
    suspicion.flag(case, new.free_texts, by=filed_by or requester, at=at)
    _route(case, new, requester, at)
    distribution.hand_out(case)
    sla.start(case.id, priority=case.priority, at=at)
    case.due_at = sla_queries.nearest_due(case.id)
    colleagues = copying.people_with(new.copies)
    answers = answers_shown(case, new.description, copied=[person.name for person in colleagues])
    mail.send_receipt(case, expect=LazyString(expected_answer, case), answers=answers, filed_by=filed_by)
    copying.copy_new(case, colleagues, by=filed_by or requester)
    db.session.flush()
    return case


def answers_shown(case: Case, description: str, *, copied: Iterable[str] = ()) -> list[dict[str, str]]:
    """The copy of the answers that a receipt shows, free text and the names of those whom the case is copied to included."""
    names = ", ".join(copied)
    typed = ((_("Subject"), case.subject), (_("What happened?"), description))
    shown = (*typed, (_("Copied"), names)) if names else typed
    return [*case.answers, *({"question": question, "answer": answer} for question, answer in shown)]


def expected_answer(case: Case) -> str:
    """When a first answer can be expected, in words: "by Tue, Dec 1, 11:30 a.m. ET"."""
    clocks = {c.target: c for c in db.session.scalars(sla_queries.clocks(case.id))}
    return _("by %(when)s", when=moment(clocks[Target.FIRST_RESPONSE].due_at))


def _new_row(new: NewCase, requester: User, at: datetime) -> Case:
    triage = db.session.scalars(sa.select(Team).where(Team.code == TRIAGE)).one()
    return Case(
        form_key=new.form_key,
        form_digest=new.digest,
        requester=requester,
        channel=new.channel,
        provider_role=new.provider_role,
        organization=new.organization,
        location=new.location,
        organization_id=new.organization_id,
        location_id=new.location_id,
        is_private=new.is_private,
        system=new.system,
        topic_code=new.topic.code,
        topic_name=new.topic.name,
        subject=new.subject,
        impact=new.impact,
        urgency=new.urgency,
        answers=[answer.stored for answer in new.answers],
        form_version=new.form_version,
        priority=_base_priority(new),
        team=triage,
        opened_at=at,
        updated_at=at,
    )


def _same_ticket(case: Case, new: NewCase, requester: User) -> Case:
    if case.requester_id != requester.id or case.form_digest != new.digest:
        raise FormKeyReused(case.number)
    return case


def _base_priority(new: NewCase) -> Priority:
    return base_priority(new.topic.priority, new.impact.value, new.urgency.value)


def _route(case: Case, new: NewCase, requester: User, at: datetime) -> None:
    """Let the rules decide, and be the one writer of team and priority; a team without anybody in it gives way to triage."""
    decision = _decide(case, new, requester, at)
    chosen = db.session.scalars(_held_open(decision.team)).one_or_none()
    case.priority = decision.priority
    routed_to = chosen.name if chosen else decision.team
    case.record(
        EventKind.ROUTED, by=None, at=at, new={"team": routed_to, "priority": case.priority.value, "rule": decision.winner}
    )
    if chosen is not None and teams.is_live(chosen):
        case.team = chosen
        return
    case.record(
        EventKind.MOVED,
        by=None,
        at=at,
        old={"team": routed_to},
        new={"team": case.team.name, "why": _("nobody works in that team")},
    )
    mail.tell_that_team_is_empty(case, team=routed_to)


def _decide(case: Case, new: NewCase, requester: User, at: datetime) -> Decision:
    topic, language = new.topic, new.reply_language or requester.language
    facts = {
        **{answer.key: answer.value for answer in new.answers if answer.decides and answer.value},
        "topic": topic.code,
        "topic_group": topic.group_code,
        "topic_team": topic.team_code,
        "system": new.system.value,
        "role": new.provider_role.value,
        "impact": new.impact.value,
        "urgency": new.urgency.value,
        "base_priority": _base_priority(new).value,
        "language": language.value,
        "channel": new.channel.value,
        "subject": new.subject,
        "text": new.description,
        **({"patient_data": suspicion.SUSPECTED} if case.patient_data_suspected_at else {}),
    }
    team_name = db.session.scalar(sa.select(Team.name).where(Team.code == topic.team_code)) or topic.team_code
    labels = {
        **{answer.key: answer.answer for answer in new.answers if answer.decides and answer.value},
        "topic": topic.name,
        "topic_group": topic.group_name,
        "topic_team": team_name,
        "system": label(new.system),
        "role": label(new.provider_role),
        "impact": label(new.impact),
        "urgency": label(new.urgency),
        "language": label(language),
        "channel": label(new.channel),
        **({"patient_data": _("suspected")} if case.patient_data_suspected_at else {}),
    }
    return routing.route(case.id, facts=facts, labels=labels, at=at)


def _held_open(code: str) -> sa.Select[Team]:
    """The team with this code, which can neither close nor lose its last member until the case is there to be counted."""
    found = sa.select(Team).where(Team.code == code)
    return found.with_for_update(read=True, key_share=True).execution_options(populate_existing=True)
