"""The comments of the new policy: what it was made from, and what each number rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from leadkit.learning.nested import Nested
from leadkit.learning.support import SEED
from leadkit.learning.table import Table
from leadkit.policy import Policy
from leadkit.reviewing.learned import LearnedLevel, LearnVerdict
from leadkit.texts import Language, texts


def notes(table: Table, start: Policy, tested: Nested, verdict: LearnVerdict, language: Language) -> list[str]:
    """The head of the file: the cases, their period, the base rate, the policy it came from, and the verdict."""
    words = texts("learning", language)["file"]
    won = int(table.won.sum())
    lines = [words["made"].format(cases=len(table), won=won, rate=f"{won / len(table):.1%}", seed=SEED)]
    if table.times is not None:
        first, last = (
            datetime.fromtimestamp(int(end), start.time_zone).date() for end in (table.times.min(), table.times.max())
        )
        lines.append(words["period"].format(first=first, last=last))
    lines.append(words["start"].format(policy=start.id))
    order = tested.learned
    share = {"share": f"{order.value:.1%}", "low": f"{order.low:.1%}", "high": f"{order.high:.1%}"}
    lines.append(words[verdict].format(**share, start=f"{tested.by_hand.value:.1%}"))
    return lines


def comments(levels: Sequence[LearnedLevel], language: Language) -> Mapping[str, Sequence[str]]:
    """For each rule a line a level: its cases, how many of them were won, and the rate of all others."""
    words = texts("learning", language)["file"]
    lines: dict[str, list[str]] = {}
    for level in levels:
        name = words.get(f"level_{level.level}", level.level)
        name = "".join(sign if sign.isprintable() else " " for sign in name)
        line = words["level"].format(level=name, with_it=level.won_with, without_it=level.won_without)
        lines.setdefault(level.code, []).append(line)
    return lines
