"""Drafts of the help ticket in the tests of the pages that edit them."""

from flask import Flask

from helpdesk.accounts.models import User
from helpdesk.extensions import db
from helpdesk.intake import drafting
from helpdesk.intake.definition import Definition
from helpdesk.intake.drafting import Change
from helpdesk.intake.models import FormDraft
from helpdesk.transaction import transaction
from tests.factories import an_admin
from tests.queue.cases import at_the_desk
from tests.visitor import Visitor

FORM = "/admin/form"


def editing(app: Flask, path: str = "", *, by: User | None = None) -> Visitor:
    """An administrator who has begun the draft, on one of its pages."""
    admin = by or an_admin()
    with transaction():
        drafting.start(by=admin)
    return at_the_desk(app, admin, f"{FORM}{path}")


def the_draft() -> FormDraft:
    """The draft as it is stored."""
    db.session.rollback()
    found = drafting.the_draft()
    assert found is not None
    return found


def drafted() -> Definition:
    """What the draft says."""
    return drafting.definition_in(the_draft())


def change(edit: Change, *, by: User) -> None:
    """Save a change in the draft."""
    seen = the_draft().version
    with transaction():
        drafting.save(edit, seen=seen, by=by)
