"""Keyboard shortcuts of the desk's pages can be read about and switched off by each person."""

import sqlalchemy as sa
from flask import Flask

from helpdesk.accounts.models import AccountAct, AccountEvent
from helpdesk.extensions import db
from tests.factories import a_provider, an_agent
from tests.visitor import Visitor

SCRIPT = "shortcuts.js"


def test_somebody_switches_them_off_and_on_again(app: Flask) -> None:
    agent = an_agent("ENR")
    visitor = Visitor(app).sign_in(agent).open("/account")
    assert "Write a reply" in visitor.page.select_one("#shortcuts").get_text()
    assert SCRIPT in visitor.html

    visitor.post(
        "/account/shortcuts", {key: value for key, value in visitor.values("Save the shortcuts").items() if key != "shortcuts"}
    )

    assert "Single keys do nothing on your pages from now on." in visitor.text
    assert SCRIPT not in visitor.html
    assert "shortcuts-dialog" not in visitor.html
    assert SCRIPT not in visitor.open("/agent/queue").html
    event = db.session.scalars(sa.select(AccountEvent).order_by(AccountEvent.id.desc())).first()
    assert (event.act, event.new) == (AccountAct.DETAILS_CHANGED, {"shortcuts": False})

    visitor.open("/account").press("Save the shortcuts", shortcuts="yes")
    assert SCRIPT in visitor.open("/agent/queue").html


def test_providers_have_none(app: Flask) -> None:
    visitor = Visitor(app).sign_in(a_provider()).open("/account")

    assert SCRIPT not in visitor.html
    assert visitor.page.select_one("#shortcuts") is None
