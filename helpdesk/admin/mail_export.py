"""The ledger as a table for a spreadsheet: the rows of a search, and no formula in any cell."""

import csv
from collections.abc import Iterator
from io import StringIO
from zoneinfo import ZoneInfo

from ..cases.numbers import number_of
from ..hours.queries import calendar
from ..languages import gettext as _
from ..notifications import ledger, wording
from ..notifications.models import OutboxMessage
from ..notifications.queries import standing

BYTE_ORDER_MARK = "\ufeff"  # or else spreadsheets take UTF-8 for something older
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def table(search: ledger.Search, *, readable: ledger.Readable = ledger.ALL_OF_IT) -> Iterator[str]:
    """The rows as text, some at a time: UTF-8 with a byte order mark, commas, times in the zone of the desk (ISO 8601)."""
    yield BYTE_ORDER_MARK + _lines([_titles()])
    for batch in ledger.batches(search, readable=readable):
        yield _lines([_cells(message) for message in batch])


def disarmed(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: one that begins like one is given an apostrophe."""
    return f"'{cell}" if cell.startswith(STARTS_A_FORMULA) else cell


def _titles() -> list[str]:
    return [
        _("Made at"),
        _("To"),
        _("Address"),
        _("Kind"),
        _("Subject"),
        _("Case"),
        _("State"),
        _("Where it stands"),
        _("Due at"),
        _("Accepted at"),
        _("Tries"),
        _("Last answer"),
        _("Settled"),
        _("Message-ID"),
    ]


def _cells(message: OutboxMessage) -> list[str]:
    zone = ZoneInfo(calendar().zone)
    made_at, due_at = (at.astimezone(zone).isoformat(timespec="seconds") for at in (message.made_at, message.due_at))
    last = message.attempts[-1] if message.attempts else None
    return [
        made_at,
        message.to_name,
        message.to_address,
        wording.kind_name(message.kind),
        message.subject,
        number_of(message.case_id) if message.case_id else "",
        str(wording.STATES[message.state]),
        standing(message),
        due_at,
        message.sent_at.astimezone(zone).isoformat(timespec="seconds") if message.sent_at else "",
        str(message.tries),
        f"{last.code or ''} {last.answer}".strip() if last else "",
        str(wording.SETTLEMENTS[message.settlement]),
        message.message_id,
    ]


def _lines(rows: list[list[str]]) -> str:
    text = StringIO()
    csv.writer(text).writerows([disarmed(cell) for cell in row] for row in rows)
    return text.getvalue()
