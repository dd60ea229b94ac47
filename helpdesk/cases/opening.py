"""How answers become a case: once per form, routed, with its clocks and its receipt, in one transaction."""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from flask_babel import LazyString
from sqlalchemy.exc import IntegrityError

from .. import clock
from ..accounts.models import Language, Team, User
from ..extensions import db
from ..hours.wording import moment
from ..languages import gettext as _
from ..routing import commands as routing
from ..routing.decide import Decision
from ..routing.models import Priority
from ..routing.priorities import base_priority
from ..sla import commands as sla
from ..sla import queries as sla_queries
from ..sla.models import Target
from . import automatic, case_facts, copying, distribution, following, indexing, mail, routed, suspicion
from .errors import FormKeyReused
from .models import Case, Channel, EventKind, MessageKind
from .new_case import NewCase
from .queries import TRIAGE, with_form_key


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
    with db.session.no_autoflush:  # all of it is written at once: nothing that is read meanwhile depends on it
        case.add_message(MessageKind.QUESTION, author=requester, body=new.description, at=at)
        way = {} if new.channel is Channel.WEB else {"channel": new.channel.value}
        case.record(EventKind.OPENED, by=filed_by or requester, at=at, new=way)
        suspicion.flag(case, new.free_texts, by=filed_by or requester, at=at)
        decision = _route(case, new, requester, at)
        due = sla.start(case.id, priority=case.priority, at=at)
        case.due_at = min(due.values())
    db.session.flush()
    if new.follows is not None:
        following.follow(case, before=new.follows, at=at)
    colleagues = copying.people_with(new.copies)
    answers = answers_shown(case, new.description, copied=[person.name for person in colleagues])
    mail.send_receipt(case, expect=LazyString(_by, due[Target.FIRST_RESPONSE]), answers=answers, filed_by=filed_by)
    copying.copy_new(case, colleagues, by=filed_by or requester)
    language = _language(new, requester)
    question = automatic.ask(case, decision.macro, language=language, at=at) if decision.is_pending else None
    if question is None:  # what waits for its requester needs nobody yet
        distribution.hand_out(case)
    db.session.flush()
    indexing.add_case(case, question=new.description)
    if question is not None:
        indexing.add_message(question)
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
    return _by(clocks[Target.FIRST_RESPONSE].due_at)


def _by(at: datetime) -> str:
    return _("by %(when)s", when=moment(at))


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
        messages=[],  # known to be empty, so that they are not looked for
        events=[],
    )


def _same_ticket(case: Case, new: NewCase, requester: User) -> Case:
    if case.requester_id != requester.id or case.form_digest != new.digest:
        raise FormKeyReused(case.number)
    return case


def _base_priority(new: NewCase) -> Priority:
    return base_priority(new.topic.priority, new.impact.value, new.urgency.value)


def _route(case: Case, new: NewCase, requester: User, at: datetime) -> Decision:
    """Let the rules decide, and do as they say."""
    known = case_facts.of(case, new, language=_language(new, requester), at=at)
    decision = routing.route(case.id, facts=known.values, labels=known.labels, names=known.names, at=at)
    routed.apply(case, decision, at=at)
    return decision


def _language(new: NewCase, requester: User) -> Language:
    return new.reply_language or requester.language
