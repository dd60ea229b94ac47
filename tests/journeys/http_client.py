"""A client for Visitor that speaks real HTTP to a server in another process."""

import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from http.cookiejar import CookieJar
from typing import Any

from tests.visitor import Visitor


@dataclass
class Asked:
    """What was asked for in the end, after redirects."""

    path: str


@dataclass
class Answer:
    """An answer, with the few parts of Flask's test response that Visitor reads."""

    status_code: int
    headers: Any
    request: Asked
    body: bytes

    def get_data(self, *, as_text: bool) -> str:
        """The body as text."""
        return self.body.decode() if as_text else ""


class HttpClient:
    """Stands where Flask's test client stands in a Visitor."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def open(
        self, path: str, *, method: str, data: dict[str, Any] | None = None, query_string: Any = None, **_rest: Any
    ) -> Answer:
        """One request, redirects followed."""
        address = urllib.parse.urljoin(self.base_url, path) + (f"?{urllib.parse.urlencode(query_string)}" if query_string else "")
        body = urllib.parse.urlencode(data or {}).encode() if method == "POST" else None
        request = urllib.request.Request(address, data=body, method=method)
        try:
            with self._opener.open(request, timeout=60) as answer:
                return Answer(answer.status, answer.headers, Asked(urllib.parse.urlsplit(answer.url).path), answer.read())
        except urllib.error.HTTPError as error:
            return Answer(error.code, error.headers, Asked(urllib.parse.urlsplit(error.url).path), error.read())


def visitor_at(base_url: str) -> Visitor:
    """Somebody at a browser who speaks real HTTP to the web server at this address."""
    visitor: Any = Visitor.__new__(Visitor)
    visitor.client = HttpClient(base_url)
    return visitor
