"""What people wrote about opportunities: the statements, the reasons, and the lines of the journal they belong to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from attrs import define, field, setters

from leadkit.store.opportunity_rows import StatementRow
from leadkit.store.process_rows import EntryRow, RemarkRow
from leadkit.store.protocol import Query, Unit, by_id, in_parts
from leadkit.store.tables import JOURNAL, REMARKS, STATEMENTS

PLANNED, REPORTED, DRAFTED, HANDED_OVER = "plan", "report", "draft_contract", "hand_over"

RAISED, ANSWERED, ASKED = "raise_objection", "answer_objection", "ask_expert"

ACCEPTED, RETURNED = "accept_handover", "return_handover"

APPROVED, REJECTED, REVIEWED, LOST = "approve_plan", "reject_plan", "review_contract", "lose"

IMPORTED = "import_opportunity"

READ = (
    PLANNED, DRAFTED, RAISED, ANSWERED, ASKED, APPROVED, REJECTED, REVIEWED, LOST, IMPORTED, HANDED_OVER, ACCEPTED,
    RETURNED,
)  # fmt: skip
"""The commands whose lines of the journal say what belongs to what."""


@define(on_setattr=setters.frozen, kw_only=True)
class Written:
    """What people wrote about one opportunity: the statements and the lines of the journal, the latest last.

    `remarks` are the reasons in their own words, by line.
    """

    statements: tuple[StatementRow, ...] = ()
    entries: tuple[EntryRow, ...] = ()
    remarks: Mapping[str, RemarkRow] = field(factory=dict)

    def latest(self, kind: str) -> StatementRow | None:
        """The latest statement that a command left."""
        return next((row for row in reversed(self.statements) if row.kind == kind), None)

    def last(self, *commands: str) -> EntryRow | None:
        """The latest line of some commands."""
        return next((entry for entry in reversed(self.entries) if entry.command in commands), None)

    def reason(self, entry: EntryRow | None) -> str | None:
        """What was given as the reason."""
        remark = self.remarks.get(entry.id) if entry else None
        return remark.text if remark else None

    def of_objection(self, command: str, objection: str) -> StatementRow | None:
        """What was said in an objection, or in the answer to it."""
        about = {entry.id for entry in self.entries if entry.details.get("objection") == objection}
        return next((row for row in reversed(self.statements) if row.kind == command and row.id in about), None)


NOTHING_WRITTEN = Written()


def written(unit: Unit, opportunity_ids: Sequence[str]) -> dict[str, Written]:
    """What people wrote about some opportunities, by their ids."""
    statements: dict[str, list[StatementRow]] = defaultdict(list)
    entries: dict[str, list[EntryRow]] = defaultdict(list)
    for part in in_parts(opportunity_ids):
        for statement in unit.find(Query(STATEMENTS, {"opportunity_id": part}, order=("written_at", "id"))):
            statements[statement.opportunity_id].append(statement)
        for entry in unit.find(Query(JOURNAL, {"opportunity_id": part, "command": READ}, order=("seq",))):
            entries[str(entry.opportunity_id)].append(entry)
    remarks = by_id(unit, REMARKS, (entry.id for lines in entries.values() for entry in lines))
    return {
        key: Written(statements=tuple(statements[key]), entries=tuple(entries[key]), remarks=remarks)
        for key in statements.keys() | entries.keys()
    }
