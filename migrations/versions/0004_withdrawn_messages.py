"""Replies and resolutions that were taken back, and what can happen to the mail of a case."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BEFORE = (
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
)
ADDED = ("taken_back", "revised", "mail_failed", "mail_stopped", "mail_settled", "address_corrected", "address_released")


def upgrade() -> None:
    with op.batch_alter_table("messages") as batch:
        batch.add_column(sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("withdrawn_by_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(batch.f("fk_messages_withdrawn_by_id_users"), "users", ["withdrawn_by_id"], ["id"])
    _allow_kinds(BEFORE + ADDED)


def downgrade() -> None:
    """Events of the kinds that are not known below are lost, as are the marks of what was taken back."""
    events = sa.table("events", sa.column("kind"))
    op.execute(events.delete().where(events.c.kind.in_(ADDED)))
    _allow_kinds(BEFORE)
    with op.batch_alter_table("messages") as batch:
        batch.drop_constraint(batch.f("fk_messages_withdrawn_by_id_users"), type_="foreignkey")
        batch.drop_column("withdrawn_by_id")
        batch.drop_column("withdrawn_at")


def _allow_kinds(kinds: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table("events") as batch:
        batch.drop_constraint(batch.f("ck_events_kind"), type_="check")
        batch.create_check_constraint(batch.f("ck_events_kind"), sa.text(f"kind IN ({listed})"))
