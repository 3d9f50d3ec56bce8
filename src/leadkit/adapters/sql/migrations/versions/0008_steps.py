"""When a step was entered, touches on a deal, verdicts on leads, and kinds of objections."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column

from leadkit.adapters.sql.types import Letters, Moment

revision = "0008"
down_revision = "0006"

ADDED = (
    ("journal", "entered_at", Moment),
)


def upgrade() -> None:
    """Add the columns; what happened before was entered as it happened."""
    for table, column, kind in ADDED:
        op.add_column(f"leadkit_{table}", Column(column, kind()))
