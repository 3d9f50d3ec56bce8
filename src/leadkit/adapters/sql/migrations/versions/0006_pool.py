"""Since when a lead has its owner, who had it last, and the claims of the team."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column

from leadkit.adapters.sql.types import Letters, Moment

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the columns and the table; of owners before nobody knows since when they have their leads."""
    op.add_column("leadkit_leads", Column("owned_at", Moment()))
    op.add_column("leadkit_leads", Column("claimed_by", Letters()))
    op.add_column("leadkit_leads", Column("last_owner", Letters()))
    op.add_column("leadkit_leads", Column("released_at", Moment()))
    op.create_table(
        "leadkit_claims",
        Column("id", Letters(), primary_key=True),
        Column("member", Letters(), nullable=False),
        Column("lead_id", Letters(), nullable=False),
        Column("at", Moment(), nullable=False),
        sqlite_strict=True,
    )
    op.create_index("ix_leadkit_claims_member_at", "leadkit_claims", ["member", "at"])
