"""A form in which dates are written, with what reads it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from typing import Literal

from attrs import define, field, setters

from leadkit.records.text.date_parts import Span

Kind = Literal["calendar", "duration", "holiday", "rough", "loose", "urgent", "none"]
Reader = Callable[[re.Match[str], date], Span]


@define(on_setattr=setters.frozen)
class Form:
    """A way to write dates. `hints` and `more` are characters or Latin words; a text has one of each, or no such date.

    `rough` and `loose` ones count only beside words of a purchase, `loose` ones right beside; `none` are no dates.
    """

    pattern: re.Pattern[str]
    kind: Kind
    read: Reader | None
    hints: frozenset[str]
    more: frozenset[str]
    guard: re.Pattern[str] | None = field(default=None)
    """What has to stand right before the form."""


def form(  # noqa: PLR0913, PLR0917
    pattern: str,
    kind: Kind,
    read: Reader | None,
    hints: Iterable[str],
    guard: str | None = None,
    more: Iterable[str] = (),
) -> Form:
    first = frozenset(hints)
    return Form(re.compile(pattern), kind, read, first, frozenset(more) or first, re.compile(guard) if guard else None)
