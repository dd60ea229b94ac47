"""What somebody had typed when their session ended, kept until they have signed in again and sent it.

It is also where a text waits while its writer looks for something to put into it.

A parked form is found by a random token in the cookie of the browser it was typed into. Where we know whose session it was
only that person gets it back; otherwise the first person who signs in there, and nobody after them.
"""

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import request, session
from flask_login import current_user

from .. import clock
from ..extensions import db
from ..languages import gettext as _
from .models import ParkedForm, User

SESSION_KEY = "parked"  # in the cookie session: pairs of path and token
MOST_FORMS = 3
LARGEST_FORM = 64 * 1024  # bytes of JSON in UTF-8
NEVER_KEPT = frozenset({"csrf_token", "password", "new_password", "current_password"})
NOT_TYPED = frozenset(
    {"version", "form_key", "next", "then", "change", "box", "remove", "said", "macro", "macro_version", "writing", "leaves"}
)  # hidden fields, named buttons


class FormTooLarge(ValueError):
    """What was typed is more than we keep."""


class NothingTyped(ValueError):
    """The form holds nothing that a person has typed or chosen: there is nothing to keep."""


def park(path: str, fields: Mapping[str, Sequence[str]], *, owner_id: int | None = None) -> None:
    """Keep what was sent to `path` (name -> values) for this browser and, where known, its person.

    Raises NothingTyped and FormTooLarge.
    """
    kept = _kept(fields)
    if len(json.dumps(kept, ensure_ascii=False).encode(errors="replace")) > LARGEST_FORM:
        raise FormTooLarge
    _give_up(path, person_id=owner_id)
    token = secrets.token_urlsafe()
    form = ParkedForm(token_hash=_hashed(token), path=path, fields=kept, user_id=owner_id, created_at=clock.now())
    db.session.add(form)
    session[SESSION_KEY] = [*tokens_held(), (path, token)][-MOST_FORMS:]


def with_files_told(words: str) -> str:
    """What is said about a text that was kept, and of the files that came with it, that they were not."""
    if not any(file.filename for file in request.files.values()):
        return words
    files = _("Only files are not kept: please choose them again.")
    return f"{words} {files}"


def fields_for(path: str) -> dict[str, Any] | None:
    """What was typed into the form that is sent to `path`: a field's value, or the list of its values; None if nothing."""
    hashes = _hashes(path)
    if not hashes:
        return None
    held = ParkedForm.token_hash.in_(hashes), ParkedForm.path == path, _is_open_to(_person_id())
    form = db.session.scalar(sa.select(ParkedForm).where(*held).order_by(ParkedForm.id.desc()).limit(1))
    if form is None:
        return None
    return {name: values[0] if len(values) == 1 else values for name, values in _lists(form).items()}


def forget(path: str) -> None:
    """The form has been sent, or replaced: give up what was kept of it for this person. Needs an open transaction."""
    _give_up(path, person_id=_person_id())


def claim(user: User) -> None:
    """From now on what this browser holds and nobody owns is this person's: nobody who signs in after them sees it."""
    hashes = [_hashed(token) for _path, token in tokens_held()]
    if hashes:
        mine = sa.update(ParkedForm).where(ParkedForm.token_hash.in_(hashes), ParkedForm.user_id.is_(None))
        db.session.execute(mine.values(user_id=user.id))


def sweep(*, before: datetime) -> int:
    """Delete what was parked before this instant; says how many forms."""
    old = sa.delete(ParkedForm).where(ParkedForm.created_at < before)
    return int(db.session.execute(old).rowcount)  # type: ignore[attr-defined]


def tokens_held() -> list[tuple[str, str]]:
    """Path and token of each form that this browser holds, oldest first."""
    return [(path, token) for path, token in session.get(SESSION_KEY, [])]


def _kept(fields: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """What is worth keeping. Raises NothingTyped."""
    kept = {_storable(name): [_storable(v) for v in values] for name, values in fields.items() if name not in NEVER_KEPT}
    if not any(value.strip() for name, values in kept.items() if name not in NOT_TYPED for value in values):
        raise NothingTyped
    return kept


def _give_up(path: str, *, person_id: int | None) -> None:
    """Delete what is this person's or nobody's; what belongs to others who use this browser stays, and its token too."""
    hashes = _hashes(path)
    if not hashes:
        return
    here = ParkedForm.token_hash.in_(hashes)
    db.session.execute(sa.delete(ParkedForm).where(here, _is_open_to(person_id)))
    left = set(db.session.scalars(sa.select(ParkedForm.token_hash).where(here)))
    session[SESSION_KEY] = [(p, t) for p, t in tokens_held() if p != path or _hashed(t) in left]


def _is_open_to(person_id: int | None) -> sa.ColumnElement[bool]:
    return sa.or_(ParkedForm.user_id.is_(None), ParkedForm.user_id == person_id)


def _hashes(path: str) -> list[str]:
    return [_hashed(token) for held, token in tokens_held() if held == path]


def _lists(form: ParkedForm) -> dict[str, list[str]]:
    return {name: list(values) for name, values in form.fields.items() if isinstance(values, list)}


def _person_id() -> int | None:
    return current_user.id if current_user.is_authenticated else None


def _storable(text: str) -> str:
    return text.replace("\0", "")


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
