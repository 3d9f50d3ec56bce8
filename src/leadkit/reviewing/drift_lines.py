"""Drift in words, for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from leadkit.reviewing.drift import Drift
from leadkit.reviewing.rates import FEW
from leadkit.texts import Language, texts


def drift_lines(made: Drift, language: Language = "en") -> Iterator[str]:
    """The verdict, what was and is won, how well the points order the cases, and what moved."""
    words = texts("learning", language)["drift"]
    yield words[made.verdict].format(few=FEW)
    yield words["won"].format(since=f"{made.since:%Y-%m-%d}", before=made.before, now=made.now)
    if made.order_before is not None and made.order_now is not None:
        before, now = (
            f"{order.value:.1%} ({order.low:.1%} – {order.high:.1%})" for order in (made.order_before, made.order_now)
        )
        yield words["order"].format(before=before, now=now)
    if made.stability is not None:
        chance = "–" if made.stability_chance is None else f"{made.stability_chance:.1%}"
        yield words["stability"].format(index=f"{made.stability:.2f}", chance=chance)
    for row in made.moved:
        name = f"{row.name} {words.get(f'level_{row.level}', row.level)}"
        if row.share_moved:
            yield words["share"].format(name=name, before=row.share_before, now=row.share_now)
        if row.rate_moved:
            yield words["rate"].format(name=name, before=row.rate_before, now=row.rate_now)
