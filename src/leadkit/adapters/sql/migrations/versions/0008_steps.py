"""When a step was entered, touches on a deal, verdicts on leads, and kinds of objections."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column

from leadkit.adapters.sql.types import Letters, Moment

revision = "0008"
down_revision = "0007"

ADDED = (
    ("journal", "entered_at", Moment),
    ("activities", "opportunity_id", Letters),
    ("activity_texts", "contact", Letters),
    ("opportunities", "plan_rejected_at", Moment),
    ("opportunities", "contract_rejected_at", Moment),
    ("opportunities", "last_follow_up_at", Moment),
    ("opportunities", "next_follow_up_at", Moment),
    ("objections", "kind", Letters),
    ("objections", "expert", Letters),
    ("objections", "expert_asked_at", Moment),
    ("leads", "invalid_at", Moment),
    ("leads", "verdict_at", Moment),
)
ON_OPPORTUNITIES = "ix_leadkit_activities_opportunity_id_occurred_at"


def upgrade() -> None:
    """Add the columns. What there is was entered as it happened, and nobody knows since when a lead is invalid."""
    for table, column, kind in ADDED:
        op.add_column(f"leadkit_{table}", Column(column, kind()))
    op.create_index(ON_OPPORTUNITIES, "leadkit_activities", ["opportunity_id", "occurred_at"])


def downgrade() -> None:
    """Drop them."""
    op.drop_index(ON_OPPORTUNITIES, "leadkit_activities")
    for table, column, _ in reversed(ADDED):
        op.drop_column(f"leadkit_{table}", column)
