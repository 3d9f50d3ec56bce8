"""What was learned in words, for a terminal: the verdict first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from leadkit.reviewing.learned import IntervalFigure, Learned, LearnedLevel, LearnWarning
from leadkit.reviewing.rates import Rate
from leadkit.texts import Language, texts


def learned_lines(learned: Learned, language: Language = "en") -> Iterator[str]:
    """The verdict, the figures behind it, what is doubtful, the rules and the bands."""
    words = texts("learning", language)
    yield verdict_line(learned, language)
    yield words["terminal"]["cases"].format(
        cases=learned.cases, how=words["how"]["forward" if learned.forward else "folds"]
    )
    for name, order in orders(learned, language):
        yield f"  {name}: {estimate(order)}"
    yield from (f"! {warning_line(warning, language)}" for warning in learned.warnings)
    yield words["terminal"]["rules"]
    yield from (f"  {level_line(level, words)}" for level in learned.levels)
    yield words["terminal"]["bands"]
    for band in learned.bands:
        line = words["terminal"]["band"].format(
            bands=band.bands, name=band.name, points=band.points, share=percent(band.share), rate=rate_text(band.rate)
        )
        yield f"  {line}"
    moved = sum(move.cases for move in learned.moves)
    if learned.moves:
        yield words["terminal"]["moves"].format(moved=moved, cases=learned.cases.of)


def verdict_line(learned: Learned, language: Language) -> str:
    """The verdict in a sentence."""
    form: str = texts("learning", language)["verdicts"][learned.verdict]
    return form.format(by=points_of(learned.better_by), order=estimate(learned.order))


def orders(learned: Learned, language: Language) -> Iterator[tuple[str, IntervalFigure]]:
    """The three orders that are compared, with what they are called."""
    words = texts("learning", language)["orders"]
    yield words["start"], learned.start_order
    yield words["learned"], learned.order
    yield words["reference"], learned.reference_order


def warning_line(warning: LearnWarning, language: Language) -> str:
    """A warning in a sentence."""
    words = texts("learning", language)
    form: str = words["warnings"][warning.code]
    clue, _, share = warning.figure.partition(" ")
    figure = words["clues"][clue].format(share=share) if warning.code == "leak" else warning.figure
    return form.format(fact=warning.fact, figure=figure)


def level_line(level: LearnedLevel, words: Mapping[str, Mapping[str, str]]) -> str:
    """One number of the policy, and what it rests on."""
    name = words["file"].get(f"level_{level.level}", level.level)
    before = "–" if level.before is None else f"{level.before:f}"
    line = words["terminal"]["level"].format(
        rule=f"{level.group}.{level.code}",
        level=name,
        before=before,
        points=level.points,
        with_it=level.won_with,
        without_it=level.won_without,
    )
    if level.chosen is None or level.error is None:
        return line
    return line + words["terminal"]["sure"].format(error=f"{level.error:.1f}", chosen=f"{level.chosen:.0%}")


def estimate(order: IntervalFigure) -> str:
    """A share with its interval."""
    return f"{order.value:.1%} ({order.low:.1%} – {order.high:.1%})"


def points_of(order: IntervalFigure) -> str:
    """A difference in percentage points with its interval."""
    low, value, high = (f"{100 * end:+.1f}" for end in (order.low, order.value, order.high))
    return f"{value} ({low} – {high})"


def percent(share: Decimal) -> str:
    """A share in whole percent."""
    return f"{share:.0%}"


def rate_text(rate: Rate) -> str:
    """A rate with its interval; a dash where there are no cases."""
    if rate.low is None or rate.high is None:
        return str(rate)
    return f"{rate} [{rate.low:.0%} – {rate.high:.0%}]"
