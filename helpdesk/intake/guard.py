"""The patient-data guard of the help ticket: what its check page warns of, and whether it is held up for it."""

from collections.abc import Iterable

from ..cases import suspicion
from ..cases.attachment_models import Attachment
from ..cases.guard import is_confirmed
from ..cases.suspicion import Suspicion
from .forms import TicketForm


def suspected(form: TicketForm, files: Iterable[Attachment] = ()) -> Suspicion | None:
    """What is suspected in the free texts of a valid ticket, and in the names of its files."""
    typed = [(answer.question, answer.answer) for answer in form.answered() if not answer.decides]
    return suspicion.look([*typed, *suspicion.names_of(files)])


def held_up(form: TicketForm, files: Iterable[Attachment] = ()) -> bool:
    """Whether its writer has to be asked first: not where they have seen just this marked, and never where it is urgent."""
    found = suspected(form, files)
    return found is not None and not form.is_urgent and not is_confirmed(found)
