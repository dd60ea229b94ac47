"""Teams can give out their cases in turn to those on duty, by what a case needs and what people can do."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

KINDS_BEFORE = (
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
)
KINDS_ADDED = ("assigned", "left_in_queue")
ACTS_BEFORE = (
    "created",
    "registered",
    "registered_again",
    "activated",
    "invited",
    "details_changed",
    "mail_chosen",
    "address_changed",
    "address_recovered",
    "password_changed",
    "role_changed",
    "joined_team",
    "left_team",
    "lead_changed",
    "deactivated",
    "reactivated",
    "closed",
    "reopened",
    "second_factor_added",
    "second_factor_removed",
    "second_factor_reset",
    "recovery_codes_renewed",
    "signed_out_everywhere",
    "waits_ended",
)
ACTS_ADDED = ("on_duty", "off_duty", "skills_changed", "distribution_changed")
DISTRIBUTION = sa.Enum("take", "round_robin", name="distribution", native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    """Nobody is on duty and every team is one whose agents take cases, as they did."""
    with op.batch_alter_table("users") as batch:
        batch.add_column(sa.Column("on_duty_since", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("teams") as batch:
        batch.add_column(sa.Column("distribution", DISTRIBUTION, nullable=False, server_default="take"))
        batch.add_column(sa.Column("cap", sa.Integer(), nullable=False, server_default="25"))
        batch.add_column(sa.Column("emptied_at", sa.DateTime(timezone=True), nullable=True))
        batch.create_check_constraint(batch.f("ck_teams_cap_is_positive"), sa.text("cap > 0"))
    with op.batch_alter_table("teams") as batch:
        batch.alter_column("distribution", server_default=None)
        batch.alter_column("cap", server_default=None)
    op.create_table(
        "turns",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_turns_user_id_users")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_turns")),
    )
    for table, column, whose in (("user_skills", "user_id", "users"), ("case_skills", "case_id", "cases")):
        op.create_table(
            table,
            sa.Column(column, sa.Integer(), nullable=False),
            sa.Column("skill", sa.Text(), nullable=False),
            sa.ForeignKeyConstraint([column], [f"{whose}.id"], name=op.f(f"fk_{table}_{column}_{whose}")),
            sa.PrimaryKeyConstraint(column, "skill", name=op.f(f"pk_{table}")),
        )
    _allow("events", "kind", KINDS_BEFORE + KINDS_ADDED)
    _allow("account_events", "act", ACTS_BEFORE + ACTS_ADDED)


def downgrade() -> None:
    """What the desk gave out stays with whoever has it; that it did is lost, and what has no name below is a change of details."""
    events = sa.table("events", sa.column("kind"))
    op.execute(events.delete().where(events.c.kind.in_(KINDS_ADDED)))
    acts = sa.table("account_events", sa.column("act"))
    op.execute(acts.update().where(acts.c.act.in_(ACTS_ADDED)).values(act="details_changed"))
    _allow("events", "kind", KINDS_BEFORE)
    _allow("account_events", "act", ACTS_BEFORE)
    for table in ("case_skills", "user_skills", "turns"):
        op.drop_table(table)
    with op.batch_alter_table("teams") as batch:
        batch.drop_constraint(batch.f("ck_teams_cap_is_positive"), type_="check")
        batch.drop_constraint(batch.f("ck_teams_distribution"), type_="check")
        for column in ("distribution", "cap", "emptied_at"):
            batch.drop_column(column)
    with op.batch_alter_table("users") as batch:
        batch.drop_column("on_duty_since")


def _allow(table: str, column: str, values: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{value}'" for value in values)
    with op.batch_alter_table(table) as batch:
        batch.drop_constraint(batch.f(f"ck_{table}_{column}"), type_="check")
        batch.create_check_constraint(batch.f(f"ck_{table}_{column}"), sa.text(f"{column} IN ({listed})"))
