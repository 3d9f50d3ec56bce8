"""Which values of a fact rules can tell apart: one from every region is enough to know them all."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any

from attrs import define, setters

from leadkit.rules import algebra as a
from leadkit.rules.facts import Fact


@define(on_setattr=setters.frozen, hash=True)
class Ending:
    """What a text is compared with at its end."""

    text: str


Constant = a.Value | Ending | tuple[str, ...]
"""What a column is compared with: a value, an ending, or a list of texts."""


def compared(expression: a.Expression) -> Iterator[tuple[str, Any]]:  # noqa: C901
    """Every (column, constant) that an expression compares with each other; a list of texts is one constant."""
    match expression:
        case a.Among(a.Column(name), values):
            yield name, values
        case a.EndsWith(a.Column(name), endings):
            yield from ((name, Ending(ending)) for ending in endings)
        case a.Equals(a.Column(name), a.Literal(constant)):
            yield name, constant
        case a.AtLeast(a.Column(name), a.Literal(constant)) | a.LessThan(a.Column(name), a.Literal(constant)):
            yield name, constant
        case a.And(parts) | a.Or(parts) | a.Add(parts):
            for part in parts:
                yield from compared(part)
        case a.Case(branches, otherwise):
            for condition, result in branches:
                yield from compared(condition)
                yield from compared(result)
            yield from compared(otherwise)
        case a.Not(part) | a.Quotient(part):
            yield from compared(part)
        case a.AtLeast(left, right) | a.LessThan(left, right) | a.Multiply(left, right):
            yield from compared(left)
            yield from compared(right)
        case a.Least(left, right) | a.Greatest(left, right):
            yield from compared(left)
            yield from compared(right)


OTHER = "any other value"


def representatives(fact: Fact, named: Iterable[Any]) -> list[Any]:
    """One known value of `fact` from every region that comparisons with the constants `named` tell apart."""
    if fact.type == "category":
        return list(fact.levels)
    if fact.type == "boolean":
        return [True, False]
    if fact.type == "text":
        return _texts(list(dict.fromkeys(named)))
    edges = sorted(set(named))
    between = [(low + high) / 2 for low, high in pairwise(edges)]
    return [edges[0] - 1, *edges, *between, edges[-1] + 1] if edges else [Decimal(0)]


def _texts(named: Sequence[Constant]) -> list[str]:
    """One text from every region: each text that is named, one for each way to stand in lists, one for each ending."""
    texts = dict.fromkeys(constant for constant in named if isinstance(constant, str) and constant)
    lists = [frozenset(constant) for constant in named if isinstance(constant, tuple)]
    endings = [constant.text for constant in named if isinstance(constant, Ending)]
    by_region: dict[Hashable, str] = {}
    for text in (*texts, *(text for constant in named if isinstance(constant, tuple) for text in constant)):
        by_region.setdefault((tuple(text in listed for listed in lists), _longest(text, endings)), text)
    sign = _unused([*texts, *endings, *(text for listed in lists for text in listed)])
    others = [f"{OTHER} {sign}" if endings else OTHER, *(f"{sign}{ending}" for ending in endings)]
    return list(dict.fromkeys([*texts, *by_region.values(), *others]))


def _unused(texts: Sequence[str]) -> str:
    """A sign that stands in none of the texts."""
    used = set().union(*texts)
    return next(sign for sign in map(chr, range(0x25A0, 0x10_0000)) if sign not in used)


def _longest(text: str, endings: Sequence[str]) -> str:
    return max((ending for ending in endings if text.endswith(ending)), key=len, default="")


def components(links: Iterable[Collection[Hashable]]) -> list[list[int]]:
    """The places of `links`, grouped so that two which share a member, directly or through others, stand together."""
    root: dict[Hashable, Hashable] = {}

    def find(member: Hashable) -> Hashable:
        while root.setdefault(member, member) != member:
            root[member] = root[root[member]]
            member = root[member]
        return member

    places = []
    for place, members in enumerate(links):
        places.append(("place", place))
        for member in members:
            root[find(member)] = find(places[-1])
    groups: dict[Hashable, list[int]] = {}
    for place, key in enumerate(places):
        groups.setdefault(find(key), []).append(place)
    return list(groups.values())
