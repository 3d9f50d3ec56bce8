"""A bounded look through an XLSX file before a reader opens it: what could end or swamp the process is refused."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from attrs import define, setters

from leadkit.adapters.spreadsheets.xlsx.archive import Part, parts_of, unpacked
from leadkit.adapters.spreadsheets.xlsx.markup import PlainWatch, StringsWatch, new_parser, read_markup, refuse
from leadkit.adapters.spreadsheets.xlsx.sheetwatch import SheetWatch
from leadkit.limits import Limits

_WORKBOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_NOT_A_WORKBOOK = "is a zip file but not a workbook"


@define(on_setattr=setters.frozen)
class Look:
    """What was seen of one worksheet: its title, and the places, from 1, of its formulas and error values."""

    title: str
    formulas: frozenset[tuple[int, int]]
    errors: Mapping[int, Mapping[int, str]]


def look_through(path: Path, limits: Limits) -> tuple[Look, ...]:
    """Every worksheet of the workbook in its order, after every XML part was read within `limits`.

    Raises:
        SheetError: damaged, encrypted, ambiguous or too large; the place is as near as it can be told.
    """
    with path.open("rb") as file:
        parts = {part.name: part for part in parts_of(file, path.name, limits)}
        if _WORKBOOK not in parts or _RELATIONS not in parts:
            refuse(path.name, _NOT_A_WORKBOOK)

        def pieces(part: Part) -> Iterator[bytes]:
            return unpacked(file, part, path.name)

        titles = _by_part(
            path.name, parts, list(_titles(path.name, pieces(parts[_WORKBOOK]), pieces(parts[_RELATIONS])))
        )
        if len(titles) > limits.sheets:
            refuse(path.name, f"it has more than {limits.sheets} sheets", "split the workbook")
        looks: dict[str, Look] = {}
        for name, part in parts.items():
            if name in titles:
                looks[name] = _look(f"{path.name}, sheet {titles[name]!r}", titles[name], pieces(part), limits)
            elif name.lower().endswith((".xml", ".rels")):
                _skim(f"{path.name}, part {name[:100]!r}", name, pieces(part), limits)
    return tuple(looks[name] for name in titles if name in looks)


def _by_part(place: str, parts: Collection[str], sheets: Sequence[tuple[str, str]]) -> dict[str, str]:
    """The title of each sheet by its part's name as the archive spells it; every sheet must have a part of its own."""
    spelled = {name.lower(): name for name in parts}
    titles = {spelled.get(name.lower(), ""): title for name, title in sheets}
    if "" in titles or len(titles) < len(sheets) or len(set(titles.values())) < len(sheets):
        refuse(place, "a sheet is missing, or two sheets share a part or a title")
    return titles


def _titles(place: str, workbook: Iterator[bytes], relations: Iterator[bytes]) -> Iterator[tuple[str, str]]:
    """Part name and sheet title, in the order of the workbook."""
    targets = {}
    for relation in _found(place, "Relationship", relations):
        target = relation.get("Target", "")
        targets[relation.get("Id", "")] = posixpath.normpath(posixpath.join("/xl", target.replace("\\", "/"))).lstrip(
            "/"
        )
    for sheet in _found(place, "sheet", workbook):
        key = next((value for name, value in sheet.items() if name.rpartition(" ")[2] == "id"), "")
        if key in targets:
            yield targets[key], sheet.get("name", "")


def _found(place: str, name: str, pieces: Iterator[bytes]) -> list[Mapping[str, str]]:
    watch = PlainWatch(place, frozenset({name}))
    read_markup(pieces, new_parser(), watch)
    return list(watch.found)


def _look(place: str, title: str, pieces: Iterator[bytes], limits: Limits) -> Look:
    parser = new_parser()
    watch = SheetWatch(place, limits, parser)
    read_markup(pieces, parser, watch)
    watch.finish()
    return Look(title, frozenset(watch.formulas), watch.errors)


def _skim(place: str, name: str, pieces: Iterator[bytes], limits: Limits) -> None:
    if name.lower() == "xl/sharedstrings.xml":
        strings = StringsWatch(place, limits)
        read_markup(pieces, new_parser(), strings)
        strings.finish()
    elif name.lower().startswith("xl/worksheets/sheet"):
        _look(place, "", pieces, limits)
    else:
        read_markup(pieces, new_parser(), PlainWatch(place, frozenset()))
