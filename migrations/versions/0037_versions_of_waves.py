"""Each case of a note for many keeps the version that its writer has seen; those that were begun before have none."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("problem_wave_cases", sa.Column("seen", sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("problem_wave_cases") as batch:
        batch.drop_column("seen")
