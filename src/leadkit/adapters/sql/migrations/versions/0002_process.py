"""Service levels, the steps of a deal, and what was written about it."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column

from leadkit.adapters.sql.types import Flag, Json, Letters, Moment, Whole

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the columns and the tables."""
    op.add_column("leadkit_leads", Column("told_priority", Letters()))
    op.add_column("leadkit_leads", Column("first_touch_at", Moment()))
    op.add_column("leadkit_leads", Column("last_touch_at", Moment()))
    op.add_column("leadkit_leads", Column("next_touch_at", Moment()))
    op.add_column("leadkit_leads", Column("converted_at", Moment()))
    op.add_column("leadkit_leads", Column("paused_at", Moment()))
    op.add_column("leadkit_leads", Column("resumed_at", Moment()))
    op.drop_index("ix_leadkit_leads_status_scored_at", "leadkit_leads")
    op.create_index("ix_leadkit_leads_in_queue_scored_at", "leadkit_leads", ["in_queue", "scored_at"])
    op.add_column("leadkit_opportunities", Column("account_key", Letters()))
    op.add_column("leadkit_opportunities", Column("phase", Letters(), nullable=False, server_default="assessing"))
    op.add_column("leadkit_opportunities", Column("proposed_grade", Letters()))
    op.add_column("leadkit_opportunities", Column("assessed_at", Moment()))
    op.add_column("leadkit_opportunities", Column("graded_at", Moment()))
    op.add_column("leadkit_opportunities", Column("report_at", Moment()))
    op.add_column("leadkit_opportunities", Column("plan_at", Moment()))
    op.add_column("leadkit_opportunities", Column("plan_approved_at", Moment()))
    op.add_column("leadkit_opportunities", Column("contract_drafted_at", Moment()))
    op.add_column("leadkit_opportunities", Column("contract_reviewed_at", Moment()))
    op.add_column("leadkit_opportunities", Column("signed_by_us_at", Moment()))
    op.add_column("leadkit_opportunities", Column("signed_by_customer_at", Moment()))
    op.add_column("leadkit_opportunities", Column("won_at", Moment()))
    op.add_column("leadkit_opportunities", Column("handed_over_at", Moment()))
    op.add_column("leadkit_opportunities", Column("competitor", Letters()))
    op.drop_index("ix_leadkit_opportunities_account", "leadkit_opportunities")
    op.create_index("ix_leadkit_opportunities_account_key", "leadkit_opportunities", ["account_key"])
    op.create_table(
        "leadkit_milestones",
        Column("id", Letters(), primary_key=True),
        Column("opportunity_id", Letters(), nullable=False),
        Column("lead_id", Letters()),
        Column("name", Letters(), nullable=False),
        Column("due_at", Moment(), nullable=False),
        Column("reached_at", Moment()),
        sqlite_strict=True,
    )
    op.create_index("ix_leadkit_milestones_opportunity_id", "leadkit_milestones", ["opportunity_id"])
    op.create_table(
        "leadkit_objections",
        Column("id", Letters(), primary_key=True),
        Column("opportunity_id", Letters(), nullable=False),
        Column("lead_id", Letters()),
        Column("round", Whole(), nullable=False),
        Column("key", Flag(), nullable=False),
        Column("raised_at", Moment(), nullable=False),
        Column("answered_at", Moment()),
        sqlite_strict=True,
    )
    op.create_index("ix_leadkit_objections_opportunity_id", "leadkit_objections", ["opportunity_id"])
    op.create_table(
        "leadkit_statements",
        Column("id", Letters(), primary_key=True),
        Column("lead_id", Letters()),
        Column("opportunity_id", Letters(), nullable=False),
        Column("kind", Letters(), nullable=False),
        Column("written_at", Moment(), nullable=False),
        Column("written_by", Letters(), nullable=False),
        Column("said", Json(), nullable=False),
        sqlite_strict=True,
    )
    op.create_index("ix_leadkit_statements_lead_id", "leadkit_statements", ["lead_id"])
    op.create_index("ix_leadkit_statements_opportunity_id", "leadkit_statements", ["opportunity_id"])
    op.create_table(
        "leadkit_duties",
        Column("id", Letters(), primary_key=True),
        Column("version", Whole(), nullable=False),
        Column("kind", Letters(), nullable=False),
        Column("lead_id", Letters()),
        Column("opportunity_id", Letters()),
        Column("owner", Letters()),
        Column("since", Moment(), nullable=False),
        Column("due_at", Moment(), nullable=False),
        Column("provisional", Flag(), nullable=False),
        Column("state", Letters(), nullable=False),
        Column("met_at", Moment()),
        Column("told", Letters()),
        Column("next_at", Moment()),
        sqlite_strict=True,
    )
    op.create_index("ix_leadkit_duties_lead_id", "leadkit_duties", ["lead_id"])
    op.create_index("ix_leadkit_duties_opportunity_id", "leadkit_duties", ["opportunity_id"])
    op.create_index("ix_leadkit_duties_state_next_at_id", "leadkit_duties", ["state", "next_at", "id"])
    op.create_index("ix_leadkit_duties_state_owner_due_at", "leadkit_duties", ["state", "owner", "due_at"])
