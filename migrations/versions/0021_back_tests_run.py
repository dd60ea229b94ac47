"""Back-tests run one at a time and may be of an older version; the moves that people made are found by an index."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

RUNS = sa.text("state = 'running'")
MOVED_BY_SOMEBODY = sa.text("kind = 'moved' AND actor_id IS NOT NULL")


def upgrade() -> None:
    with op.batch_alter_table("backtests", recreate="auto", table_kwargs={"sqlite_autoincrement": True}) as batch:
        batch.add_column(sa.Column("of_version", sa.Integer(), nullable=True))
        batch.create_foreign_key(
            batch.f("fk_backtests_of_version_rule_set_versions"), "rule_set_versions", ["of_version"], ["version"]
        )
    op.create_index("ix_backtests_one_runs", "backtests", ["state"], unique=True, sqlite_where=RUNS, postgresql_where=RUNS)
    op.create_index(
        "ix_events_moved",
        "events",
        ["case_id", "id"],
        sqlite_where=MOVED_BY_SOMEBODY,
        postgresql_where=MOVED_BY_SOMEBODY,
    )


def downgrade() -> None:
    """Which version a back-test was of is lost."""
    op.drop_index("ix_events_moved", table_name="events")
    op.drop_index("ix_backtests_one_runs", table_name="backtests")
    with op.batch_alter_table("backtests") as batch:
        batch.drop_constraint(batch.f("fk_backtests_of_version_rule_set_versions"), type_="foreignkey")
        batch.drop_column("of_version")
