"""A row becomes the bytes that Python's own EmailMessage would write, and the same ones each time, at a fraction of its cost."""

from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.notifications import compose
from helpdesk.notifications.claim import Claimed

SETTINGS = {"DESK_NAME": "NC Vaccines Help Desk", "MAIL_DEFAULT_SENDER": "helpdesk@desk.example.org"}
AT = datetime(2026, 11, 30, 14, 0, tzinfo=UTC)
LOOP = {"Auto-Submitted": "auto-generated", "X-Help-Desk-Loop": "help.example.org", "References": "<0a@desk.example.org>"}
ROW: dict[str, Any] = {
    **{"id": 1, "attempt_id": 1, "holder": "", "kind": "case_received", "is_windowed": False, "tried_from": None},
    **{"message_id": "<0123456789abcdef0123456789abcdef@desk.example.org>", "language": "en", "headers": LOOP},
    **{"to_address": "dana@cedarfork.example.org", "to_name": "Dana Okafor", "first_due_at": AT},
    **{"subject": "We received your case", "text_body": "Hello Dana,\n\nthank you.\n", "html_body": "<p>Hello Dana</p>\n"},
}
LONG_LINE = "a line that is longer than mail likes its lines to be, so that it has to be encoded " * 3
one_line = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=120).map(str.strip)
body = st.lists(st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=120), max_size=12).map("\n".join)


def a_row(**values: Any) -> Claimed:
    return Claimed(**{**ROW, **values})


def as_python_writes_it(row: Claimed) -> bytes:
    """The whole mail by EmailMessage, with subjects that need no encoding on one line."""
    message = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    message["From"] = Address(SETTINGS["DESK_NAME"], "helpdesk", "desk.example.org")
    message["To"] = Address(row.to_name, *row.to_address.split("@"))
    for name, value in {"Subject": row.subject, "Date": row.first_due_at, "Message-ID": row.message_id, **row.headers}.items():
        message[name] = value
    message.set_content(row.text_body)
    message.add_alternative(row.html_body, subtype="html")
    message["Content-Language"] = row.language
    message.set_boundary("=_" + sha256(row.message_id.encode()).hexdigest()[:32])
    return message.as_bytes(policy=message.policy.clone(max_line_length=998) if row.subject.isascii() else None)


@given(subject=one_line, to_name=one_line, text_body=body, html_body=body)
def test_whatever_people_typed_is_written_as_python_writes_it(**values):
    row = a_row(**values)

    assert compose.letter(row, settings=SETTINGS).content == as_python_writes_it(row)


@pytest.mark.parametrize(
    "values",
    [
        {"to_name": 'Ñandú, "the Great" <x>'},
        {"to_name": "Dr. J. Doe (at night)"},
        {"subject": "Sección B pide 予防接種 " * 4},
        {"subject": "=?utf-8?q?not_encoded?="},
        {"subject": "Words " * 60},
        {"text_body": LONG_LINE, "html_body": f"<p>{LONG_LINE}</p>"},
        {"text_body": "Привет, 世界 🙂 " * 100},
        {"text_body": ".\n..\nFrom me\n=3D\ttab  \n"},
    ],
)
def test_so_are_the_awkward_ones(values):
    row = a_row(**values)

    assert compose.letter(row, settings=SETTINGS).content == as_python_writes_it(row)


def test_the_same_row_is_the_same_mail_whenever_it_is_asked():
    first, again = (compose.letter(a_row(), settings=SETTINGS) for _ in range(2))

    assert first == again
