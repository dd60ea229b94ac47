"""Everything held about one person, for themselves, by a positive list: what a table gains is not told by itself."""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from .. import clock
from ..accounts import queries as account_queries
from ..accounts import second_factor, skills
from ..accounts.models import AccountAct, AccountEvent, AccountToken, KnownDevice, ParkedForm, User, UserSession
from ..extensions import db
from ..knowledge.models import ArticleFeedback
from ..notifications.kinds import KINDS, Audience
from ..notifications.models import MailState, OutboxMessage, RefusedAddress
from ..providers.models import Affiliation, JoinRequest
from . import attachments, copies, queries
from .attachment_models import Attachment
from .case_drafts import CaseDraft
from .copies import CaseCopy
from .kinds import PUBLIC_KINDS
from .models import Case, Message, public_messages
from .numbers import number_of
from .ratings import CaseRating

AT_ONCE = 50  # rows that are held in memory
TOLD_OF_EVENTS = frozenset(
    {"email", "first_name", "last_name", "phone", "language", "appearance", "pin", "role", "teams", "skills"}
)
ABOUT_CASES = (Audience.REQUESTER, Audience.COPIED)
WORDS_TOLD = frozenset(name for name, kind in KINDS.items() if kind.audience in ABOUT_CASES)  # others hold links
Facts = dict[str, Any]


def of(user: User) -> Iterator[str]:
    """One JSON object, a piece at a time."""
    yield '{\n"made_at": ' + _json(clock.now()) + ',\n"account": ' + _json(_account(user))
    for name, model, tell in _LISTS:
        yield f',\n"{name}": ['
        for number, row in enumerate(_rows(_mine(model, user), model)):
            yield (",\n" if number else "\n") + _json(tell(row))
        yield "]"
    yield ',\n"not_sent": ' + _json(_not_sent(user))
    yield "\n}\n"


def _mine(model: Any, user: User) -> sa.Select[Any]:
    if model is Message:
        return _said_to_colleagues(user)
    owner = model.requester_id if model is Case else model.user_id
    found = sa.select(model).where(owner == user.id)
    if model is OutboxMessage:
        return found.where(OutboxMessage.state == MailState.SENT)  # what has not left can still be taken back
    return found.options(*map(joinedload, _TOLD_BESIDE.get(model, ())))


def _said_to_colleagues(user: User) -> sa.Select[Any]:
    """What they wrote on cases that somebody else has asked, at the organizations where they work or worked."""
    organizations = sa.select(Affiliation.organization_id).where(Affiliation.user_id == user.id)
    there = sa.select(Message).join(Message.case).where(Case.organization_id.in_(organizations), Case.requester_id != user.id)
    return there.where(Message.author_id == user.id, Message.kind.in_(PUBLIC_KINDS))


def _rows(found: sa.Select[Any], model: Any) -> Iterator[Any]:
    after = 0
    while True:
        some = list(db.session.scalars(found.where(model.id > after).order_by(model.id).limit(AT_ONCE)))
        yield from some
        if len(some) < AT_ONCE:
            return
        after = some[-1].id


def _account(user: User) -> Facts:
    factor = second_factor.of(user)
    return {
        "first_name": user.first_name,
        "last_name": user.last_name,
        "email": user.email,
        "phone": user.phone,
        "provider_pin": user.pin,
        "language": user.language.value,
        "look_of_pages": user.appearance.value,
        "role": user.role.value,
        "teams": [team.name for team in db.session.scalars(account_queries.teams_of(user))],
        "registered_at": user.created_at,
        "confirmed_at": user.verified_at,
        "on_duty_since": user.on_duty_since,
        "skills": list(skills.of(user)),
        "second_factor_since": factor.confirmed_at if factor else None,
        "mailed_about": {
            "digest": user.wants_digest,
            "own_cases": user.wants_assignment_mail,
            "targets": user.wants_target_mail,
            "watched_cases": user.wants_watch_mail,
            "copies": user.wants_copy_mail,
        },
    }


def _session(row: UserSession) -> Facts:
    told = {"began_at": row.created_at, "last_used_at": row.last_seen_at, "ended_at": row.ended_at}
    return {**told, "browser": row.browser, "network": row.network, "is_remembered": row.is_remembered}


def _device(row: KnownDevice) -> Facts:
    return {"first_used_at": row.first_seen_at, "last_used_at": row.last_seen_at}


def _link(row: AccountToken) -> Facts:
    told = {"purpose": row.purpose.value, "made_at": row.created_at, "expires_at": row.expires_at, "used_at": row.used_at}
    return {**told, "new_address": row.new_address} if row.new_address else told


def _event(row: AccountEvent) -> Facts:
    """What happened, without what staff wrote about it, and what somebody else may have typed before the address was theirs."""
    by = "the desk itself" if row.actor is None else "you" if row.actor_id == row.user_id else "our staff"
    is_surely_theirs = row.act not in (AccountAct.REGISTERED_AGAIN, AccountAct.ACTIVATED)
    old, new = ({k: v for k, v in side.items() if is_surely_theirs and k in TOLD_OF_EVENTS} for side in (row.old, row.new))
    return {"at": row.at, "act": row.act.value, "by": by, "old": old, "new": new}


def _kept(row: ParkedForm) -> Facts:
    return {"kept_at": row.created_at, "page": row.path, "fields": row.fields}


def _affiliation(row: Affiliation) -> Facts:
    place = {"organization": row.organization.legal_name, "location": row.location.name if row.location else ""}
    return {**place, "role": row.role.value, "from": row.starts_at, "until": row.ends_at}


def _request(row: JoinRequest) -> Facts:
    return {
        "organization": row.organization.legal_name if row.organization else row.named_organization,
        "location": row.location.name if row.location else row.named_location,
        "provider_pin": row.pin,
        "role": row.role.value,
        "words": row.words,
        "state": row.state.value,
        "made_at": row.made_at,
        "decided_at": row.decided_at,
        "answer": row.answer,
    }


def _case(case: Case) -> Facts:
    return {
        "number": case.number,
        "subject": case.subject,
        "topic": case.topic_name,
        "asked_by_way_of": case.channel.value,
        "system": case.system.value,
        "organization": case.organization,
        "location": case.location,
        "is_private": case.is_private,
        "status": case.status.value,
        "opened_at": case.opened_at,
        "resolved_at": case.resolved_at,
        "closed_at": case.closed_at,
        "answers": [{"question": question, "answer": answer} for question, answer in case.answer_rows],
        "messages": _messages(case),
        "copied_to": [copied.name for copied in copies.of(case.id, case.organization_id)],
        "rating": _rating(case.rating),
    }


def _copy(row: CaseCopy) -> Facts:
    """That a colleague's case is copied to them; what stands on it is the colleague's."""
    return {"number": number_of(row.case_id), "since": row.since, "ended_at": row.ended_at}


def _reply(row: Message) -> Facts:
    return {"number": number_of(row.case_id), "at": row.sent_at, "text": row.body}


def _refusal(row: RefusedAddress) -> Facts:
    return {"address": row.address, "refused_at": row.refused_at, "released_at": row.released_at}


def _rating(row: CaseRating | None) -> Facts | None:
    return {"at": row.at, "score": row.score, "comment": row.comment} if row else None


def _messages(case: Case) -> list[Facts]:
    files = attachments.of_case(case, reader=case.requester).said
    return [_message(message, case, files.get(message.id, ())) for message in public_messages(queries.messages_of(case))]


def _message(message: Message, case: Case, files: Sequence[Attachment]) -> Facts:
    by = "you" if message.author_id == case.requester_id else message.author_name
    told = {"at": message.sent_at, "by": by, "kind": message.kind.value, "withdrawn_at": message.withdrawn_at}
    return told if message.withdrawn_at else {**told, "text": message.body, "files": [_file(file) for file in files]}


def _file(file: Attachment) -> Facts:
    return {
        "name": file.name,
        "type": file.media_type,
        "bytes": file.size,
        "at": file.uploaded_at,
        "removed_at": file.redacted_at,
    }


def _not_sent(user: User) -> Facts:
    """The forms that they have not sent, whose table is known by its name, the files that wait, and what staff is writing."""
    drafts = db.metadata.tables["drafts"]
    rows = db.session.execute(sa.select(drafts.c.saved_at, drafts.c.answers).where(drafts.c.owner_id == user.id)).all()
    files = attachments.Shelf(user.id).waiting()
    answers = db.session.scalars(sa.select(CaseDraft).where(CaseDraft.owner_id == user.id).order_by(CaseDraft.case_id))
    return {
        "forms": [dict(row._mapping) for row in rows],
        "files": [_file(file) for file in files],
        "answers": [{"case": number_of(d.case_id), "kind": d.kind, "text": d.body, "saved_at": d.saved_at} for d in answers],
    }


def _mail(row: OutboxMessage) -> Facts:
    told = {"to": row.to_address, "kind": row.kind, "subject": row.subject, "made_at": row.made_at, "sent_at": row.sent_at}
    return {**told, "text": row.text_body} if row.kind in WORDS_TOLD else told


def _opinion(row: ArticleFeedback) -> Facts:
    said = {"at": row.at, "version": row.version, "is_helpful": row.is_helpful, "comment": row.comment}
    return {"article": row.article.title, **said}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, default=_instant)


def _instant(value: datetime) -> str:
    return value.isoformat()


_TOLD_BESIDE: dict[Any, tuple[Any, ...]] = {
    Case: (Case.rating,),
    AccountEvent: (AccountEvent.actor,),
    ArticleFeedback: (ArticleFeedback.article,),
    Affiliation: (Affiliation.organization, Affiliation.location),
    JoinRequest: (JoinRequest.organization, JoinRequest.location),
}
_LISTS: tuple[tuple[str, Any, Callable[[Any], Facts]], ...] = (
    ("sessions", UserSession, _session),
    ("browsers", KnownDevice, _device),
    ("mailed_links", AccountToken, _link),
    ("history", AccountEvent, _event),
    ("kept_forms", ParkedForm, _kept),
    ("affiliations", Affiliation, _affiliation),
    ("requests_to_join", JoinRequest, _request),
    ("cases", Case, _case),
    ("cases_copied_to_you", CaseCopy, _copy),
    ("replies_on_cases_of_colleagues", Message, _reply),
    ("mail", OutboxMessage, _mail),
    ("addresses_that_refused_mail", RefusedAddress, _refusal),
    ("answers_about_articles", ArticleFeedback, _opinion),
)
