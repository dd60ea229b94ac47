"""A file between its preview and its confirmation: kept here, found by a token, handed back only to whoever sent it.

It stands among the parked forms, which are swept up in time, and is compressed.
"""

import base64
import hashlib
import secrets
import zlib

import sqlalchemy as sa

from .. import clock
from ..accounts.models import ParkedForm, User
from ..extensions import db

PATH = "/admin/organizations/import"
FILE = "file"  # the field that holds it


def keep(content: bytes, *, by: User) -> str:
    """Keep a file in place of what this person sent before; the token to find it with."""
    db.session.execute(sa.delete(ParkedForm).where(_is_upload_of(by)))
    token = secrets.token_urlsafe()
    packed = base64.b64encode(zlib.compress(content)).decode()
    row = ParkedForm(token_hash=_hashed(token), path=PATH, fields={FILE: packed}, user_id=by.id, created_at=clock.now())
    db.session.add(row)
    return token


def take(token: str, *, by: User) -> bytes | None:
    """The file of this token, once; none if it is not this person's, was used, or is too old."""
    found = sa.select(ParkedForm).where(_is_upload_of(by), ParkedForm.token_hash == _hashed(token)).with_for_update()
    row = db.session.scalar(found)
    if row is None:
        return None
    content = zlib.decompress(base64.b64decode(str(row.fields[FILE])))
    db.session.delete(row)
    return content


def _is_upload_of(user: User) -> sa.ColumnElement[bool]:
    return sa.and_(ParkedForm.path == PATH, ParkedForm.user_id == user.id)


def _hashed(token: str) -> str:
    return hashlib.sha256(f"upload:{token}".encode(errors="replace")).hexdigest()
