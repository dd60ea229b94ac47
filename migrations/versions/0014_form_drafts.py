"""The next version of the help ticket is written in one draft, which lasts until it is published or thrown away."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "form_drafts",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("definition", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("base_version", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("editor_id", sa.Integer(), nullable=False),
        sa.Column("edited_since_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_form_drafts_only_one")),
        sa.ForeignKeyConstraint(
            ["base_version"], ["form_versions.version"], name=op.f("fk_form_drafts_base_version_form_versions")
        ),
        sa.ForeignKeyConstraint(["editor_id"], ["users.id"], name=op.f("fk_form_drafts_editor_id_users")),
        sa.ForeignKeyConstraint(["saved_by"], ["users.id"], name=op.f("fk_form_drafts_saved_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_form_drafts")),
    )


def downgrade() -> None:
    op.drop_table("form_drafts")
