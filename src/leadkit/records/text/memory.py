"""What was read last, so that the next step need not read it anew. It holds personal data, and can be forgotten."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, ParamSpec, TypeVar, overload
from weakref import WeakSet

Words = ParamSpec("Words")
Value = TypeVar("Value")

REMEMBERED = 2_048
"""So many of the last texts each reader remembers, outside of `remembering`."""
LIGHT = 25
"""So many times as many texts are remembered where little is kept of each."""

_most = REMEMBERED


class Memory(dict[Any, Any]):
    """What one reader read last. It can be forgotten with all others, and goes with its reader."""

    __slots__ = ("__weakref__", "times")
    __hash__ = object.__hash__  # type: ignore[assignment]

    def __init__(self, times: int = 1) -> None:
        super().__init__()
        self.times = times
        _memories.add(self)

    def keep(self, words: Any, value: Value) -> Value:
        """Remember a value; where there are too many, those before it are forgotten."""
        if len(self) >= _most * self.times:
            self.clear()
        self[words] = value
        return value


_memories: WeakSet[Memory] = WeakSet()


@overload
def remembered(read: Callable[Words, Value]) -> Callable[Words, Value]: ...


@overload
def remembered(*, light: bool) -> Callable[[Callable[Words, Value]], Callable[Words, Value]]: ...


def remembered(read: Callable[Words, Value] | None = None, *, light: bool = False) -> Any:
    """`read`, which gives what it gave for the same words a short while ago; longer ago where its values are `light`.

    Values are light that take no room of their own: yes or no, or hardly more than the words themselves.
    """
    if read is None:
        return lambda reader: _with_memory(reader, Memory(LIGHT if light else 1))
    return _with_memory(read, Memory())


def _with_memory(read: Callable[Words, Value], memory: Memory) -> Callable[Words, Value]:
    @wraps(read)
    def reader(*words: Words.args, **named: Words.kwargs) -> Value:
        if named:
            return read(*words, **named)
        key: Any = words
        if len(key) == 1:
            (key,) = key
        try:
            return memory[key]  # type: ignore[no-any-return]
        except KeyError:
            return memory.keep(key, read(*words, **named))

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
    for memory in tuple(_memories):
        memory.clear()
