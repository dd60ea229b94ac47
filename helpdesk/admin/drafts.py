"""What the two editors share that write in one draft for the whole desk: the help ticket form, and the routing rules."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from flask import flash, redirect, request, url_for
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from ..accounts.models import User
from ..accounts.sessions import the_user
from ..intake.publishing import SHORTEST_REASON
from ..languages import gettext as _
from ..languages import lazy_gettext as _l
from ..one_draft import DraftGone, NotTheEditor, OneDraft, StaleDraft
from ..typed_text import one_line
from .hours_pages import Answer, typed
from .people_forms import LONGEST_REASON, VersionedForm

CHANGED = (DraftGone, NotTheEditor, StaleDraft)  # what somebody meets who is not the first
TAKE_OVER, BEGIN = "take-over", "begin"  # buttons that save after taking the draft over, or beginning another


@dataclass(frozen=True)
class Conflict:
    """Why a save was refused: whose draft it is by now, and what differs between what is saved and what was typed."""

    kind: str  # stale, taken or gone; none, where nobody has begun one
    who: str = ""
    at: datetime | None = None
    differences: tuple[Any, ...] = ()


class ConflictingForm(VersionedForm):
    """A form that changes the draft; it knows which state of the draft it was filled in for."""

    conflict: Conflict | None = None


class DraftedDesk:
    """What is in force, and the draft if there is one; the pages of both editors show them alike."""

    current: Any  # has a version
    draft: Any | None  # the row, with its editor and who saved it last

    @property
    def is_mine(self) -> bool:
        """Whether this person edits the draft."""
        return self.draft is not None and self.draft.editor_id == the_user().id

    @property
    def seen(self) -> int:
        """The state of the draft that a page is filled in for."""
        return self.draft.version if self.draft else 0

    @property
    def is_overtaken(self) -> bool:
        """Whether a version was published since the draft was begun."""
        return self.draft is not None and self.draft.base_version != self.current.version

    def conflict(self, differ: tuple[Any, ...] = ()) -> Conflict:
        """What became of the draft for somebody whose save was refused."""
        if self.draft is None:
            return Conflict("gone", differences=differ)
        if self.draft.editor_id == the_user().id:
            return Conflict("stale", self.draft.saver.name, self.draft.saved_at, differ)
        return Conflict("taken", self.draft.editor.name, self.draft.edited_since_at, differ)

    def refusal(self, conflict: Exception) -> str:
        """Why the draft could not be published by somebody who was not the first."""
        if isinstance(conflict, NotTheEditor):
            return _("%(who)s edits the draft by now.", who=self.draft.editor.name if self.draft else "")
        if isinstance(conflict, StaleDraft):
            return _("The draft has been saved since you looked.")
        return _("Somebody has published version %(number)s meanwhile.", number=self.current.version)


class Drafting(Protocol):
    """The verbs of a draft."""

    def start(self, *, by: User) -> OneDraft:
        """Begin it."""

    def take_over(self, *, by: User) -> OneDraft:
        """Edit it in place of whoever did."""


def taken(drafting: Drafting, button: str, seen: int) -> int:
    """The state of the draft after the button was pressed: it takes the draft over, begins another, or is a plain one."""
    if button == TAKE_OVER:
        return drafting.take_over(by=the_user()).version
    return drafting.start(by=the_user()).version if button == BEGIN else seen


def say_that_it_changed() -> None:
    """Tell whoever pressed a button that the draft is another's, or another, by now."""
    flash(_("Nothing was done: the draft has changed, or is not yours any more. This is how it stands now."), "warn")


def tell_conflict(form: Any, desk: DraftedDesk) -> None:
    """Say on a form that was typed into that the draft is another's by now, or that there is none."""
    if isinstance(form, ConflictingForm) and not form.conflict and not desk.is_mine and (request.method == "POST" or typed()):
        form.conflict = desk.conflict()
        form.version.data = str(desk.seen)


def to(endpoint: str, **values: Any) -> Answer:
    """On to one of the pages."""
    return redirect(url_for(f"admin.{endpoint}", **values), code=303)


def reason_field(description: Any) -> TextAreaField:
    """Why a draft is put in force."""
    return TextAreaField(
        _l("Reason"),
        description=description,
        filters=[one_line],
        validators=[
            DataRequired(_l("Say why.")),
            Length(
                min=SHORTEST_REASON,
                max=LONGEST_REASON,
                message=_l("Say why in %(least)s to %(most)s characters.", least=SHORTEST_REASON, most=LONGEST_REASON),
            ),
        ],
    )
