"""Known problems keep who said that they are over and that they are not; cases of a note, who has taken it back."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

ACTS = ("ended", "reopened")
ENDED_BY = "fk_known_problems_ended_by_id_users"
TAKEN_BACK_BY = "fk_problem_wave_cases_taken_back_by_id_users"


def upgrade() -> None:
    op.create_table(
        "problem_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("problem_id", sa.Integer(), nullable=False),
        sa.Column("act", sa.Enum(*ACTS, name="act", native_enum=False, create_constraint=True, length=40), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["users.id"], name=op.f("fk_problem_events_actor_id_users")),
        sa.ForeignKeyConstraint(["problem_id"], ["known_problems.id"], name=op.f("fk_problem_events_problem_id_known_problems")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_problem_events")),
    )
    op.create_index(op.f("ix_problem_events_problem_id"), "problem_events", ["problem_id"])
    op.execute(
        "INSERT INTO problem_events (problem_id, act, actor_id, at)"
        " SELECT id, 'ended', coalesce(ended_by_id, author_id), ended_at FROM known_problems WHERE ended_at IS NOT NULL"
    )
    with op.batch_alter_table("known_problems") as batch:
        batch.drop_constraint(batch.f(ENDED_BY), type_="foreignkey")
        batch.drop_column("ended_by_id")
    with op.batch_alter_table("problem_wave_cases") as batch:
        batch.add_column(sa.Column("taken_back_by_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(batch.f(TAKEN_BACK_BY), "users", ["taken_back_by_id"], ["id"])


def downgrade() -> None:
    """Of several ends of a problem the last is kept, as long as it is over."""
    with op.batch_alter_table("problem_wave_cases") as batch:
        batch.drop_constraint(batch.f(TAKEN_BACK_BY), type_="foreignkey")
        batch.drop_column("taken_back_by_id")
    with op.batch_alter_table("known_problems") as batch:
        batch.add_column(sa.Column("ended_by_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(batch.f(ENDED_BY), "users", ["ended_by_id"], ["id"])
    last = "SELECT e.actor_id FROM problem_events e WHERE e.problem_id = known_problems.id AND e.act = 'ended'"
    op.execute(
        f"UPDATE known_problems SET ended_by_id = ({last} ORDER BY e.id DESC LIMIT 1) WHERE ended_at IS NOT NULL"  # noqa: S608
    )
    op.drop_table("problem_events")
