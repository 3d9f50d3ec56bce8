"""What an import did with follow-ups and new owners, or would do: every row, and the tables that tell it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from attrs import define, setters

from leadkit.adapters.spreadsheets.read_sheet import Place
from leadkit.adapters.spreadsheets.table import Table
from leadkit.desk.importing.values import heads_of
from leadkit.desk.results import Receipt
from leadkit.results import Result
from leadkit.texts import Language, texts

FollowUpOutcome = Literal["recorded", "repeated", "set_aside"]
"""What becomes of a follow-up: a new one, one that is in the store already, or not taken in."""

OwnerOutcome = Literal["assigned", "unchanged", "set_aside"]
"""What becomes of a new owner: the lead is theirs now, it was already, or it does not become theirs."""


@define(on_setattr=setters.frozen, kw_only=True)
class FollowUpRow(Result):
    """What became of one row of a follow-up sheet, and of which lead it is; `before`: an earlier run had done it.

    `findings` are codes of what somebody should look at, as in a receipt.
    """

    place: Place
    outcome: FollowUpOutcome
    lead_id: str | None = None
    before: bool = False
    findings: tuple[str, ...] = ()


@define(on_setattr=setters.frozen, kw_only=True)
class AssignedRow(Result):
    """A new owner that a list names: `lead_id` is what it calls the lead, `home` the lead in the store.

    `was` is whose it was. Where it was set aside, `refused` says why. `before`: an earlier run had done it.
    """

    place: Place
    lead_id: str
    owner: str
    outcome: OwnerOutcome
    home: str | None = None
    was: str | None = None
    refused: str | None = None
    before: bool = False

    @property
    def new(self) -> bool:
        """Whether this run assigned the lead."""
        return self.outcome == "assigned" and not self.before


def follow_up_row(place: Place, outcome: Receipt | Exception | None) -> FollowUpRow:
    """What became of a follow-up, by its receipt; without one it was set aside."""
    if not isinstance(outcome, Receipt):
        return FollowUpRow(place=place, outcome="set_aside")
    return FollowUpRow(
        place=place,
        outcome=outcome.outcome,  # type: ignore[arg-type]
        lead_id=outcome.lead_id,
        findings=outcome.findings,
    )


def follow_up_tables(
    follow_ups: Iterable[FollowUpRow], owners: Iterable[AssignedRow], language: Language
) -> Iterator[Table]:
    """What becomes of each follow-up, and of each new owner where there are some."""
    words = texts("sheets", language)
    outcomes, titles = words["follow_up_outcomes"], words["titles"]
    rows = [(row.place[0] or None, row.place[1], outcomes[row.outcome], row.lead_id) for row in follow_ups]
    yield Table(titles["follow_up_rows"], heads_of(language, "sheet", "row", "outcome", "id"), rows)
    named = [
        (
            row.place[0] or None,
            row.place[1],
            outcomes[row.outcome],
            row.home or row.lead_id,
            row.was,
            row.owner,
            row.refused,
        )
        for row in owners
    ]
    if named:
        heads = heads_of(language, "sheet", "row", "outcome", "id", "was", "now", "why")
        yield Table(titles["owner_rows"], heads, named)
