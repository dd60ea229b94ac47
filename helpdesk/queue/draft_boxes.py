"""The boxes of the page of a case in which something is written, and what is kept of it until it is sent.

What was typed when a session ended waits elsewhere (`accounts/parked`), under the address that it was sent to; once it is seen
again, the draft takes its place.
"""

from typing import Any

from flask import request, url_for
from werkzeug.datastructures import MultiDict

from ..accounts import parked
from ..accounts.sessions import the_user
from ..cases import case_drafts, file_box
from ..cases.case_drafts import CaseDraft
from ..cases.models import Case, MessageKind
from .forms import CaseForm, NoteForm, ReplyForm, ResolveForm

# The forms of the page, by what becomes of them, and where each is sent.
BOXES: dict[MessageKind, tuple[type[CaseForm], str]] = {
    NoteForm.says: (NoteForm, "queue.add_note"),
    ReplyForm.says: (ReplyForm, "queue.reply"),
    ResolveForm.says: (ResolveForm, "queue.resolve"),
}


def typed_in(case: Case, kind: MessageKind, draft: CaseDraft | None) -> MultiDict[str, Any] | None:
    """What stands in a box: what was typed when a session ended or else what was kept; None where nothing is."""
    lost = _lost(case, kind)
    if lost is not None:
        return MultiDict(lost)
    if draft is None:
        return None
    form, _address = BOXES[kind]
    return MultiDict({form.written_in: draft.body, "code": draft.code, "macro": draft.macro})


def reply_so_far(case: Case) -> tuple[str, str]:
    """The reply that is being written, and the code of the macro that was put into it."""
    kept = typed_in(case, MessageKind.REPLY, case_drafts.of(case, the_user(), MessageKind.REPLY)) or MultiDict()
    return str(kept.get(ReplyForm.written_in) or ""), str(kept.get("macro") or "")


def keep(case: Case, kind: MessageKind, form: CaseForm, *, said_then: int | None = None) -> CaseDraft | None:
    """Keep what stands in a form as a draft, in place of whatever waited for its box. Needs an open transaction.

    Raises SaidMeanwhile where more has been said than its page knew.
    """
    more = {name: form.data.get(name) or "" for name in ("code", "macro")}
    draft = case_drafts.save(case, the_user(), kind, body=form.typed, said_then=said_then, **more)
    _forget_lost(case, kind)
    return draft


def keep_reply(case: Case, text: str, *, macro: str) -> None:
    """Keep a reply as a draft, in place of whatever waited for its box. Needs an open transaction."""
    _forget_lost(case, MessageKind.REPLY)
    case_drafts.save(case, the_user(), MessageKind.REPLY, body=text, macro=macro)


def forget(case: Case, kind: MessageKind) -> None:
    """Nothing of a box is kept any more: it was sent, or is not wanted. Needs an open transaction."""
    _forget_lost(case, kind)
    case_drafts.forget(case, the_user(), kind)


def _addresses(case: Case, kind: MessageKind) -> list[str]:
    """Where the text of a box was sent to, if a session ended then; the files of all boxes go to one address."""
    to = [url_for(name, number=case.number) for name in (BOXES[kind][1], "queue.keep_files")]
    to += [url_for(name, number=case.number, box=kind.value) for name in ("queue.save_draft", "queue.autosave")]
    if kind is MessageKind.REPLY:
        to += [url_for(name, number=case.number) for name in ("queue.choose_macro", "queue.articles")]
        to.append(request.path)  # of the macro that is being put into it
    return to


def _lost(case: Case, kind: MessageKind) -> dict[str, Any] | None:
    if not parked.tokens_held():
        return None
    for address in _addresses(case, kind):
        fields = parked.fields_for(address)
        if fields and fields.get(file_box.BOX, kind) == kind:
            return fields
    return None


def _forget_lost(case: Case, kind: MessageKind) -> None:
    for address in _addresses(case, kind):
        fields = parked.fields_for(address)
        if fields and fields.get(file_box.BOX, kind) == kind:
            parked.forget(address)
