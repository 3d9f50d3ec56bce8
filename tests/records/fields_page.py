"""The fields of a lead as the documentation shows them."""

from __future__ import annotations

from collections.abc import Iterable

from leadkit.records.lead_fields import Field

HEADS = ("field", "in the record", "type", "in the store", "head in English", "head in Chinese", "required", "amended")


def table(fields: Iterable[Field]) -> str:
    """A row for each field."""
    rows = (HEADS, ("---",) * len(HEADS), *map(_cells, fields))
    return "\n".join(f"| {' | '.join(cells)} |" for cells in rows)


def _cells(field: Field) -> tuple[str, ...]:
    heads = [", ".join(field.heads(language)) if field.sheet else "" for language in ("en", "zh_CN")]
    marks = ["yes" if mark else "" for mark in (field.requirable, field.amendable)]
    return (f"`{field.name}`", f"`{field.path}`", field.type, f"`{field.table}.{field.column}`", *heads, *marks)
