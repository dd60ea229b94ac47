"""A macro that puts cases on hold says what they wait for, and in how many working days somebody looks at them again."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

REASONS = ("agency", "maker", "delivery", "review", "agreed_day", "other")
CHECKS = {
    "hold_reason": f"hold_reason IN ({', '.join(map(repr, REASONS))})",
    "hold_days": "hold_days BETWEEN 1 AND 60",
    "hold_has_reason_and_days": "status <> 'on_hold' OR (hold_reason IS NOT NULL AND hold_days IS NOT NULL)",
}


def upgrade() -> None:
    with op.batch_alter_table("macros") as batch:
        batch.add_column(sa.Column("hold_reason", sa.String(40), nullable=True))
        batch.add_column(sa.Column("hold_days", sa.Integer(), nullable=True))
    op.execute("UPDATE macros SET hold_reason = 'other', hold_days = 5 WHERE status = 'on_hold'")  # what all of them did
    with op.batch_alter_table("macros") as batch:
        for name, check in CHECKS.items():
            batch.create_check_constraint(batch.f(f"ck_macros_{name}"), sa.text(check))


def downgrade() -> None:
    with op.batch_alter_table("macros") as batch:
        for name in CHECKS:
            batch.drop_constraint(batch.f(f"ck_macros_{name}"), type_="check")
        for name in ("hold_days", "hold_reason"):
            batch.drop_column(name)
