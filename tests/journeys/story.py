"""The main job, step by step, as a provider and an agent live it; shared by the journeys."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from tests.factories import PASSWORD
from tests.smtp_servers import GoodServer, Received
from tests.visitor import Visitor

ADDRESS = "pat.rivera@cedarfork.example.org"
NOTE = "The transfer is in NCIR now. Please accept it there before the first dose."
TICKET = {
    "role": "coordinator_primary",
    "organization": "Cedar Fork Pharmacy",
    "location": "Main Street",
    "system": "ncir",
    "topic": "INV-RECV",
    "subject": "Shipment arrived, but does not show in NCIR",
    "description": "We received 40 doses two days ago. The transfer is still not in NCIR.",
    "impact": "location",
    "urgency": "slowed",
    "for_self": "yes",
    "reach_by": "email",
    "reply_language": "en",
    "no_patient_data": "yes",
}


def register(visitor: Visitor) -> None:
    """Home page, Login, Register; the page says that this account is not the NCID."""
    visitor.open("/").follow("Login").follow("Register")
    assert "not your NCID" in visitor.text or "not the same as" in visitor.text
    visitor.press("Register", first_name="Pat", last_name="Rivera", email=ADDRESS, phone="919-555-0142", password=PASSWORD)


def activate(visitor: Visitor, mail: Received) -> None:
    """The link of the verification mail shows a page; only its button activates."""
    link = link_in(mail, "/verify/")
    visitor.open(link)
    visitor.open("/login").press("Sign in", email=ADDRESS, password=PASSWORD)
    assert "not confirmed" in visitor.text
    visitor.open(link).press("Activate my account", password=PASSWORD)


def sign_in(visitor: Visitor) -> None:
    """Sign in as the provider, unless the session still lasts."""
    visitor.open("/login")
    if visitor.has_button("Sign in"):
        visitor.press("Sign in", email=ADDRESS, password=PASSWORD)


def ask_for_help(visitor: Visitor, *, place: str = "") -> str:
    """Sign in, Vaccine Provider, Get Help, form, review, receipt; the number of the case. The place is typed or chosen."""
    sign_in(visitor)
    visitor.open("/vaccine-provider").follow("Get Help")
    ticket = {**TICKET, "place": place, "organization": "", "location": ""} if place else TICKET
    visitor.press("Continue", topic=ticket["topic"]).press("Continue", **ticket).press("Send the ticket")
    found = re.search(r"NCV-\d{6}", visitor.text)
    assert found, visitor.text
    for told in (found[0], "NCIR Support", TICKET["description"], "(877) 873-6247", "What happens next"):
        assert told in visitor.text
    return found[0]


def work_on(visitor: Visitor, number: str) -> None:
    """An agent finds the case in the queue, takes it, writes a note, replies."""
    visitor.open("/agent/queue")
    assert TICKET["subject"] in visitor.text
    visitor.open(f"/agent/cases/{number}")
    assert "To NCIR Support, because system is NCIR and topic group is Inventory." in visitor.text
    visitor.press("Take")
    visitor.press("Save note", body="Stuck in the interface, zebra.")
    visitor.press("Send and keep open", body="We have found your transfer and push it again.")


def resolve(visitor: Visitor, number: str) -> None:
    """The agent resolves with a code and a note."""
    visitor.open(f"/agent/cases/{number}").press("Resolve and send the note", code="fixed", note=NOTE)


def link_in(mail: Received, path: str) -> str:
    """The path of the link in a mail that leads below `path`."""
    found = re.search(rf"https?://\S+?({re.escape(path)}[\w-]+)", mail.text)
    assert found, mail.text
    return urlsplit(found[0]).path


@dataclass
class Post:
    """What a provider finds in their mailbox."""

    server: GoodServer

    def subjects(self) -> list[str]:
        """The subjects of all mail to the provider, oldest first."""
        return [str(mail.message["Subject"]) for mail in self.mine()]

    def mine(self) -> list[Received]:
        """All mail to the provider, oldest first."""
        return [mail for mail in self.server.received if mail.recipient == ADDRESS]

    def about_resolution(self) -> list[Received]:
        """The mails that bring the notes of the resolution."""
        return [mail for mail in self.mine() if NOTE in mail.text]
