"""A case can be copied to colleagues of its requester, and each chooses whether to be mailed about such cases."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

BEFORE = (
    "opened",
    "routed",
    "taken",
    "noted",
    "replied",
    "status_changed",
    "resolved",
    "accepted",
    "rejected",
    "canceled",
    "moved",
    "taken_back",
    "revised",
    "mail_failed",
    "mail_stopped",
    "mail_settled",
    "address_corrected",
    "address_released",
    "handed_back",
    "handed_over",
    "privacy_changed",
    "rated",
    "patient_data_suspected",
    "patient_data_cleared",
    "redacted",
)
ADDED = ("copied", "copy_ended")


def upgrade() -> None:
    op.create_table(
        "case_copies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_copies_case_id_cases")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_case_copies_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_copies")),
        sa.UniqueConstraint("case_id", "user_id", name=op.f("uq_case_copies_case_id_user_id")),
    )
    op.create_index("ix_case_copies_user_id_case_id", "case_copies", ["user_id", "case_id"])
    with op.batch_alter_table("users") as batch:
        batch.add_column(sa.Column("wants_copy_mail", sa.Boolean(), nullable=False, server_default=sa.true()))
    with op.batch_alter_table("users") as batch:
        batch.alter_column("wants_copy_mail", server_default=None)
    _allow_kinds(BEFORE + ADDED)


def downgrade() -> None:
    """Events of the kinds that are not known below are lost; what was mailed to those who were copied stays."""
    events = sa.table("events", sa.column("kind"))
    op.execute(events.delete().where(events.c.kind.in_(ADDED)))
    _allow_kinds(BEFORE)
    with op.batch_alter_table("users") as batch:
        batch.drop_column("wants_copy_mail")
    op.drop_index("ix_case_copies_user_id_case_id", table_name="case_copies")
    op.drop_table("case_copies")


def _allow_kinds(kinds: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table("events") as batch:
        batch.drop_constraint(batch.f("ck_events_kind"), type_="check")
        batch.create_check_constraint(batch.f("ck_events_kind"), sa.text(f"kind IN ({listed})"))
