"""What an import did with opportunities, in lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from leadkit.texts import texts

if TYPE_CHECKING:
    from leadkit.cli.wording import Wording
    from leadkit.desk.importing.imported import Imported
    from leadkit.desk.importing.imported_opportunities import ImportedOpportunities, ImportedOpportunity


def deal_lines(done: Imported, words: Wording, *, dry_run: bool) -> Iterator[str]:
    """The counts of an import of opportunities, what it changed, and the reasons of the rows set aside."""
    from leadkit.adapters.spreadsheets.notes import notes
    from leadkit.cli.import_lines import to_mend

    deals = done.opportunities
    if deals is None:
        return
    counts = {name: getattr(deals, name) for name in ("opened", "amended", "repeated", "set_aside")}
    yield texts("opportunities", words.language)["import"]["counts"].format(**counts)
    yield from notes(deals.sheet, deals.sheet.language)
    yield from _amended(deals, words)
    yield from to_mend(deals.sheet, words)
    if not dry_run:
        yield words.line("import", "undo", deals.run)


def _amended(deals: ImportedOpportunities, words: Wording) -> Iterator[str]:
    """The rows that corrected their opportunity: each value before and after."""
    from leadkit.cli.import_lines import MOST_ROWS

    amended = [row for row in deals.rows if row.changes]
    for row in amended[:MOST_ROWS]:
        changes = _changes(deals, row, words)
        yield words.line("import", "amended", row=row.place[1], lead=row.opportunity_id, changes=changes)
    if len(amended) > MOST_ROWS:
        yield words.line("import", "more_amended", len(amended) - MOST_ROWS)


def _changes(deals: ImportedOpportunities, row: ImportedOpportunity, words: Wording) -> str:
    from leadkit.desk.importing.values import in_words

    def head(name: str) -> str:
        return name if words.language == "en" else deals.sheet.template.head(name, words.language)

    return "; ".join(f"{head(name)}: {in_words(was)} -> {in_words(now)}" for name, (was, now) in row.changes.items())
