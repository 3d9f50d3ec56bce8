"""What a section of a review is: tables of heads, rows and kinds of cells, which page, workbook and terminal print."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Literal

from attrs import define, field, setters

from leadkit.reviewing.pipeline import Estimate
from leadkit.reviewing.rates import FEW, Rate

CellKind = Literal["text", "count", "money", "rate", "estimate", "ratio"]
Cell = str | int | Decimal | Rate | Estimate | None
KeyLabel = Callable[[str, str | None], str]
"""What people call a key, by what it is a key of."""


@define(on_setattr=setters.frozen)
class Column:
    """A head and the kind of its cells. A cell None is a gap; in a column of estimates it says that cases are few.

    An amount that is certain stands among estimates as it is.
    """

    name: str
    head: str
    kind: CellKind = "count"


@define(on_setattr=setters.frozen)
class SectionTable:
    """One table; its first column says what each row is."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...] = field(repr=False)


@define(on_setattr=setters.frozen)
class Section:
    """Tables that belong together, and what they show in one paragraph."""

    name: str
    title: str
    about: str
    tables: tuple[SectionTable, ...]


@define(on_setattr=setters.frozen)
class SectionWords:
    """The words of one language for titles, heads and rows, and what keys are called."""

    texts: Mapping[str, Mapping[str, str]] = field(repr=False)
    key: KeyLabel = field(repr=False)

    def section(self, name: str, *tables: SectionTable) -> Section:
        """A section by its name; a table without rows is left out."""
        words = self.texts["sections"]
        kept = tuple(table for table in tables if table.rows)
        return Section(name, words[name], words[f"{name}_about"].format(few=FEW), kept)

    def table(self, name: str, columns: Iterable[tuple[str, CellKind]], rows: Iterable[Sequence[Cell]]) -> SectionTable:
        """A table by its name, its columns by their names and kinds."""
        heads = tuple(Column(column, self.texts["heads"][column], kind) for column, kind in columns)
        return SectionTable(name, self.texts["tables"][name], heads, tuple(map(tuple, rows)))

    def row(self, code: str) -> str:
        """What a row is called that stands for no key."""
        return self.texts["rows"][code]

    def stage(self, key: str | None) -> str:
        """What a stage of an opportunity is called; somebody's own words as they are."""
        return self.texts["stages"].get(key or "", self.key("stage", key))

    def owner(self, key: str | None) -> str:
        """Whose something is, or that it is nobody's."""
        return self.texts["rows"]["nobody"] if key is None else key

    def duty(self, kind: str | None) -> str:
        """What a kind of duty is called."""
        return self.texts["duties"][kind or ""]

    def close(self, key: str | None) -> str:
        """What a month of closing is called, or what lies before and behind all months."""
        if key is None or key in self.texts["rows"]:
            return self.key("month", None) if key is None else self.texts["rows"][key]
        words, (year, month) = self.texts["period"], key.split("-")
        return words["month"].format(year=year, month=format(int(month), words["digits"]))
