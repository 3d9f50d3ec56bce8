"""What was read last, so that the steps of one run need not read it anew; it holds personal data and can be forgotten."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, ParamSpec, TypeVar

Words = ParamSpec("Words")
Value = TypeVar("Value")

REMEMBERED = 2_048
"""So many of the last texts each reader remembers, outside of `remembering`."""

_memories: list[dict[Any, Any]] = []
_most = REMEMBERED


def remembered(read: Callable[Words, Value]) -> Callable[Words, Value]:
    """`read`, which gives what it gave for the same words a short while ago."""
    memory: dict[Any, Any] = {}
    _memories.append(memory)

    @wraps(read)
    def reader(*words: Words.args, **named: Words.kwargs) -> Value:
        if named:
            return read(*words, **named)
        try:
            return memory[words]  # type: ignore[no-any-return]
        except KeyError:
            value = read(*words)
        if len(memory) >= _most:
            memory.clear()
        memory[words] = value
        return value

    return reader


@contextmanager
def remembering(most: int) -> Iterator[None]:
    """Remember up to `most` texts a reader meanwhile, and nothing of them afterwards: for one run over many rows."""
    global _most  # noqa: PLW0603
    before, _most = _most, most
    try:
        yield
    finally:
        _most = before
        forget()


def forget() -> None:
    """Forget all that was read last, such as the words of somebody who was erased."""
    for memory in _memories:
        memory.clear()
