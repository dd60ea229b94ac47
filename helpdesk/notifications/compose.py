"""A row becomes the bytes of a mail: the same bytes whenever it is asked."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from email.headerregistry import Address, BaseHeader, HeaderRegistry
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime, parseaddr
from functools import lru_cache
from hashlib import sha256
from typing import Any

import idna

from .claim import Claimed
from .errors import UnwritableMail

SEVEN_BIT = SMTP.clone(cte_type="7bit")
WITH_UTF8_HEADERS = SEVEN_BIT.clone(utf8=True)
LONGEST_LINE = 998  # RFC 5322, 2.1.1
PLAIN = re.compile(r"(?!.*=\?)[!-~](?:[ -~]*[!-~])?")  # printable ASCII in which nothing could be taken for an encoded word
ONE_ADDRESS = re.compile(r"[^\s<>@,;:\\\"\x00-\x1f\x7f]+@[^\s<>@,;:\\\"\x00-\x1f\x7f]+")


@dataclass(frozen=True)
class Letter:
    """A mail ready to be handed over: the envelope, and the bytes with CRLF line ends."""

    sender: str
    recipient: str
    content: bytes
    needs_utf8: bool  # the recipient's address is not ASCII: only a server with SMTPUTF8 can take it


class _OfParts(HeaderRegistry):
    """Makes the headers of parts, which are the same few in every mail, once."""

    def __call__(self, name: str, value: str) -> BaseHeader:
        return self._made(name, value)

    @lru_cache(maxsize=32)  # noqa: B019  # there is one such registry
    def _made(self, name: str, value: str) -> BaseHeader:
        return super().__call__(name, value)


PARTS = SEVEN_BIT.clone(header_factory=_OfParts())


def letter(row: Claimed, *, settings: Mapping[str, Any]) -> Letter:
    """The mail of this row; raises UnwritableMail with the reason in words."""
    recipient = _on_the_wire(row.to_address)
    needs_utf8 = not recipient.isascii()
    _name, sender = parseaddr(settings["MAIL_DEFAULT_SENDER"])
    boundary = "=_" + sha256(row.message_id.encode()).hexdigest()[:32]
    try:
        headers = {
            "From": _mailbox(settings["DESK_NAME"], sender),
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
        head = _head(headers, WITH_UTF8_HEADERS if needs_utf8 else SEVEN_BIT)
        content = b"\r\n".join((head, *_between(parts, boundary.encode())))
    except (ValueError, LookupError, TypeError, AttributeError) as error:  # the email package raises all of these
        raise UnwritableMail(f"the message cannot be written as mail: {error}") from error
    return Letter(sender=sender, recipient=recipient, content=content, needs_utf8=needs_utf8)


def _head(headers: Mapping[str, str], policy: "EmailPolicy[Any]") -> bytes:
    """The headers as an EmailMessage writes them.

    With subjects on one line where no encoding asks for more: Python folds long ones right after "Subject:".
    """
    if headers["Subject"].isascii():
        policy = policy.clone(max_line_length=LONGEST_LINE)
    return b"".join(_header(name, value, policy) for name, value in headers.items())


def _header(name: str, value: str, policy: "EmailPolicy[Any]") -> bytes:
    if PLAIN.fullmatch(value) and len(name) + len(": ") + len(value) <= (policy.max_line_length or 0):
        return f"{name}: {value}\r\n".encode()  # what the policy would write, too: nothing is to be folded or encoded
    return policy.fold_binary(*policy.header_store_parse(name, value))


def _part(text: str, subtype: str) -> bytes:
    """One of the bodies, with the headers that say how it is encoded."""
    part = EmailMessage(policy=PARTS)
    part.set_content(text, subtype=subtype)
    if subtype == "plain":
        del part["MIME-Version"]  # as an EmailMessage does with its first body; one mail keeps its bytes from release to release
    head = "".join(f"{name}: {value}\r\n" for name, value in part.items())
    return b"\r\n".join((head.encode(), *str(part.get_payload()).encode().splitlines(), b""))


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


def _mailbox(name: str, address: str) -> str:
    username, _at, domain = address.rpartition("@")
    return str(Address(display_name=name, username=username, domain=domain))
