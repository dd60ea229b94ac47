"""Macros for tests, named by what matters about them."""

from typing import Any

import sqlalchemy as sa

from helpdesk.accounts.models import Team, User
from helpdesk.cases import macro_editing
from helpdesk.cases.macros import Macro
from helpdesk.extensions import db
from helpdesk.transaction import transaction
from tests.factories import an_admin


def a_macro(*, team: str = "", to_team: str = "", by: User | None = None, **named: Any) -> Macro:
    """A macro as an administrator writes it: everybody's, unless a team is named, and a text alone unless more is."""
    plain: dict[str, Any] = {
        "title": "Form B",
        "body": "Hello [[name]], please use form B for [[number]].",
        "body_es": "",
        "status": None,
        "resolution_code": None,
        "hold_reason": None,
        "hold_days": None,
        "tags": [],
    }
    author = by or an_admin()
    with transaction():
        teams = {"team_id": _id_of(team), "to_team_id": _id_of(to_team)}
        return macro_editing.create({**plain, **teams, **named}, by=author)


def _id_of(code: str) -> int | None:
    return db.session.scalars(sa.select(Team.id).where(Team.code == code)).one() if code else None
