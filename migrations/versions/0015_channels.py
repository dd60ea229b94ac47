"""A case knows how it was asked: on the web, by phone or in person. Those that there are were asked on the web."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

CHANNEL = sa.Enum("web", "phone", "walk_in", name="channel", native_enum=False, create_constraint=True, length=40)
WITH_ITS_NUMBERS = {"table_kwargs": {"sqlite_autoincrement": True}}


def upgrade() -> None:
    with op.batch_alter_table("cases", **WITH_ITS_NUMBERS) as batch:
        batch.add_column(sa.Column("channel", CHANNEL, nullable=False, server_default="web"))
    with op.batch_alter_table("cases", **WITH_ITS_NUMBERS) as batch:
        batch.alter_column("channel", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("cases", **WITH_ITS_NUMBERS) as batch:
        batch.drop_constraint(batch.f("ck_cases_channel"), type_="check")
        batch.drop_column("channel")
