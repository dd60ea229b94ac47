"""What can be asked about: topics in their groups."""

from sqlalchemy.orm import Mapped, mapped_column

from ..database import text_enum
from ..extensions import db
from ..routing.models import Priority


class Topic(db.Model):  # type: ignore[name-defined]
    """A subject of help: its group, how urgent it is by itself, and the team that knows it."""

    __tablename__ = "topics"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    group_code: Mapped[str]  # the first part of the code: ENR, ACC, ORD ...
    group_name: Mapped[str]
    position: Mapped[int]
    priority: Mapped[Priority] = mapped_column(text_enum(Priority, "priority"))
    team_code: Mapped[str]
    needs_location: Mapped[bool]
    is_active: Mapped[bool] = mapped_column(default=True)
