"""What an operator sees of every command: a line of the log, and a span where the program records them.

They have the command's name, its outcome and how long it took; nothing that a person said or is called.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from time import perf_counter
from typing import Any, TypeVar

from attrs import fields_dict, has

from leadkit.adapters.telemetry import within_span

Answer = TypeVar("Answer")
LOG = logging.getLogger("leadkit.desk")


def observed(name: str, run: Callable[[], Answer]) -> Answer:
    """What a command gives, with its line in the log: DEBUG where it was carried out, INFO where it raised."""

    def work() -> tuple[Answer, str]:
        began = perf_counter()
        try:
            answer = run()
        except Exception as error:
            _log(logging.INFO, name, type(error).__name__, began)
            raise
        outcome = _outcome(answer)
        _log(logging.DEBUG, name, outcome, began)
        return answer, outcome

    return within_span(name, work)


def _log(level: int, name: str, outcome: str, began: float) -> None:
    milliseconds = round((perf_counter() - began) * 1000, 1)
    values = {"leadkit_command": name, "leadkit_outcome": outcome, "leadkit_ms": milliseconds}
    LOG.log(level, "%s: %s in %s ms", name, outcome, milliseconds, extra=values)


def _outcome(answer: Any) -> str:
    """The outcome of a receipt, or the numbers of an answer that has none."""
    if hasattr(answer, "outcome"):
        return str(answer.outcome)
    if not has(type(answer)):
        return "done"
    numbers = {name: getattr(answer, name) for name in fields_dict(type(answer))}
    return " ".join(f"{name}={value}" for name, value in numbers.items() if type(value) is int) or "done"
