"""What was learned as one HTML page that stands alone: it runs no script and asks no address for anything."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from leadkit.adapters.files import replacing
from leadkit.errors import MissingExtraError
from leadkit.reviewing.learned import IntervalFigure, Learned, LearnedLevel
from leadkit.reviewing.learned_lines import (
    estimate,
    orders,
    percent,
    points_of,
    rate_text,
    verdict_line,
    warning_line,
)
from leadkit.texts import Language, texts

TONES = {"no_signal": "watch", "keep": "unsure", "better": "good"}


def write_learned(learned: Learned, path: Path | str, *, language: Language = "en") -> None:
    """Write the page to `path`, whole or not at all.

    Raises:
        OSError: the file can't be written; what stood there is left as it was.
        MissingExtraError: jinja2 is not installed.
    """
    text = learned_html(learned, language=language)
    with replacing(Path(path)) as part:
        part.write_text(text, encoding="utf-8")


def learned_html(learned: Learned, *, language: Language = "en") -> str:
    """The page of what was learned: one HTML document with its styles in it.

    Raises:
        MissingExtraError: jinja2 is not installed.
    """
    try:
        from leadkit.adapters.report.page import templates

        loaded = templates()
    except ModuleNotFoundError as error:
        raise MissingExtraError.of(error.name or "jinja2", "report") from None
    words = texts("learning", language)
    return loaded.get_template("learned.html.j2").render(
        learned=learned,
        t=words["page"],
        language=language,
        tone=TONES[learned.verdict],
        tone_name=words["tones"][learned.verdict],
        verdict=verdict_line(learned, language),
        how=words["how"]["forward" if learned.forward else "folds"],
        orders=[(name, order, estimate(order)) for name, order in orders(learned, language)],
        difference=points_of(learned.better_by),
        warnings=[warning_line(warning, language) for warning in learned.warnings],
        rules=_rules(learned),
        level_name=lambda level: words["file"].get(f"level_{level}", level),
        estimate=estimate,
        percent=percent,
        rate=rate_text,
        bar=bar,
    )


def bar(order: IntervalFigure) -> dict[str, str]:
    """The places of an interval and its middle on a scale from 0 to 100, for a drawing."""
    low, value, high = (_place(end) for end in (order.low, order.value, order.high))
    return {"low": low, "value": value, "high": high, "width": f"{float(high) - float(low):.1f}"}


def _place(share: Decimal) -> str:
    return f"{100 * min(max(float(share), 0.0), 1.0):.1f}"


def _rules(learned: Learned) -> list[tuple[str, list[LearnedLevel]]]:
    """The levels by rule, in their order."""
    rules: dict[str, list[LearnedLevel]] = {}
    for level in learned.levels:
        rules.setdefault(f"{level.group}.{level.code}", []).append(level)
    return list(rules.items())
