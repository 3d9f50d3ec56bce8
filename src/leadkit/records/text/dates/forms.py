"""A form in which dates are written, with what reads it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from functools import cached_property
from typing import Literal

from attrs import define, setters

from leadkit.records.text.dates.parts import Span

Kind = Literal["calendar", "duration", "holiday", "rough", "loose", "urgent", "none"]
Reader = Callable[[re.Match[str], date], Span]


@define(on_setattr=setters.frozen)
class Form:
    """A way to write dates. `hints` and `more` are characters or Latin words; a text has one of each, or no such date.

    `rough` and `loose` ones count only beside words of a purchase, `loose` ones right beside; `none` are no dates.
    """

    expression: str
    kind: Kind
    read: Reader | None
    hints: frozenset[str]
    more: frozenset[str]
    behind: str | None
    """What has to stand right before the form."""

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Compiled when a text first needs it: there are many, and each text needs few."""
        return re.compile(self.expression)

    @cached_property
    def guard(self) -> re.Pattern[str] | None:
        return re.compile(self.behind) if self.behind else None


def form(  # noqa: PLR0913, PLR0917
    pattern: str,
    kind: Kind,
    read: Reader | None,
    hints: Iterable[str],
    guard: str | None = None,
    more: Iterable[str] = (),
) -> Form:
    first = frozenset(hints)
    return Form(pattern, kind, read, first, frozenset(more) or first, guard)
