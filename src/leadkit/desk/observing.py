"""What an operator sees of every command: a line of the log, and a span where the program records them.

They have the command's name, its outcome and how long it took; nothing that a person said or is called.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Mapping
from functools import wraps
from time import perf_counter
from typing import Any, ParamSpec, TypeVar

from attrs import fields_dict, has

from leadkit.adapters.telemetry import within_span

Answer = TypeVar("Answer")
Given = ParamSpec("Given")
LOG = logging.getLogger("leadkit.desk")


def observed(name: str, run: Callable[[], Answer]) -> Answer:
    """What a command gives, with its line in the log: DEBUG where it was carried out, INFO where it raised."""

    def work() -> tuple[Answer, str, Mapping[str, int]]:
        began = perf_counter()
        try:
            answer = run()
        except Exception as error:
            _log(logging.INFO, name, type(error).__name__, began)
            raise
        counts = _counts(answer)
        outcome = _outcome(answer, counts)
        _log(logging.DEBUG, name, outcome, began)
        return answer, outcome, counts

    return within_span(name, work)


def observes(call: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """A function with a line in the log and a span of its own, as a command has them."""

    @wraps(call)
    def seen(*args: Given.args, **named: Given.kwargs) -> Answer:
        return observed(call.__name__, lambda: call(*args, **named))

    return seen


def _log(level: int, name: str, outcome: str, began: float) -> None:
    milliseconds = round((perf_counter() - began) * 1000, 1)
    values = {"leadkit_command": name, "leadkit_outcome": outcome, "leadkit_ms": milliseconds}
    LOG.log(level, "%s: %s in %s ms", name, outcome, milliseconds, extra=values)


def _outcome(answer: Any, counts: Mapping[str, int]) -> str:
    """The outcome of a receipt, or the numbers of an answer that has none."""
    if hasattr(answer, "outcome"):
        return str(answer.outcome)
    return " ".join(f"{name}={number}" for name, number in counts.items()) or "done"


def _counts(answer: Any) -> Mapping[str, int]:
    """The numbers of an answer; of many answers how many there are with each outcome."""
    if isinstance(answer, list):
        return Counter(str(getattr(each, "outcome", "refused")) for each in answer)
    if hasattr(answer, "outcome") or not has(type(answer)):
        return {}
    if hasattr(answer, "counts"):
        return dict(answer.counts)
    numbers = {name: getattr(answer, name) for name in fields_dict(type(answer))}
    return {name: number for name, number in numbers.items() if type(number) is int}
