"""The queue is narrowed by more, and what it is asked for can be saved under a name."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

ACTS_BEFORE = (
    "created",
    "registered",
    "registered_again",
    "activated",
    "invited",
    "details_changed",
    "mail_chosen",
    "address_changed",
    "address_recovered",
    "password_changed",
    "role_changed",
    "joined_team",
    "left_team",
    "lead_changed",
    "deactivated",
    "reactivated",
    "closed",
    "reopened",
    "second_factor_added",
    "second_factor_removed",
    "second_factor_reset",
    "recovery_codes_renewed",
    "signed_out_everywhere",
    "waits_ended",
    "on_duty",
    "off_duty",
    "skills_changed",
    "distribution_changed",
)
ACTS_ADDED = ("filter_saved", "filter_renamed", "filter_moved", "filter_deleted")
IN_THE_QUEUE = "status IN ('new', 'open', 'pending', 'on_hold')"
INDEXES = {
    "ix_cases_urgent": (["team_id", "due_at", "id"], f"{IN_THE_QUEUE} AND priority = 'P1'"),
    "ix_cases_suspected": (["updated_at", "id"], "patient_data_suspected_at IS NOT NULL"),
}


def upgrade() -> None:
    """Nobody has saved a filter."""
    op.create_table(
        "saved_filters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("query", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.CheckConstraint("(owner_id IS NULL) <> (team_id IS NULL)", name=op.f("ck_saved_filters_one_owner")),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_saved_filters_owner_id_users")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_saved_filters_team_id_teams")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_filters")),
        sa.UniqueConstraint("owner_id", "name", name=op.f("uq_saved_filters_owner_id_name")),
        sa.UniqueConstraint("team_id", "name", name=op.f("uq_saved_filters_team_id_name")),
    )
    for name, (columns, where) in INDEXES.items():
        op.create_index(name, "cases", columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
    op.create_index("ix_case_tags_tag_case_id", "case_tags", ["tag", "case_id"])
    _allow(ACTS_BEFORE + ACTS_ADDED)


def downgrade() -> None:
    """Saved filters are lost, and so are the entries that tell of them."""
    events = sa.table("account_events", sa.column("act"))
    op.execute(events.delete().where(events.c.act.in_(ACTS_ADDED)))
    _allow(ACTS_BEFORE)
    op.drop_index("ix_case_tags_tag_case_id", "case_tags")
    for name in INDEXES:
        op.drop_index(name, "cases")
    op.drop_table("saved_filters")


def _allow(acts: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{act}'" for act in acts)
    with op.batch_alter_table("account_events") as batch:
        batch.drop_constraint(batch.f("ck_account_events_act"), type_="check")
        batch.create_check_constraint(batch.f("ck_account_events_act"), sa.text(f"act IN ({listed})"))
