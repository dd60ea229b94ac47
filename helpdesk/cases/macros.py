"""Texts that the desk has ready (DOMAIN section 11): an agent puts one into a reply, or the desk sends it as a rule says."""

import re

import sqlalchemy as sa
from flask import current_app
from flask_babel import force_locale
from sqlalchemy.orm import Mapped, mapped_column

from ..accounts.models import Language
from ..extensions import db
from ..hours.wording import service_hours
from .models import Case

PLACE = re.compile(r"\[\[([a-z_]+)\]\]")  # of a fact, as in articles


class Macro(db.Model):  # type: ignore[name-defined, misc]
    """One text, in the languages of the desk."""

    __tablename__ = "macros"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)  # which rules name; it never changes
    title: Mapped[str]  # for staff
    body: Mapped[str]
    body_es: Mapped[str] = mapped_column(default="")  # empty: there is only the English one
    team_id: Mapped[int | None] = mapped_column(sa.ForeignKey("teams.id"))  # whose it is; none: everybody's
    is_active: Mapped[bool] = mapped_column(default=True)

    def text(self, case: Case, language: Language) -> str:
        """The text for a case, in this language where there is one, with the facts that it names."""
        is_spanish = language is Language.SPANISH and bool(self.body_es)
        with force_locale((Language.SPANISH if is_spanish else Language.ENGLISH).value):
            facts = {
                "number": case.number,
                "name": case.requester.first_name,
                "phone": current_app.config["DESK_PHONE"],
                "hours": service_hours(),
            }
        return PLACE.sub(lambda place: facts.get(place[1], place[0]), self.body_es if is_spanish else self.body)


def in_use(code: str) -> sa.Select[Macro]:
    """The macro with this code, if it is in use."""
    return sa.select(Macro).where(Macro.code == code, Macro.is_active)


def for_case(code: str, case: Case) -> sa.Select[Macro]:
    """The same, if whoever works on the case in its team may use it."""
    return in_use(code).where(sa.or_(Macro.team_id.is_(None), Macro.team_id == case.team_id))


def titles() -> dict[str, str]:
    """What the macros in use are called, by code."""
    used = db.session.scalars(sa.select(Macro).where(Macro.is_active).order_by(Macro.code))
    return {macro.code: macro.title for macro in used}
