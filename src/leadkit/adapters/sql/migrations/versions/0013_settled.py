"""What comes back, who is on the team of an opportunity, and by which policy duties were settled."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column

from leadkit.adapters.sql.types import Json, Letters, Moment, Whole

revision = "0013"
down_revision = "0012"
LEADS = (("back_at", Moment()), ("back_follow_up_at", Moment()), ("same_since", Whole()))


def upgrade() -> None:
    """Add the columns and the table; that it is empty makes the next tick settle every duty."""
    for name, kind in LEADS:
        op.add_column("leadkit_leads", Column(name, kind))
    op.add_column("leadkit_opportunities", Column("team", Json(), nullable=False, server_default="[]"))
    op.add_column("leadkit_duties", Column("term", Letters()))
    op.create_table(
        "leadkit_settlements",
        Column("id", Letters(), primary_key=True),
        Column("policy", Letters(), nullable=False),
        Column("duties", Letters(), nullable=False),
        Column("at", Moment(), nullable=False),
        sqlite_strict=True,
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_table("leadkit_settlements")
    op.drop_column("leadkit_duties", "term")
    op.drop_column("leadkit_opportunities", "team")
    for name, _ in reversed(LEADS):
        op.drop_column("leadkit_leads", name)
