"""What an import did with opportunities, in lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from leadkit.texts import texts

if TYPE_CHECKING:
    from leadkit.desk.imported import Imported
    from leadkit.desk.imported_deals import ImportedOpportunities, ImportedOpportunity
    from leadkit.texts import Language

MOST_ROWS = 10


def deal_lines(done: Imported, language: Language, *, dry_run: bool) -> Iterator[str]:
    """The counts of an import of opportunities, what it changed, and the reasons of the rows set aside."""
    deals = done.opportunities
    if deals is None:
        return
    words = texts("opportunities", language)["import"]
    yield from _lines(deals, words, language)
    if not dry_run:
        yield words["undo"].format(run=deals.run)


def _lines(deals: ImportedOpportunities, words: Mapping[str, str], language: Language) -> Iterator[str]:
    from leadkit.adapters.spreadsheets.notes import notes

    yield words["counts"].format(
        opened=deals.opened, amended=deals.amended, repeated=deals.repeated, set_aside=deals.set_aside
    )
    yield from notes(deals.sheet, language)
    amended = [row for row in deals.rows if row.changes]
    for row in amended[:MOST_ROWS]:
        yield words["amended"].format(row=row.place[1], id=row.opportunity_id, changes=_changes(row))
    if len(amended) > MOST_ROWS:
        yield words["more"].format(number=len(amended) - MOST_ROWS)
    aside = deals.sheet.set_aside
    for place in aside[:MOST_ROWS]:
        reasons = "; ".join(deals.sheet.say(fault, language) for fault in place.faults)
        yield words["aside"].format(row=place.number, reasons=reasons)
    if len(aside) > MOST_ROWS:
        yield words["more"].format(number=len(aside) - MOST_ROWS)
    if deals.sheet.flagged:
        yield words["flagged"].format(number=len(deals.sheet.flagged))


def _changes(row: ImportedOpportunity) -> str:
    from leadkit.desk.imported_values import in_words

    return "; ".join(f"{name}: {in_words(was)} -> {in_words(now)}" for name, (was, now) in row.changes.items())
