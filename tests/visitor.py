"""Somebody at a browser without JavaScript: opens pages, follows links, fills in forms and presses their buttons."""

import contextvars
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from bs4 import BeautifulSoup, Tag
from flask import Flask, has_app_context, session
from flask.testing import FlaskClient

from helpdesk.accounts import sessions
from helpdesk.accounts.models import User
from helpdesk.extensions import db
from helpdesk.transaction import transaction
from tests.factories import PASSWORD

STARTS = frozenset({"/agent/queue", "/vaccine-provider"})


@dataclass
class Shown:
    """What a browser shows."""

    status: int
    path: str
    headers: Any
    html: str

    @cached_property
    def page(self) -> BeautifulSoup:
        """The HTML, read when somebody looks at it."""
        return BeautifulSoup(self.html, "html.parser")


class Visitor:
    """Requests run in a context of their own, as they do in a web server, and follow redirects.

    The page on which people start after signing in is asked for when somebody looks at it: most tests open another one at once.
    """

    _shown = Shown(0, "/", {}, "")
    _ahead = ""  # where somebody starts, until somebody looks

    def __init__(self, app: Flask) -> None:
        self._client = app.test_client()

    @property
    def client(self) -> Any:
        """The browser itself, with its cookies, once its page is there; visitors who are given one share it."""
        self._arrive()
        return self._client

    @client.setter
    def client(self, browser: Any) -> None:
        self._client = browser

    def open(self, path: str) -> "Visitor":
        """GET a page."""
        return self._request("GET", path)

    def post(self, path: str, fields: dict[str, Any] | None = None) -> "Visitor":
        """POST what no form offered: forged, stale or hurried requests."""
        return self._request("POST", path, fields or {})

    def press(self, button: str, **fields: Any) -> "Visitor":
        """Press the button that reads so, its form filled in with `fields` beside what it already holds."""
        return self._request(*self._pressed(button, fields))

    def _pressed(self, button: str, fields: dict[str, Any]) -> tuple[str, str, dict[str, Any]]:
        """How a form is sent, where to, and what it holds."""
        element = self._button(button)
        form = self._form_of(element)
        values = {**form_values(form), **fields}
        unknown = set(fields) - {field.get("name") for field in form.select("input, select, textarea")}
        assert not unknown, f"the form has no field {unknown}"
        if element.get("name"):
            values[str(element["name"])] = str(element.get("value", ""))
        action = str(element.get("formaction") or form.get("action") or self.path)
        method = str(element.get("formmethod") or form.get("method") or "get").upper()
        return method, action, values

    def follow(self, link: str) -> "Visitor":
        """Follow the link that reads so."""
        found = [a for a in self.page.find_all("a", href=True) if _reads(a) == link]
        assert found, f"no link {link!r} on {self.path}; links: {[_reads(a) for a in self.page.find_all('a')]}"
        return self.open(str(found[0]["href"]))

    def sign_in(self, user: Any, password: str = "") -> "Visitor":
        """Sign in: with a password (or to a server) through the form, otherwise by the command it ends in: much faster."""
        if password or not isinstance(self._client, FlaskClient):
            pressed = self.open("/login")._pressed("Sign in", {"email": user.email, "password": password or PASSWORD})
            self._request(*pressed, goes_on=False)
            self._ahead = self._shown.headers.get("Location", "")
        else:
            self._ahead = contextvars.Context().run(self._begin_session, user.id)
        if self._ahead not in STARTS:
            self._arrive()
        return self

    def _begin_session(self, user_id: int) -> str:
        """What a sign-in leaves in the database and in the cookie of the session; returns where it leads to."""
        app, cookie = self._client.application, self._client.get_cookie("session")
        had = {"Cookie": f"session={cookie.value}"} if cookie else {}
        with app.test_request_context("/login", headers=had, environ_base=self._client.environ_base):
            user = db.session.get_one(User, user_id)
            with transaction():
                sessions.sign_in(user)
            leads_to = sessions.after_sign_in(user, "").location
            self._client.set_cookie("session", app.session_interface.get_signing_serializer(app).dumps(dict(session)))
        return str(leads_to)

    @property
    def shown(self) -> Shown:
        """What the browser shows."""
        self._arrive()
        return self._shown

    @property
    def status(self) -> int:
        """The status of the page."""
        return self.shown.status

    @property
    def path(self) -> str:
        """Where the page is."""
        return self.shown.path

    @property
    def headers(self) -> Any:
        """The headers of the page."""
        return self.shown.headers

    @property
    def html(self) -> str:
        """The page as it was sent."""
        return self.shown.html

    @property
    def page(self) -> BeautifulSoup:
        """The page, to look for its parts."""
        return self.shown.page

    @property
    def h1(self) -> str:
        """The heading of the page."""
        heading = self.page.find("h1")
        return _reads(heading) if heading else ""

    @property
    def text(self) -> str:
        """What the page says, white space folded."""
        return " ".join(self.page.get_text(" ").split())

    def values(self, button: str) -> dict[str, Any]:
        """What the form of this button would send."""
        return form_values(self._form_of(self._button(button)))

    def has_button(self, text: str) -> bool:
        """Whether the page has a button that reads so."""
        return any(_reads(b) == text for b in self.page.find_all("button"))

    def _button(self, text: str) -> Tag:
        found = [b for b in self.page.find_all("button") if _reads(b) == text]
        assert found, f"no button {text!r} on {self.path}; buttons: {[_reads(b) for b in self.page.find_all('button')]}"
        return found[0]

    def _form_of(self, button: Tag) -> Tag:
        form = self.page.find("form", id=button["form"]) if button.get("form") else button.find_parent("form")
        assert isinstance(form, Tag), f"the button {button} stands in no form"
        return form

    def _request(self, method: str, path: str, fields: dict[str, Any] | None = None, *, goes_on: bool = True) -> "Visitor":
        if method == "GET" and fields:
            arguments: dict[str, Any] = {"query_string": fields}
        else:
            arguments = {"data": fields} if fields is not None else {}
        answer = contextvars.Context().run(
            self._client.open, path, method=method, follow_redirects=goes_on, buffered=True, **arguments
        )
        for one in (*getattr(answer, "history", ()), answer):
            if hasattr(one.request, "environ"):
                one.request.environ["wsgi.input"].close()  # a large one is a temporary file
        if has_app_context():
            db.session.rollback()  # what the request wrote is seen by the test
        return self.show(answer)

    def _arrive(self) -> None:
        if self._ahead:
            self.open(self._ahead)

    def go_back_to(self, shown: Shown) -> "Visitor":
        """Show again what was shown before, as the back button of a browser does."""
        self._shown, self._ahead = shown, ""
        return self

    def show(self, answer: Any) -> "Visitor":
        """Show what was answered to the client."""
        self._shown = Shown(answer.status_code, answer.request.path, answer.headers, answer.get_data(as_text=True))
        self._ahead = ""
        return self


def form_values(form: Tag) -> dict[str, Any]:
    """What a browser would send for a form as it stands."""
    values: dict[str, Any] = {}
    for field in form.select("input[name], textarea[name], select[name]"):
        name, kind = str(field["name"]), field.get("type", "")
        if field.name == "select":
            options = field.find_all("option")
            chosen = next((o for o in options if o.has_attr("selected")), options[0] if options else None)
            values[name] = str(chosen.get("value", _reads(chosen))) if chosen else ""
        elif field.name == "textarea":
            values[name] = field.get_text().replace("\r\n", "\n").removeprefix("\n")
        elif kind not in ("radio", "checkbox", "submit") or field.has_attr("checked"):
            value, before = str(field.get("value", "on" if kind == "checkbox" else "")), values.get(name)
            values[name] = value if before is None else [*([before] if isinstance(before, str) else before), value]
    return values


def _reads(element: Tag) -> str:
    return " ".join(element.get_text(" ").split())
