"""Cases say whether patients' data is suspected in them, and cases and messages when they lost some; both are in the history."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

KINDS_BEFORE = (
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
)
KINDS_ADDED = ("patient_data_suspected", "patient_data_cleared", "redacted")
ACTS_BEFORE = (
    "moved",
    "readdressed",
    "retargeted",
    "taken_back",
    "cancelled",
    "superseded",
    "sent_again",
    "sent_now",
    "settled",
    "reported",
)
ACTS_ADDED = ("redacted",)
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    with _cases() as batch:
        batch.add_column(sa.Column("patient_data_suspected_at", INSTANT, nullable=True))
        batch.add_column(sa.Column("redacted_at", INSTANT, nullable=True))
    with op.batch_alter_table("messages") as batch:
        batch.add_column(sa.Column("redacted_at", INSTANT, nullable=True))
    _allow("events", "kind", KINDS_BEFORE + KINDS_ADDED)
    _allow("mail_events", "act", ACTS_BEFORE + ACTS_ADDED)


def downgrade() -> None:
    """What was removed from texts stays removed; who did so is told by no entry below."""
    for table, column, added in (("events", "kind", KINDS_ADDED), ("mail_events", "act", ACTS_ADDED)):
        entries = sa.table(table, sa.column(column))
        op.execute(entries.delete().where(entries.c[column].in_(added)))
    _allow("mail_events", "act", ACTS_BEFORE)
    _allow("events", "kind", KINDS_BEFORE)
    with op.batch_alter_table("messages") as batch:
        batch.drop_column("redacted_at")
    with _cases() as batch:
        batch.drop_column("redacted_at")
        batch.drop_column("patient_data_suspected_at")


def _cases():
    return op.batch_alter_table("cases", table_kwargs={"sqlite_autoincrement": True})


def _allow(table: str, column: str, values: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{value}'" for value in values)
    name = f"ck_{table}_{column}"
    with op.batch_alter_table(table) as batch:
        batch.drop_constraint(batch.f(name), type_="check")
        batch.create_check_constraint(batch.f(name), sa.text(f"{column} IN ({listed})"))
