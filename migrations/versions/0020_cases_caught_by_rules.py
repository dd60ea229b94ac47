"""How many cases each rule has caught is counted over two indexes."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

# An `also` rule leaves its verdict in the trace of a decision.
ADDED = {
    "sqlite": "SELECT d.id, json_extract(e.value, '$.rule'), d.decided_at FROM routing_decisions d, json_each(d.trace) e "
    "WHERE json_extract(e.value, '$.verdict') = 'added'",
    "postgresql": "SELECT d.id, e ->> 'rule', d.decided_at FROM routing_decisions d, jsonb_array_elements(d.trace) e "
    "WHERE e ->> 'verdict' = 'added'",
}


def upgrade() -> None:
    op.create_table(
        "rule_additions",
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["routing_decisions.id"], name=op.f("fk_rule_additions_decision_id_routing_decisions")
        ),
        sa.PrimaryKeyConstraint("decision_id", "rule", name=op.f("pk_rule_additions")),
    )
    op.execute(f"INSERT INTO rule_additions (decision_id, rule, decided_at) {ADDED[op.get_bind().dialect.name]}")
    op.create_index(op.f("ix_rule_additions_decided_at_rule"), "rule_additions", ["decided_at", "rule"])
    op.create_index(op.f("ix_routing_decisions_decided_at_winner"), "routing_decisions", ["decided_at", "winner"])


def downgrade() -> None:
    op.drop_index(op.f("ix_routing_decisions_decided_at_winner"), table_name="routing_decisions")
    op.drop_table("rule_additions")
