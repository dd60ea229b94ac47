"""Everything the ledger knows of one message, in words: its copy, when it was to leave and why, each try, each act."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr
from typing import Any

import sqlalchemy as sa
from flask import current_app
from markupsafe import Markup

from ..extensions import db
from ..hours.models import CalendarChange
from ..hours.wording import moment
from ..languages import gettext as _
from . import reading, wording
from .acts import needs_a_person
from .kinds import KINDS, Audience
from .models import AttemptOutcome, DeliveryAttempt, MailEvent, MailState, OutboxMessage, Settlement
from .queries import standing

Facts = list[tuple[str, str]]
NOT_YET_GONE = frozenset({MailState.HELD, MailState.DUE, MailState.RETRY, MailState.DOUBTFUL})


@dataclass(frozen=True)
class Entry:
    """One entry of a message's history: a sentence, when it was, and what is known besides."""

    sentence: str
    at: datetime
    facts: Facts


@dataclass(frozen=True)
class Dossier:
    """One message as its page shows it."""

    message: OutboxMessage
    name: str
    standing: str
    settlement: str  # empty while nobody has settled it
    decision: list[str]  # sentences: when it was to leave, and why
    attempts: list[Entry]
    acts: list[Entry]
    replaced_by: OutboxMessage | None
    headers: Facts
    text: Markup
    html: Markup
    is_secret: bool  # its links are for the recipient's eyes only, and stand on no page

    @property
    def needs_a_person(self) -> bool:
        """Whether somebody has to decide what follows."""
        return needs_a_person(self.message)


def dossier(message: OutboxMessage) -> Dossier:
    """All there is to know of a message, in at most six statements."""
    kind = KINDS.get(message.kind)
    is_secret = kind is None or kind.audience is Audience.ACCOUNT  # of a kind that is gone nobody knows what it opens
    return Dossier(
        message=message,
        name=wording.kind_name(message.kind),
        standing=standing(message),
        settlement="" if message.settlement is Settlement.OPEN else str(wording.SETTLEMENTS[message.settlement]),
        decision=_decision(message),
        attempts=[_attempt(attempt) for attempt in message.attempts],
        acts=_acts(message.events),
        replaced_by=_replaced_by(message),
        headers=_headers(message),
        text=reading.linked(_shown(message.text_body, is_secret=is_secret)),
        html=reading.cleaned(_shown(message.html_body, is_secret=is_secret)),
        is_secret=is_secret,
    )


def names_of(user_ids: Iterable[int | None]) -> dict[int, str]:
    """The names of these people, in one statement; none for nobody. Accounts stand above this package: known by their table."""
    wanted = {id_ for id_ in user_ids if id_ is not None}
    if not wanted:
        return {}
    users = db.metadata.tables["users"].c
    rows = db.session.execute(sa.select(users.id, users.first_name, users.last_name).where(users.id.in_(wanted)))
    return {row.id: f"{row.first_name} {row.last_name}" for row in rows}


def _shown(part: str, *, is_secret: bool) -> str:
    """A part of a mail as staff may read it: a link that opens somebody's account is not for them."""
    return reading.without_addresses(part, instead=_("(a link, shown to its recipient only)")) if is_secret else part


def _decision(message: OutboxMessage) -> list[str]:
    """When the message was to leave and why, as decided when it was made, and what became of that."""
    said = [_("Made %(moment)s.", moment=moment(message.made_at, seconds=True))]
    said += _windowed(message) if message.is_windowed else [_("Mail of this kind leaves at once, whatever the hour.")]
    if message.state in NOT_YET_GONE and message.due_at != message.first_due_at:
        said.append(_("Now it leaves %(moment)s.", moment=moment(message.due_at, seconds=True)))
    if message.sent_at is not None:
        said.append(_("Accepted by the mail server %(moment)s.", moment=moment(message.sent_at, seconds=True)))
    return said


def _windowed(message: OutboxMessage) -> list[str]:
    said = [_("Until %(moment)s it could be taken back.", moment=moment(message.rest_until, seconds=True))]
    if message.held_because:
        said.append(_("After that it was held, because %(reason)s.", reason=message.held_because))
    elif message.first_due_at > message.rest_until:
        said.append(_("After that the desk was closed, so that it was held."))
    else:
        said.append(_("After that nothing held it: the desk was open."))
    said.append(_("So it was to leave %(moment)s.", moment=moment(message.first_due_at, seconds=True)))
    return [*said, _calendar(message.calendar_version)]


def _calendar(version: int | None) -> str:
    if version is None:
        return _("Which version of the service hours that was decided by is not recorded.")
    changed_at = db.session.scalar(sa.select(CalendarChange.at).where(CalendarChange.id == version))
    if changed_at is None:
        return _("That was decided by version %(version)s of the service hours.", version=version)
    return _(
        "That was decided by version %(version)s of the service hours, of %(moment)s.", version=version, moment=moment(changed_at)
    )


def _attempt(attempt: DeliveryAttempt) -> Entry:
    """A try: how it ended, and what the two servers said on the way."""
    answer = f"{attempt.code} {attempt.answer}".strip() if attempt.code else attempt.answer
    stage = wording.STAGES.get(attempt.stage, attempt.stage)
    known = [
        (_("Claimed"), moment(attempt.claimed_at, seconds=True)),
        (_("Begun"), moment(attempt.begun_at, seconds=True) if attempt.begun_at else ""),
        (_("Ended"), moment(attempt.finished_at, seconds=True) if attempt.finished_at else ""),
        (_("Greeting"), attempt.greeting),
        (_("Stage"), "" if attempt.outcome is AttemptOutcome.ACCEPTED else str(stage)),
        (_("Answer"), answer),
    ]
    at = attempt.begun_at or attempt.finished_at or attempt.claimed_at
    return Entry(str(wording.OUTCOMES[attempt.outcome]), at, [(label, text) for label, text in known if text])


def _acts(events: Iterable[MailEvent]) -> list[Entry]:
    events = list(events)
    names = names_of(event.actor_id for event in events)
    return [
        Entry(act_sentence(event, names), event.at, [*_changes(event), *([(_("Reason"), event.reason)] if event.reason else [])])
        for event in events
    ]


def act_sentence(event: MailEvent, names: dict[int, str]) -> str:
    """Who did what to a message."""
    return str(wording.ACTS[event.act]) % {"who": names.get(event.actor_id or 0, _("The desk"))}


def _changes(event: MailEvent) -> Facts:
    """What the act changed: "old -> new", or the one of them that is known."""
    changed = []
    for key in dict.fromkeys([*event.old, *event.new]):
        label = str(wording.CHANGED.get(key, key.replace("_", " ").capitalize()))
        old, new = _value(key, event.old.get(key)), _value(key, event.new.get(key))
        changed.append((label, _("%(old)s → %(new)s", old=old, new=new) if old and new else old or new))
    return changed


def _value(key: str, value: Any) -> str:
    """A value of the history as people read it; instants stand there as text."""
    if value is None:
        return ""
    if key.endswith("_at"):
        try:
            return moment(datetime.fromisoformat(str(value)), seconds=True)
        except ValueError:
            return str(value)
    words: dict[Any, Any] = {**wording.STATES} if key == "state" else {**wording.SETTLEMENTS} if key == "settlement" else {}
    return str(words.get(str(value), value))  # a member of a set of values equals its value


def _replaced_by(message: OutboxMessage) -> OutboxMessage | None:
    """The message that took its place; both are about the same case."""
    if message.case_id is None:
        return None
    later = sa.select(OutboxMessage).where(OutboxMessage.case_id == message.case_id, OutboxMessage.replaces_id == message.id)
    found: OutboxMessage | None = db.session.scalars(later.order_by(OutboxMessage.id.desc()).limit(1)).first()
    return found


def _headers(message: OutboxMessage) -> Facts:
    """The headers it is sent with."""
    _name, sender = parseaddr(current_app.config["MAIL_DEFAULT_SENDER"])
    return [
        ("From", f"{current_app.config['DESK_NAME']} <{sender}>"),
        ("To", f"{message.to_name} <{message.to_address}>"),
        ("Subject", message.subject),
        ("Date", moment(message.first_due_at, seconds=True)),
        ("Message-ID", message.message_id),
        *((name, str(value)) for name, value in message.headers.items()),
        ("Content-Language", message.language),
    ]
