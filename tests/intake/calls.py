"""An agent at the phone: what they type, and how far they have come."""

from typing import Any

from flask import Flask

from helpdesk.accounts.models import User
from tests.intake.test_filling_in_the_form import ANSWERS
from tests.visitor import Visitor

NEW_CASE = "/agent/new-case"
TYPED = {name: value for name, value in ANSWERS.items() if name != "topic"}
ADDRESS = "kim@newclinic.example.org"
KIM = {
    "caller-first_name": "Kim",
    "caller-last_name": "Lee",
    "caller-email": ADDRESS,
    "caller-phone": "(919) 555-0177",
    "caller-language": "es",
    "caller-organization": "New Clinic",
}


def a_ticket_for(app: Flask, agent: User, caller: User) -> Visitor:
    """The agent with the ticket of a caller who has an account, its topic chosen."""
    return Visitor(app).sign_in(agent).open(f"{NEW_CASE}/ticket?caller={caller.id}&topic=INV-RECV")


def a_ticket_for_kim(app: Flask, agent: User, **named: Any) -> Visitor:
    """The agent with the ticket of somebody new, its topic chosen."""
    page = Visitor(app).sign_in(agent).open(f"{NEW_CASE}/somebody-new").press("Continue", **{**KIM, **named})
    return page.press("Show the questions", topic="INV-RECV")


def filed(page: Visitor, **changed: Any) -> Visitor:
    """The ticket filled in, checked and filed."""
    return page.press("Continue", **{**TYPED, **changed}).press("File the case")
