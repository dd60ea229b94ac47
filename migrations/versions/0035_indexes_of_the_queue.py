"""The queue finds everything that narrows it in its index, and what somebody has in an index of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

IN_THE_QUEUE = "status IN ('new', 'open', 'pending', 'on_hold')"
ORDER = ["due_at", "id"]
NARROWED_BY = ["status", "priority", "system", "topic_code", "assignee_id", "organization_id", "location_id"]


def upgrade() -> None:
    _replace("ix_cases_queue", ["team_id", *ORDER, *NARROWED_BY], where=IN_THE_QUEUE)
    _replace("ix_cases_mine", ["assignee_id", *ORDER], where=f"{IN_THE_QUEUE} AND assignee_id IS NOT NULL")


def downgrade() -> None:
    _replace("ix_cases_queue", ["team_id", *ORDER], where=IN_THE_QUEUE)
    _replace("ix_cases_mine", ["assignee_id", *ORDER], where=IN_THE_QUEUE)


def _replace(name: str, columns: list[str], *, where: str) -> None:
    op.drop_index(name, table_name="cases")
    op.create_index(name, "cases", columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
