"""What is written in one draft for the whole desk, in the hands of one person at a time: the form, and the routing rules."""

from typing import Protocol, TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from .errors import HelpDeskError
from .extensions import db


class DraftExists(HelpDeskError):
    """It is being edited already: there is one draft for the desk."""


class DraftGone(HelpDeskError):
    """The draft has been published or thrown away since somebody looked, or was never begun."""


class NotTheEditor(HelpDeskError):
    """Somebody else edits the draft by now."""


class StaleDraft(HelpDeskError):
    """The draft has been saved since somebody looked."""


class OneDraft(Protocol):
    """The row of a draft, of which its table holds at most one."""

    @property
    def version(self) -> int:
        """Counts the times it was saved or changed hands."""

    @property
    def editor_id(self) -> int:
        """Who edits it."""


Draft = TypeVar("Draft", bound=OneDraft)


def start(draft: OneDraft) -> None:
    """Add the row. Raises DraftExists."""
    try:
        with db.session.begin_nested():
            db.session.add(draft)
    except IntegrityError:
        raise DraftExists from None


def held(kind: type[Draft]) -> Draft:
    """The draft, which nobody else can change until the transaction ends. Raises DraftGone."""
    draft = db.session.scalar(sa.select(kind).with_for_update().execution_options(populate_existing=True))
    if draft is None:
        raise DraftGone
    return draft


def held_by(kind: type[Draft], user_id: int, *, seen: int) -> Draft:
    """The same, for whoever edits it. Raises DraftGone, NotTheEditor, and StaleDraft if `seen` is not its newest version."""
    draft = held(kind)
    if draft.editor_id != user_id:
        raise NotTheEditor
    if draft.version != seen:
        raise StaleDraft
    return draft
