"""The reader that runs a program on one lead: readable Python, generated once and registered for debuggers."""

from __future__ import annotations

import keyword
import linecache
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Any, Literal

from leadkit.rules import algebra as a
from leadkit.rules.clock import Clock, by_starts, check_event, end_of_second, spans, start_name
from leadkit.rules.facts import as_boolean, as_number, as_text

Event = tuple[str, int] | tuple[str, int, str | None, Decimal | int | None]
Times = Iterable[Event] | Iterable[tuple[str, datetime]] | Mapping[str, int]
Form = Literal["seconds", "moments", "counts"]
ALWAYS = a.And(())
Evaluator = Callable[[Mapping[str, Any], Times, int | Clock], tuple[Any, ...]]

_CHECKS = {
    "number": ("{0} is not None and {0}.__class__ is not int", "_number"),
    "text": ("{0} is not None and {0}.__class__ is not str", "_text"),
    "category": ("{0} is not None and {0}.__class__ is not str", "_text"),
    "boolean": ("{0} is not None and {0}.__class__ is not bool", "_boolean"),
}


def evaluator(program: a.Program, name: str, form: Form = "seconds") -> Evaluator:
    """`program` as a function of (facts, events, as_of): the values of its columns, in order.

    By `form` of the events:

    - seconds: (kind, epoch seconds), with subject and amount behind where a tally reads one of them; `as_of` is in
      epoch seconds; later events don't count.
    - moments: (kind, datetime), and `as_of` is a `Clock`; only for programs that `takes_moments`.
    - counts: counts by kind, all of them at `as_of` and about nothing.

    `name` is what a traceback and a debugger show as the file.

    Raises (the function):
        FactError: a fact has a value of the wrong type.
        TypeError, ValueError: of moments, an event is no pair of a text and a time with a zone.
    """
    text = source(program, form)
    file = f"<leadkit {name}>"
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    scope: dict[str, Any] = {"_number": as_number, "_text": as_text, "_boolean": as_boolean, "_Decimal": Decimal}
    scope |= {"_datetime": datetime, "_check": check_event, "_end_of_second": end_of_second}
    exec(compile(text, file, "exec"), scope)  # noqa: S102
    evaluate: Evaluator = scope["evaluate"]
    return evaluate


def source(program: a.Program, form: Form = "seconds") -> str:
    """The Python text of `program`."""
    lines = ["def evaluate(_facts, _events, _as_of):", "    _get = _facts.get"]
    for fact, type_ in program.facts:
        lines += _read_fact(fact, type_)
    lines += _take(program) if form == "counts" else _count(program, form)
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


def has_details(program: a.Program) -> bool:
    """Whether a tally reads what events are about, so that these come with subject and amount."""
    return not program.reads.isdisjoint({a.SUBJECT.name, a.AMOUNT.name})


def _take(program: a.Program) -> list[str]:
    """What so many events of no age, about nothing, add up to."""
    lines = [f"    {a.AGE.name} = 0", f"    {a.AT.name} = _as_of"]
    lines += [f"    {a.SUBJECT.name} = {a.AMOUNT.name} = None"] if has_details(program) else []
    for tally in program.tallies:
        number = " + ".join(f"_events.get({kind!r}, 0)" for kind in tally.kinds)
        number = f"({number})" if len(tally.kinds) > 1 else number
        if tally.distinct is not None:
            seen = f"{number} and {_text(tally.counts)} and {_text(tally.distinct)} is not None"
            lines.append(f"    {_name(tally.name)} = 1 if {seen} else 0")
        else:
            each = f"(({_text(tally.weight)}) if {_text(tally.counts)} else 0)"
            lines.append(f"    {_name(tally.name)} = {number} * {each}")
    return lines


def _count(program: a.Program, form: Form) -> list[str]:
    if not program.tallies:
        return []
    if form == "moments":
        lines = [f"    ({', '.join(['_as_of', *map(start_name, spans(program))])},) = _as_of"]
        return [*lines, *_tally(by_starts(program), _next_moment)]
    return _tally(program, _next_second)


def _next_second(program: a.Program) -> list[str]:
    """Take the next event in epoch seconds."""
    event = f", {a.SUBJECT.name}, {a.AMOUNT.name}" if has_details(program) else ""
    lines = [
        f"    for _kind, {a.AT.name}{event} in _events:",
        f"        if {a.AT.name} > _as_of:",
        "            continue",
    ]
    return [*lines, f"        {a.AGE.name} = _as_of - {a.AT.name}"] if a.AGE.name in program.reads else lines


def _next_moment(program: a.Program) -> list[str]:
    """Take the next event with its moment; what is no datetime might compare with one as it likes."""
    at, age = a.AT.name, a.AGE.name
    lines = [
        "    _last = None",
        f"    for _kind, {at} in _events:",
        f"        if {at}.__class__ is not _datetime or _kind.__class__ is not str:",
        f"            _check(_kind, {at})",
        f"        if {at} > _as_of:",
        "            _last = _last or _end_of_second(_as_of)",
        f"            if {at} > _last:",
        "                continue",
    ]
    aged = [f"        {age} = _as_of - {at}", f"        {age} = {age}.days * 86400 + {age}.seconds"]
    return [*lines, *aged] if age in program.reads else lines


def _tally(program: a.Program, next_event: Callable[[a.Program], list[str]]) -> list[str]:
    summed = [_name(tally.name) for tally in program.tallies if tally.distinct is None]
    lines = [f"    {' = '.join(summed)} = 0"] if summed else []
    lines += [f"    {name} = set()" for name in _distinct(program)]
    lines += next_event(program)
    alone = [tally for tally in program.tallies if len(tally.kinds) == 1]
    by_kind = groupby(sorted(alone, key=lambda tally: tally.kinds), key=lambda tally: tally.kinds)
    for number, ((kind,), group) in enumerate(by_kind):
        lines.append(f"        {'elif' if number else 'if'} _kind == {kind!r}:")
        lines += [line for tally in group for line in _add(tally)]
    for tally in program.tallies:
        if len(tally.kinds) != 1:
            lines += [f"        if _kind in {tally.kinds!r}:", *_add(tally)]
    lines += [f"    {name} = len({name})" for name in _distinct(program)]
    return lines


def _distinct(program: a.Program) -> list[str]:
    return [_name(tally.name) for tally in program.tallies if tally.distinct is not None]


def _add(tally: a.Tally) -> list[str]:
    """What one event, of a kind that the tally counts, adds to it."""
    counts = [] if tally.counts == ALWAYS else [_text(tally.counts)]
    if tally.distinct is None:
        adding = f"{_name(tally.name)} += {_text(tally.weight)}"
    else:
        adding = f"{_name(tally.name)}.add({_text(tally.distinct)})"
        counts += [f"{_text(tally.distinct)} is not None"] if isinstance(tally.distinct, a.Column) else []
    if not counts:
        return [f"            {adding}"]
    return [f"            if {' and '.join(counts)}:", f"                {adding}"]


def _name(column: str) -> str:
    return f"{column}_" if keyword.iskeyword(column) or column in ("int", "min", "max", "set", "len") else column


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
        case a.Among(column, values):
            return f"{_text(column)} in {{{', '.join(map(repr, values))}}}"
        case a.EndsWith(column, endings):
            return f"({_text(column)} is not None and {_text(column)}.endswith({endings!r}))"
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
