"""What is typed into the help ticket is kept on every step, with its files, until it is sent."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from werkzeug.datastructures import FileStorage, MultiDict

from ..accounts.models import User
from ..cases import attachments
from ..cases import queries as cases
from ..cases.attachment_models import Attachment
from ..cases.attachments import Refused
from ..cases.errors import FormKeyReused
from ..extensions import db
from . import drafts, queries
from .definition import Kind
from .errors import FilesChanged
from .models import Draft, Purpose
from .starting import NEVER_FILLED_IN

# Of the page and its buttons: not typed by anybody.
NOT_KEPT = frozenset({"form_key", "shown", "show", "find", "pick", "change", "remove", "files", "box", "file_id"})

_THEIR_DRAFT = sa.select(Draft.id).where(Draft.owner_id == sa.bindparam("owner_id"), Draft.purpose == sa.bindparam("purpose"))
_WAITING = (
    sa.select(Attachment)
    .where(Attachment.draft_id == _THEIR_DRAFT.scalar_subquery(), Attachment.message_id.is_(None))
    .order_by(Attachment.id)
)


def keep(sent: MultiDict[str, Any], *, owner: User, purpose: Purpose = Purpose.OWN) -> Draft:
    """Keep what was sent beside the answers to other topics' questions that this ticket had before. Needs an open transaction.

    Raises DraftTooLarge.
    """
    before = drafts.held(owner, purpose)
    key = sent.get("form_key", "")
    known: Mapping[str, list[str]] = before.answers if before is not None and before.form_key == key else {}
    typed = {name: values for name, values in sent.lists() if name not in NOT_KEPT}
    boxes = {q.key for q in queries.current_definition().questions if q.kind is Kind.CHECKBOX} | NEVER_FILLED_IN
    kept = {name: values for name, values in known.items() if name not in boxes}
    return drafts.replace(before, owner, purpose, key, {**kept, **typed})


def typed_before(owner: User, purpose: Purpose = Purpose.OWN) -> tuple[MultiDict[str, Any], datetime] | None:
    """What was kept of a ticket that has not been sent, with its key, and when."""
    draft = drafts.of(owner, purpose)
    if draft is None:
        return None
    fields: MultiDict[str, Any] = MultiDict(draft.answers)
    fields["form_key"] = draft.form_key
    return fields, draft.saved_at


def receive(files: Collection[FileStorage], *, draft: Draft) -> list[Refused]:
    """Let files wait with the ticket; says which are not kept, and why. Needs an open transaction."""
    if not files:
        return []
    _kept, refused = attachments.receive(files, on=_shelf(draft))
    return refused


def remove_file(file_id: int, *, draft: Draft) -> None:
    """Remove a file that waits; none has the id 0. Needs an open transaction."""
    if file_id:
        attachments.remove(file for file in attachments.take(_shelf(draft)) if file.id == file_id)


def files_of(owner: User, purpose: Purpose = Purpose.OWN) -> list[Attachment]:
    """The files that wait with the ticket, in the order in which they came."""
    return list(db.session.scalars(_WAITING, {"owner_id": owner.id, "purpose": purpose}))


def held(owner: User, purpose: Purpose = Purpose.OWN) -> Draft | None:
    """What was kept, held until the transaction ends: whoever keeps a step of it, or sends it, waits."""
    return drafts.held(owner, purpose)


def files_to_send(seen: Collection[int], *, form_key: str, draft: Draft | None) -> list[Attachment]:
    """The files that go with the ticket whose draft is held, as they are themselves; none where it has been sent before.

    Raises FilesChanged unless those wait that stood on the page: somebody who fills in two tickets in two windows has one set of
    files, which are neither sent nor thrown away unseen. Raises FormKeyReused where files were added to a ticket that is sent.
    """
    files = attachments.take(_shelf(draft)) if draft is not None else []
    if not files and not seen:
        return []
    sent = db.session.scalar(cases.with_form_key(form_key))
    if sent is not None:
        if draft is not None and files and draft.form_key == form_key:
            raise FormKeyReused(sent.number)
        return []
    if {file.id for file in files} != set(seen):
        raise FilesChanged
    return files


def forget(form_key: str, *, draft: Draft | None) -> None:
    """The ticket is sent with its files: nothing is left of its draft, which is held. One that has been begun since stays."""
    if draft is not None and draft.form_key == form_key:
        drafts.end(draft)


def start_over(*, owner: User, purpose: Purpose = Purpose.OWN) -> None:
    """Nothing is left of a ticket that was not sent, nor of its files. Needs an open transaction."""
    draft = drafts.held(owner, purpose)
    if draft is not None:
        drafts.remove(draft)


def _shelf(draft: Draft) -> attachments.Shelf:
    return attachments.Shelf(draft.owner_id, draft_id=draft.id)
