"""Known problems: what many cases are about, tied to them and resolved by one note, with a result for each case."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

WITH_ITS_NUMBERS = {"table_kwargs": {"sqlite_autoincrement": True}}
JSON = sa.JSON().with_variant(JSONB(), "postgresql")
TIED = sa.text("problem_id IS NOT NULL")
TO_DO = sa.text("state IN ('waiting', 'to_take_back')")
STATES = ("waiting", "resolved", "skipped", "to_take_back", "taken_back", "too_late")
CODES = ("answered", "fixed", "access_granted", "forwarded", "duplicate", "no_response", "not_supported")


def upgrade() -> None:
    op.create_table(
        "known_problems",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("body_es", sa.Text(), nullable=False),
        sa.Column("topics", JSON, nullable=False),
        sa.Column("systems", JSON, nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_known_problems_author_id_users")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["users.id"], name=op.f("fk_known_problems_ended_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_problems")),
    )
    op.create_table(
        "problem_waves",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("problem_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("code", sa.Enum(*CODES, name="code", native_enum=False, create_constraint=True, length=40), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("note_es", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_problem_waves_author_id_users")),
        sa.ForeignKeyConstraint(["problem_id"], ["known_problems.id"], name=op.f("fk_problem_waves_problem_id_known_problems")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_problem_waves")),
    )
    op.create_index(op.f("ix_problem_waves_problem_id"), "problem_waves", ["problem_id"])
    op.create_table(
        "problem_wave_cases",
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.Enum(*STATES, name="state", native_enum=False, create_constraint=True, length=40), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_problem_wave_cases_case_id_cases")),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_problem_wave_cases_message_id_messages")),
        sa.ForeignKeyConstraint(["wave_id"], ["problem_waves.id"], name=op.f("fk_problem_wave_cases_wave_id_problem_waves")),
        sa.PrimaryKeyConstraint("wave_id", "case_id", name=op.f("pk_problem_wave_cases")),
    )
    op.create_index(
        "ix_problem_wave_cases_to_do", "problem_wave_cases", ["wave_id", "case_id"], sqlite_where=TO_DO, postgresql_where=TO_DO
    )
    with op.batch_alter_table("cases", **WITH_ITS_NUMBERS) as batch:
        batch.add_column(sa.Column("problem_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(batch.f("fk_cases_problem_id_known_problems"), "known_problems", ["problem_id"], ["id"])
    op.create_index("ix_cases_problem", "cases", ["problem_id", "id"], sqlite_where=TIED, postgresql_where=TIED)


def downgrade() -> None:
    """Which problem a case was tied to is only said by its timeline."""
    op.drop_index("ix_cases_problem", table_name="cases")
    with op.batch_alter_table("cases", **WITH_ITS_NUMBERS) as batch:
        batch.drop_constraint(batch.f("fk_cases_problem_id_known_problems"), type_="foreignkey")
        batch.drop_column("problem_id")
    for table in ("problem_wave_cases", "problem_waves", "known_problems"):
        op.drop_table(table)
