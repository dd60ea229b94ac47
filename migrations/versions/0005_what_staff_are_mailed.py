"""What staff are mailed about, by their own choice."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

CHOICES = ("wants_digest", "wants_assignment_mail", "wants_target_mail")


def upgrade() -> None:
    with op.batch_alter_table("users") as batch:
        for choice in CHOICES:
            batch.add_column(sa.Column(choice, sa.Boolean(), nullable=False, server_default=sa.true()))
    with op.batch_alter_table("users") as batch:
        for choice in CHOICES:
            batch.alter_column(choice, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("users") as batch:
        for choice in reversed(CHOICES):
            batch.drop_column(choice)
