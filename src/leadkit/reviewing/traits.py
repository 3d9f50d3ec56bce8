"""What cases are grouped by that few companies know of every lead: tags, sources in detail, products, regions, sizes.

They are counted apart from the cube of all cases, so that a review of data without them costs nothing, and each shows
only where a lead of the period has it. A lead counts under each of its tags, so these don't add up to the whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from attrs import define, field, setters

from leadkit.records.text import read_tags, write_source
from leadkit.reviewing.cells import ConversionCell, CycleCell, LeadCell, OpportunityCell
from leadkit.reviewing.sums import Sums, cells_of, filled, sums_of

TRAITS = ("tag", "source", "product", "region", "company_size")
PLAIN = ("product", "region", "company_size")
COLUMNS = {"tag": ("tags",), "source": ("channel", "source_detail"), **{name: (name,) for name in PLAIN}}
"""The columns of a table of leads from which each follows."""

SHOWN_BY = {"tag": "tags", "source": "source_detail", **{name: name for name in PLAIN}}
"""The column without which there is none."""

Trait = tuple[str, str | None]
"""What a case is grouped by, and its key there."""


@define(on_setattr=setters.frozen)
class Traits:
    """The traits of one lead; `known` are those that it has."""

    pairs: tuple[Trait, ...] = tuple((name, None) for name in TRAITS)
    known: frozenset[str] = frozenset()

    @classmethod
    def of(cls, tags: Iterable[str], channel: str | None, detail: str | None, *plain: str | None) -> Traits:
        """The traits of a lead from its tags, its source, its product, its region and the size of its company."""
        groups = {"tag": trait_keys("tag", tags), "source": trait_keys("source", channel, detail)}
        groups |= {name: trait_keys(name, value) for name, value in zip(PLAIN, plain, strict=True)}
        known = {name for name, keys in groups.items() if keys != (None,)} - (
            {"source"} if not filled(detail) else set()
        )
        return cls(tuple((name, key) for name, keys in groups.items() for key in keys), frozenset(known))


UNKNOWN = Traits()


def trait_keys(name: str, value: Any, detail: str | None = None) -> tuple[str | None, ...]:
    """The keys of one trait: each of several tags, a channel with its detail, or the value itself."""
    if name == "tag":
        tags = read_tags(value) if isinstance(value, str) else tuple(dict.fromkeys(value or ()))
        return tuple(tag for tag in tags if filled(tag)) or (None,)
    if name == "source":
        channel, detail = filled(value), filled(detail)
        return (None if channel is None else write_source(channel, detail),)
    return (filled(value),)


@define
class TraitTally:
    """The cases of a period by their traits."""

    _leads: Sums = field(factory=lambda: sums_of(1))
    _opportunities: Sums = field(factory=lambda: sums_of(3))
    _known: set[str] = field(factory=set)

    def lead(self, traits: Traits, status: str) -> None:
        """Count one lead of the period."""
        self._known |= traits.known
        for trait in traits.pairs:
            self._leads[*trait, status][0] += 1

    def opportunity(self, traits: Traits, shared: Sequence[Any], cents: int | None) -> None:
        """Count one opportunity; `shared` is what its cells have in common, its days last."""
        self._known |= traits.known
        for trait in traits.pairs:
            self._opportunity(trait, shared, (1, cents is not None, cents or 0))

    def leads_of(self, name: str, rows: Iterable[Sequence[Any]]) -> None:
        """Count what a table engine grouped by the columns of one trait and the status."""
        width = len(COLUMNS[name])
        for row in rows:
            keys = trait_keys(name, *row[:width])
            self._know(name, keys, row[width - 1])
            for key in keys:
                self._leads[name, key, row[width]][0] += row[width + 1]

    def opportunities_of(self, name: str, rows: Iterable[Sequence[Any]]) -> None:
        """Count what a table engine grouped by the columns of one trait and what cells have in common."""
        width = len(COLUMNS[name])
        for row in rows:
            keys = trait_keys(name, *row[:width])
            self._know(name, keys, row[width - 1])
            for key in keys:
                self._opportunity((name, key), row[width:-3], row[-3:])

    def _know(self, name: str, keys: tuple[str | None, ...], last: str | None) -> None:
        """Note that there is a trait; a source has to have a detail, which stands `last`."""
        if keys != (None,) and filled(last) is not None:
            self._known.add(name)

    def _opportunity(self, trait: Trait, shared: Sequence[Any], numbers: Sequence[int]) -> None:
        sums = self._opportunities[*trait, *shared]
        for place, number in enumerate(numbers):
            sums[place] += number

    def cells(self) -> dict[str, tuple[Any, ...]]:
        """What was counted of the traits that some lead has, by the fields of `Cells`."""
        leads = {key: sums for key, sums in self._leads.items() if key[0] in self._known}
        parts: dict[str, Sums] = {
            "opportunities": sums_of(3), "cycles": sums_of(1), "conversions": sums_of(1)
        }  # fmt: skip
        for key, numbers in self._opportunities.items():
            if key[0] in self._known:
                for name, part, several in _parts(key, numbers):
                    for place, number in enumerate(several):
                        parts[name][part][place] += number
        return {
            "leads": cells_of(LeadCell, leads),
            "opportunities": cells_of(OpportunityCell, parts["opportunities"]),
            "cycles": cells_of(CycleCell, parts["cycles"]),
            "conversions": cells_of(ConversionCell, parts["conversions"]),
        }


def _parts(key: tuple[Any, ...], numbers: Sequence[int]) -> Iterator[tuple[str, tuple[Any, ...], Sequence[int]]]:
    """The cells to which one sum of opportunities belongs, and what it adds there."""
    by, name, grade, status, opened, closed, entered, cycle_days, conversion_days = key
    yield "opportunities", (by, name, grade, status, bool(opened), bool(closed), bool(entered)), numbers
    if cycle_days is not None:
        yield "cycles", (by, name, bool(closed), bool(entered), cycle_days), numbers[:1]
    if conversion_days is not None:
        yield "conversions", (by, name, bool(opened), bool(entered), conversion_days), numbers[:1]
