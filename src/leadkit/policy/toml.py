"""Reading TOML within bounds, and the line and column of everything in it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from leadkit.errors import PolicyError, Problem
from leadkit.limits import Limits

Place = tuple[int, int]


def read_toml(text: str, file: str, limits: Limits) -> dict[str, Any]:
    """The document in `text`; numbers with a point are Decimals.

    Raises:
        PolicyError: too large, too deep, not TOML, or with a number that is not finite.
    """
    _bound(text, file, limits)
    try:
        return tomllib.loads(text, parse_float=_number)
    except (tomllib.TOMLDecodeError, ValueError, ArithmeticError, RecursionError) as error:
        raise PolicyError(
            Problem(_say(error), "see the TOML specification, version 1.0", place=_where(file, str(error)))
        ) from None


def _number(text: str) -> Decimal:
    number = Decimal(text)
    if not number.is_finite() or abs(number.adjusted()) > 30:
        raise ValueError("a number must be finite, with at most 30 digits")
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
    """The line and column of what stands at `path`, or nearest around it; None where toml-rs is not installed."""
    node = _nodes(text)
    best: Place | None = None
    for step in path:
        node = _enter(node, step)
        if node is None:
            return best
        best = _first(node) or best
    return best


@lru_cache(maxsize=4)
def _nodes(text: str) -> Any:
    """Everything in a document with its place; None where toml-rs is not installed."""
    try:
        import toml_rs
    except ImportError:
        return None
    return toml_rs.load_with_metadata(text, toml_version="1.0.0").meta["nodes"]


def _enter(node: Any, step: str | int) -> Any:
    if (isinstance(node, dict) and "key_line" in node) or (isinstance(node, dict) and "value_line" in node):
        node = node["value"]
    if isinstance(node, dict):
        return node.get(str(step))
    if isinstance(node, list) and isinstance(step, int) and step < len(node):
        return node[step]
    return None


def _first(node: Any) -> Place | None:
    """Where a node starts: its key, else the first thing in it."""
    if isinstance(node, dict) and "key_line" in node:
        column = node["key_col"]
        return node["key_line"], column[0] if isinstance(column, tuple) else column
    if isinstance(node, dict) and "value_line" in node:
        column = node["value_col"]
        return node["value_line"], column[0] if isinstance(column, tuple) else column
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return min((place for place in map(_first, children) if place), default=None)
