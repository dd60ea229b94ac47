"""A row becomes bytes in which every reader finds what was written, the same ones each time.

The head is what Python's own EmailMessage would write.
"""

import re
from datetime import UTC, datetime
from email import message_from_bytes
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
TYPES = [("text/plain", "utf-8"), ("text/html", "utf-8")]
LONG_LINE = "a line that is longer than mail likes its lines to be, so that it has to be encoded " * 3
one_line = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=120).map(str.strip)
body = st.lists(st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=120), max_size=12).map("\n".join)


def a_row(**values: Any) -> Claimed:
    return Claimed(**{**ROW, **values})


def head_as_python_writes_it(row: Claimed) -> bytes:
    """By EmailMessage, with subjects that need no encoding on one line."""
    message = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    message["From"] = Address(SETTINGS["DESK_NAME"], "helpdesk", "desk.example.org")
    message["To"] = Address(row.to_name, *row.to_address.split("@"))
    for name, value in {"Subject": row.subject, "Date": row.first_due_at, "Message-ID": row.message_id, **row.headers}.items():
        message[name] = value
    message["MIME-Version"] = "1.0"
    message["Content-Type"] = f'multipart/alternative; boundary="=_{sha256(row.message_id.encode()).hexdigest()[:32]}"'
    message["Content-Language"] = row.language
    whole = message.as_bytes(policy=message.policy.clone(max_line_length=998) if row.subject.isascii() else None)
    return whole.partition(b"\r\n\r\n")[0]


def is_well_written(row: Claimed) -> bool:
    """Check what `letter` makes of a row: the head, each line of the bodies, and what a reader gets out of them."""
    content = compose.letter(row, settings=SETTINGS).content
    head, _blank, bodies = content.partition(b"\r\n\r\n")
    assert head == head_as_python_writes_it(row)
    assert bodies.isascii()
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", bodies)
    assert max(map(len, bodies.split(b"\r\n"))) <= 78
    message = message_from_bytes(content, policy=SMTP)
    assert not message.defects
    plain, html = message.iter_parts()
    assert [(part.get_content_type(), part.get_content_charset()) for part in (plain, html)] == TYPES
    assert not (plain.defects or html.defects)
    assert [part.get_payload(decode=True) for part in (plain, html)] == [as_lines(row.text_body), as_lines(row.html_body)]
    return True


def as_lines(text: str) -> bytes:
    """With the line ends of mail (RFC 5322, 2.1), the last line included."""
    return b"".join(line + b"\r\n" for line in text.encode().splitlines())


@given(subject=one_line, to_name=one_line, text_body=body, html_body=body)
def test_whatever_people_typed_is_well_written(**values):
    assert is_well_written(a_row(**values))


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
        {"text_body": "no line end", "html_body": ""},
        {"text_body": "\r\nof other\rsystems\r\n\nbell \x07 and \x00", "html_body": "\n"},
    ],
)
def test_so_are_the_awkward_ones(values):
    assert is_well_written(a_row(**values))


def test_the_same_row_is_the_same_mail_whenever_it_is_asked():
    first, again = (compose.letter(a_row(), settings=SETTINGS) for _ in range(2))

    assert first == again
