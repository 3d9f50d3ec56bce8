"""What a reader of a sheet should know of how it was understood: maps, sheets and heads, in a few lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from leadkit.adapters.spreadsheets.heads.columns import Use
from leadkit.adapters.spreadsheets.read_sheet import ReadSheet
from leadkit.texts import Language, texts

MOST_NAMES = 12


def notes(sheet: ReadSheet[Any], language: Language) -> Iterator[str]:
    """One line each: the map that was recognised, the sheets left out, and the heads that are no field."""
    words = texts("sheets", language)["notes"]
    tools = dict.fromkeys(part.columns.tool for part in sheet.parts if part.columns.tool)
    if tools:
        yield words["tool"].format(", ".join(tools))
    if len(sheet.parts) > 1 or sheet.left_out:
        yield words["sheets"].format(_listed([part.name for part in sheet.parts]))
    for why in dict.fromkeys(sheet.left_out.values()):
        yield words[why].format(_listed([name for name, reason in sheet.left_out.items() if reason == why]))
    absent = list(dict.fromkeys(head for part in sheet.parts for head in part.columns.absent))
    if absent:
        yield words["absent"].format(_listed(absent))
    open_uses = [use for part in sheet.parts for use in part.columns.uses if use.note == "open"]
    if open_uses:
        yield words["open"].format("; ".join(_could_be(sheet, use, language) for use in open_uses[:MOST_NAMES]))
    if sheet.carried:
        yield words["carried"].format(_listed([head for head in sheet.carried if head]))
    if sheet.no_column:
        yield words["no_column"].format(_listed([sheet.template.head(name, language) for name in sheet.no_column]))
    regions = dict.fromkeys(part.columns.phone_region for part in sheet.parts if part.columns.phone_region)
    if regions:
        yield words["phone_region"].format(", ".join(map(str, regions)))


def _could_be(sheet: ReadSheet[Any], use: Use, language: Language) -> str:
    words = texts("sheets", language)["notes"]
    fields = words["or"].join(sheet.template.head(name, language) for name in use.possible)
    return str(words["could_be"].format(head=use.head, fields=fields))


def _listed(names: list[str]) -> str:
    more = f" … (+{len(names) - MOST_NAMES})" if len(names) > MOST_NAMES else ""
    return ", ".join(names[:MOST_NAMES]) + more
