"""What commands changed in leads, with the values before."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Identity

from leadkit.adapters.sql.types import Json, Letters, Moment, Whole

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the table; what was changed before is not known."""
    op.create_table(
        "leadkit_changes",
        Column("id", Letters(), nullable=False, unique=True),
        Column("seq", Whole(), Identity(), primary_key=True),
        Column("lead_id", Letters(), nullable=False),
        Column("at", Moment(), nullable=False),
        Column("values", Json(), nullable=False),
        sqlite_strict=True,
        sqlite_autoincrement=True,
    )
    op.create_index("ix_leadkit_changes_lead_id", "leadkit_changes", ["lead_id"])
