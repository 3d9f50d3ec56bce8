"""What the leads of one company are found by, and the facts of a company that its leads were scored with."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column

from leadkit.adapters.sql.types import Json, Letters

revision = "0018"
down_revision = "0017"
_INDEX = "ix_leadkit_leads_account_key_id"


def upgrade() -> None:
    """Add the columns and the index; leads of before get their key when the store is settled."""
    op.add_column("leadkit_leads", Column("account_key", Letters()))
    op.add_column("leadkit_leads", Column("account_facts", Json(), nullable=False, server_default="{}"))
    op.create_index(_INDEX, "leadkit_leads", ["account_key", "id"])


def downgrade() -> None:
    """Take the index and the columns away again."""
    op.drop_index(_INDEX, "leadkit_leads")
    op.drop_column("leadkit_leads", "account_facts")
    op.drop_column("leadkit_leads", "account_key")
