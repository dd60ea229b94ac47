"""Cases are merged into others, linked to others and watched by people; staff choose whether watching means mail."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

WITH_ITS_NUMBERS = {"table_kwargs": {"sqlite_autoincrement": True}}
MERGED = sa.text("merged_into_id IS NOT NULL")


def upgrade() -> None:
    with op.batch_alter_table("cases", **WITH_ITS_NUMBERS) as batch:
        batch.add_column(sa.Column("merged_into_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(batch.f("fk_cases_merged_into_id_cases"), "cases", ["merged_into_id"], ["id"])
        batch.create_check_constraint(batch.f("ck_cases_merged_into_another"), "merged_into_id <> id")
        batch.create_check_constraint(
            batch.f("ck_cases_merged_is_a_closed_duplicate"),
            "merged_into_id IS NULL OR (status = 'closed' AND resolution_code = 'duplicate')",
        )
    op.create_index("ix_cases_merged", "cases", ["merged_into_id"], sqlite_where=MERGED, postgresql_where=MERGED)
    op.create_table(
        "case_links",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Enum("related", name="kind", native_enum=False, create_constraint=True, length=40), nullable=False),
        sa.CheckConstraint("case_id < other_id", name=op.f("ck_case_links_each_pair_once")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_links_case_id_cases")),
        sa.ForeignKeyConstraint(["other_id"], ["cases.id"], name=op.f("fk_case_links_other_id_cases")),
        sa.PrimaryKeyConstraint("case_id", "other_id", name=op.f("pk_case_links")),
    )
    op.create_index(op.f("ix_case_links_other_id"), "case_links", ["other_id"])
    op.create_table(
        "case_person_watchers",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_person_watchers_case_id_cases")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_case_person_watchers_user_id_users")),
        sa.PrimaryKeyConstraint("case_id", "user_id", name=op.f("pk_case_person_watchers")),
    )
    op.create_index("ix_case_person_watchers_user_id_case_id", "case_person_watchers", ["user_id", "case_id"])
    with op.batch_alter_table("users") as batch:
        batch.add_column(sa.Column("wants_watch_mail", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("users") as batch:
        batch.alter_column("wants_watch_mail", server_default=None)


def downgrade() -> None:
    """Merged cases stay closed as duplicates; that they were merged is only said by their timelines."""
    with op.batch_alter_table("users") as batch:
        batch.drop_column("wants_watch_mail")
    op.drop_table("case_person_watchers")
    op.drop_table("case_links")
    op.drop_index("ix_cases_merged", table_name="cases")
    with op.batch_alter_table("cases", **WITH_ITS_NUMBERS) as batch:
        batch.drop_constraint(batch.f("ck_cases_merged_is_a_closed_duplicate"), type_="check")
        batch.drop_constraint(batch.f("ck_cases_merged_into_another"), type_="check")
        batch.drop_constraint(batch.f("fk_cases_merged_into_id_cases"), type_="foreignkey")
        batch.drop_column("merged_into_id")
