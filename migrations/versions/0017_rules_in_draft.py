"""Rules are written in a draft, with golden cases that are kept with them, have a history, and are replayed on past cases."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

ACTS = (
    "draft_started",
    "draft_saved",
    "draft_taken_over",
    "draft_discarded",
    "checked",
    "backtested",
    "published",
)
STATES = ("queued", "running", "done", "failed", "canceled")


def _json() -> sa.types.TypeEngine[object]:
    return sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    with op.batch_alter_table("rule_set_versions") as batch:
        batch.add_column(sa.Column("golden", _json(), nullable=False, server_default="[]"))
        batch.add_column(sa.Column("restored_from", sa.Integer(), nullable=True))
    with op.batch_alter_table("rule_set_versions") as batch:
        batch.alter_column("golden", server_default=None)
    op.create_table(
        "rule_drafts",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("rules", _json(), nullable=False),
        sa.Column("golden", _json(), nullable=False),
        sa.Column("base_version", sa.Integer(), nullable=False),
        sa.Column("restored_from", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("editor_id", sa.Integer(), nullable=False),
        sa.Column("edited_since_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_rule_drafts_only_one")),
        sa.ForeignKeyConstraint(
            ["base_version"], ["rule_set_versions.version"], name=op.f("fk_rule_drafts_base_version_rule_set_versions")
        ),
        sa.ForeignKeyConstraint(["editor_id"], ["users.id"], name=op.f("fk_rule_drafts_editor_id_users")),
        sa.ForeignKeyConstraint(["saved_by"], ["users.id"], name=op.f("fk_rule_drafts_saved_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_drafts")),
    )
    op.create_table(
        "rule_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("act", sa.Enum(*ACTS, name="act", native_enum=False, create_constraint=True, length=40), nullable=False),
        sa.Column("old", _json(), nullable=False),
        sa.Column("new", _json(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["users.id"], name=op.f("fk_rule_events_actor_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_events")),
    )
    op.create_table(
        "backtests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rules", _json(), nullable=False),
        sa.Column("base_version", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Enum(*STATES, name="state", native_enum=False, create_constraint=True, length=40), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("cancel_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("result", _json(), nullable=True),
        sa.ForeignKeyConstraint(
            ["base_version"], ["rule_set_versions.version"], name=op.f("fk_backtests_base_version_rule_set_versions")
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["users.id"], name=op.f("fk_backtests_asked_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backtests")),
    )


def downgrade() -> None:
    op.drop_table("backtests")
    op.drop_table("rule_events")
    op.drop_table("rule_drafts")
    with op.batch_alter_table("rule_set_versions") as batch:
        batch.drop_column("restored_from")
        batch.drop_column("golden")
