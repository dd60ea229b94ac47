"""Rules tag cases, let teams watch them, and have texts ready, of which the desk sends some by itself."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
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
    "copied",
    "copy_ended",
    "assigned",
    "left_in_queue",
)
ADDED = ("tagged", "watched", "leads_told", "skills_needed", "macro_offered", "not_applied")


def upgrade() -> None:
    op.create_table(
        "macros",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("body_es", sa.Text(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_macros_team_id_teams")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_macros")),
        sa.UniqueConstraint("code", name=op.f("uq_macros_code")),
    )
    op.create_table(
        "case_tags",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_tags_case_id_cases")),
        sa.PrimaryKeyConstraint("case_id", "tag", name=op.f("pk_case_tags")),
    )
    op.create_table(
        "case_watchers",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_watchers_case_id_cases")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_case_watchers_team_id_teams")),
        sa.PrimaryKeyConstraint("case_id", "team_id", name=op.f("pk_case_watchers")),
    )
    op.create_index("ix_case_watchers_team_id_case_id", "case_watchers", ["team_id", "case_id"])
    with op.batch_alter_table("messages") as batch:
        batch.alter_column("author_id", existing_type=sa.Integer(), nullable=True)
    _allow_kinds(BEFORE + ADDED)


def downgrade() -> None:
    """What the desk itself has said, and the entries that are not known below, are lost; what was mailed of it stays."""
    messages = sa.table("messages", sa.column("author_id"))
    op.execute(messages.delete().where(messages.c.author_id.is_(None)))
    events = sa.table("events", sa.column("kind"))
    op.execute(events.delete().where(events.c.kind.in_(ADDED)))
    _allow_kinds(BEFORE)
    with op.batch_alter_table("messages") as batch:
        batch.alter_column("author_id", existing_type=sa.Integer(), nullable=False)
    op.drop_index("ix_case_watchers_team_id_case_id", table_name="case_watchers")
    for table in ("case_watchers", "case_tags", "macros"):
        op.drop_table(table)


def _allow_kinds(kinds: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table("events") as batch:
        batch.drop_constraint(batch.f("ck_events_kind"), type_="check")
        batch.create_check_constraint(batch.f("ck_events_kind"), sa.text(f"kind IN ({listed})"))
