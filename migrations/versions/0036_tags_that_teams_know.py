"""A team knows the tags of its cases, to offer them to whoever sees the team."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

FILL = """
INSERT INTO team_tags (team_id, tag)
SELECT DISTINCT cases.team_id, case_tags.tag FROM case_tags JOIN cases ON cases.id = case_tags.case_id
"""


def upgrade() -> None:
    op.create_table(
        "team_tags",
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_team_tags_team_id_teams")),
        sa.PrimaryKeyConstraint("team_id", "tag", name=op.f("pk_team_tags")),
    )
    op.execute(FILL)


def downgrade() -> None:
    """Which words a team has had and its cases have no more is forgotten."""
    op.drop_table("team_tags")
