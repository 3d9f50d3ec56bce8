"""A calibration in words, for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from leadkit.reviewing.calibration import Calibration
from leadkit.reviewing.calibration_rules import LevelRate, RuleEffect
from leadkit.reviewing.rates import FEW, Rate
from leadkit.texts import Language, texts

REPEATED = Decimal("0.1")
"""From this share on, cases that say the same as another are mentioned."""
LAST = ("noise", "not_enough_data")


def calibration_lines(calibration: Calibration, language: Language = "en") -> Iterator[str]:
    """Whether points, bands and rules tell won from lost, and what makes that doubtful."""
    words = texts("review", language)["calibration"]
    yield words["base"].format(policy=calibration.policy, rate=calibration.base)
    if calibration.ending != "both":
        yield words[calibration.ending]
    if calibration.order is not None:
        order = calibration.order
        interval = words["interval"].format(low=f"{order.low:.1%}", high=f"{order.high:.1%}")
        yield words["concordance"].format(share=f"{order.value:.1%}", interval=interval)
    if calibration.repeats.value is not None and calibration.repeats.value > REPEATED:
        yield words["repeats"].format(rate=calibration.repeats)
    for leak in calibration.leaks:
        yield words["leak"].format(fact=leak.fact, why=words[leak.clue].format(share=f"{leak.share:.1%}"))
    for bands in calibration.bands:
        yield words["bands"].format(name=bands.name, verdict=words[bands.verdict].format(few=FEW))
        for band in bands.bands:
            yield words["band"].format(name=band.name, **_rate(band.rate, words))
    for rule in sorted(calibration.rules, key=lambda rule: rule.verdict in LAST):
        yield from _rule_lines(rule, words)


def _rule_lines(rule: RuleEffect, words: Mapping[str, str]) -> Iterator[str]:
    name = f"{rule.group}.{rule.code}"
    yield words["rule"].format(rule=name, verdict=words[f"rule_{rule.verdict}"])
    for level in rule.levels if len(rule.levels) > 1 else ():
        yield words["level"].format(name=words.get(f"level_{level.level}", level.level), **_level(level, words))


def _level(level: LevelRate, words: Mapping[str, str]) -> dict[str, str]:
    apart = words[level.direction] if level.direction in {"up", "down"} else ""
    return {"points": f"{level.points:f}", "apart": apart, **_rate(level.rate, words)}


def _rate(rate: Rate, words: Mapping[str, str]) -> dict[str, str]:
    small = words["small"] if rate.small else ""
    if rate.low is None or rate.high is None:
        return {"rate": str(rate), "interval": words["no_cases"], "small": small}
    interval = words["interval"].format(low=f"{rate.low:.1%}", high=f"{rate.high:.1%}")
    return {"rate": str(rate), "interval": interval, "small": small}
