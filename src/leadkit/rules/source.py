"""The reader that runs a program on one lead: readable Python, generated once and registered for debuggers."""

from __future__ import annotations

import keyword
import linecache
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

from leadkit.rules import algebra as a
from leadkit.rules.facts import as_boolean, as_number, as_text

Event = tuple[str, int]
Times = Iterable[Event] | Iterable[tuple[str, datetime]] | Mapping[str, int]
ALWAYS = a.And(())
Evaluator = Callable[[Mapping[str, Any], Times, int | datetime], tuple[Any, ...]]

_CHECKS = {
    "number": ("{0} is not None and {0}.__class__ is not int", "_number"),
    "text": ("{0} is not None and {0}.__class__ is not str", "_text"),
    "category": ("{0} is not None and {0}.__class__ is not str", "_text"),
    "boolean": ("{0} is not None and {0}.__class__ is not bool", "_boolean"),
}


def evaluator(program: a.Program, name: str, *, counted: bool = False) -> Evaluator:
    """`program` as a function of (facts, events, as_of): the values of its columns, in order.

    Events are (kind, epoch seconds), `as_of` is in epoch seconds; later events don't count. Where no tally uses the age
    of events, both may also be datetimes of one zone. Where they are `counted`, events are counts by kind instead, all
    of them at `as_of`. `name` is what a traceback and a debugger show as the file.

    Raises (the function):
        FactError: a fact has a value of the wrong type.
    """
    text = source(program, counted=counted)
    file = f"<leadkit {name}>"
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    scope: dict[str, Any] = {"_number": as_number, "_text": as_text, "_boolean": as_boolean, "_Decimal": Decimal}
    exec(compile(text, file, "exec"), scope)
    evaluate: Evaluator = scope["evaluate"]
    return evaluate


def source(program: a.Program, *, counted: bool = False) -> str:
    """The Python text of `program`."""
    lines = ["def evaluate(_facts, _events, _as_of):", "    _get = _facts.get"]
    for fact, type_ in program.facts:
        lines += _read_fact(fact, type_)
    lines += _take(program.tallies) if counted else _count(program.tallies)
    lines += [f"    {_name(column)} = {_text(expression)}" for column, expression in program.columns]
    results = ", ".join(_name(column) for column, _ in program.columns)
    return "\n".join([*lines, f"    return ({results},)", ""])


def _read_fact(fact: str, type_: str) -> list[str]:
    test, check = _CHECKS[type_]
    name = _name(fact)
    return [
        f"    {name} = _get({fact!r})",
        f"    if {test.format(name)}:",
        f"        {name} = {check}({fact!r}, {name})",
    ]


def _take(tallies: tuple[a.Tally, ...]) -> list[str]:
    """What so many events of no age add up to."""
    lines = [f"    {a.AGE.name} = 0"]
    for tally in tallies:
        each = f"(({_text(tally.weight)}) if {_text(tally.counts)} else 0)"
        lines.append(f"    {_name(tally.name)} = _events.get({tally.kind!r}, 0) * {each}")
    return lines


def _count(tallies: tuple[a.Tally, ...]) -> list[str]:
    if not tallies:
        return []
    lines = [f"    {' = '.join(_name(tally.name) for tally in tallies)} = 0", "    for _kind, _at in _events:"]
    lines += ["        if _at > _as_of:", "            continue"]
    if any(tally.counts != ALWAYS or tally.weight != a.Literal(1) for tally in tallies):
        lines.append(f"        {a.AGE.name} = _as_of - _at")
    by_kind = groupby(sorted(tallies, key=lambda tally: tally.kind), key=lambda tally: tally.kind)
    for number, (kind, group) in enumerate(by_kind):
        lines.append(f"        {'elif' if number else 'if'} _kind == {kind!r}:")
        for tally in group:
            adding = f"{_name(tally.name)} += {_text(tally.weight)}"
            lines += (
                [f"            {adding}"]
                if tally.counts == ALWAYS
                else [f"            if {_text(tally.counts)}:", f"                {adding}"]
            )
    return lines


def _name(column: str) -> str:
    return f"{column}_" if keyword.iskeyword(column) or column in ("int", "min", "max") else column


def _text(expression: a.Expression) -> str:  # noqa: C901, PLR0911, PLR0912
    match expression:
        case a.Column(name):
            return _name(name)
        case a.Literal(Decimal() as value):
            return str(int(value)) if value == int(value) else f"_Decimal({str(value)!r})"
        case a.Literal(value):
            return repr(value)
        case a.Known(column):
            return f"{_text(column)} is not None"
        case a.Equals(column, value):
            return f"{_text(column)} {'is' if isinstance(value.value, bool) else '=='} {_text(value)}"
        case a.AtLeast(left, right):
            return f"{_text(left)} >= {_text(right)}"
        case a.LessThan(left, right):
            return f"{_text(left)} < {_text(right)}"
        case a.And(parts):
            return _join(" and ", parts, "True")
        case a.Or(parts):
            return _join(" or ", parts, "False")
        case a.Not(part):
            return f"not ({_text(part)})"
        case a.Add(parts):
            return _join(" + ", parts, "0")
        case a.Multiply(left, right):
            return f"{_text(left)} * {_text(right)}"
        case a.Quotient(value, divisor):
            return f"(({_text(value)}) // {divisor})"
        case a.Greatest(a.Least(a.Column(name), a.Literal(high)), a.Literal(low)):
            return f"({high} if {_name(name)} > {high} else {low} if {_name(name)} < {low} else {_name(name)})"
        case a.Least(left, right):
            return f"min({_text(left)}, {_text(right)})"
        case a.Greatest(left, right):
            return f"max({_text(left)}, {_text(right)})"
        case a.Case(branches, otherwise):
            chain = " else ".join(f"{_text(result)} if {_text(condition)}" for condition, result in branches)
            return f"({chain} else {_text(otherwise)})"
        case a.Decay(age, half_life):
            return f"int(0.5 ** ({_text(age)} / {half_life}) * 1000000.0 + 0.5)"


def _join(sign: str, parts: tuple[a.Expression, ...], empty: str) -> str:
    return f"({sign.join(_text(part) for part in parts)})" if parts else empty
