"""What an import did with opportunities, or would do: what became of every row, and the tables that tell it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Literal, get_args

from attrs import define, field, setters

from leadkit.adapters.spreadsheets.opportunities import EvaluatedOpportunity
from leadkit.adapters.spreadsheets.read_sheet import Place, ReadSheet
from leadkit.adapters.spreadsheets.table import Table
from leadkit.desk.importing.values import as_cell, heads_of, new_outcomes
from leadkit.desk.results import Receipt
from leadkit.records.fields import FrozenDict
from leadkit.results import Result
from leadkit.store.rows import NOTHING
from leadkit.texts import Language, texts

Outcome = Literal["opened", "amended", "repeated", "set_aside"]
"""What becomes of a row: a new opportunity, one corrected, nothing new, or not taken in."""


@define(on_setattr=setters.frozen, kw_only=True)
class ImportedOpportunity(Result):
    """What became of one row of a sheet of opportunities.

    `lead_status` is where the lead stands to which it was attached. `changes` are the values that changed, by column,
    before and after; `differences` the columns that say something else, which the policy does not let a sheet change;
    `others` the further open opportunities of its account. `before`: an earlier run of this import had done it.
    """

    place: Place
    outcome: Outcome
    opportunity_id: str | None = None
    lead_id: str | None = None
    lead_status: str | None = None
    differences: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    changes: FrozenDict = field(default=NOTHING, repr=False)
    before: bool = False


@define(on_setattr=setters.frozen, kw_only=True)
class ImportedOpportunities(Result):
    """What became of every row of a sheet of opportunities; `run` is the id under which the import is listed.

    Rows were `opened`, `amended` or `repeated`; all others stand in `sheet` as set aside, with the reason.
    """

    ADDED = ("counts", "set_aside")
    OMITTED = ("sheet",)

    file: str
    run: str
    rows: tuple[ImportedOpportunity, ...]
    sheet: ReadSheet[EvaluatedOpportunity]

    @property
    def opened(self) -> int:
        """How many rows became new opportunities."""
        return self._counts["opened"]

    @property
    def amended(self) -> int:
        """How many rows corrected their opportunity."""
        return self._counts["amended"]

    @property
    def repeated(self) -> int:
        """How many rows say nothing new, or were done by an earlier run of this import."""
        return self._counts["repeated"]

    @property
    def set_aside(self) -> int:
        """How many rows were not taken in."""
        return len(self.sheet.set_aside)

    @property
    def _counts(self) -> Counter[str]:
        return new_outcomes(self.rows)

    @property
    def counts(self) -> FrozenDict:
        """How many rows of each kind there are, whether this run or an earlier one did them."""
        kinds = Counter(row.outcome for row in self.rows)
        return FrozenDict({kind: kinds[kind] for kind in get_args(Outcome)})

    def tables(self, *, every_row: bool = False) -> Iterator[Table]:
        """The rows set aside and those to look at, in the sheet's own columns, then what was changed."""
        language = self.sheet.language
        titles = texts("sheets", language)["titles"]
        if every_row:
            yield self._rows(language)
        yield self.sheet.set_aside_table(titles["opportunities_aside"], language)
        if self.sheet.flagged:
            yield self.sheet.flagged_table(titles["opportunities_flagged"], language)
        if any(row.changes for row in self.rows):
            yield self._changes(language)

    def _rows(self, language: Language) -> Table:
        words = texts("sheets", language)
        rows = [
            (
                row.place[0] or None,
                row.place[1],
                words["opportunity_outcomes"][row.outcome],
                row.opportunity_id,
                row.lead_id,
                ", ".join(self._head(name, language) for name in row.changes or row.differences) or None,
            )
            for row in self.rows
        ]
        heads = heads_of(language, "sheet", "row", "outcome", "opportunity_id", "id", "field")
        return Table(words["titles"]["opportunity_rows"], heads, rows)

    def _changes(self, language: Language) -> Table:
        rows = [
            (row.place[1], row.opportunity_id, self._head(name, language), as_cell(was), as_cell(now))
            for row in self.rows
            for name, (was, now) in row.changes.items()
        ]
        heads = heads_of(language, "row", "opportunity_id", "field", "was", "now")
        return Table(texts("sheets", language)["titles"]["opportunity_changes"], heads, rows)

    def _head(self, name: str, language: Language) -> str:
        return self.sheet.template.head(name, language)


def imported_opportunity(place: Place, outcome: Receipt | Exception | None, *, before: bool) -> ImportedOpportunity:
    """What became of a row, by its receipt; without one it was set aside."""
    if not isinstance(outcome, Receipt):
        return ImportedOpportunity(place=place, outcome="set_aside")
    return ImportedOpportunity(
        place=place,
        outcome=outcome.outcome,  # type: ignore[arg-type]
        opportunity_id=outcome.opportunity_id,
        lead_id=outcome.lead_id,
        lead_status=outcome.lead_status,
        differences=outcome.differences,
        others=outcome.others,
        changes=outcome.changes,
        before=before,
    )
