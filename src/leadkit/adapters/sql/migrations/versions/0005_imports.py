"""What commands changed in leads with the values before, imports that can be undone, and who was erased."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Identity

from leadkit.adapters.sql.types import Json, Letters, Moment, Whole

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the tables; what was changed or imported before is not known."""
    op.create_table(
        "leadkit_changes",
        Column("id", Letters(), nullable=False, unique=True),
        Column("seq", Whole(), Identity(), primary_key=True),
        Column("lead_id", Letters(), nullable=False),
        Column("at", Moment(), nullable=False),
        Column("values", Json(), nullable=False),
        sqlite_strict=True,
        sqlite_autoincrement=True,
    )
    op.create_index("ix_leadkit_changes_lead_id", "leadkit_changes", ["lead_id"])
    op.create_table(
        "leadkit_imports",
        Column("id", Letters(), primary_key=True),
        Column("file", Letters(), nullable=False),
        Column("source", Letters(), nullable=False),
        Column("rows", Json(), nullable=False),
        Column("begun_at", Moment(), nullable=False),
        Column("begun_by", Letters(), nullable=False),
        Column("finished_at", Moment()),
        Column("counts", Json(), nullable=False),
        Column("undone_at", Moment()),
        sqlite_strict=True,
    )
    op.create_table(
        "leadkit_touches",
        Column("id", Letters(), primary_key=True),
        Column("import_id", Letters(), nullable=False),
        Column("lead_id", Letters(), nullable=False),
        Column("before", Json(), nullable=False),
        sqlite_strict=True,
    )
    op.create_index("ix_leadkit_touches_import_id", "leadkit_touches", ["import_id"])
    op.create_index("ix_leadkit_touches_lead_id", "leadkit_touches", ["lead_id"])
    op.create_table(
        "leadkit_erased",
        Column("id", Letters(), primary_key=True),
        Column("erased_at", Moment(), nullable=False),
        Column("secret", Letters()),
        sqlite_strict=True,
    )
