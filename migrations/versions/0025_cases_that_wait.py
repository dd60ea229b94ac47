"""Cases know since when they wait and when somebody looks again, and go on with another; jobs find what is due by indexes.

What is pending has waited since its status last changed; its requester is reminded once the scheduler looks.
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

REASONS = ("agency", "maker", "delivery", "review", "agreed_day", "other")
WITH_NUMBERS = {"table_kwargs": {"sqlite_autoincrement": True}}
INDEXES = {
    "to_remind": (["reminders", "waits_since"], "status = 'pending'"),
    "to_look_at": (["look_again_on"], "status = 'on_hold'"),
    "to_close": (["resolved_at"], "status = 'resolved'"),
    "urgent_and_free": (
        ["opened_at"],
        "priority = 'P1' AND assignee_id IS NULL AND unassigned_told_at IS NULL AND status IN ('new', 'open')",
    ),
    "follows": (["follows_id"], "follows_id IS NOT NULL"),
}
ADDED = ("waits_since", "reminders", "reminded_at", "hold_reason", "look_again_on", "unassigned_told_at", "follows_id")


def upgrade() -> None:
    with op.batch_alter_table("cases", **WITH_NUMBERS) as batch:
        for name in ("waits_since", "reminded_at", "unassigned_told_at"):
            batch.add_column(sa.Column(name, sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("reminders", sa.Integer(), nullable=False, server_default=sa.text("0")))
        batch.add_column(sa.Column("hold_reason", sa.String(40), nullable=True))
        batch.add_column(sa.Column("look_again_on", sa.Date(), nullable=True))
        batch.add_column(sa.Column("follows_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(batch.f("fk_cases_follows_id_cases"), "cases", ["follows_id"], ["id"])
        listed = ", ".join(f"'{reason}'" for reason in REASONS)
        batch.create_check_constraint(batch.f("ck_cases_hold_reason"), sa.text(f"hold_reason IN ({listed})"))
    with op.batch_alter_table("cases", **WITH_NUMBERS) as batch:
        batch.alter_column("reminders", server_default=None)
    for name, (columns, where) in INDEXES.items():
        op.create_index(f"ix_cases_{name}", "cases", columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
    op.execute(
        "UPDATE cases SET waits_since = (SELECT max(at) FROM events WHERE case_id = cases.id AND kind = 'status_changed') "
        "WHERE status IN ('pending', 'on_hold')"
    )


def downgrade() -> None:
    """Which case goes on with which is lost, and so is why and until when a case is on hold."""
    for name in INDEXES:
        op.drop_index(f"ix_cases_{name}", table_name="cases")
    with op.batch_alter_table("cases", **WITH_NUMBERS) as batch:
        batch.drop_constraint(batch.f("fk_cases_follows_id_cases"), type_="foreignkey")
        batch.drop_constraint(batch.f("ck_cases_hold_reason"), type_="check")
        for name in ADDED:
            batch.drop_column(name)
