"""The next version of the help ticket while it is being written: one draft, in the hands of one person at a time."""

from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from .. import clock, one_draft
from ..accounts.models import User
from ..extensions import db
from . import publishing
from .definition import Definition
from .definition_checks import problems
from .definition_editing import completed
from .definition_reading import read_parts
from .definition_writing import write
from .models import FormDraft, FormVersion
from .queries import current_definition

Change = Callable[[Definition], Definition]


def the_draft() -> FormDraft | None:
    """The draft, with who edits it; none where nobody has begun one."""
    return db.session.scalar(sa.select(FormDraft).options(joinedload(FormDraft.editor), joinedload(FormDraft.saver)))


def definition_in(draft: FormDraft) -> Definition:
    """What the draft says, whether or not it could be published."""
    return read_parts(draft.definition)


def start(*, by: User, like: Definition | None = None) -> FormDraft:
    """Begin the draft with what is in force, or with an older version: what is known only since then is retired in it.

    Raises DraftExists.
    """
    current, at = current_definition(), clock.now()
    started = completed(like, current, retired=True) if like else current
    draft = FormDraft(
        definition=write(started),
        base_version=current.version,
        version=1,
        editor_id=by.id,
        edited_since_at=at,
        saved_by=by.id,
        saved_at=at,
    )
    one_draft.start(draft)
    return draft


def take_over(*, by: User) -> FormDraft:
    """Edit the draft from now on, in place of whoever did. Raises DraftGone."""
    draft = one_draft.held(FormDraft)
    if draft.editor_id != by.id:
        draft.editor_id, draft.edited_since_at = by.id, clock.now()
        draft.version += 1
    return draft


def save(change: Change, *, seen: int, by: User, about: str = "") -> bool:
    """Save the draft with a change; False where it says the same as before.

    Raises DraftGone, NotTheEditor, StaleDraft if version `seen` is not the newest any more, and BadDefinition if the change makes
    a part of it unsound, or leaves a problem at the place that it is about.
    """
    draft = one_draft.held_by(FormDraft, by.id, seen=seen)
    changed = change(definition_in(draft))
    written = write(changed)
    read_parts(written)
    for problem in problems(changed):
        if about and f"{problem.place}.".startswith(f"{about}."):
            raise problem
    if written == draft.definition:
        return False
    draft.definition, draft.saved_by, draft.saved_at = written, by.id, clock.now()
    draft.version += 1
    return True


def catch_up(*, seen: int, by: User) -> None:
    """Take in what a version that was published meanwhile has and the draft has not. Raises as `save` does."""
    draft, current = one_draft.held_by(FormDraft, by.id, seen=seen), current_definition()
    draft.definition = write(completed(definition_in(draft), current, retired=False))
    draft.base_version, draft.saved_by, draft.saved_at = current.version, by.id, clock.now()
    draft.version += 1


def discard(*, seen: int, by: User) -> None:
    """Throw the draft away. Raises DraftGone, NotTheEditor and StaleDraft."""
    db.session.delete(one_draft.held_by(FormDraft, by.id, seen=seen))


def publish(*, seen: int, upon: int, reason: str, by: User) -> FormVersion:
    """Put the draft in force, and so end it; `upon` is the version that it was compared with.

    Raises what `publishing.publish` raises, and DraftGone, NotTheEditor and StaleDraft.
    """
    draft = one_draft.held_by(FormDraft, by.id, seen=seen)
    version = publishing.publish(draft.definition, reason=reason, by=by, at=clock.now(), upon=upon)
    db.session.delete(draft)
    return version
