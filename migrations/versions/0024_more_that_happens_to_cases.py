"""More can happen to a case: reminders, corrections, merging, links, and what belongs to a known problem."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

KINDS = (
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
    "tagged",
    "watched",
    "leads_told",
    "skills_needed",
    "macro_offered",
    "not_applied",
    "target_near",
    "target_missed",
)
ADDED_KINDS = (
    "reminded",
    "look_again",
    "closed",
    "followed_up",
    "corrected",
    "merged",
    "absorbed",
    "unmerged",
    "linked",
    "unlinked",
    "untagged",
    "unwatched",
    "tied",
    "untied",
)


def upgrade() -> None:
    _allow(KINDS + ADDED_KINDS)


def downgrade() -> None:
    """The entries of the added kinds are lost."""
    events = sa.table("events", sa.column("kind"))
    op.execute(events.delete().where(events.c.kind.in_(ADDED_KINDS)))
    _allow(KINDS)


def _allow(kinds: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table("events") as batch:
        batch.drop_constraint(batch.f("ck_events_kind"), type_="check")
        batch.create_check_constraint(batch.f("ck_events_kind"), sa.text(f"kind IN ({listed})"))
