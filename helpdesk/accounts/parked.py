"""What somebody had typed when their session ended, kept until they have signed in again and sent it.

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
from flask import session
from flask_login import current_user

from .. import clock
from ..extensions import db
from .models import ParkedForm, User

SESSION_KEY = "parked"  # in the cookie session: pairs of path and token
MOST_FORMS = 3
LARGEST_FORM = 64 * 1024  # bytes, as stored
NEVER_KEPT = frozenset({"csrf_token", "password", "new_password", "current_password"})


class FormTooLarge(ValueError):
    """What was typed is more than we keep."""


def park(path: str, fields: Mapping[str, Sequence[str]], *, owner_id: int | None = None) -> None:
    """Keep what was sent to `path` (name -> values) for this browser and, where known, its person. Raises FormTooLarge."""
    kept = {_storable(name): [_storable(v) for v in values] for name, values in fields.items() if name not in NEVER_KEPT}
    if len(json.dumps(kept)) > LARGEST_FORM:
        raise FormTooLarge
    forget(path)
    token = secrets.token_urlsafe()
    form = ParkedForm(token_hash=_hashed(token), path=path, fields=kept, user_id=owner_id, created_at=clock.now())
    db.session.add(form)
    session[SESSION_KEY] = [*tokens_held(), (path, token)][-MOST_FORMS:]


def fields_for(path: str) -> dict[str, Any] | None:
    """What was typed into the form that is sent to `path`: a field's value, or the list of its values; None if nothing."""
    token = dict(tokens_held()).get(path)
    if token is None:
        return None
    form = db.session.scalar(sa.select(ParkedForm).where(ParkedForm.token_hash == _hashed(token), ParkedForm.path == path))
    if form is None or form.user_id not in (None, _person_id()):
        return None
    return {name: values[0] if len(values) == 1 else values for name, values in _lists(form).items()}


def forget(path: str) -> None:
    """The form has been sent, or replaced: give up what was kept of it. Needs an open transaction."""
    token = dict(tokens_held()).get(path)
    if token is None:
        return
    db.session.execute(sa.delete(ParkedForm).where(ParkedForm.token_hash == _hashed(token)))
    session[SESSION_KEY] = [(p, t) for p, t in tokens_held() if p != path]


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


def _lists(form: ParkedForm) -> dict[str, list[str]]:
    return {name: list(values) for name, values in form.fields.items() if isinstance(values, list)}


def _person_id() -> int | None:
    return current_user.id if current_user.is_authenticated else None


def _storable(text: str) -> str:
    return text.replace("\0", "")


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
