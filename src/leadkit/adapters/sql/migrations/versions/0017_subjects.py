"""What an activity was about, and the amount that it carries."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column

from leadkit.adapters.sql.types import Amount, Letters

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Add the columns; activities of before say nothing of either."""
    op.add_column("leadkit_activities", Column("subject", Letters()))
    op.add_column("leadkit_activities", Column("amount", Amount()))


def downgrade() -> None:
    """Take the columns away again, with what they hold."""
    op.drop_column("leadkit_activities", "amount")
    op.drop_column("leadkit_activities", "subject")
