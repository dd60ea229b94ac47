"""The patient-data guard of the help ticket: what its check page warns of, and whether it is held up for it."""

from ..cases import suspicion
from ..cases.guard import is_confirmed
from ..cases.suspicion import Suspicion
from .forms import TicketForm


def suspected(form: TicketForm) -> Suspicion | None:
    """What is suspected in the free texts of a valid ticket."""
    return suspicion.look((answer.question, answer.answer) for answer in form.answered() if not answer.decides)


def held_up(form: TicketForm) -> bool:
    """Whether its writer has to be asked first: not where they have seen just this marked, and never where it is urgent."""
    found = suspected(form)
    return found is not None and not form.is_urgent and not is_confirmed(found)
