"""The reader that writes a program as JavaScript, for web forms, Node and the policy page.

Numbers are JavaScript's: doubles, exact for whole numbers up to 2**53. Sums and products go through functions that
throw beyond it, so that a result is exact or none. A fact is compared as its shortest decimal, as everywhere: the
constant that stands in the text is the lowest double whose shortest decimal reaches the policy's number.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from leadkit.rules import algebra as a

SAFE = 2**53 - 1
"""The highest whole number below which JavaScript counts without gaps."""
_UNSAFE = re.compile("[<\u2028\u2029\ud800-\udfff]")

Constants = Mapping[a.Place, int]
"""The number of each constant that may be moved."""


def javascript(program: a.Program, name: str, constants: Constants | None = None) -> str:
    """A function `name(facts, events, asOf, p)` that gives the values of the columns in order, and behind them tallies.

    Events are `[kind, at, subject, amount, times]`, `at` and `asOf` in epoch seconds; `p` holds the constants that may
    be moved, by their numbers in `constants`. The text needs the functions of `RUNTIME` before it.

    Raises:
        ValueError: a constant is beyond what JavaScript counts exactly.
    """
    writer = _Writer(constants or {})
    lines = [line for fact, type_ in program.facts for line in writer.read(fact, type_)]
    lines += writer.tallies(program)
    for column, expression in program.columns:
        lines.append(f"{writer.declared(column)} = {writer.text(expression)};")
    results = [*(column for column, _ in program.columns), *(tally.name for tally in program.tallies)]
    body = "\n".join(f"  {line}" for line in [*lines, f"return [{', '.join(map(_name, results))}];"])
    sets = "".join(f"const {name}{number} = new Set({text});\n" for number, text in enumerate(writer.sets))
    return f"{sets}const {name} = (facts, events, asOf, p) => {{\n{body}\n}};\n".replace("\0", name)


def places(program: a.Program) -> Iterator[tuple[a.Place, Any]]:
    """The places of the constants of a program with their values, in order; a place that is used twice comes twice."""
    for tally in program.tallies:
        for expression in (tally.counts, tally.weight):
            yield from _places(expression)
    for _, expression in program.columns:
        yield from _places(expression)


def quoted(value: Any) -> str:
    """A value as JavaScript text that may stand anywhere in a page."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return _UNSAFE.sub(lambda sign: f"\\u{ord(sign[0]):04x}", text)


def reaching(number: Decimal) -> float:
    """The lowest double whose shortest decimal is at least `number`."""
    nearest = float(number)
    return nearest if Decimal(repr(nearest)) >= number else math.nextafter(nearest, math.inf)


RUNTIME = """\
const whole = n => {
  if (!Number.isSafeInteger(n)) throw new RangeError("beyond what JavaScript counts exactly: " + n);
  return n + 0;
};
const add = (...parts) => { let n = 0; for (const part of parts) n = whole(n + part); return n; };
const times = (a, b) => whole(a * b);
const quotient = (n, d) => { const r = n % d; return (n - (r < 0 ? r + d : r)) / d + 0; };
const decay = (age, halfLife) => Math.floor(Math.pow(0.5, age / halfLife) * 1000000 + 0.5);
const own = (row, name) => Object.hasOwn(row, name) ? row[name] ?? null : null;
const wrong = (name, wanted, value) => { throw new TypeError(`${name}: must be ${wanted}, not ${typeof value}`); };
const asNumber = (name, value) => {
  if (value === null) return null;
  if (typeof value !== "number" || Math.abs(value) === Infinity) wrong(name, "a finite number", value);
  return Number.isNaN(value) ? null : value + 0;
};
const asText = (name, value) => value === null || typeof value === "string" ? value : wrong(name, "a text", value);
const asBoolean = (name, value) =>
  value === null || typeof value === "boolean" ? value : wrong(name, "true, false or null", value);
"""
"""The functions that every written program needs; a text knows no -0."""

_READERS = {"number": "asNumber", "text": "asText", "category": "asText", "boolean": "asBoolean"}


class _Writer:
    """One function while it is written: the names that it has declared, and its sets of texts."""

    def __init__(self, constants: Constants) -> None:
        self.constants = constants
        self.sets: list[str] = []
        self._declared: set[str] = set()

    def declared(self, column: str) -> str:
        """The left side of an assignment; a name is declared once."""
        again = column in self._declared
        self._declared.add(column)
        return _name(column) if again else f"let {_name(column)}"

    def read(self, fact: str, type_: str) -> Iterator[str]:
        name = quoted(fact)
        yield f"{self.declared(fact)} = {_READERS[type_]}({name}, own(facts, {name}));"

    def tallies(self, program: a.Program) -> Iterator[str]:
        if not program.tallies:
            return
        for tally in program.tallies:
            yield f"{self.declared(tally.name)} = {'0' if tally.distinct is None else 'new Set()'};"
        yield f"for (const [kind, {', '.join(map(_name, _EVENT))}, count] of events) {{"
        yield f"  if ({_name(a.AT.name)} > asOf) continue;"
        yield f"  const {_name(a.AGE.name)} = asOf - {_name(a.AT.name)};"
        for tally in program.tallies:
            yield f"  {self._counted(tally)}"
        yield "}"
        for tally in program.tallies:
            if tally.distinct is not None:
                yield f"{_name(tally.name)} = {_name(tally.name)}.size;"

    def _counted(self, tally: a.Tally) -> str:
        kinds = " || ".join(f"kind === {quoted(kind)}" for kind in tally.kinds) or "false"
        asked = [f"({kinds})" if len(tally.kinds) > 1 else kinds, self.text(tally.counts)]
        condition = " && ".join(["count > 0", *(each for each in asked if each != "true")])
        name = _name(tally.name)
        if tally.distinct is None:
            weight = self.text(tally.weight)
            counted = "count" if weight == "1" else f"times(count, {weight})"
            return f"if ({condition}) {name} = add({name}, {counted});"
        value = self.text(tally.distinct)
        return f"if ({condition} && {value} !== null) {name}.add({value});"

    def text(self, expression: a.Expression) -> str:  # noqa: C901, PLR0911, PLR0912
        match expression:
            case a.Column(name):
                return _name(name)
            case a.Literal():
                return self._constant(expression)
            case a.Known(column):
                return f"({_name(column.name)} !== null)"
            case a.Equals(column, literal):
                return self._equals(_name(column.name), literal)
            case a.Among(column, values):
                return f"{self._set(values)}.has({_name(column.name)})"
            case a.EndsWith(column, endings):
                name = _name(column.name)
                return f"({name} !== null && {quoted(endings)}.some(ending => {name}.endsWith(ending)))"
            case a.AtLeast(left, right):
                return f"({self.text(left)} >= {self.text(right)})"
            case a.LessThan(left, right):
                return f"({self.text(left)} < {self.text(right)})"
            case a.And(parts):
                return self._joined(" && ", parts, "true")
            case a.Or(parts):
                return self._joined(" || ", parts, "false")
            case a.Not(part):
                return f"!{self.text(part)}"
            case a.Add(parts):
                return f"add({', '.join(map(self.text, parts))})"
            case a.Multiply(left, right):
                return f"times({self.text(left)}, {self.text(right)})"
            case a.Quotient(value, divisor):
                return f"quotient({self.text(value)}, {divisor})"
            case a.Least(left, right):
                return f"Math.min({self.text(left)}, {self.text(right)})"
            case a.Greatest(left, right):
                return f"Math.max({self.text(left)}, {self.text(right)})"
            case a.Case(branches, otherwise):
                chain = "".join(f"{self.text(condition)} ? {self.text(result)} : " for condition, result in branches)
                return f"({chain}{self.text(otherwise)})"
            case a.Decay(age, half_life):
                return f"decay({self.text(age)}, {self._constant(a.Literal(half_life, expression.place))})"

    def _joined(self, sign: str, parts: tuple[a.Expression, ...], empty: str) -> str:
        if len(parts) == 1:
            return self.text(parts[0])
        return f"({sign.join(map(self.text, parts))})" if parts else empty

    def _constant(self, literal: a.Literal) -> str:
        if literal.place is not None and literal.place in self.constants:
            return f"p[{self.constants[literal.place]}]"
        return plain(literal.value)

    def _equals(self, column: str, literal: a.Literal) -> str:
        value = literal.value
        if isinstance(value, Decimal) and Decimal(repr(float(value))) != value:
            return "false"
        return f"({column} === {plain(value)})"

    def _set(self, values: tuple[str, ...]) -> str:
        text = quoted(values)
        if text not in self.sets:
            self.sets.append(text)
        return f"\0{self.sets.index(text)}"


_EVENT = (a.AT.name, a.SUBJECT.name, a.AMOUNT.name)


def plain(value: a.Value) -> str:
    """A constant as JavaScript text."""
    if isinstance(value, Decimal):
        return quoted(number(value))
    if isinstance(value, int) and abs(value) > SAFE:
        raise ValueError(f"{value} is beyond what JavaScript counts exactly")
    return quoted(value)


def number(value: Decimal | int) -> int | float:
    """A constant as JavaScript holds it."""
    if isinstance(value, int) or (value == int(value) and abs(value) <= SAFE):
        return int(value)
    return reaching(value)


def _name(column: str) -> str:
    return f"${column}"


def _places(expression: a.Expression) -> Iterator[tuple[a.Place, Any]]:
    match expression:
        case a.Literal(value, place) | a.Decay(_, value, place):
            if place is not None:
                yield place, value
    match expression:
        case a.And(parts) | a.Or(parts) | a.Add(parts):
            for part in parts:
                yield from _places(part)
        case a.Not(part) | a.Quotient(part):
            yield from _places(part)
        case a.AtLeast(left, right) | a.LessThan(left, right) | a.Multiply(left, right):
            yield from (*_places(left), *_places(right))
        case a.Least(left, right) | a.Greatest(left, right):
            yield from (*_places(left), *_places(right))
        case a.Case(branches, otherwise):
            for branch in branches:
                yield from (pair for part in branch for pair in _places(part))
            yield from _places(otherwise)
