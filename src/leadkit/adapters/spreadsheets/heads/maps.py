"""Maps of heads: those that come with leadkit, by tool, and those in files of a company's own."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cache
from importlib.resources import files
from pathlib import Path

from leadkit.adapters.spreadsheets.heads.vocabulary import key_of
from leadkit.errors import PolicyError, Problem, SheetError
from leadkit.limits import DEFAULT_LIMITS, Limits
from leadkit.policy import Policy
from leadkit.policy.load import load_record, tuples
from leadkit.policy.sheets import MapFile, SheetKind
from leadkit.policy.toml import read_toml
from leadkit.rules.facts import near

FOLDER = "shipped"


@cache
def shipped_maps() -> dict[str, MapFile]:
    """The maps that come with leadkit, by the names of their tools."""
    folder = files("leadkit.adapters.spreadsheets.heads") / FOLDER
    names = sorted(file.name.removesuffix(".toml") for file in folder.iterdir() if file.name.endswith(".toml"))
    return {name: _shipped(name) for name in names}


def load_map(source: str | Path, policy: Policy | None = None, *, limits: Limits = DEFAULT_LIMITS) -> MapFile:
    """The shipped map called `source`, or the one in the TOML file `source`; it may name the policy's own fields.

    Raises:
        SheetError: there is no such map, or what it says makes no sense; all problems at once, with their places.
    """
    if isinstance(source, str) and not source.endswith(".toml") and not set(source) & set("/\\"):
        if source not in shipped_maps():
            raise SheetError(Problem("no such map", near(source, shipped_maps()), place=source[:200]))
        return shipped_maps()[source]
    context = {"facts": policy.facts} if policy else None
    try:
        made = load_record(MapFile, source, limits, context=context)
    except PolicyError as error:
        raise SheetError(error.problems) from None
    return made.model_copy(update={"name": made.name or Path(source).name})


def recognise(heads: Iterable[str], kind: SheetKind = "leads") -> MapFile | None:
    """The shipped map of a kind of sheet whose signature stands in a head row.

    Of several it is the one that knows most of the heads.
    """
    keys = {key_of(head) for head in heads}
    maps = (made for made in shipped_maps().values() if made.sheets.of(kind) is not None)
    fitting = [made for made in maps if any(_stands(heads, keys) for heads in made.signature)]
    return max(fitting, key=lambda made: len(keys & _heads(made, kind)), default=None)


def _stands(signature: Collection[str], keys: set[str]) -> bool:
    return bool(signature) and {key_of(head) for head in signature} <= keys


def _heads(made: MapFile, kind: SheetKind) -> set[str]:
    table = made.sheets.of(kind)
    if table is None:
        return set()
    return {key_of(head) for column in table.columns.values() for head in column.head} | set(map(key_of, table.ignore))


def _shipped(name: str) -> MapFile:
    text = (files("leadkit.adapters.spreadsheets.heads") / FOLDER / f"{name}.toml").read_text(encoding="utf-8")
    return MapFile.model_validate(tuples(read_toml(text, f"{name}.toml", DEFAULT_LIMITS)))
