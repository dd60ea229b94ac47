"""What staff writes on a case is kept meanwhile, macros do more than give a text and have a history, and keys can be switched off."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")
KINDS = ("question", "reply", "note", "resolution", "not_solved")
STATUSES = ("new", "open", "pending", "on_hold", "resolved", "closed", "canceled")
CODES = ("answered", "fixed", "access_granted", "forwarded", "duplicate", "no_response", "not_supported")
MACRO_ACTS = ("created", "changed", "activated", "deactivated")


def upgrade() -> None:
    with op.batch_alter_table("macros") as batch:
        batch.add_column(sa.Column("status", sa.String(40), nullable=True))
        batch.add_column(sa.Column("resolution_code", sa.String(40), nullable=True))
        batch.add_column(sa.Column("tags", JSON, nullable=False, server_default="[]"))
        batch.add_column(sa.Column("to_team_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        batch.create_foreign_key(batch.f("fk_macros_to_team_id_teams"), "teams", ["to_team_id"], ["id"])
        batch.create_check_constraint(batch.f("ck_macros_status"), sa.text(_one_of("status", STATUSES)))
        batch.create_check_constraint(batch.f("ck_macros_resolution_code"), sa.text(_one_of("resolution_code", CODES)))
        batch.create_check_constraint(
            batch.f("ck_macros_resolution_has_a_code"), sa.text("status <> 'resolved' OR resolution_code IS NOT NULL")
        )
        batch.create_check_constraint(
            batch.f("ck_macros_what_is_resolved_stays"), sa.text("status <> 'resolved' OR to_team_id IS NULL")
        )
    with op.batch_alter_table("macros") as batch:
        batch.alter_column("tags", existing_type=JSON, server_default=None)
        batch.alter_column("version", existing_type=sa.Integer(), server_default=None)
    op.create_table(
        "macro_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("macro_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("act", sa.String(40), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("old", JSON, nullable=False),
        sa.Column("new", JSON, nullable=False),
        sa.CheckConstraint(_one_of("act", MACRO_ACTS), name=op.f("ck_macro_events_act")),
        sa.ForeignKeyConstraint(["actor_id"], ["users.id"], name=op.f("fk_macro_events_actor_id_users")),
        sa.ForeignKeyConstraint(["macro_id"], ["macros.id"], name=op.f("fk_macro_events_macro_id_macros")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_macro_events")),
    )
    op.create_index(op.f("ix_macro_events_macro_id"), "macro_events", ["macro_id"])
    op.create_table(
        "case_drafts",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("macro", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(_one_of("kind", KINDS), name=op.f("ck_case_drafts_kind")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_drafts_case_id_cases")),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_case_drafts_owner_id_users")),
        sa.PrimaryKeyConstraint("case_id", "owner_id", "kind", name=op.f("pk_case_drafts")),
    )
    op.create_table(
        "case_presence",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("writing", sa.String(40), nullable=True),
        sa.Column("wrote_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(_one_of("writing", KINDS), name=op.f("ck_case_presence_writing")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_presence_case_id_cases")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_case_presence_user_id_users")),
        sa.PrimaryKeyConstraint("case_id", "user_id", name=op.f("pk_case_presence")),
    )
    with op.batch_alter_table("users") as batch:
        batch.add_column(sa.Column("uses_shortcuts", sa.Boolean(), nullable=False, server_default=sa.true()))
    with op.batch_alter_table("users") as batch:
        batch.alter_column("uses_shortcuts", existing_type=sa.Boolean(), server_default=None)


def downgrade() -> None:
    """What was being written is lost, and so is what macros did beside their text."""
    with op.batch_alter_table("users") as batch:
        batch.drop_column("uses_shortcuts")
    for table in ("case_presence", "case_drafts", "macro_events"):
        op.drop_table(table)
    with op.batch_alter_table("macros") as batch:
        for check in ("status", "resolution_code", "resolution_has_a_code", "what_is_resolved_stays"):
            batch.drop_constraint(batch.f(f"ck_macros_{check}"), type_="check")
        batch.drop_constraint(batch.f("fk_macros_to_team_id_teams"), type_="foreignkey")
        for column in ("version", "to_team_id", "tags", "resolution_code", "status"):
            batch.drop_column(column)


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"
