"""Reading TOML within bounds, and the line and column of everything in it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from leadkit.errors import PolicyError, Problem
from leadkit.limits import Limits
from leadkit.policy.positions import Place, positions


def read_toml(text: str, file: str, limits: Limits) -> dict[str, Any]:
    """The document in `text`; numbers with a point are Decimals.

    Raises:
        PolicyError: too large, too deep, not TOML, or with a number that is not finite.
    """
    _bound(text, file, limits)
    try:
        return tomllib.loads(text, parse_float=_number)
    except _NumberError as error:
        place = positions(text).values.get(error.number)
        where = f"{file}:{place[0]}:{place[1]}" if place else file
        raise PolicyError(Problem("a number must be finite, with at most 30 digits", place=where)) from None
    except (tomllib.TOMLDecodeError, ValueError, ArithmeticError, RecursionError) as error:
        raise PolicyError(
            Problem(_say(error), "see the TOML specification, version 1.0", place=_where(file, str(error)))
        ) from None


class _NumberError(ValueError):
    """A number that no rule can use."""

    def __init__(self, number: str) -> None:
        super().__init__(number)
        self.number = number


def _number(text: str) -> Decimal:
    number = Decimal(text)
    if not number.is_finite() or abs(number.adjusted()) > 30:
        raise _NumberError(text)
    return number


def _bound(text: str, file: str, limits: Limits) -> None:
    if len(text) > limits.policy_bytes:
        raise PolicyError(Problem(f"is larger than {limits.policy_bytes} characters", place=file))
    for number, line in enumerate(text.splitlines(), start=1):
        key = line.split("=", 1)[0]
        if key.count(".") > limits.policy_depth or len(re.findall(r"[\[{]", line)) > 1000:
            raise PolicyError(Problem(f"goes deeper than {limits.policy_depth} levels", place=f"{file}:{number}:1"))
        if re.search(rf"[0-9]{{{limits.number_digits + 1}}}", line):
            raise PolicyError(
                Problem(f"has a number of more than {limits.number_digits} digits", place=f"{file}:{number}:1")
            )
    if _depth(text) > 100:
        raise PolicyError(Problem(f"goes deeper than {limits.policy_depth} levels", place=file))


def _depth(text: str) -> int:
    depth = deepest = 0
    for bracket in re.findall(r"[\[\]{}]", text):
        depth = depth + 1 if bracket in "[{" else max(depth - 1, 0)
        deepest = max(deepest, depth)
    return deepest


def _say(error: Exception) -> str:
    return "is nested too deep" if isinstance(error, RecursionError) else re.sub(r" \(at .*\)$", "", str(error))


def _where(file: str, message: str) -> str:
    place = re.search(r"at line (\d+), column (\d+)", message)
    return f"{file}:{place[1]}:{place[2]}" if place else file


def place_of(text: str, path: Sequence[str | int]) -> Place | None:
    """The line and column of what stands at `path`, or nearest around it."""
    known = positions(text)
    parts = (tuple(path[:length]) for length in range(len(path), 0, -1))
    return next(filter(None, map(known.of, parts)), None)
