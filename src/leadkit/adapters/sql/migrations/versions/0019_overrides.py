"""The band that a person sees a lead in, beside that of its score: by whom, why and for how long."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column

from leadkit.adapters.sql.types import Json, Letters

revision = "0019"
down_revision = "0018"
_INDEX = "ix_leadkit_leads_in_queue_override_band_id"


def upgrade() -> None:
    """Add the columns and the index; nobody said anything before."""
    op.add_column("leadkit_leads", Column("override_band", Letters()))
    op.add_column("leadkit_leads", Column("override", Json(), nullable=False, server_default="{}"))
    op.create_index(_INDEX, "leadkit_leads", ["in_queue", "override_band", "id"])


def downgrade() -> None:
    """Take the index and the columns away again, with what they hold."""
    op.drop_index(_INDEX, "leadkit_leads")
    op.drop_column("leadkit_leads", "override")
    op.drop_column("leadkit_leads", "override_band")
