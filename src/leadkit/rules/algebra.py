"""The algebra: what a rule means, in a few operations that every reader interprets.

A reader (generated Python, a data frame, SQL) walks an expression once and never knows rules, groups or bands. Numbers
are whole: micro-points, counts, seconds. `Equals` with a missing value is false, and an order is only asked of what is
known, so a boolean expression is always true or false; "unknown" is made of two expressions by
`leadkit.rules.conditions`, and never reaches an engine.
"""

from __future__ import annotations

from decimal import Decimal

from attrs import define, field, setters

Value = bool | int | Decimal | str


@define(on_setattr=setters.frozen, hash=True)
class Column:
    """A value of the row: a fact, a tally, or a column computed before. Facts may be missing."""

    name: str


@define(on_setattr=setters.frozen, hash=True)
class Place:
    """Where a policy says a number: the keys that lead to it, and how many of the constant one of it makes."""

    keys: tuple[str, ...]
    factor: int = 1


@define(on_setattr=setters.frozen, hash=True)
class Literal:
    """A constant; `place` is where a policy says it, for readers that let it be moved, and no part of what it means."""

    value: Value
    place: Place | None = field(default=None, eq=False, repr=False)


@define(on_setattr=setters.frozen, hash=True)
class Known:
    """Whether the column has a value."""

    column: Column


@define(on_setattr=setters.frozen, hash=True)
class Equals:
    """Whether the column has this value; false where it is missing."""

    column: Column
    value: Literal


@define(on_setattr=setters.frozen, hash=True)
class Among:
    """Whether the column has one of many texts; false where it is missing."""

    column: Column
    values: tuple[str, ...]


@define(on_setattr=setters.frozen, hash=True)
class EndsWith:
    """Whether the column ends with one of these texts, letter by letter; false where it is missing."""

    column: Column
    endings: tuple[str, ...]


@define(on_setattr=setters.frozen, hash=True)
class AtLeast:
    """Whether left >= right; a fact is guarded with `Known`."""

    left: Expression
    right: Expression


@define(on_setattr=setters.frozen, hash=True)
class LessThan:
    """Whether left < right; a fact is guarded with `Known`."""

    left: Expression
    right: Expression


@define(on_setattr=setters.frozen, hash=True)
class And:
    """Whether all parts are true; true without any."""

    parts: tuple[Expression, ...]


@define(on_setattr=setters.frozen, hash=True)
class Or:
    """Whether some part is true; false without any."""

    parts: tuple[Expression, ...]


@define(on_setattr=setters.frozen, hash=True)
class Not:
    """The opposite."""

    part: Expression


@define(on_setattr=setters.frozen, hash=True)
class Add:
    """The sum of the parts; 0 without any."""

    parts: tuple[Expression, ...]


@define(on_setattr=setters.frozen, hash=True)
class Multiply:
    """The product of two numbers."""

    left: Expression
    right: Expression


@define(on_setattr=setters.frozen, hash=True)
class Quotient:
    """A whole number divided by a whole number above 0, cut down to a whole number: -7 by 2 is -4.

    Some engines divide as floating-point numbers, which is exact up to 2**53.
    """

    value: Expression
    divisor: int


@define(on_setattr=setters.frozen, hash=True)
class Least:
    """The lower of two numbers."""

    left: Expression
    right: Expression


@define(on_setattr=setters.frozen, hash=True)
class Greatest:
    """The higher of two numbers."""

    left: Expression
    right: Expression


@define(on_setattr=setters.frozen, hash=True)
class Case:
    """The result of the first branch (condition, result) whose condition is true, else `otherwise`."""

    branches: tuple[tuple[Expression, Expression], ...]
    otherwise: Expression


@define(on_setattr=setters.frozen, hash=True)
class Decay:
    """How much an event of this age still weighs, in millionths: floor(0.5 ** (age / half_life) * 10**6 + 0.5)."""

    age: Expression
    half_life: int
    place: Place | None = field(default=None, eq=False, repr=False)
    """Where a policy says the half-life."""


Expression = (
    Column
    | Literal
    | Known
    | Equals
    | Among
    | EndsWith
    | AtLeast
    | LessThan
    | And
    | Or
    | Not
    | Add
    | Multiply
    | Quotient
    | Least
    | Greatest
    | Case
    | Decay
)

AGE = Column("_age")
"""The age of an event in whole seconds; no fact has such a name."""
AT = Column("_at")
"""When an event was, in whole seconds since 1970."""
SUBJECT = Column("_subject")
"""What an event was about; may be missing."""
AMOUNT = Column("_amount")
"""The sum or number that an event carries; may be missing."""


@define(on_setattr=setters.frozen, hash=True)
class Tally:
    """A sum over the events of some kinds that lie not after `as_of`: `weight` for each that satisfies `counts`.

    With `distinct` it is instead how many values that has among them; a missing one is none. All three may use what an
    event has: `AGE`, `AT`, `SUBJECT`, `AMOUNT`. Without events a tally is 0.
    """

    name: str
    kinds: tuple[str, ...]
    counts: Expression
    weight: Expression
    distinct: Expression | None = None

    @property
    def reads(self) -> frozenset[str]:
        """The names of the columns that it reads of an event."""
        parts = (self.counts, self.weight, *(() if self.distinct is None else (self.distinct,)))
        return frozenset().union(*map(references, parts))


@define(on_setattr=setters.frozen, hash=True)
class Program:
    """What a policy computes for one lead: facts and tallies in, named columns out, each using those before it."""

    facts: tuple[tuple[str, str], ...]
    tallies: tuple[Tally, ...]
    columns: tuple[tuple[str, Expression], ...]

    @property
    def reads(self) -> frozenset[str]:
        """The names of the columns that tallies read of an event."""
        return frozenset().union(*(tally.reads for tally in self.tallies))


def references(expression: Expression) -> frozenset[str]:
    """The columns that an expression reads."""
    match expression:
        case Column(name) | Known(Column(name)) | Equals(Column(name)) | Among(Column(name)) | EndsWith(Column(name)):
            return frozenset({name})
        case And(parts) | Or(parts) | Add(parts):
            return frozenset().union(*map(references, parts))
        case Not(part) | Decay(part) | Quotient(part):
            return references(part)
        case Case(branches, otherwise):
            return references(otherwise).union(*(references(part) for branch in branches for part in branch))
        case Literal():
            return frozenset()
        case _:
            return references(expression.left) | references(expression.right)


MILLION = 10**6


def share(value: Expression, millionths: Literal) -> Expression:
    """So many millionths of `value`, cut down to a whole number; the millions are taken apart, so that it stays exact.

    Exact for values up to 2**53, whose product with a million would be too large for most engines.
    """
    millions = Quotient(value, MILLION)
    rest = Add((value, Multiply(millions, Literal(-MILLION))))
    return Add((Multiply(millions, millionths), Quotient(Multiply(rest, millionths), MILLION)))


def clamp(value: Expression, low: Literal | None, high: Literal | None) -> Expression:
    """`value` cut to [low, high]; an end that is None does not cut."""
    if high is not None:
        value = Least(value, high)
    return value if low is None else Greatest(value, low)
