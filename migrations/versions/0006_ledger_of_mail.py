"""The ledger of mail is read newest first: all of it, and what the mail server has not accepted."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

NOT_ACCEPTED = sa.text("state <> 'sent'")


def upgrade() -> None:
    op.create_index("ix_outbox_messages_made_at_id", "outbox_messages", ["made_at", "id"])
    op.create_index(
        "ix_outbox_messages_not_accepted",
        "outbox_messages",
        ["made_at", "id"],
        sqlite_where=NOT_ACCEPTED,
        postgresql_where=NOT_ACCEPTED,
    )


def downgrade() -> None:
    for name in ("not_accepted", "made_at_id"):
        op.drop_index(f"ix_outbox_messages_{name}", "outbox_messages")
