"""A row becomes the bytes of a mail: the same bytes whenever it is asked."""

import re
from binascii import b2a_qp
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from email.headerregistry import Address
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime, parseaddr
from functools import lru_cache
from hashlib import sha256
from typing import Any

import idna

from .claim import Claimed
from .errors import UnwritableMail

SEVEN_BIT = SMTP.clone(cte_type="7bit")
# How heads are written, by whether the recipient's address needs UTF-8 and whether the subject stays on one line: where no
# encoding asks for more it does, as Python folds long ones right after "Subject:".
HEADS = {
    (utf8, on_one_line): SMTP.clone(cte_type="7bit", utf8=utf8, max_line_length=998 if on_one_line else 78)  # RFC 5322, 2.1.1
    for utf8 in (False, True)
    for on_one_line in (False, True)
}
PLAIN = re.compile(r"(?!.*=\?)[!-~](?:[ -~]*[!-~])?")  # printable ASCII in which nothing could be taken for an encoded word
ONE_ADDRESS = re.compile(r"[^\s<>@,;:\\\"\x00-\x1f\x7f]+@[^\s<>@,;:\\\"\x00-\x1f\x7f]+")


@dataclass(frozen=True)
class Letter:
    """A mail ready to be handed over: the envelope, and the bytes with CRLF line ends."""

    sender: str
    recipient: str
    content: bytes
    needs_utf8: bool  # the recipient's address is not ASCII: only a server with SMTPUTF8 can take it


def letter(row: Claimed, *, settings: Mapping[str, Any]) -> Letter:
    """The mail of this row; raises UnwritableMail with the reason in words."""
    recipient = _on_the_wire(row.to_address)
    needs_utf8 = not recipient.isascii()
    boundary = "=_" + sha256(row.message_id.encode()).hexdigest()[:32]
    try:
        sender, our_mailbox = _sender(settings["MAIL_DEFAULT_SENDER"], settings["DESK_NAME"])
        headers = {
            "From": our_mailbox,
            "To": _mailbox(row.to_name, recipient),
            "Subject": row.subject,
            "Date": format_datetime(row.first_due_at),  # when it was to leave: held over a weekend, it is not sorted under Friday
            "Message-ID": row.message_id,
            **row.headers,
            "MIME-Version": "1.0",
            "Content-Type": f'multipart/alternative; boundary="{boundary}"',
            "Content-Language": row.language,
        }
        parts = (_part(row.text_body, "plain"), _part(row.html_body, "html"))
        policy = HEADS[needs_utf8, row.subject.isascii()]
        head = b"".join(_header(name, value, policy) for name, value in headers.items())
        content = b"\r\n".join((head, *_between(parts, boundary.encode())))
    except (ValueError, LookupError, TypeError, AttributeError) as error:  # the email package raises all of these
        raise UnwritableMail(f"the message cannot be written as mail: {error}") from error
    return Letter(sender=sender, recipient=recipient, content=content, needs_utf8=needs_utf8)


def _header(name: str, value: str, policy: "EmailPolicy[Any]") -> bytes:
    if PLAIN.fullmatch(value) and len(name) + len(": ") + len(value) <= (policy.max_line_length or 0):
        return f"{name}: {value}\r\n".encode()  # what the policy would write, too: nothing is to be folded or encoded
    return policy.fold_binary(*policy.header_store_parse(name, value))


def _part(text: str, subtype: str) -> bytes:
    """One of the bodies, quoted-printable whatever it holds, with the headers that say so (RFC 2045, 5.1 and 6.7)."""
    lines = b"\r\n".join((*text.encode().splitlines(), b""))
    head = f'Content-Type: text/{subtype}; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
    return head.encode() + b2a_qp(lines)


def _between(parts: Iterable[bytes], boundary: bytes) -> Iterator[bytes]:
    """What stands after the head: the parts, each behind its boundary (RFC 2046, 5.1.1)."""
    for part in parts:
        yield b"--" + boundary
        yield part
    yield b"--" + boundary + b"--\r\n"


def _on_the_wire(address: str) -> str:
    """The address as servers take it, its domain in ASCII; only a name before the @ may still need SMTPUTF8."""
    if not ONE_ADDRESS.fullmatch(address):
        raise UnwritableMail("this is not an e-mail address")
    name, _at, domain = address.rpartition("@")
    try:
        return f"{name}@{domain if domain.isascii() else idna.encode(domain, uts46=True).decode('ascii')}"
    except idna.IDNAError as error:
        raise UnwritableMail(f"no domain can be called so: {error}") from error


@lru_cache(maxsize=1)
def _sender(default_sender: str, desk_name: str) -> tuple[str, str]:
    """The address that the desk sends from, for the envelope, and with its name, for the head."""
    _name, address = parseaddr(default_sender)
    return address, _mailbox(desk_name, address)


def _mailbox(name: str, address: str) -> str:
    username, _at, domain = address.rpartition("@")
    return str(Address(display_name=name, username=username, domain=domain))
