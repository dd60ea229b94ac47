"""A person at a browser who stays on one connection; each answer knows how long it took."""

import http.client
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

from . import Broken

IDLE_SECONDS = 3.0  # after which the server may have closed the connection (gunicorn.conf.py, keepalive)
TIMEOUT = 60.0  # seconds
REDIRECTS = frozenset({HTTPStatus.FOUND, HTTPStatus.SEE_OTHER})
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True)
class Answer:
    """What came back, after how many seconds; redirects are not followed."""

    body: bytes
    location: str
    seconds: float

    def hidden(self, name: str) -> str:
        """The value of a hidden field of the page; raises Broken."""
        found = re.search(rf'name="{name}"[^>]*value="([^"]+)"', self.body.decode())
        if found is None:
            raise Broken(f"A page has no field {name}.")
        return found[1]


class Client:
    """One person with their cookies."""

    def __init__(self, port: int, cookies: Mapping[str, str] | None = None) -> None:
        self.cookies = dict(cookies or {})
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
        self._last = 0.0

    def get(self, path: str) -> Answer:
        """Open a page; raises Broken unless it is there."""
        return self._request("GET", path, None, frozenset({HTTPStatus.OK}))

    def post(self, path: str, fields: Mapping[str, str], *, leads_on: bool = True) -> Answer:
        """Send a form that leads to another page, or brings one itself; raises Broken otherwise."""
        expected = REDIRECTS if leads_on else frozenset({HTTPStatus.OK})
        return self._request("POST", path, urlencode(fields), expected)

    def sign_in(self, email: str, password: str) -> "Client":
        """Sign in through the form."""
        token = self.get("/login").hidden("csrf_token")
        self.post("/login", {"email": email, "password": password, "csrf_token": token})
        return self

    @property
    def cookie(self) -> str:
        """The header that carries the cookies."""
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def _request(self, method: str, path: str, body: str | None, expected: frozenset[HTTPStatus]) -> Answer:
        if time.monotonic() - self._last > IDLE_SECONDS:
            self._connection.close()  # opened again by the request
        headers = {"Cookie": self.cookie, **(FORM if body is not None else {})}
        began = time.perf_counter()
        self._connection.request(method, path, body, headers)
        response = self._connection.getresponse()
        content = response.read()
        seconds = time.perf_counter() - began
        self._last = time.monotonic()
        if response.status not in expected:
            raise Broken(f"{method} {path} was answered with {response.status}.")
        for line in response.headers.get_all("Set-Cookie", []):
            self.cookies.update({name: morsel.value for name, morsel in SimpleCookie(line).items()})
        return Answer(content, urlsplit(response.headers.get("Location", "")).path, seconds)
