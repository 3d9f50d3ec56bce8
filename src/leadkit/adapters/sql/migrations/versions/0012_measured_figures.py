"""The figure that a measure of a review is to move."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column

from leadkit.adapters.sql.types import Letters

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add the column; no measure named a figure before."""
    op.add_column("leadkit_review_notes", Column("figure", Letters()))


def downgrade() -> None:
    """Take it away, with the names of the figures."""
    op.drop_column("leadkit_review_notes", "figure")
