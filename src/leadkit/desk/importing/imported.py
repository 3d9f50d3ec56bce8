"""What an import did, or would do: what became of every row, and the tables that tell it."""

from __future__ import annotations

from collections import Counter
from typing import Literal, get_args

from attrs import define, field, setters

from leadkit.adapters.spreadsheets.read_sheet import Place, ReadSheet
from leadkit.adapters.spreadsheets.scored_rows import field_name
from leadkit.adapters.spreadsheets.table import Table
from leadkit.desk.importing.imported_follow_ups import AssignedRow, FollowUpRow, follow_up_tables
from leadkit.desk.importing.imported_opportunities import ImportedOpportunities
from leadkit.desk.importing.values import as_cell, heads_of, new_outcomes
from leadkit.desk.results import Receipt
from leadkit.records import Activity, Lead
from leadkit.records.fields import FrozenDict
from leadkit.results import Result
from leadkit.store.rows import NOTHING
from leadkit.texts import Language, texts

Outcome = Literal["captured", "joined", "amended", "repeated", "set_aside"]
"""What becomes of a row: a new lead, one joined to a lead, one corrected, nothing new, or not taken in."""


@define(on_setattr=setters.frozen, kw_only=True)
class ImportedRow(Result):
    """What became of one row of a lead sheet.

    `lead_id` is the lead in the store, `matched_by` what it was found by: `phone`, `email`, `company`, `external`,
    `number`. `changes` are the values that changed, by field, before and after; `differences` the fields of which a
    joined row says something else. `before`: an earlier run of this import had done it.
    """

    place: Place
    outcome: Outcome
    lead_id: str | None = None
    matched_by: str | None = None
    differences: tuple[str, ...] = ()
    changes: FrozenDict = field(default=NOTHING, repr=False)
    before: bool = False


@define(on_setattr=setters.frozen, kw_only=True)
class Imported(Result):
    """What became of every row of a lead sheet, a follow-up sheet or both.

    `run` is the id under which the import is listed and can be undone, `follow_up_run` says which follow-up sheet it
    had. Leads were `captured`, `joined` to one that was there, `amended` by what its own sheet says now, or `repeated`:
    seen before as they are. Follow-ups were `recorded` or `recorded_before`: `follow_ups` are their rows; `unfilled`
    rows of a list have none yet, and `assigned` are the new owners that it names. All other rows stand in `leads` and
    `activities`, None for a sheet that was not given, as set aside, with the reason.
    What became of `opportunities` is a run of its own.
    """

    ADDED = ("counts", "leads_set_aside", "activities_set_aside")
    OMITTED = ("leads", "activities")

    file: str
    run: str
    follow_up_run: str | None = None
    rows: tuple[ImportedRow, ...] = ()
    follow_ups: tuple[FollowUpRow, ...] = ()
    unfilled: int = 0
    unknown_means: FrozenDict = NOTHING
    assigned: tuple[AssignedRow, ...] = ()
    leads: ReadSheet[Lead] | None = None
    activities: ReadSheet[Activity] | None = None
    opportunities: ImportedOpportunities | None = None

    @property
    def captured(self) -> int:
        """How many rows became new leads."""
        return self._counts["captured"]

    @property
    def joined(self) -> int:
        """How many rows were joined to a lead that was there."""
        return self._counts["joined"]

    @property
    def amended(self) -> int:
        """How many rows corrected their lead."""
        return self._counts["amended"]

    @property
    def repeated(self) -> int:
        """How many rows say nothing new, or were done by an earlier run of this import."""
        return self._counts["repeated"]

    @property
    def _counts(self) -> Counter[str]:
        return new_outcomes(self.rows)

    @property
    def recorded(self) -> int:
        """How many follow-ups are new."""
        return self._follow_ups["recorded"]

    @property
    def recorded_before(self) -> int:
        """How many follow-ups are in the store already."""
        return self._follow_ups["repeated"]

    @property
    def _follow_ups(self) -> Counter[str]:
        return new_outcomes(self.follow_ups)

    @property
    def leads_set_aside(self) -> int:
        """How many rows of the lead sheet were not taken in."""
        return len(self.leads.set_aside) if self.leads else 0

    @property
    def activities_set_aside(self) -> int:
        """How many rows of the follow-up sheet were not taken in."""
        return len(self.activities.set_aside) if self.activities else 0

    @property
    def opportunities_set_aside(self) -> int:
        """How many rows of the sheet of opportunities were not taken in."""
        return self.opportunities.set_aside if self.opportunities else 0

    @property
    def owners_refused(self) -> tuple[AssignedRow, ...]:
        """The new owners that a list names and who did not get the lead."""
        return tuple(row for row in self.assigned if row.refused)

    @property
    def counts(self) -> FrozenDict:
        """How many rows of each kind there are, whether this run or an earlier one did them."""
        kinds = Counter(row.outcome for row in self.rows)
        leads = {kind: kinds[kind] for kind in get_args(Outcome)}
        follow_ups = {"follow_ups": self.recorded + self.recorded_before, "aside": self.activities_set_aside}
        unknown = sum(self.unknown_means.values())
        return FrozenDict({**leads, **follow_ups, **({"unknown_means": unknown} if unknown else {})})

    def tables(self, *, every_row: bool = False) -> list[Table]:
        """The rows set aside and those to look at, in the sheets' own columns with the reasons behind, then the joins.

        Mend what was set aside and import it. Then what was changed; with `every_row`, what becomes of each row first.
        """
        tables = []
        for name, sheet in (("leads", self.leads), ("activities", self.activities)):
            if sheet is None:
                continue
            titles = texts("sheets", sheet.language)["titles"]
            tables.append(sheet.set_aside_table(titles[f"{name}_aside"], sheet.language))
            if sheet.flagged:
                tables.append(sheet.flagged_table(titles[f"{name}_flagged"], sheet.language))
        if self.leads is not None:
            language = self.leads.language
            tables += [self._joins(language)] if any(row.outcome == "joined" for row in self.rows) else []
            tables += [self._changes(language)] if any(row.outcome == "amended" for row in self.rows) else []
            tables = [self._rows(language), *tables] if every_row else tables
        if every_row and self.activities is not None:
            tables += follow_up_tables(self.follow_ups, self.assigned, self.activities.language)
        return [*tables, *(self.opportunities.tables(every_row=every_row) if self.opportunities else ())]

    def _rows(self, language: Language) -> Table:
        words = texts("sheets", language)
        heads = heads_of(language, "sheet", "row", "outcome", "id", "joined_by", "field")
        rows = [
            (
                row.place[0] or None,
                row.place[1],
                words["outcomes"][row.outcome],
                row.lead_id,
                field_name(row.matched_by, language) if row.matched_by else None,
                ", ".join(field_name(name, language) for name in row.changes or row.differences) or None,
            )
            for row in self.rows
        ]
        return Table(words["titles"]["rows"], heads, rows)

    def _joins(self, language: Language) -> Table:
        rows = [
            (row.place[1], row.lead_id, ", ".join(row.differences) or None)
            for row in self.rows
            if row.outcome == "joined"
        ]
        return Table(
            texts("sheets", language)["titles"]["joins"], heads_of(language, "row", "joined_to", "field"), rows
        )

    def _changes(self, language: Language) -> Table:
        heads = heads_of(language, "row", "id", "field", "was", "now")
        rows = [
            (row.place[1], row.lead_id, field_name(name, language), as_cell(was), as_cell(now))
            for row in self.rows
            if row.outcome == "amended"
            for name, (was, now) in row.changes.items()
        ]
        return Table(texts("sheets", language)["titles"]["changes"], heads, rows)


def imported_row(place: Place, outcome: Receipt | Exception | None, *, before: bool) -> ImportedRow:
    """What became of a row, by its receipt; without one it was set aside."""
    if not isinstance(outcome, Receipt):
        return ImportedRow(place=place, outcome="set_aside")
    return ImportedRow(
        place=place,
        outcome=outcome.outcome,  # type: ignore[arg-type]
        lead_id=outcome.lead_id,
        matched_by=outcome.matched_by,
        differences=outcome.differences,
        changes=outcome.changes,
        before=before,
    )
