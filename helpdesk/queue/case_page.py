"""What an agent sees of one case, and of what became of what they have just written."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

import sqlalchemy as sa
from flask import render_template, request, url_for
from werkzeug.datastructures import MultiDict

from ..accounts import parked
from ..accounts.sessions import the_user
from ..cases import attachments, case_drafts, filing, macro_wording, untold, whose
from ..cases import mail as case_mail
from ..cases import queries as cases
from ..cases.attachment_models import Attachment
from ..cases.copies import Copied
from ..cases.forms import CopyForm
from ..cases.holding_wording import REASONS as HOLD_REASONS
from ..cases.macros import Macro
from ..cases.models import FINAL, Case, EventKind, Message, MessageKind, Status
from ..cases.wording import event_sentence, label
from ..extensions import db
from ..notifications import acts
from ..notifications import queries as mail
from ..notifications.models import OutboxMessage
from ..notifications.obstacles import TO_COPIED
from ..notifications.wording import kind_name
from ..permissions import Permission, may
from ..sla import queries as sla
from ..sla import wording as sla_wording
from ..sla.models import SlaClock
from . import beside, draft_boxes, presence_words, timeline, who_asks, why_here, wording
from .beside import Beside
from .case_values import CASE_ID
from .forms import CaseForm, PublicForm, ReplyForm

# Events that carry a message, each exactly one.
SPOKEN = frozenset({EventKind.OPENED, EventKind.NOTED, EventKind.REPLIED, EventKind.RESOLVED, EventKind.REJECTED})
# Of the latest, unless somebody asks for all.
MOST_MESSAGES, MOST_MAIL = 20, 8


class Earlier(NamedTuple):
    """How many of the earliest messages and mails are not shown."""

    messages: int
    mail: int


@dataclass
class Outcome:
    """What came of something an agent sent: the form as they sent it, and why it was refused."""

    form: CaseForm | None = None
    stale_since: int | None = None  # the version they had seen, when something has happened since
    problem: str = ""
    copy_form: CopyForm | None = None  # colleagues who cannot be copied


@dataclass
class Offered:
    """The forms that the status of the case allows, filled in with what was typed; and what was meant for others."""

    note: CaseForm | None = None
    reply: CaseForm | None = None
    resolve: CaseForm | None = None
    macro: Macro | None = None  # whose text was put into the reply
    left_over: list[tuple[MessageKind, str]] = field(default_factory=list)
    left_behind: list[Attachment] = field(default_factory=list)


def render(case: Case, outcome: Outcome | None = None) -> str:
    """The page of a case: conversation and forms, and beside them everything there is to know."""
    outcome = outcome or Outcome()
    messages, events = cases.messages_of(case), cases.events_of(case)
    changes = [e for e in events if outcome.stale_since is not None and e.version > outcome.stale_since]
    said = sum(event.kind in SPOKEN for event in changes)
    sent, asker = list(db.session.scalars(_mail(), {CASE_ID.key: case.id})), who_asks.asker(case, reader=the_user())
    stuck = [m for m in sent if m.kind in untold.TO_PROVIDERS and acts.needs_a_person(m)]
    files = attachments.of_case(case, reader=the_user())
    near = beside.of(case, decision := why_here.decision_of(case), reader=the_user())
    return render_template(
        "queue/case.html",
        case=case,
        messages=messages,
        resolution=next((m for m in reversed(messages) if m.kind is MessageKind.RESOLUTION and m.withdrawn_at is None), None),
        new_messages=messages[len(messages) - said :],
        timeline=timeline.timeline(events),
        timeline_labels=timeline.LABELS,
        hold_reasons=HOLD_REASONS,
        changes=changes,
        outcome=outcome,
        offered=_offered(case, outcome, files, near, messages),
        beside=near,
        macro_effects=macro_wording.effects,
        presence=presence_words.words(near.others),
        files=files.said,
        waiting=files.waiting,
        clocks=list(db.session.scalars(_clocks(), {CASE_ID.key: case.id})),
        why_here=why_here.why_here(case, decision, events),
        earlier=(earlier := _earlier(messages, sent)),
        mail=[(m, _called(m), mail.standing(m)) for m in sent[earlier.mail :]],
        could_not_be_told=stuck,
        unreached=_unreached(case, stuck, asker.copied),
        copied=asker.copied,
        copy_form=outcome.copy_form or _copy_form(case),
        held=case_mail.held_by_message(sent) if not case.is_final else {},
        asker=asker,
        colleague=filing.colleague_of(case),
        mail_standing=mail.standing,
        kind_name=kind_name,
        may_send_now=cases.may_send_now(the_user(), case, leads=near.is_led_by_reader),
        may_have=whose.may_have(the_user(), case.team, works_there=near.is_readers_team),
        may_redact=may(the_user(), Permission.REDACT),
        may_edit_rules=may(the_user(), Permission.EDIT_RULES),
        event_sentence=event_sentence,
        label=label,
        sla_wording=sla_wording,
        wording=wording,
    )


@cache
def _mail() -> sa.Select[OutboxMessage]:
    return mail.mail_of_case(CASE_ID)


@cache
def _clocks() -> sa.Select[SlaClock]:
    return sla.clocks(CASE_ID)


def _earlier(messages: Sequence[Message], sent: Sequence[OutboxMessage]) -> Earlier:
    """What is left out of a page, unless its address asks for all of it by name; never the question itself."""
    lists = (("messages", messages[1:], MOST_MESSAGES), ("mail", sent, MOST_MAIL))
    return Earlier(*(0 if request.args.get(name) == "all" else max(0, len(rows) - most) for name, rows, most in lists))


def _called(message: OutboxMessage) -> str:
    """What a mail is called on the page: a copy, with the name of its reader."""
    name = kind_name(message.kind)
    return f"{name}, {message.to_name}" if message.kind in TO_COPIED else name


def _unreached(
    case: Case, stuck: Iterable[OutboxMessage], copied: Iterable[Copied]
) -> list[tuple[str, str, list[OutboxMessage]]]:
    """Who could not be told, the requester first: name, phone, and the mails that tell it."""
    known = {case.requester_id: (case.requester.name, case.requester.phone)} | {c.user_id: (c.name, c.phone) for c in copied}
    of_person: dict[int, list[OutboxMessage]] = {}
    for message in sorted(stuck, key=lambda m: m.user_id != case.requester_id):
        of_person.setdefault(message.user_id or 0, []).append(message)
    return [(*known.get(who, (mails[0].to_name, "")), mails) for who, mails in of_person.items()]


def _copy_form(case: Case) -> CopyForm:
    typed = parked.fields_for(url_for("queue.add_copies", number=case.number))
    return CopyForm(formdata=MultiDict(typed) if typed else None)


def _offered(case: Case, outcome: Outcome, files: attachments.OnCase, beside: Beside, messages: Sequence[Message]) -> Offered:
    """The forms for this status; one that was written for an older version is offered again for the present one."""
    filled = {kind: _form(kind, case, outcome, beside) for kind in draft_boxes.BOXES}
    for kind, form in filled.items():
        form.said = case_drafts.said(messages, the_user(), kind)
    left_over = [(kind, form.typed) for kind, form in filled.items() if form.typed and not _allows(case.status, kind)]
    left_behind = [f for kind in filled if not _allows(case.status, kind) for f in files.waiting.get(kind, ())]
    note, reply, resolve = (form if _allows(case.status, kind) else None for kind, form in filled.items())
    macro = beside.macro(reply.macro.data or "") if isinstance(reply, ReplyForm) else None
    if isinstance(reply, ReplyForm):
        reply.macro.data, reply.macro_version.data = (macro.code, str(macro.version)) if macro else ("", "")
    return Offered(note, reply, resolve, macro, left_over, left_behind)


def _form(kind: MessageKind, case: Case, outcome: Outcome, beside: Beside) -> CaseForm:
    box, draft = draft_boxes.BOXES[kind][0], beside.drafts.get(kind)
    if isinstance(outcome.form, box):
        form = outcome.form
    else:
        form = box(formdata=draft_boxes.typed_in(case, kind, draft))
        form.kept_at = draft.saved_at if draft and form.typed == draft.body else None
    if isinstance(form, PublicForm) and (form is not outcome.form or outcome.stale_since is not None or not form.version.data):
        form.version.data = str(case.version)
    return form


def _allows(status: Status, kind: MessageKind) -> bool:
    if status in FINAL:
        return False
    return kind is not MessageKind.RESOLUTION or status is not Status.RESOLVED
