"""The history of the calendar."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "schedule_adopted",
                "schedule_withdrawn",
                "closure_added",
                "closure_withdrawn",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("old", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("new", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["users.id"], name=op.f("fk_calendar_changes_actor_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_changes")),
    )


def downgrade() -> None:
    op.drop_table("calendar_changes")
