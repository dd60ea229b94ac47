"""The rows that tell of the files of people."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..database import text_enum
from ..extensions import db
from .attachment_types import MediaType
from .models import Message, MessageKind

WAITS_WITH_A_DRAFT = "draft_id IS NOT NULL AND case_id IS NULL AND message_id IS NULL AND waits_for IS NULL"
WAITS_ON_A_CASE = "draft_id IS NULL AND case_id IS NOT NULL AND message_id IS NULL AND waits_for IS NOT NULL"
IS_SAID = "draft_id IS NULL AND case_id IS NOT NULL AND message_id IS NOT NULL AND waits_for IS NULL"


def _index(name: str, *columns: str, where: str) -> sa.Index:
    return sa.Index(f"ix_attachments_{name}", *columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


class Attachment(db.Model):  # type: ignore[name-defined]
    """A file: it waits with a draft, or on a case for a message that is being written; then it belongs to a message."""

    __tablename__ = "attachments"
    __table_args__ = (
        sa.CheckConstraint(f"({WAITS_WITH_A_DRAFT}) OR ({WAITS_ON_A_CASE}) OR ({IS_SAID})", name="place"),
        _index("waiting", "owner_id", "id", where="message_id IS NULL"),
        _index("missing", "id", where="missing_at IS NOT NULL"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))  # who sent it
    draft_id: Mapped[int | None] = mapped_column(sa.ForeignKey("drafts.id"), index=True)
    case_id: Mapped[int | None] = mapped_column(sa.ForeignKey("cases.id"), index=True)
    waits_for: Mapped[MessageKind | None] = mapped_column(text_enum(MessageKind, "waits_for"))  # what is being written
    message_id: Mapped[int | None] = mapped_column(sa.ForeignKey("messages.id"), index=True)
    name: Mapped[str]  # as it was typed, made safe
    media_type: Mapped[str]  # one of MediaType, by content
    size: Mapped[int]  # bytes
    sha256: Mapped[str]
    stored_as: Mapped[str] = mapped_column(unique=True)
    uploaded_at: Mapped[datetime]
    redacted_at: Mapped[datetime | None]  # its content is gone for good, because it held what does not belong in a case
    missing_at: Mapped[datetime | None]  # when the sweep did not find its content

    message: Mapped[Message | None] = relationship()

    @property
    def kind(self) -> MediaType:
        """What it is."""
        return MediaType(self.media_type)
