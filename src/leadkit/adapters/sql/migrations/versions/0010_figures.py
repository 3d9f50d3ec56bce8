"""Who competes for an opportunity."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column

from leadkit.adapters.sql.types import Json

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add the column; of opportunities before nobody is known to compete."""
    op.add_column("leadkit_opportunities", Column("rivals", Json(), nullable=False, server_default="[]"))


def downgrade() -> None:
    """Take it away."""
    op.drop_column("leadkit_opportunities", "rivals")
