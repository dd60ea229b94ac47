"""Providers who file cases at the same time, each from the form to the receipt."""

import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count

from helpdesk.providers.places import NOT_LISTED

from .client import Client
from .prototypes import Prototypes
from .table import Row
from .timing import Times

CLIENTS = 8
MOST_SECONDS = 30.0
FORM = "/vaccine-provider/get-help"
TICKET = {
    "role": "coordinator_primary",
    "place": NOT_LISTED,  # for those who work somewhere that the directory knows
    "organization": "Cedar Fork Pharmacy",
    "location": "Main Street",
    "system": "ncir",
    "topic": "INV-RECV",
    "subject": "Shipment arrived, but does not show in NCIR",
    "description": "We received 40 doses two days ago. The transfer is still not in NCIR.",
    "impact": "location",
    "urgency": "slowed",
    "for_self": "yes",
    "reach_by": "email",
    "reply_language": "en",
    "no_patient_data": "y",
    "shown": "INV-RECV",
}


def measure_filing(port: int, who: Prototypes, *, filings: int) -> Row:
    """How many cases a second CLIENTS people file, who go on until so many are filed or MOST_SECONDS are over."""
    people = [Client(port).sign_in(who.providers[n % len(who.providers)], who.password) for n in range(CLIENTS)]
    for person in people:
        _file(person)  # warms up
    numbers = count()
    began = time.monotonic()

    def go_on(person: Client) -> list[float]:
        times = []
        while next(numbers) < filings and time.monotonic() - began < MOST_SECONDS:
            times.append(_file(person))
        return times

    with ThreadPoolExecutor(CLIENTS) as threads:
        times = [seconds for several in threads.map(go_on, people) for seconds in several]
    elapsed = time.monotonic() - began
    return Row.of_filing(len(times) / elapsed, Times(tuple(times)), clients=CLIENTS)


def _file(person: Client) -> float:
    """Form, review, submit, receipt; the seconds from the first to the last."""
    began = time.perf_counter()
    form = person.get(FORM)
    fields = {**TICKET, "csrf_token": form.hidden("csrf_token"), "form_key": form.hidden("form_key")}
    person.post(FORM, fields, leads_on=False).hidden("form_key")  # is on the review
    person.get(person.post(f"{FORM}/check", fields).location)
    return time.perf_counter() - began
