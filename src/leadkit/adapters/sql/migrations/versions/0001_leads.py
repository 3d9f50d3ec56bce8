"""Leads, persons, activities, opportunities, the journal, the outbox, keys and members."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Identity, text

from leadkit.adapters.sql.types import Amount, Day, Flag, Json, Letters, Moment, Points, Whole

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "leadkit_leads",
        Column("id", Letters(), primary_key=True),
        Column("version", Whole(), nullable=False),
        Column("channel", Letters()),
        Column("channel_detail", Letters()),
        Column("other_sources", Json(), nullable=False),
        Column("tags", Json(), nullable=False),
        Column("received_at", Moment()),
        Column("entered_at", Moment()),
        Column("entered_by", Letters()),
        Column("captured_at", Moment(), nullable=False),
        Column("company_name", Letters()),
        Column("industry", Letters()),
        Column("company_size", Letters()),
        Column("region", Letters()),
        Column("product", Letters()),
        Column("budget_low", Amount()),
        Column("budget_high", Amount()),
        Column("currency", Letters()),
        Column("budget_match", Letters()),
        Column("purchase_by", Day()),
        Column("custom", Json(), nullable=False),
        Column("verified", Json(), nullable=False),
        Column("status", Letters(), nullable=False),
        Column("owner", Letters()),
        Column("in_queue", Flag(), nullable=False),
        Column("screening", Letters()),
        Column("reasons", Json(), nullable=False),
        Column("missing", Json(), nullable=False),
        Column("points", Points(), nullable=False),
        Column("priority", Letters()),
        Column("stage", Letters()),
        Column("scored_at", Moment()),
        Column("policy", Letters()),
        Column("pooled_at", Moment()),
        Column("merged_into", Letters()),
        Column("erased_at", Moment()),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_leadkit_leads_in_queue_owner_points_captured_at_id",
        "leadkit_leads",
        ["in_queue", "owner", text("points DESC"), "captured_at", "id"],
    )
    op.create_index(
        "ix_leadkit_leads_in_queue_points_captured_at_id",
        "leadkit_leads",
        ["in_queue", text("points DESC"), "captured_at", "id"],
    )
    op.create_index("ix_leadkit_leads_merged_into", "leadkit_leads", ["merged_into"])
    op.create_index("ix_leadkit_leads_status_scored_at", "leadkit_leads", ["status", "scored_at"])
    op.create_table(
        "leadkit_persons",
        Column("id", Letters(), primary_key=True),
        Column("name", Letters()),
        Column("job_title", Letters()),
        Column("role", Letters()),
        Column("phone", Letters()),
        Column("email", Letters()),
        Column("description", Letters()),
        Column("other_contacts", Json(), nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "leadkit_matches",
        Column("id", Letters(), primary_key=True),
        Column("lead_id", Letters(), nullable=False),
        Column("found_by", Letters(), nullable=False),
        Column("place", Letters(), nullable=False),
        sqlite_strict=True,
    )
    op.create_index("ix_leadkit_matches_found_by", "leadkit_matches", ["found_by"])
    op.create_index("ix_leadkit_matches_lead_id", "leadkit_matches", ["lead_id"])
    op.create_table(
        "leadkit_activities",
        Column("id", Letters(), primary_key=True),
        Column("lead_id", Letters(), nullable=False),
        Column("kind", Letters(), nullable=False),
        Column("occurred_at", Moment(), nullable=False),
        Column("by", Letters()),
        Column("means", Letters()),
        Column("next_at", Moment()),
        Column("recorded_at", Moment(), nullable=False),
        Column("recorded_by", Letters()),
        sqlite_strict=True,
    )
    op.create_index("ix_leadkit_activities_lead_id_occurred_at", "leadkit_activities", ["lead_id", "occurred_at"])
    op.create_table(
        "leadkit_activity_texts",
        Column("id", Letters(), primary_key=True),
        Column("lead_id", Letters(), nullable=False),
        Column("content", Letters()),
        Column("feedback", Letters()),
        Column("next_step", Letters()),
        sqlite_strict=True,
    )
    op.create_index("ix_leadkit_activity_texts_lead_id", "leadkit_activity_texts", ["lead_id"])
    op.create_table(
        "leadkit_opportunities",
        Column("id", Letters(), primary_key=True),
        Column("version", Whole(), nullable=False),
        Column("lead_id", Letters()),
        Column("name", Letters()),
        Column("account", Letters()),
        Column("owner", Letters()),
        Column("urgency", Letters()),
        Column("budget", Letters()),
        Column("competition", Letters()),
        Column("decision_chain", Letters()),
        Column("amount", Amount()),
        Column("expected_close", Moment()),
        Column("stage", Letters(), nullable=False),
        Column("grade", Letters()),
        Column("opened_at", Moment()),
        Column("closed_at", Moment()),
        Column("lost_reason", Letters()),
        Column("win_factors", Json(), nullable=False),
        sqlite_strict=True,
    )
    op.create_index("ix_leadkit_opportunities_account", "leadkit_opportunities", ["account"])
    op.create_index("ix_leadkit_opportunities_lead_id", "leadkit_opportunities", ["lead_id"])
    op.create_index("ix_leadkit_opportunities_stage_owner", "leadkit_opportunities", ["stage", "owner"])
    op.create_table(
        "leadkit_journal",
        Column("id", Letters(), unique=True, nullable=False),
        Column("seq", Whole(), Identity(), primary_key=True),
        Column("at", Moment(), nullable=False),
        Column("actor", Letters(), nullable=False),
        Column("role", Letters(), nullable=False),
        Column("command", Letters(), nullable=False),
        Column("lead_id", Letters()),
        Column("opportunity_id", Letters()),
        Column("policy", Letters()),
        Column("details", Json(), nullable=False),
        sqlite_strict=True,
        sqlite_autoincrement=True,
    )
    op.create_index("ix_leadkit_journal_lead_id", "leadkit_journal", ["lead_id"])
    op.create_index("ix_leadkit_journal_opportunity_id", "leadkit_journal", ["opportunity_id"])
    op.create_table(
        "leadkit_remarks",
        Column("id", Letters(), primary_key=True),
        Column("lead_id", Letters(), nullable=False),
        Column("text", Letters(), nullable=False),
        sqlite_strict=True,
    )
    op.create_index("ix_leadkit_remarks_lead_id", "leadkit_remarks", ["lead_id"])
    op.create_table(
        "leadkit_outbox",
        Column("id", Letters(), unique=True, nullable=False),
        Column("seq", Whole(), Identity(), primary_key=True),
        Column("kind", Letters(), nullable=False),
        Column("at", Moment(), nullable=False),
        Column("lead_id", Letters()),
        Column("opportunity_id", Letters()),
        Column("recipient", Letters()),
        Column("role", Letters()),
        Column("details", Json(), nullable=False),
        Column("state", Letters(), nullable=False),
        Column("next_at", Moment(), nullable=False),
        sqlite_strict=True,
        sqlite_autoincrement=True,
    )
    op.create_index("ix_leadkit_outbox_lead_id", "leadkit_outbox", ["lead_id"])
    op.create_index("ix_leadkit_outbox_state_next_at_seq", "leadkit_outbox", ["state", "next_at", "seq"])
    op.create_table(
        "leadkit_deliveries",
        Column("id", Letters(), primary_key=True),
        Column("notice_id", Letters(), nullable=False),
        Column("plugin", Letters(), nullable=False),
        Column("state", Letters(), nullable=False),
        Column("attempts", Whole(), nullable=False),
        Column("next_at", Moment()),
        Column("error", Letters()),
        sqlite_strict=True,
    )
    op.create_index("ix_leadkit_deliveries_notice_id", "leadkit_deliveries", ["notice_id"])
    op.create_index("ix_leadkit_deliveries_state_plugin", "leadkit_deliveries", ["state", "plugin"])
    op.create_table(
        "leadkit_keys",
        Column("id", Letters(), primary_key=True),
        Column("payload", Letters()),
        Column("command", Letters(), nullable=False),
        Column("lead_id", Letters()),
        Column("at", Moment(), nullable=False),
        Column("receipt", Json(), nullable=False),
        sqlite_strict=True,
    )
    op.create_index("ix_leadkit_keys_lead_id", "leadkit_keys", ["lead_id"])
    op.create_table(
        "leadkit_members",
        Column("id", Letters(), primary_key=True),
        Column("version", Whole(), nullable=False),
        Column("role", Letters(), nullable=False),
        Column("capacity", Whole()),
        Column("active", Flag(), nullable=False),
        sqlite_strict=True,
    )
