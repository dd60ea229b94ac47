"""Clocks keep the stretches in which they ran, know when most of their time is used, and one more runs to the next update.

What older clocks have used stays counted in seconds; when they are near their end is counted when the scheduler first looks.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

TARGETS = ("first_response", "resolution")
ADDED_TARGET = "next_update"
KINDS = (
    "opened",
    "routed",
    "taken",
    "noted",
    "replied",
    "status_changed",
    "resolved",
    "accepted",
    "rejected",
    "canceled",
    "moved",
    "taken_back",
    "revised",
    "mail_failed",
    "mail_stopped",
    "mail_settled",
    "address_corrected",
    "address_released",
    "handed_back",
    "handed_over",
    "privacy_changed",
    "rated",
    "patient_data_suspected",
    "patient_data_cleared",
    "redacted",
    "copied",
    "copy_ended",
    "assigned",
    "left_in_queue",
    "tagged",
    "watched",
    "leads_told",
    "skills_needed",
    "macro_offered",
    "not_applied",
)
ADDED_KINDS = ("target_near", "target_missed")
TO_WARN = sa.text("state = 'running' AND warned_at IS NULL")
TO_MISS = sa.text("state = 'running' AND missed_at IS NULL")


def upgrade() -> None:
    with op.batch_alter_table("sla_clocks") as batch:
        batch.add_column(
            sa.Column("runs", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False, server_default=sa.text("'[]'"))
        )
        for name in ("warn_at", "warned_at", "missed_at"):
            batch.add_column(sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("sla_clocks") as batch:
        batch.alter_column("runs", server_default=None)
    _allow("sla_clocks", "target", ("first_response", ADDED_TARGET, "resolution"))
    # What is over was told of nowhere, and is not told of now, in one heap of mail.
    clocks = sa.table("sla_clocks", *map(sa.column, ("state", "due_at", "warned_at", "missed_at")))
    is_over = sa.and_(clocks.c.state == "running", clocks.c.due_at < sa.func.current_timestamp())
    op.execute(clocks.update().where(is_over).values(warned_at=clocks.c.due_at, missed_at=clocks.c.due_at))
    op.create_index("ix_sla_clocks_to_warn", "sla_clocks", ["warn_at"], sqlite_where=TO_WARN, postgresql_where=TO_WARN)
    op.create_index("ix_sla_clocks_to_miss", "sla_clocks", ["due_at"], sqlite_where=TO_MISS, postgresql_where=TO_MISS)
    _allow("events", "kind", KINDS + ADDED_KINDS)


def downgrade() -> None:
    """The clocks to the next update are lost, and so are the entries of what was near or missed."""
    events, clocks = sa.table("events", sa.column("kind")), sa.table("sla_clocks", sa.column("target"))
    op.execute(events.delete().where(events.c.kind.in_(ADDED_KINDS)))
    op.execute(clocks.delete().where(clocks.c.target == ADDED_TARGET))
    _allow("events", "kind", KINDS)
    op.drop_index("ix_sla_clocks_to_miss", table_name="sla_clocks")
    op.drop_index("ix_sla_clocks_to_warn", table_name="sla_clocks")
    _allow("sla_clocks", "target", TARGETS)
    with op.batch_alter_table("sla_clocks") as batch:
        for name in ("missed_at", "warned_at", "warn_at", "runs"):
            batch.drop_column(name)


def _allow(table: str, column: str, values: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{value}'" for value in values)
    with op.batch_alter_table(table) as batch:
        batch.drop_constraint(batch.f(f"ck_{table}_{column}"), type_="check")
        batch.create_check_constraint(batch.f(f"ck_{table}_{column}"), sa.text(f"{column} IN ({listed})"))
