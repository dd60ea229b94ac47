"""Whether somebody was told, judged by the mail that carries what they were to be told: a pure reading of its rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ..hours.wording import moment
from ..languages import gettext as _
from . import wording
from .models import AttemptOutcome, DeliveryAttempt, MailAct, MailEvent, MailState, OutboxMessage, Settlement
from .queries import standing

UNDER_WAY = frozenset({MailState.HELD, MailState.DUE, MailState.SENDING, MailState.RETRY})
KNOWN_TO_BE_TOLD = frozenset({Settlement.TOLD, Settlement.ARRIVED})


class Verdict(StrEnum):
    """The answer to "was this person told?"."""

    YES = "yes"  # a mail server accepted the mail, or somebody of the desk knows that they were told
    IN_DOUBT = "in doubt"  # a mail server may have taken it, and never said so
    NOT_YET = "not yet"
    NO = "no"


BY_WEIGHT = tuple(Verdict)  # one mail that arrived outweighs others that did not


@dataclass(frozen=True)
class Evidence:
    """What one mail says about it."""

    message: OutboxMessage
    verdict: Verdict
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class Finding:
    """A verdict, and the mail it rests on, oldest first."""

    verdict: Verdict
    evidence: tuple[Evidence, ...]


def finding(mails: Sequence[OutboxMessage], names: Mapping[int, str]) -> Finding:
    """Whether somebody was told, by the mails that told it (attempts and events loaded); `names` of those who settled one.

    A mail that another one replaced decides nothing any more, but is evidence.
    """
    evidence = tuple(Evidence(mail, weigh(mail), _sentences(mail, names)) for mail in mails)
    deciding = [found.verdict for found in evidence if found.message.state is not MailState.SUPERSEDED]
    return Finding(min(deciding, key=BY_WEIGHT.index, default=Verdict.NO), evidence)


def weigh(mail: OutboxMessage) -> Verdict:
    """What one mail proves by itself."""
    if mail.state is MailState.SENT or mail.settlement in KNOWN_TO_BE_TOLD:
        return Verdict.YES
    was_silent = any(attempt.outcome is AttemptOutcome.SILENT for attempt in mail.attempts)
    if was_silent or mail.state is MailState.DOUBTFUL:
        return Verdict.IN_DOUBT
    return Verdict.NOT_YET if mail.state in UNDER_WAY else Verdict.NO


def _sentences(mail: OutboxMessage, names: Mapping[int, str]) -> tuple[str, ...]:
    said = [_("Mail to %(address)s. %(standing)s", address=mail.to_address, standing=_ended(standing(mail)))]
    accepted = _accepted(mail)
    if accepted is not None and (accepted.code or accepted.answer):
        said.append(_("The mail server said: %(answer)s", answer=f"{accepted.code or ''} {accepted.answer}".strip()))
    elif any(attempt.outcome is AttemptOutcome.SILENT for attempt in mail.attempts) and mail.state is not MailState.DOUBTFUL:
        said.append(_("An earlier try ended without an answer: it may have arrived."))
    if mail.settlement is not Settlement.OPEN:
        said.append(_settled(mail, names))
    return tuple(said)


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith(".") else sentence + "."


def _accepted(mail: OutboxMessage) -> DeliveryAttempt | None:
    return next((a for a in reversed(mail.attempts) if a.outcome is AttemptOutcome.ACCEPTED), None)


def _settled(mail: OutboxMessage, names: Mapping[int, str]) -> str:
    """Who settled it, how and when, in the words they left."""
    how = str(wording.SETTLEMENTS[mail.settlement])
    act: MailEvent | None = next((e for e in reversed(mail.events) if e.act is MailAct.SETTLED), None)
    if act is None:
        return _ended(how)
    who, when = names.get(act.actor_id or 0, _("the desk")), moment(act.at)
    if act.reason:
        return _ended(_("%(how)s, by %(who)s, %(moment)s: %(reason)s", how=how, who=who, moment=when, reason=act.reason))
    return _ended(_("%(how)s, by %(who)s, %(moment)s", how=how, who=who, moment=when))
