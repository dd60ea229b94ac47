"""The only writer of mail: a message is rendered and frozen in the transaction that causes it."""

import secrets
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from email.utils import parseaddr
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask import current_app
from flask_babel import force_locale
from sqlalchemy.exc import IntegrityError

from .. import clock, typed_text
from ..extensions import babel, db
from ..hours import queries as hours
from . import states, window
from .errors import FactMissing
from .kinds import Kind, kind_named
from .models import MailAct, MailEvent, MailState, OutboxMessage, Recipient
from .obstacles import obstacle

LOOP_HEADER = "X-Help-Desk-Loop"
_WRITTEN = sa.select(OutboxMessage).where(OutboxMessage.dedupe_key == sa.bindparam("dedupe_key"))
_NOT_GONE = (
    sa.select(OutboxMessage)
    .where(OutboxMessage.case_id == sa.bindparam("case_id"), OutboxMessage.kind.in_(sa.bindparam("kinds", expanding=True)))
    .where(states.NOT_GONE)
    .order_by(OutboxMessage.id)
    .with_for_update()  # no SKIP LOCKED: what is being claimed at this moment has to be marked
    .execution_options(populate_existing=True)
)
AUTOMATIC = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}


def enqueue(
    kind: str, *, to: Recipient, about: Mapping[str, Any], key: str, case_id: int | None = None, is_test: bool = False
) -> OutboxMessage:
    """Write one mail to one person: its words, its Message-ID and its time are fixed now.

    `key` names the occasion: the same kind, key and recipient again returns the message that is already there. Mail to an
    address that refuses, or more of it than anybody needs, is written as failed, for a person to look at. A test leaves at
    once and says so in its subject. Raises UnknownKind and FactMissing.
    """
    what, language, now = kind_named(kind), _language_for(to), clock.now()
    if is_test:
        what = what.as_test()
    dedupe_key = f"{kind}:{key}:{to.user_id or to.address.lower()}"
    if already := _written(dedupe_key):
        return already
    message = OutboxMessage(
        kind=kind,
        dedupe_key=dedupe_key,
        user_id=to.user_id,
        case_id=case_id,
        message_id=f"<{secrets.token_hex(16)}@{_own_domain()}>",
        to_address=to.address,
        to_name=typed_text.one_line(to.name),
        language=language,
        headers=_headers(to, case_id),
        is_windowed=what.is_windowed,
        **words(what, to=to, about=about),
        **_times(what, made_at=now),
    )
    if in_the_way := obstacle(what, address=to.address, case_id=case_id, at=now):
        message.state, message.reason = MailState.FAILED, in_the_way
    try:
        with db.session.begin_nested():
            db.session.add(message)
    except IntegrityError:  # somebody else was first, a moment ago
        first = _written(dedupe_key)
        if first is None:
            raise
        return first
    return message


def cancel_unsent(case_id: int, *, kinds: Collection[str], reason: str, user_id: int | None = None) -> int:
    """Stop what has not left yet about a case (to one person, where one is named); returns how many are cancelled now.

    One that a process has in its hands is not counted, but marked: it is not begun, and if it was begun already, it is not
    tried again, so that it leaves only if the mail server takes it at this moment.
    """
    not_gone = _NOT_GONE if user_id is None else _NOT_GONE.where(OutboxMessage.user_id == user_id)
    messages, cancelled = db.session.scalars(not_gone, {"case_id": case_id, "kinds": list(kinds)}).all(), 0
    if not messages:
        return 0
    for message in messages:
        if message.state is MailState.SENDING:
            message.stop_reason = reason
            continue
        states.check(message.state, MailState.CANCELLED)
        entry = MailEvent(at=clock.now(), act=MailAct.CANCELLED, reason=reason, old={"state": message.state.value}, new={})
        message.events.append(entry)
        message.state, message.reason = MailState.CANCELLED, reason
        cancelled += 1
    db.session.flush()
    return cancelled


def written_for(case_id: int, *, kind: str, key: str) -> OutboxMessage | None:
    """The newest message of this kind about this occasion of a case."""
    found = sa.select(OutboxMessage).where(OutboxMessage.case_id == case_id, OutboxMessage.kind == kind)
    rows = db.session.scalars(found.order_by(OutboxMessage.id.desc()))
    return next((message for message in rows if occasion(message) == key), None)


def occasion(message: OutboxMessage) -> str:
    """The key that a message was enqueued with."""
    return message.dedupe_key.removeprefix(f"{message.kind}:").rpartition(":")[0]


def words(kind: Kind, *, to: Recipient, about: Mapping[str, Any]) -> dict[str, str]:
    """Subject and bodies in the recipient's language, from the facts this kind may tell; raises FactMissing."""
    language = _language_for(to)
    if missing := kind.needs - about.keys():
        raise FactMissing(f"{kind.name}: {', '.join(sorted(missing))}")
    facts = {name: value for name, value in about.items() if name in kind.needs | kind.may_tell}
    context = {**facts, "to": to, "language": language, **_surroundings()}
    if "path" in facts:
        context["link"] = f"{context['base_url']}{facts['path']}"
    templates = current_app.jinja_env
    with force_locale(language):
        context["title"] = subject = typed_text.one_line(str(kind.subject) % facts)
        return {
            "subject": subject,
            "text_body": typed_text.lines(templates.get_template(f"email/{kind.name}.txt").render(context)),
            "html_body": typed_text.lines(templates.get_template(f"email/{kind.name}.html").render(context)),
        }


def _written(dedupe_key: str) -> OutboxMessage | None:
    return db.session.scalar(_WRITTEN, {"dedupe_key": dedupe_key})


def _times(kind: Kind, *, made_at: datetime) -> dict[str, Any]:
    """When the message may leave and why not before."""
    if not kind.is_windowed:
        return {"state": MailState.DUE, **dict.fromkeys(("made_at", "rest_until", "due_at", "first_due_at"), made_at)}
    calendar = hours.calendar()
    rest_until = made_at + timedelta(seconds=current_app.config["MAIL_REST_SECONDS"])
    due_at = window.leaves_at(calendar, rest_until, is_windowed=True)
    closed = window.why_held(calendar, rest_until)
    return {
        "state": MailState.HELD,
        "reason": closed or window.rests(),
        "held_because": closed,
        "calendar_version": hours.calendar_version(),
        "made_at": made_at,
        "rest_until": rest_until,
        "due_at": due_at,
        "first_due_at": due_at,
    }


def _language_for(to: Recipient) -> str:
    """The language of the recipient where our sentences are translated into it, else our own: never a mixture of two."""
    spoken = {locale.language for locale in babel.list_translations()}  # the desk's own is always among them
    return to.language if to.language in spoken else str(babel.default_locale.language)


def _surroundings() -> dict[str, str]:
    names = {"desk_name": "DESK_NAME", "desk_phone": "DESK_PHONE", "base_url": "BASE_URL"}
    return {name: current_app.config[setting] for name, setting in names.items()}


def _headers(to: Recipient, case_id: int | None) -> dict[str, Any]:
    """The marks of automatic mail, and the thread: all mail about a case answers the first one to this person."""
    headers = {**AUTOMATIC, LOOP_HEADER: str(urlsplit(current_app.config["BASE_URL"]).hostname)}
    if case_id is None:
        return headers
    to_them = {"user_id": to.user_id} if to.user_id else {"to_address": to.address}
    first = db.session.scalar(_first(*to_them), {"case_id": case_id, **to_them})
    return {**headers, "In-Reply-To": first, "References": first} if first else headers


@cache
def _first(person: str) -> sa.Select[str]:
    """The Message-ID of the first mail about a case to a person, who is known by this column."""
    found = sa.select(OutboxMessage.message_id).filter_by(case_id=sa.bindparam("case_id"), **{person: sa.bindparam(person)})
    return found.order_by(OutboxMessage.id).limit(1)


def _own_domain() -> str:
    """The domain of our sender, the right side of our Message-IDs."""
    _name, address = parseaddr(current_app.config["MAIL_DEFAULT_SENDER"])
    return address.rpartition("@")[2]
