"""Cases that somebody has moved of late are found by when that was."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

MOVED = sa.text("kind = 'moved' AND actor_id IS NOT NULL")


def upgrade() -> None:
    op.create_index("ix_events_moved_at", "events", ["at", "case_id"], sqlite_where=MOVED, postgresql_where=MOVED)


def downgrade() -> None:
    op.drop_index("ix_events_moved_at", table_name="events")
