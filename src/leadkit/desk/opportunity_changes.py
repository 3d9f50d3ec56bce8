"""What every command on an opportunity begins and ends with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import evolve

from leadkit.desk.book import Book
from leadkit.desk.changes import Asked, Changes, check_version
from leadkit.desk.duties import OpportunityFile
from leadkit.desk.results import Receipt
from leadkit.process.lifecycle import OPPORTUNITY_STEPS, check_step
from leadkit.records.fields import FrozenDict
from leadkit.store.mapping import sound
from leadkit.store.rows import OpportunityRow, StatementRow
from leadkit.store.tables import STATEMENTS, Table

Rows = list[tuple[Table[Any], Any]]


def opportunity_of_command(book: Book, asked: Asked) -> OpportunityFile:
    """The opportunity of the command, in a stage that allows it, at the version that was asked for."""
    file = book.file(str(asked.command.opportunity_id))
    check_version(asked, file.row)
    check_step(OPPORTUNITY_STEPS, asked.command.name, file.row.stage, file.row.id)
    return file


def changed(
    book: Book,
    asked: Asked,
    file: OpportunityFile,
    row: OpportunityRow,
    outcome: str,
    *,
    told: str | None = None,
    reason: str | None = None,
    said: Mapping[str, Any] | None = None,
    **details: Any,
) -> Changes:
    """The opportunity as it is now, a line of the journal, what was written apart from it, and a notice."""
    touched = sound(evolve(row, lead_id=row.lead_id), row.id)
    book.files[row.id] = evolve(file, row=touched)
    stored = evolve(touched, version=row.version + 1)
    add: Rows = [asked.entry(row.lead_id, **details)]
    add += asked.remark(row.lead_id or row.id, reason)
    add += [(STATEMENTS, _statement(asked, row, said))] if said else []
    add += asked.notice(told, stored, **details) if told else []
    return Changes(receipt=receipt_of(asked, row, outcome, lead_id=row.lead_id, version=stored.version), add=add)


def _statement(asked: Asked, row: OpportunityRow, said: Mapping[str, Any]) -> StatementRow:
    return StatementRow(
        id=asked.entry_id,
        lead_id=row.lead_id,
        opportunity_id=row.id,
        kind=asked.command.name,
        written_at=asked.command.at,
        written_by=asked.command.actor.id,
        fields=FrozenDict(said),
    )


def receipt_of(asked: Asked, row: OpportunityRow, outcome: str, *, lead_id: str | None, version: int) -> Receipt:
    """The receipt of a command on an opportunity."""
    return Receipt(
        command=asked.command.name,
        outcome=outcome,
        lead_id=lead_id,
        opportunity_id=row.id,
        status=row.stage,
        version=version,
        owner=row.owner,
    )
