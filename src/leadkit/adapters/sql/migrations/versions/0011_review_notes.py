"""What a team notes in its reviews: what worked, what failed, what to improve, and measures with owner and day."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column

from leadkit.adapters.sql.types import Day, Letters, Moment

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add the table; nothing was noted before."""
    op.create_table(
        "leadkit_review_notes",
        Column("id", Letters(), primary_key=True),
        Column("period", Letters(), nullable=False),
        Column("kind", Letters(), nullable=False),
        Column("text", Letters(), nullable=False),
        Column("owner", Letters()),
        Column("due", Day()),
        Column("at", Moment(), nullable=False),
        Column("by", Letters(), nullable=False),
        Column("done_at", Moment()),
        Column("done_by", Letters()),
        sqlite_strict=True,
    )


def downgrade() -> None:
    """Take it away, with what was noted."""
    op.drop_table("leadkit_review_notes")
