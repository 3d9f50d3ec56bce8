"""Columns under the names that sales people use: stage and status of an opportunity, nurture stage, follow-ups."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"

RENAMED = (
    ("leads", "stage", "nurture_stage"),
    ("leads", "told_priority", "notified_priority"),
    ("leads", "first_touch_at", "first_follow_up_at"),
    ("leads", "last_touch_at", "last_follow_up_at"),
    ("leads", "next_touch_at", "next_follow_up_at"),
    ("opportunities", "stage", "status"),
    ("opportunities", "phase", "stage"),
    ("duties", "told", "last_alert"),
    ("statements", "said", "fields"),
)
"""Table, old name, new name. The order counts: a name is taken only once it is free."""


def upgrade() -> None:
    """Give the columns their new names."""
    for table, before, after in RENAMED:
        _rename(table, before, after)
    _index("stage_owner", "status_owner", ["status", "owner"])
    _forget_payloads()


def downgrade() -> None:
    """Give the columns their old names back."""
    for table, before, after in reversed(RENAMED):
        _rename(table, after, before)
    _index("status_owner", "stage_owner", ["stage", "owner"])
    _forget_payloads()


def _rename(table: str, before: str, after: str) -> None:
    op.execute(f"ALTER TABLE leadkit_{table} RENAME COLUMN {before} TO {after}")


def _forget_payloads() -> None:
    """Let used keys give their receipts to whoever sends them again: the hash of a command has another form now."""
    op.execute("UPDATE leadkit_keys SET payload = NULL")


def _index(before: str, after: str, columns: list[str]) -> None:
    """Replace an index of the opportunities; SQLite can't rename one."""
    op.drop_index(f"ix_leadkit_opportunities_{before}", "leadkit_opportunities")
    op.create_index(f"ix_leadkit_opportunities_{after}", "leadkit_opportunities", columns)
