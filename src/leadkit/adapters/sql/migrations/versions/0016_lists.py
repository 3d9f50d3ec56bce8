"""Indexes in the order of what is read from them: what is due by owner and kind, the queue by priority and status."""

from __future__ import annotations

from alembic import op
from sqlalchemy import text

revision = "0016"
down_revision = "0015"

_DUTIES = (
    ("state", "due_at", "id"),
    ("state", "owner", "due_at", "id"),
    ("state", "kind", "due_at", "id"),
)
_QUEUE = ("priority", "status")
_OLD = "ix_leadkit_duties_state_owner_due_at"


def upgrade() -> None:
    """Add the indexes; one takes the place of another that lacked the last column."""
    for columns in _DUTIES:
        op.create_index(f"ix_leadkit_duties_{'_'.join(columns)}", "leadkit_duties", list(columns))
    for column in _QUEUE:
        name = f"ix_leadkit_leads_in_queue_{column}_points_captured_at_id"
        op.create_index(name, "leadkit_leads", ["in_queue", column, text("points DESC"), "captured_at", "id"])
    op.drop_index(_OLD, "leadkit_duties")


def downgrade() -> None:
    """Put the index of before back."""
    op.create_index(_OLD, "leadkit_duties", ["state", "owner", "due_at"])
    for column in _QUEUE:
        op.drop_index(f"ix_leadkit_leads_in_queue_{column}_points_captured_at_id", "leadkit_leads")
    for columns in _DUTIES:
        op.drop_index(f"ix_leadkit_duties_{'_'.join(columns)}", "leadkit_duties")
