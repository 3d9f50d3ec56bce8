"""What happened, for whom, under one id: what every notifier is given."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from attrs import define, field, setters

from leadkit.process.codes import NoticeKind
from leadkit.records.fields import FrozenDict
from leadkit.results import Result

NOTHING = FrozenDict()
LONGEST_WORDS = 40
"""A detail that is no list of codes, ids and numbers has so many characters at most."""

MOST_PARTS = 20
"""A detail lists so many things at most."""

LISTS = frozenset({"channels"})
"""The details that list words of the policy, each with a number."""

_PLAIN = re.compile(r"[A-Za-z0-9_.:|+-]{1,64}")
_ELLIPSIS = "…"


def bounded(details: Mapping[str, Any]) -> FrozenDict:
    """Details as a notice may carry them: each text one line, and a short one, unless it lists codes, ids or numbers.

    What is no sign that can be seen, such as a line break, is a space.
    """
    return FrozenDict({name: _bounded(name, value) for name, value in details.items()})


def _bounded(name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return ", ".join(map(single_line, value.split(", ")[:MOST_PARTS])) if name in LISTS else single_line(value)


def single_line(text: str) -> str:
    """A text as `bounded` has it."""
    if _PLAIN.fullmatch(text):
        return text
    parts = text.split(", ")
    if len(parts) <= MOST_PARTS and all(map(_PLAIN.fullmatch, parts)):
        return text
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return line if len(line) <= LONGEST_WORDS else line[: LONGEST_WORDS - 1] + _ELLIPSIS


@define(on_setattr=setters.frozen, kw_only=True)
class Notice(Result):
    """One thing that somebody should know. It holds codes, ids and numbers, never a name, phone or mail.

    `id` is derived from what happened and is the same on every retry: whoever receives it twice can drop the second.
    `at` is when it happened, aware. `to` is the id of the member it is for; where it is None, it is for everyone with
    the role `role`. `link` is where the lead or the opportunity can be looked at, where the policy says so. `details`
    are flat: texts, whole numbers, booleans, and decimals as text. A text that is no list of codes, ids and numbers is
    one line of at most 40 characters.
    """

    id: str
    kind: NoticeKind
    at: datetime
    lead_id: str | None = None
    opportunity_id: str | None = None
    to: str | None = None
    role: str | None = None
    link: str | None = None
    details: FrozenDict = field(default=NOTHING, converter=bounded)
