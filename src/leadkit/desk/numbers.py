"""Which lead a number of a sheet means: many sheets begin at 1."""

from __future__ import annotations

from collections.abc import Iterable

from leadkit.errors import CommandError, ConflictError, Problem
from leadkit.store.mapping import has_number
from leadkit.store.protocol import Query, Unit, by_id
from leadkit.store.rows import LeadRow
from leadkit.store.tables import LEADS

Home = str | CommandError | None


def homes_in_store(unit: Unit, numbers: Iterable[str]) -> dict[str, Home]:
    """The leads that a sheet's numbers mean: those with that id, where no other lead came under the same number.

    Sheets that number anew each week have many a 1: the later ones are `1-` and six digits in the store.
    """
    homes: dict[str, Home] = {}
    wanted = list(numbers)
    known = by_id(unit, LEADS, wanted)
    for number in wanted:
        named, first = _namesakes(unit, number), known.get(number)
        living = {row.merged_into or row.id for row in (*([first] if first else []), *named)}
        homes[number] = _ambiguous(number, living) if len(living) > 1 else next(iter(living), number)
    return homes


MOST_NAMESAKES = 100


def _namesakes(unit: Unit, number: str) -> list[LeadRow]:
    """The leads that came under a number which another lead had; of most numbers there are none."""
    begins = f"{number}-"
    later = unit.find(Query(LEADS, above=("id", begins), limit=1))
    if not later or not later[0].id.startswith(begins):
        return []
    return [
        row for row in unit.find(Query(LEADS, above=("id", begins), limit=MOST_NAMESAKES)) if has_number(row.id, number)
    ]


def _ambiguous(number: str, living: Iterable[str]) -> CommandError:
    problem = f"may be of any of the leads {', '.join(sorted(living))}"
    return ConflictError(Problem(problem, "write the id of the one that is meant", place=number))
