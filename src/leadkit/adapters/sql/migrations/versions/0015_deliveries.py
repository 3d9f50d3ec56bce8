"""Deliveries that wait are found by their notifier and their time."""

from __future__ import annotations

from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Put the time into the index."""
    op.drop_index("ix_leadkit_deliveries_state_plugin", "leadkit_deliveries")
    op.create_index("ix_leadkit_deliveries_state_plugin_next_at", "leadkit_deliveries", ["state", "plugin", "next_at"])


def downgrade() -> None:
    """Take it out again."""
    op.drop_index("ix_leadkit_deliveries_state_plugin_next_at", "leadkit_deliveries")
    op.create_index("ix_leadkit_deliveries_state_plugin", "leadkit_deliveries", ["state", "plugin"])
