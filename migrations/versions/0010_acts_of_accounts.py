"""More of what happens to accounts is named in their history: activation, a second registration, mail chosen, waits ended."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

AFTER = (
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
ADDED = ("registered_again", "activated", "mail_chosen", "waits_ended")
BEFORE = tuple(act for act in AFTER if act not in ADDED)


def upgrade() -> None:
    _allow(AFTER)


def downgrade() -> None:
    """No entry is lost: what has no name below is a change of details there."""
    events = sa.table("account_events", sa.column("act"))
    op.execute(events.update().where(events.c.act.in_(ADDED)).values(act="details_changed"))
    _allow(BEFORE)


def _allow(acts: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{act}'" for act in acts)
    with op.batch_alter_table("account_events") as batch:
        batch.drop_constraint(batch.f("ck_account_events_act"), type_="check")
        batch.create_check_constraint(batch.f("ck_account_events_act"), sa.text(f"act IN ({listed})"))
