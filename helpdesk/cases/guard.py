"""Held up before it is sent: whoever writes something in which patients' data is suspected is asked first.

They see the passages marked, and edit the text or say that it is to be sent anyway. What they confirm is exactly the text they
have seen: its digest comes with the button, so that a text that was edited afterwards is looked at again.
"""

from flask import flash, request
from flask_wtf import FlaskForm

from ..accounts.sessions import the_user
from ..languages import gettext as _
from . import attachments, suspicion
from .models import FINAL, Case, MessageKind, Status
from .suspicion import Suspicion

CONFIRMED = "confirmed"  # the name of the button "Send anyway"; its value is the digest of what was shown


class GuardedForm(FlaskForm):  # type: ignore[misc]
    """A form with a text that the other side of a case will read."""

    says = MessageKind.REPLY  # what becomes of it, and what its files wait for
    written_in = "body"  # the field that holds the text
    taken_while = frozenset(Status) - FINAL  # in any other status the case says by itself that it takes no such text
    suspicion: Suspicion | None = None  # why it is held up

    def is_held_up(self, case: Case) -> bool:
        """Whether its writer has to be asked first; call it when the form is valid. An urgent case is never held up."""
        field = self[self.written_in]
        shelf = attachments.on_case(the_user(), case, self.says)
        names = suspicion.names_of(shelf.waiting())
        found = suspicion.look([(field.label.text, field.data or ""), *names])
        if found is None or is_confirmed(found) or case.status not in self.taken_while:
            return False
        if suspicion.is_never_held_up(case):
            flash(_("Your text may hold information about a patient. Because the case is urgent, it is not held up."), "warn")
            return False
        self.suspicion = found
        return True


def is_confirmed(found: Suspicion) -> bool:
    """Whether the person who sends this has seen exactly this text marked, and wants it sent."""
    return request.form.get(CONFIRMED) == found.digest
