"""Was the provider told? One answer for a case, behind its page and behind `flask mail told`."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from ..extensions import db
from ..hours.wording import moment
from ..languages import gettext as _
from ..languages import lazy_gettext as _l
from ..notifications import queries as mail
from ..notifications.dossier import names_of
from ..notifications.kinds import KINDS, Audience
from ..notifications.models import OutboxMessage
from ..notifications.told import Finding, Verdict, finding
from ..notifications.wording import kind_name
from . import copies, copy_mail, queries
from . import mail as case_mail
from .copies import Copied
from .models import PUBLIC_KINDS, Case, EventKind, Message, MessageKind, Status
from .wording import label

RECEIPT = -1  # no message of a case has this id
RECEIPTS = frozenset({"case_received", copy_mail.RECEIPT})
RESOLVED = frozenset({Status.RESOLVED, Status.CLOSED})
HEADLINES = {
    Verdict.YES: _l("Yes: %(who)s was told that %(number)s is resolved."),
    Verdict.IN_DOUBT: _l("In doubt: %(who)s may or may not have been told that %(number)s is resolved."),
    Verdict.NOT_YET: _l("Not yet: the mail to %(who)s that %(number)s is resolved has not left."),
    Verdict.NO: _l("No: %(who)s was not told that %(number)s is resolved."),
}
VERDICTS = {Verdict.YES: _l("Yes"), Verdict.IN_DOUBT: _l("In doubt"), Verdict.NOT_YET: _l("Not yet"), Verdict.NO: _l("No")}


@dataclass(frozen=True)
class Said:
    """One thing that the provider was to be told, and whether they were."""

    what: str
    at: datetime
    finding: Finding
    message_id: int | None = None  # the message of the case that was to be told
    withdrawn_at: datetime | None = None

    @property
    def answer(self) -> str:
        """The verdict as people read it."""
        return str(VERDICTS[self.finding.verdict])


@dataclass(frozen=True)
class ToldCopy:
    """What somebody was told to whom the case is copied, or was."""

    who: str
    standing: str  # in a sentence
    everything: list[Said]


@dataclass(frozen=True)
class Told:
    """What the provider of a case was told: the resolution first, for that is what is asked about."""

    case: Case
    resolution: Said | None
    everything: list[Said]
    since: list[str]  # what the provider has said since on the page of the case, which shows that they have read it
    copies: list["ToldCopy"]

    @property
    def verdict(self) -> Verdict:
        """Whether they were told of the resolution; not yet where there is none."""
        return self.resolution.finding.verdict if self.resolution else Verdict.NOT_YET

    @property
    def headline(self) -> str:
        """The answer in one sentence."""
        words = {"who": self.case.requester.name, "number": self.case.number}
        if self.resolution is not None:
            return str(HEADLINES[self.verdict]) % words
        return _(
            "Not yet: %(number)s is not resolved (%(status)s), so that there is no resolution to tell %(who)s of.",
            **words,
            status=label(self.case.status).lower(),
        )


def told(case: Case) -> Told:
    """What became of everything that the requester of a case and those with a copy were told, in at most seven statements."""
    found = list(db.session.scalars(_with_history(case.id)))
    names = names_of(event.actor_id for m in found for event in m.events)
    carried, others = _by_message(_for(Audience.REQUESTER, found))
    answers = [m for m in queries.messages_of(case) if m.kind in PUBLIC_KINDS and m.is_of_staff]
    everything = [_said(m, finding(carried.get(m.id, []), names)) for m in answers]
    if receipt := carried.get(RECEIPT):
        everything.insert(0, Said(_("Receipt"), case.opened_at, finding(receipt, names)))
    everything += [Said(kind_name(m.kind), m.made_at, finding([m], names)) for m in others]
    copied = _copies(case, _for(Audience.COPIED, found), answers, names)
    return Told(case, _resolution(case, answers, everything), everything, list(_since(case)), copied)


def lines(told: Told) -> Iterator[str]:
    """The answer and its evidence, line by line."""
    yield told.headline
    yield from told.since
    for said in told.everything:
        yield from _lines_of(said)
    for copy in told.copies:
        yield ""
        yield _("Copy to %(who)s. %(standing)s", who=copy.who, standing=copy.standing)
        for said in copy.everything:
            yield from _lines_of(said)


def _lines_of(said: Said) -> Iterator[str]:
    yield ""
    yield f"{said.what}, {moment(said.at)}: {said.answer}"
    if said.withdrawn_at is not None:
        yield "  " + _("Taken back %(moment)s.", moment=moment(said.withdrawn_at))
    if not said.finding.evidence:
        yield "  " + _("No mail was written about it.")
    for evidence in said.finding.evidence:
        yield from (f"  {sentence}" for sentence in evidence.sentences)


def _with_history(case_id: int) -> sa.Select[OutboxMessage]:
    return mail.mail_of_case(case_id).options(selectinload(OutboxMessage.attempts), selectinload(OutboxMessage.events))


def _for(audience: Audience, mails: Iterable[OutboxMessage]) -> list[OutboxMessage]:
    return [m for m in mails if m.kind in KINDS and KINDS[m.kind].audience is audience]


def _copies(case: Case, mails: Iterable[OutboxMessage], answers: Sequence[Message], names: Mapping[int, str]) -> list[ToldCopy]:
    """What each was told who has a copy, or had one when a mail was written to them, by their names."""
    now = {copied.user_id: copied for copied in copies.of(case.id, case.organization_id)}
    of_person: dict[int, list[OutboxMessage]] = {user_id: [] for user_id in now}
    for mail_row in mails:
        of_person.setdefault(mail_row.user_id or 0, []).append(mail_row)
    told_copies = []
    for user_id, rows in of_person.items():
        carried, _others = _by_message(rows)
        said = [_said(m, finding(carried[m.id], names)) for m in answers if m.id in carried]
        if receipt := carried.get(RECEIPT):
            said.insert(0, Said(kind_name(receipt[0].kind), receipt[0].made_at, finding(receipt, names)))
        who = now[user_id].name if user_id in now else rows[-1].to_name
        told_copies.append(ToldCopy(who, _standing(now.get(user_id)), said))
    return told_copies


def _standing(copied: Copied | None) -> str:
    if copied is None:
        return _("The case is copied to them no more.")
    if not copied.can_see:
        return _("They cannot see the case any more: their account has ended, or they work there no more.")
    return _("The case is copied to them.") if copied.is_mailed else _("They chose to get no mail about copies.")


def _by_message(mails: Sequence[OutboxMessage]) -> tuple[dict[int, list[OutboxMessage]], list[OutboxMessage]]:
    """The mails by the id of the message they carry, and those that carry none; a mail carries what the one it replaces did."""
    carried: dict[int, list[OutboxMessage]] = {}
    of_mail: dict[int, int | None] = {}
    for message in mails:
        what = of_mail[message.id] = of_mail.get(message.replaces_id or 0) or _carries(message)
        if what is not None:
            carried.setdefault(what, []).append(message)
    return carried, [m for m in mails if of_mail[m.id] is None]


def _carries(message: OutboxMessage) -> int | None:
    if message.kind in RECEIPTS:
        return RECEIPT
    return case_mail.carries(message)


def _said(message: Message, found: Finding) -> Said:
    named = _("Resolution by %(who)s") if message.kind is MessageKind.RESOLUTION else _("Reply by %(who)s")
    return Said(named % {"who": message.author_name}, message.sent_at, found, message.id, message.withdrawn_at)


def _resolution(case: Case, answers: Iterable[Message], everything: list[Said]) -> Said | None:
    """What was said when the case was resolved, if it is."""
    if case.status not in RESOLVED:
        return None
    ids = {m.id for m in answers if m.kind is MessageKind.RESOLUTION and m.withdrawn_at is None}
    return next((said for said in reversed(everything) if said.message_id in ids), None)


def _since(case: Case) -> Iterator[str]:
    for event in queries.events_of(case):
        if event.kind is EventKind.ACCEPTED:
            yield _(
                "On the page of the case, %(who)s said %(moment)s that this solved it.",
                who=event.actor.name if event.actor else case.requester.name,
                moment=moment(event.at),
            )
