"""A row becomes the bytes of a mail: the same bytes whenever it is asked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from hashlib import sha256
from typing import Any

import idna

from .claim import Claimed
from .errors import UnwritableMail

SEVEN_BIT = SMTP.clone(cte_type="7bit")
WITH_UTF8_HEADERS = SEVEN_BIT.clone(utf8=True)
LONGEST_LINE = 998  # RFC 5322, 2.1.1
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
    message = EmailMessage(policy=WITH_UTF8_HEADERS if needs_utf8 else SEVEN_BIT)
    _name, sender = parseaddr(settings["MAIL_DEFAULT_SENDER"])
    try:
        message["From"] = _mailbox(settings["DESK_NAME"], sender)
        message["To"] = _mailbox(row.to_name, recipient)
        message["Subject"] = row.subject
        message["Date"] = row.first_due_at  # when it was to leave: a mail held over a weekend is not sorted under Friday
        message["Message-ID"] = row.message_id
        for name, value in row.headers.items():
            message[name] = value
        message.set_content(row.text_body)
        message.add_alternative(row.html_body, subtype="html")
        message["Content-Language"] = row.language  # last, because set_content removes what is there
        message.set_boundary("=_" + sha256(row.message_id.encode()).hexdigest()[:32])
        return Letter(sender=sender, recipient=recipient, content=_bytes_of(message), needs_utf8=needs_utf8)
    except (ValueError, LookupError, TypeError, AttributeError) as error:  # the email package raises all of these
        raise UnwritableMail(f"the message cannot be written as mail: {error}") from error


def _bytes_of(message: EmailMessage) -> bytes:
    """With subjects on one line where no encoding asks for more: Python folds long ones right after "Subject:"."""
    if not message["Subject"].isascii():
        return message.as_bytes()
    return message.as_bytes(policy=message.policy.clone(max_line_length=LONGEST_LINE))


def _on_the_wire(address: str) -> str:
    """The address as servers take it, its domain in ASCII; only a name before the @ may still need SMTPUTF8."""
    if not ONE_ADDRESS.fullmatch(address):
        raise UnwritableMail("this is not an e-mail address")
    name, _at, domain = address.rpartition("@")
    try:
        return f"{name}@{domain if domain.isascii() else idna.encode(domain, uts46=True).decode('ascii')}"
    except idna.IDNAError as error:
        raise UnwritableMail(f"no domain can be called so: {error}") from error


def _mailbox(name: str, address: str) -> Address:
    username, _at, domain = address.rpartition("@")
    return Address(display_name=name, username=username, domain=domain)
