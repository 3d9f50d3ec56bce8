"""The lists behind the main numbers of a review: ids of leads and opportunities, and nothing personal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import define, field, setters

from leadkit.results import Result
from leadkit.reviewing.figures import by_field
from leadkit.reviewing.standing import ListedCell

LISTS = ("lost", "overdue", "open", "unassigned")
MOST = 1_000
"""A list holds so many cases, the first by id."""


@define(on_setattr=setters.frozen, kw_only=True)
class ListedCase(Result):
    """One case: the id of a lead or an opportunity, whose it is, and its reason, kind of duty or stage.

    An open opportunity says for how many days it has been open, in its stage, and without a follow-up of ours.
    """

    id: str
    owner: str | None
    note: str | None
    days_open: int | None = field(default=None, repr=False)
    days_in_stage: int | None = field(default=None, repr=False)
    days_untouched: int | None = field(default=None, repr=False)


@define(on_setattr=setters.frozen, kw_only=True)
class CaseList(Result):
    """The cases behind a number: all where there are at most 1,000, else the first by id."""

    number: int
    cases: tuple[ListedCase, ...] = field(repr=False)


def case_lists(cells: Iterable[ListedCell], numbers: Mapping[str, int]) -> Mapping[str, CaseList]:
    """Every list in its order; `numbers` are those that they stand behind."""
    members = by_field(cells, "list")
    return {name: CaseList(number=numbers[name], cases=_cases(members[name])) for name in LISTS}


def _cases(cells: Iterable[ListedCell]) -> tuple[ListedCase, ...]:
    first = sorted(cells, key=place)[:MOST]
    return tuple(_case(cell) for cell in first)


def _case(cell: ListedCell) -> ListedCase:
    return ListedCase(
        id=cell.id,
        owner=cell.owner,
        note=cell.note,
        days_open=cell.days_open,
        days_in_stage=cell.days_in_stage,
        days_untouched=cell.days_untouched,
    )


def place(cell: ListedCell) -> tuple[str, str]:
    """Where a case stands in its list: by id, one with several notes by these."""
    return cell.id, cell.note or ""
