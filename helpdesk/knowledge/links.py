"""Addresses outside the desk that people are led to."""

import re
from urllib.parse import urlsplit

from .errors import NotHttps

_UNWANTED = re.compile(r"[\s<>\"\\^`{|}]")


def https_only(address: str) -> str:
    """The address, if it begins with https:// and names a host and nobody's password; empty stays empty. Raises NotHttps."""
    if not address:
        return ""
    try:
        parts = urlsplit(address)
        is_good = parts.scheme == "https" and bool(parts.hostname) and parts.username is None and parts.port != 0
    except ValueError:
        is_good = False
    if not is_good or _UNWANTED.search(address):
        raise NotHttps(address)
    return address
