"""Drafts of the form, and the files that people send with it and with messages."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")
INSTANT = sa.DateTime(timezone=True)
PLACE = (
    "(draft_id IS NOT NULL AND case_id IS NULL AND message_id IS NULL AND waits_for IS NULL)"
    " OR (draft_id IS NULL AND case_id IS NOT NULL AND message_id IS NULL AND waits_for IS NOT NULL)"
    " OR (draft_id IS NULL AND case_id IS NOT NULL AND message_id IS NOT NULL AND waits_for IS NULL)"
)
KINDS = "'question', 'reply', 'note', 'resolution', 'not_solved'"


def upgrade() -> None:
    op.create_table(
        "drafts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(40), nullable=False),
        sa.Column("form_key", sa.Text(), nullable=False),
        sa.Column("answers", JSON, nullable=False),
        sa.Column("saved_at", INSTANT, nullable=False),
        sa.CheckConstraint("purpose IN ('own')", name=op.f("ck_drafts_purpose")),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_drafts_owner_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafts")),
        sa.UniqueConstraint("owner_id", "purpose", name=op.f("uq_drafts_owner_id_purpose")),
    )
    op.create_index(op.f("ix_drafts_saved_at"), "drafts", ["saved_at"])
    op.create_table(
        "attachments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=True),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("waits_for", sa.String(40), nullable=True),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("stored_as", sa.Text(), nullable=False),
        sa.Column("uploaded_at", INSTANT, nullable=False),
        sa.Column("redacted_at", INSTANT, nullable=True),
        sa.Column("missing_at", INSTANT, nullable=True),
        sa.CheckConstraint(PLACE, name=op.f("ck_attachments_place")),
        sa.CheckConstraint(f"waits_for IN ({KINDS})", name=op.f("ck_attachments_waits_for")),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_attachments_owner_id_users")),
        sa.ForeignKeyConstraint(["draft_id"], ["drafts.id"], name=op.f("fk_attachments_draft_id_drafts")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_attachments_case_id_cases")),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_attachments_message_id_messages")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
        sa.UniqueConstraint("stored_as", name=op.f("uq_attachments_stored_as")),
    )
    for column in ("case_id", "draft_id", "message_id"):
        op.create_index(op.f(f"ix_attachments_{column}"), "attachments", [column])
    _create_index("waiting", ["owner_id", "id"], where="message_id IS NULL")
    _create_index("missing", ["id"], where="missing_at IS NOT NULL")


def downgrade() -> None:
    """The files themselves stay where they are, told of by nothing."""
    op.drop_table("attachments")
    op.drop_table("drafts")


def _create_index(name: str, columns: list[str], *, where: str) -> None:
    condition = sa.text(where)
    op.create_index(f"ix_attachments_{name}", "attachments", columns, sqlite_where=condition, postgresql_where=condition)
