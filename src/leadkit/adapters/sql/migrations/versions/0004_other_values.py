"""The website, the id in another system, and what joined leads have otherwise."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column

from leadkit.adapters.sql.types import Json, Letters

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the columns; leads that were joined before have no other values."""
    op.add_column("leadkit_leads", Column("external_id", Letters()))
    op.add_column("leadkit_leads", Column("external_system", Letters()))
    op.add_column("leadkit_leads", Column("website", Letters()))
    op.add_column("leadkit_persons", Column("other_values", Json(), nullable=False, server_default="{}"))
