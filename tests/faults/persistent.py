"""People who send a form again until it is answered, whatever happens to the web server meanwhile."""

import re
import secrets
from http.client import HTTPException
from typing import Any

from helpdesk.accounts.models import User
from tests import waiting
from tests.factories import PASSWORD
from tests.faults.processes import answers, base_url
from tests.journeys.http_client import Answer, HttpClient
from tests.journeys.story import NOTE, TICKET

FORM = "/vaccine-provider/get-help/check"
A_WEB_SERVER_STARTS_WITHIN = 60.0  # seconds


class Persistent:
    """Somebody with an account, at the web server of this port."""

    def __init__(self, port: int, user: User) -> None:
        self._port = port
        self._client = HttpClient(base_url(port))
        self._email = user.email
        self._token = ""

    def sign_in(self) -> None:
        """Sign in, and keep the key that every form needs."""
        self._take_token(self.ask("/login"))
        self.ask("/login", email=self._email, password=PASSWORD)
        self._take_token(self.ask("/account"))

    def file_a_case(self, subject: str) -> str:
        """Send a checked ticket until there is a receipt; returns the number that it shows."""
        receipt = self.ask(FORM, **{**TICKET, "subject": subject}, form_key=secrets.token_hex(16))
        found = re.search(r"/receipt/(NCV-\d{6})$", receipt.request.path)
        assert found, receipt.get_data(as_text=True)
        return found[1]

    def send_once(self, *, subject: str, form_key: str) -> tuple[int, str]:
        """Send a checked ticket one time: the status of the answer, and the number that its receipt shows, if it is one."""
        answer = self._try(FORM, {**TICKET, "subject": subject, "form_key": form_key})
        found = re.search(r"/receipt/(NCV-\d{6})$", answer.request.path) if answer else None
        return (answer.status_code if answer else 0), (found[1] if found else "")

    def resolve(self, number: str) -> None:
        """Resolve a case, unless an answer that was lost has done so already."""
        page = self.ask(f"/agent/cases/{number}").get_data(as_text=True)
        while f"/agent/cases/{number}/resolve" in page:
            version = re.search(r'name="version"[^>]* value="(\d+)"', page)
            assert version, page
            self.ask(f"/agent/cases/{number}/resolve", code="fixed", note=NOTE, version=version[1])
            page = self.ask(f"/agent/cases/{number}").get_data(as_text=True)

    def ask(self, path: str, **fields: Any) -> Answer:
        """Open a page or send a form, again and again until it is answered."""
        while True:
            answer = self._try(path, fields)
            if answer is not None and answer.status_code < 500:
                return answer
            waiting.until(lambda: answers(self._port), within=A_WEB_SERVER_STARTS_WITHIN, what="a web server")

    def _try(self, path: str, fields: dict[str, Any]) -> Answer | None:
        data = {**fields, "csrf_token": self._token} if fields else None
        try:
            return self._client.open(path, method="POST" if fields else "GET", data=data)
        except (OSError, HTTPException):
            return None

    def _take_token(self, answer: Answer) -> None:
        found = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', answer.get_data(as_text=True))
        assert found, answer.get_data(as_text=True)
        self._token = found[1]
