"""What an opportunity's amount and expected close stand on, its contract's sum, its price floor, and its handover."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column

from leadkit.adapters.sql.types import Amount, Letters, Moment

revision = "0007"
down_revision = "0006"

TABLE = "leadkit_opportunities"
NAMES = (
    "amount_low", "amount_high", "amount_basis", "close_basis", "price_floor", "contract_amount",
    "handover_returned_at", "handover_accepted_at",
)  # fmt: skip


def upgrade() -> None:
    """Add the columns; what was handed over before counts as accepted, since nobody was asked to."""
    op.add_column(TABLE, Column("amount_low", Amount()))
    op.add_column(TABLE, Column("amount_high", Amount()))
    op.add_column(TABLE, Column("amount_basis", Letters()))
    op.add_column(TABLE, Column("close_basis", Letters()))
    op.add_column(TABLE, Column("price_floor", Amount()))
    op.add_column(TABLE, Column("contract_amount", Amount()))
    op.add_column(TABLE, Column("handover_returned_at", Moment()))
    op.add_column(TABLE, Column("handover_accepted_at", Moment()))
    op.execute(f"UPDATE {TABLE} SET handover_accepted_at = handed_over_at")


def downgrade() -> None:
    """Take the columns back."""
    for name in reversed(NAMES):
        op.drop_column(TABLE, name)
