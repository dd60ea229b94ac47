"""Forms that are being filled in: kept for their owner on every step, offered again on any device, removed when they are sent.

Nobody else reads a draft; no page of staff asks for one. Its files wait with it (`cases/attachments.py`).
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from .. import clock
from ..accounts.models import User
from ..accounts.parked import LARGEST_FORM, NEVER_KEPT
from ..cases import attachments
from ..errors import HelpDeskError
from ..extensions import db
from .models import Draft, Purpose

KEPT_FOR = timedelta(days=30)
_ROW = sa.select(Draft).where(Draft.owner_id == sa.bindparam("owner_id"), Draft.purpose == sa.bindparam("purpose"))
_HELD = _ROW.with_for_update().execution_options(populate_existing=True)


class DraftTooLarge(HelpDeskError):
    """What was typed is more than we keep; what was kept before stays."""


def save(owner: User, purpose: Purpose, form_key: str, fields: Mapping[str, Sequence[str]]) -> Draft:
    """Keep what was typed (name -> values) in place of what this person typed before. Needs an open transaction.

    Keys of the page and passwords are not kept. Raises DraftTooLarge.
    """
    return replace(held(owner, purpose), owner, purpose, form_key, fields)


def replace(before: Draft | None, owner: User, purpose: Purpose, form_key: str, fields: Mapping[str, Sequence[str]]) -> Draft:
    """Keep what was typed in place of this draft, which is `held`, or of none. Raises DraftTooLarge."""
    answers = {_storable(name): [_storable(value) for value in values] for name, values in _worth_keeping(fields)}
    if len(json.dumps(answers, ensure_ascii=False).encode(errors="replace")) > LARGEST_FORM:
        raise DraftTooLarge
    if before is not None and _is_over(before):
        remove(before)
        before = None
    kept = {"form_key": _storable(form_key), "answers": answers, "saved_at": clock.now()}
    draft = before or _begin(owner, purpose, kept)
    for name, value in kept.items():
        setattr(draft, name, value)
    db.session.flush()
    return draft


def of(owner: User, purpose: Purpose) -> Draft | None:
    """The draft of this person, while it is kept."""
    draft = db.session.scalar(_ROW, {"owner_id": owner.id, "purpose": purpose})
    return None if draft is None or _is_over(draft) else draft


def held(owner: User, purpose: Purpose) -> Draft | None:
    """The draft of this person, locked until the transaction ends: whoever keeps a step of it waits for whoever sends it."""
    return db.session.scalar(_HELD, {"owner_id": owner.id, "purpose": purpose})


def remove(draft: Draft) -> None:
    """Delete a draft and the files that still wait with it. Needs an open transaction."""
    attachments.remove(attachments.take(attachments.Shelf(draft.owner_id, draft_id=draft.id)))
    db.session.flush()  # they refer to it
    end(draft)


def end(draft: Draft) -> None:
    """Delete a draft whose files have gone with its ticket. Needs an open transaction."""
    db.session.delete(draft)
    db.session.flush()


def sweep(*, before: datetime) -> int:
    """Delete the drafts that nobody has touched since before this instant, with their files; says how many."""
    old = sa.select(Draft).where(Draft.saved_at < before).order_by(Draft.id).with_for_update(of=Draft)
    drafts = list(db.session.scalars(old))
    for draft in drafts:
        remove(draft)
    return len(drafts)


def _begin(owner: User, purpose: Purpose, kept: Mapping[str, Any]) -> Draft:
    """A new row, or the one that another page of the same person has made a moment ago."""
    draft = Draft(owner_id=owner.id, purpose=purpose, **kept)
    try:
        with db.session.begin_nested():
            db.session.add(draft)
    except IntegrityError:
        there = _ROW.execution_options(populate_existing=True)
        return db.session.scalars(there, {"owner_id": owner.id, "purpose": purpose}).one()
    return draft


def _is_over(draft: Draft) -> bool:
    return draft.saved_at < clock.now() - KEPT_FOR


def _worth_keeping(fields: Mapping[str, Sequence[str]]) -> list[tuple[str, Sequence[str]]]:
    return [(name, values) for name, values in fields.items() if name not in NEVER_KEPT]


def _storable(text: str) -> str:
    """Without what no database stores: NUL, and half of a character."""
    return text.replace("\0", "").encode(errors="replace").decode()
