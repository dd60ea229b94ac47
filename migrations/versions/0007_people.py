"""People: their history, their second factor, the browsers they sign in at, and what their sessions are."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")
BEFORE = ("verify_address", "reset_password")
ADDED = ("change_address", "invitation")
# What is added to tables that have rows: name, type, and what it is for those; None: nothing.
COLUMNS = {
    "account_tokens": (("new_address", sa.Text(), ""),),
    "user_sessions": (
        ("browser", sa.Text(), ""),
        ("network", sa.Text(), ""),
        ("is_remembered", sa.Boolean(), sa.false()),
        ("passed_second_factor", sa.Boolean(), sa.false()),
    ),
    "users": (("pin", sa.Text(), ""), ("closed_at", sa.DateTime(timezone=True), None)),
}


def upgrade() -> None:
    for table, columns in COLUMNS.items():
        with op.batch_alter_table(table) as batch:
            for name, kind, given in columns:
                batch.add_column(sa.Column(name, kind, nullable=given is None, server_default=given))
        with op.batch_alter_table(table) as batch:
            for name, _kind, _given in columns:
                batch.alter_column(name, server_default=None)
    _allow_purposes(BEFORE + ADDED)
    _make_account_events()
    _make_known_devices()
    _make_recovery_codes()
    _make_second_factors()


def _make_account_events() -> None:
    op.create_table(
        "account_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column(
            "act",
            sa.Enum(
                "created",
                "registered",
                "invited",
                "details_changed",
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
                name="act",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("old", JSON, nullable=False),
        sa.Column("new", JSON, nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["users.id"], name=op.f("fk_account_events_actor_id_users")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_account_events_team_id_teams")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_account_events_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_events")),
    )
    op.create_index("ix_account_events_team_id", "account_events", ["team_id"])
    op.create_index("ix_account_events_user_id", "account_events", ["user_id"])


def _make_known_devices() -> None:
    op.create_table(
        "known_devices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_known_devices_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_devices")),
        sa.UniqueConstraint("user_id", "token_hash", name=op.f("uq_known_devices_user_id_token_hash")),
    )


def _make_recovery_codes() -> None:
    op.create_table(
        "recovery_codes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_recovery_codes_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_codes")),
    )
    op.create_index("ix_recovery_codes_user_id", "recovery_codes", ["user_id"])


def _make_second_factors() -> None:
    op.create_table(
        "second_factors",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("encrypted_secret", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_second_factors_user_id_users")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_second_factors")),
    )


def downgrade() -> None:
    """Links for the purposes that are not known below are lost, as is all history of people."""
    op.drop_table("second_factors")
    op.drop_table("recovery_codes")
    op.drop_table("known_devices")
    op.drop_table("account_events")
    tokens = sa.table("account_tokens", sa.column("purpose"))
    op.execute(tokens.delete().where(tokens.c.purpose.in_(ADDED)))
    _allow_purposes(BEFORE)
    for table, columns in reversed(COLUMNS.items()):
        with op.batch_alter_table(table) as batch:
            for name, _kind, _given in reversed(columns):
                batch.drop_column(name)


def _allow_purposes(purposes: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{purpose}'" for purpose in purposes)
    with op.batch_alter_table("account_tokens") as batch:
        batch.drop_constraint(batch.f("ck_account_tokens_purpose"), type_="check")
        batch.create_check_constraint(batch.f("ck_account_tokens_purpose"), sa.text(f"purpose IN ({listed})"))
