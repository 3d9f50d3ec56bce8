"""Since when a lead is open, who accepted it, what is known for its conversion, who checked it; what was sent."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column

from leadkit.adapters.sql.types import Json, Letters, Moment

revision = "0009"
down_revision = "0008"

OF_LEADS = ("open_since", "accepted_at", "ready_at", "accepted_by", "signals", "checks", "reached")


def upgrade() -> None:
    """Add the columns; a lead that is open already is so since it was captured."""
    for name in ("open_since", "accepted_at", "ready_at"):
        op.add_column("leadkit_leads", Column(name, Moment()))
    op.add_column("leadkit_leads", Column("accepted_by", Letters()))
    for name in ("signals", "checks", "reached"):
        op.add_column("leadkit_leads", Column(name, Json(), nullable=False, server_default="{}"))
    op.add_column("leadkit_activities", Column("content_id", Letters()))
    op.execute("UPDATE leadkit_leads SET open_since = captured_at WHERE status = 'new'")


def downgrade() -> None:
    """Take the columns away again, with what they hold."""
    op.drop_column("leadkit_activities", "content_id")
    for name in reversed(OF_LEADS):
        op.drop_column("leadkit_leads", name)
