"""The history of mail: what people do to a message, addresses that refuse, alarms."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

UNSETTLED = sa.text("settlement = 'open' AND state IN ('failed', 'doubtful')")
MARKED = sa.text("released_at IS NULL")
SETTLEMENTS = sa.Enum("open", "told", "arrived", "left", name="settlement", native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    with op.batch_alter_table("outbox_messages") as batch:
        batch.add_column(sa.Column("held_because", sa.Text(), nullable=False, server_default=""))
        batch.add_column(sa.Column("calendar_version", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("tried_from", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("replaces_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("settlement", SETTLEMENTS, nullable=False, server_default="open"))
        batch.create_foreign_key(
            batch.f("fk_outbox_messages_replaces_id_outbox_messages"), "outbox_messages", ["replaces_id"], ["id"]
        )
        batch.create_index(batch.f("ix_outbox_messages_replaces_id"), ["replaces_id"])
        batch.create_index("ix_outbox_messages_to_address_made_at", ["to_address", "made_at"])
        batch.create_index("ix_outbox_messages_unsettled", ["case_id"], sqlite_where=UNSETTLED, postgresql_where=UNSETTLED)
    with op.batch_alter_table("outbox_messages") as batch:
        batch.alter_column("held_because", server_default=None)
        batch.alter_column("settlement", server_default=None)
    with op.batch_alter_table("delivery_attempts") as batch:
        batch.add_column(sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("greeting", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("delivery_attempts") as batch:
        batch.alter_column("greeting", server_default=None)
    _make_tables()


def _make_tables() -> None:
    op.create_table(
        "mail_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("outbox_message_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column(
            "act",
            sa.Enum(
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
                name="act",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("old", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("new", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["users.id"], name=op.f("fk_mail_events_actor_id_users")),
        sa.ForeignKeyConstraint(
            ["outbox_message_id"], ["outbox_messages.id"], name=op.f("fk_mail_events_outbox_message_id_outbox_messages")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_events")),
    )
    op.create_index("ix_mail_events_outbox_message_id", "mail_events", ["outbox_message_id"])
    op.create_table(
        "refused_addresses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("outbox_message_id", sa.Integer(), nullable=False),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_refused_addresses_user_id_users")),
        sa.ForeignKeyConstraint(
            ["outbox_message_id"], ["outbox_messages.id"], name=op.f("fk_refused_addresses_outbox_message_id_outbox_messages")
        ),
        sa.ForeignKeyConstraint(["released_by_id"], ["users.id"], name=op.f("fk_refused_addresses_released_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refused_addresses")),
    )
    op.create_index("ix_refused_addresses_user_id", "refused_addresses", ["user_id"])
    op.create_index(
        "ix_refused_addresses_marked", "refused_addresses", ["address"], unique=True, sqlite_where=MARKED, postgresql_where=MARKED
    )
    op.create_table(
        "alarms",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("cleared_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_alarms")),
    )


def downgrade() -> None:
    for table in ("alarms", "refused_addresses", "mail_events"):
        op.drop_table(table)
    with op.batch_alter_table("delivery_attempts") as batch:
        batch.drop_column("greeting")
        batch.drop_column("begun_at")
    with op.batch_alter_table("outbox_messages") as batch:
        batch.drop_index("ix_outbox_messages_unsettled")
        batch.drop_index("ix_outbox_messages_to_address_made_at")
        batch.drop_index(batch.f("ix_outbox_messages_replaces_id"))
        batch.drop_constraint(batch.f("fk_outbox_messages_replaces_id_outbox_messages"), type_="foreignkey")
        batch.drop_constraint(batch.f("ck_outbox_messages_settlement"), type_="check")
        for column in ("settlement", "replaces_id", "tried_from", "calendar_version", "held_because"):
            batch.drop_column(column)
