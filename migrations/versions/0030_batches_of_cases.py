"""One thing is done with many cases at once, with a result for each."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")
TO_DO = sa.text("state IN ('waiting', 'to_undo')")
ACTS = ("assign", "priority", "tag", "untag", "move", "reply", "resolve")
STATES = ("waiting", "done", "skipped", "to_undo", "undone", "kept")


def upgrade() -> None:
    op.create_table(
        "case_batches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("act", sa.Enum(*ACTS, name="act", native_enum=False, create_constraint=True, length=40), nullable=False),
        sa.Column("wanted", JSON, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_case_batches_author_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_batches")),
    )
    op.create_index(op.f("ix_case_batches_author_id"), "case_batches", ["author_id"])
    op.create_table(
        "batch_cases",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("state", sa.Enum(*STATES, name="state", native_enum=False, create_constraint=True, length=40), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["case_batches.id"], name=op.f("fk_batch_cases_batch_id_case_batches")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_batch_cases_case_id_cases")),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_batch_cases_message_id_messages")),
        sa.PrimaryKeyConstraint("batch_id", "case_id", name=op.f("pk_batch_cases")),
    )
    op.create_index(op.f("ix_batch_cases_case_id"), "batch_cases", ["case_id"])
    op.create_index("ix_batch_cases_to_do", "batch_cases", ["batch_id", "case_id"], sqlite_where=TO_DO, postgresql_where=TO_DO)


def downgrade() -> None:
    """What was done with the cases stays; that it was done with many at once is told nowhere any more."""
    op.drop_table("batch_cases")
    op.drop_table("case_batches")
