"""What the help ticket asks is a versioned definition, and a case keeps the version that it was asked with.

A desk that has topics keeps them; loading the reference data publishes its first version. Older cases were asked with none.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "form_versions",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("definition", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("published_by", sa.Integer(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["published_by"], ["users.id"], name=op.f("fk_form_versions_published_by_users")),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_form_versions")),
    )
    with op.batch_alter_table("cases", table_kwargs={"sqlite_autoincrement": True}) as batch:
        batch.add_column(sa.Column("form_version", sa.Integer(), nullable=True))
        batch.create_foreign_key(batch.f("fk_cases_form_version_form_versions"), "form_versions", ["form_version"], ["version"])


def downgrade() -> None:
    with op.batch_alter_table("cases", table_kwargs={"sqlite_autoincrement": True}) as batch:
        batch.drop_constraint(batch.f("fk_cases_form_version_form_versions"), type_="foreignkey")
        batch.drop_column("form_version")
    op.drop_table("form_versions")
