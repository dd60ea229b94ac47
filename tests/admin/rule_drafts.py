"""Drafts of the rules in the tests of the pages that edit them."""

from flask import Flask

from helpdesk.accounts.models import User
from tests.factories import an_admin
from tests.queue.cases import at_the_desk
from tests.routing.drafts import begun
from tests.visitor import Visitor

RULES = "/admin/rules"


def editing(app: Flask, path: str = "/draft", *, by: User | None = None) -> Visitor:
    """An administrator who has begun the draft, on one of its pages."""
    return at_the_desk(app, begun(by=by or an_admin()), f"{RULES}{path}")


def texts(window: Visitor, selector: str) -> list[str]:
    """What the elements say."""
    return [" ".join(element.get_text(" ").split()) for element in window.page.select(selector)]
