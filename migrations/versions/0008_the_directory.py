"""The directory: organizations, locations and who works there; cases know theirs, and can be private."""

from contextlib import AbstractContextManager

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations
from sqlalchemy.dialects.postgresql import JSONB

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")
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
)
KINDS_ADDED = ("handed_back", "handed_over", "privacy_changed")


def upgrade() -> None:
    _make_organizations()
    _make_locations()
    _make_affiliations()
    _make_directory_events()
    _make_join_requests()
    with _cases() as batch:
        batch.add_column(sa.Column("organization_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("location_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("is_private", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.create_foreign_key(batch.f("fk_cases_location_id_locations"), "locations", ["location_id"], ["id"])
        batch.create_foreign_key(batch.f("fk_cases_organization_id_organizations"), "organizations", ["organization_id"], ["id"])
    with _cases() as batch:
        batch.alter_column("is_private", server_default=None)
        batch.create_index("ix_cases_location", ["location_id", "id"])
        batch.create_index("ix_cases_organization", ["organization_id", "id"])
    _allow_kinds(KINDS_BEFORE + KINDS_ADDED)


def _make_organizations() -> None:
    op.create_table(
        "organizations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("legal_name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column(
            "type",
            sa.Enum(
                "pharmacy",
                "clinic",
                "hospital",
                "local_health_department",
                "community_health_center",
                "long_term_care",
                "school",
                "employer",
                "other",
                name="type",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("administrator_name", sa.Text(), nullable=False),
        sa.Column("administrator_email", sa.Text(), nullable=False),
        sa.Column("cmo_name", sa.Text(), nullable=False),
        sa.Column("cmo_email", sa.Text(), nullable=False),
        sa.Column("ceo_name", sa.Text(), nullable=False),
        sa.Column("ceo_email", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organizations")),
        sa.UniqueConstraint("name_key", name=op.f("uq_organizations_name_key")),
    )


def _make_locations() -> None:
    op.create_table(
        "locations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("street", sa.Text(), nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("zip_code", sa.Text(), nullable=False),
        sa.Column("county", sa.Text(), nullable=False),
        sa.Column("pin", sa.Text(), nullable=True),
        sa.Column(
            "reporting_system",
            sa.Enum("cvms", "ncir", name="reporting_system", native_enum=False, create_constraint=True, length=40),
            nullable=True,
        ),
        sa.Column(
            "enrollment_status",
            sa.Enum(
                "draft",
                "waiting_for_signature",
                "submitted",
                "returned",
                "approved",
                "inactive",
                name="enrollment_status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("primary_coordinator_name", sa.Text(), nullable=False),
        sa.Column("primary_coordinator_email", sa.Text(), nullable=False),
        sa.Column("backup_coordinator_name", sa.Text(), nullable=False),
        sa.Column("backup_coordinator_email", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_locations_organization_id_organizations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_locations")),
        sa.UniqueConstraint("organization_id", "name_key", name=op.f("uq_locations_organization_id_name_key")),
        sa.UniqueConstraint("pin", name=op.f("uq_locations_pin")),
    )


def _make_affiliations() -> None:
    op.create_table(
        "affiliations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("location_id", sa.Integer(), nullable=True),
        sa.Column(
            "role",
            sa.Enum(
                "organization_administrator",
                "coordinator_primary",
                "coordinator_backup",
                "officer",
                "staff",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["location_id"], ["locations.id"], name=op.f("fk_affiliations_location_id_locations")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_affiliations_organization_id_organizations")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_affiliations_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_affiliations")),
    )
    op.create_index("ix_affiliations_location_id", "affiliations", ["location_id"])
    op.create_index("ix_affiliations_organization_id", "affiliations", ["organization_id"])
    op.create_index("ix_affiliations_user_id_organization_id", "affiliations", ["user_id", "organization_id"])


def _make_directory_events() -> None:
    op.create_table(
        "directory_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.Column("location_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column(
            "act",
            sa.Enum(
                "added",
                "changed",
                "imported",
                "closed",
                "reopened",
                "affiliated",
                "affiliation_changed",
                "affiliation_ended",
                "requested",
                "declined",
                "withdrawn",
                name="act",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("old", JSON, nullable=False),
        sa.Column("new", JSON, nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["users.id"], name=op.f("fk_directory_events_actor_id_users")),
        sa.ForeignKeyConstraint(["location_id"], ["locations.id"], name=op.f("fk_directory_events_location_id_locations")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_directory_events_organization_id_organizations")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_directory_events_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_events")),
    )
    op.create_index("ix_directory_events_location_id", "directory_events", ["location_id"])
    op.create_index("ix_directory_events_organization_id", "directory_events", ["organization_id"])
    op.create_index("ix_directory_events_user_id", "directory_events", ["user_id"])


def _make_join_requests() -> None:
    op.create_table(
        "join_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.Column("location_id", sa.Integer(), nullable=True),
        sa.Column("named_organization", sa.Text(), nullable=False),
        sa.Column("named_location", sa.Text(), nullable=False),
        sa.Column("pin", sa.Text(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "organization_administrator",
                "coordinator_primary",
                "coordinator_backup",
                "officer",
                "staff",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open", "confirmed", "declined", "withdrawn", name="state", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["decided_by_id"], ["users.id"], name=op.f("fk_join_requests_decided_by_id_users")),
        sa.ForeignKeyConstraint(["location_id"], ["locations.id"], name=op.f("fk_join_requests_location_id_locations")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_join_requests_organization_id_organizations")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_join_requests_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_join_requests")),
    )
    op.create_index("ix_join_requests_organization_id", "join_requests", ["organization_id"])
    op.create_index("ix_join_requests_state", "join_requests", ["state", "id"])
    op.create_index("ix_join_requests_user_id", "join_requests", ["user_id"])


def downgrade() -> None:
    """Events of the kinds that are not known below are lost, as is the directory."""
    events = sa.table("events", sa.column("kind"))
    op.execute(events.delete().where(events.c.kind.in_(KINDS_ADDED)))
    _allow_kinds(KINDS_BEFORE)
    with _cases() as batch:
        batch.drop_index("ix_cases_organization")
        batch.drop_index("ix_cases_location")
        batch.drop_constraint(batch.f("fk_cases_organization_id_organizations"), type_="foreignkey")
        batch.drop_constraint(batch.f("fk_cases_location_id_locations"), type_="foreignkey")
        batch.drop_column("is_private")
        batch.drop_column("location_id")
        batch.drop_column("organization_id")
    op.drop_table("join_requests")
    op.drop_table("directory_events")
    op.drop_table("affiliations")
    op.drop_table("locations")
    op.drop_table("organizations")


def _cases() -> AbstractContextManager[BatchOperations]:
    """The cases, whose numbers are never given twice: SQLite has to be told again when it makes the table anew."""
    return op.batch_alter_table("cases", table_kwargs={"sqlite_autoincrement": True})


def _allow_kinds(kinds: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table("events") as batch:
        batch.drop_constraint(batch.f("ck_events_kind"), type_="check")
        batch.create_check_constraint(batch.f("ck_events_kind"), sa.text(f"kind IN ({listed})"))
