"""A box in which a message is written and files wait with it: which box a request came from, and what is kept of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import request

from ..accounts import parked
from ..accounts.models import User
from ..typed_text import number_in
from . import attachments
from .models import Case, MessageKind

BOX, REMOVE = "box", "remove"  # the name of a hidden field, and of a button


@dataclass(frozen=True)
class Pressed:
    """The box whose button was pressed, and the file that is to be removed, if one is."""

    kind: MessageKind
    removes: int  # the id of a file, or 0


def pressed() -> Pressed:
    """What this request asks for; a box that does not exist is that of a reply."""
    kind = next((kind for kind in MessageKind if kind == request.form.get(BOX)), MessageKind.REPLY)
    return Pressed(kind, number_in(request.form.get(REMOVE)) or 0)


def remove(box: Pressed, *, case: Case, owner: User) -> None:
    """Remove the file whose button was pressed, if it still waits for what this person writes. Needs an open transaction."""
    waiting = attachments.take(attachments.Shelf(owner.id, case_id=case.id)) if box.removes else []
    attachments.remove(file for file in waiting if file.id == box.removes)


def park(path: str, typed: Mapping[str, str], *, owner: User) -> None:
    """Let what is typed wait where the page of the case looks for it, and nothing else. Needs an open transaction."""
    parked.forget(path)
    if any(typed.values()):
        parked.park(path, {name: [text] for name, text in typed.items()}, owner_id=owner.id)
