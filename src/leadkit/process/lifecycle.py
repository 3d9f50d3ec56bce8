"""The moves between the states of a lead and the stages of an opportunity."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import define, setters


@define(on_setattr=setters.frozen)
class Move:
    """The states in which a command is possible, and those it may end in; without `ends` the state stays."""

    starts: tuple[str, ...]
    ends: tuple[str, ...] = ()


def move(*starts: str, to: str | Iterable[str]) -> tuple[Move, ...]:
    """From one of `starts` to one of `to`; without `starts` from nowhere, as a capture does."""
    return (Move(starts, (to,) if isinstance(to, str) else tuple(to)),)


def stay(*starts: str) -> tuple[Move, ...]:
    """Possible in `starts`, and the state stays."""
    return (Move(starts),)
