"""What an erasure left behind before: words of the leads that were erased; and an index to find old keys by."""

from __future__ import annotations

from alembic import op
from sqlalchemy import text

revision = "0014"
down_revision = "0013"

_ERASED = "(SELECT id FROM leadkit_leads WHERE erased_at IS NOT NULL)"
_WORDS = {
    "leads": ("entered_by", "external_system", "region", "product", "budget_match", "industry", "company_size"),
    "activities": ("means", "by"),
    "opportunities": ("competitor",),
}
_EMPTY = {"opportunities": ("rivals", "[]"), "journal": ("details", "{}"), "outbox": ("details", "{}")}


def upgrade() -> None:
    """Blank what names nobody else can have decided to keep, of the leads that were erased before."""
    for table, columns in _WORDS.items():
        whose = "id" if table == "leads" else "lead_id"
        blank = ", ".join(f'"{column}" = NULL' for column in columns)
        op.execute(text(f"UPDATE leadkit_{table} SET {blank} WHERE {whose} IN {_ERASED}"))
    for table, (column, nothing) in _EMPTY.items():
        op.execute(text(f"UPDATE leadkit_{table} SET {column} = '{nothing}' WHERE lead_id IN {_ERASED}"))
    op.create_index("ix_leadkit_keys_at", "leadkit_keys", ["at"])


def downgrade() -> None:
    """Take the index away; the words are gone."""
    op.drop_index("ix_leadkit_keys_at", "leadkit_keys")
