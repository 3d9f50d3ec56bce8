"""The command that learns points from cases that have ended."""

from __future__ import annotations

import os
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from leadkit.cli.cases import Sources, from_cases, tell_left_out
from leadkit.cli.shared import SET_ASIDE, Moment, as_text, error_lines, refuse_overwriting, zoned

if TYPE_CHECKING:
    from leadkit.learning.capacity import Capacity
    from leadkit.reviewing.calibration_cases import Outcome
    from leadkit.reviewing.learned import Learned
    from leadkit.texts import Language

HIGH = "--high takes 20% or 40/week"


@click.command()
@from_cases
@click.option(
    "--from", "policy_name", default="standard", show_default=True, help="The policy whose points to start at."
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write the new policy here.")
@click.option(
    "--facts", help="The facts and events, or dimensions, that may be used, with commas; by default all that are known."
)
@click.option("--grading", is_flag=True, help="Learn the points of [grading] from how opportunities were judged.")
@click.option("--keep", multiple=True, help="A fact to use although it looks filled in afterwards.")
@click.option("--unordered", multiple=True, help="A category whose levels do not stand best first.")
@click.option("--rules", type=click.IntRange(1, 100), default=15, show_default=True, help="So many numbers at most.")
@click.option(
    "--step", type=click.Choice(["1", "2", "5", "10"]), default="1", show_default=True, help="Points in steps."
)
@click.option("--high", default="20%", show_default=True, help="What the highest band is for: 20% or 40/week.")
@click.option("--high-rate", type=click.FloatRange(0, 1, min_open=True, max_open=True), help="Or how often it is won.")
@click.option("--since", type=Moment(), help="Only cases that were opened from this day on.")
@click.option("--mature-days", type=click.IntRange(min=0), help="Leave out cases that are younger.")
@click.option("--samples", type=click.IntRange(0, 200), default=20, show_default=True, help="Bootstrap samples.")
@click.option("--report", type=click.Path(path_type=Path), help="Write an offline page (.html).")
@click.option("--anyway", is_flag=True, help="Write the policy even where there is no signal.")
@click.option("--language", type=click.Choice(["en", "zh_CN"]), help="By default the policy's.")
@click.option("--json", "as_data", is_flag=True, help="Print JSON.")
def learn(
    sources: Sources,
    policy_name: str,
    output: Path | None,
    facts: str | None,
    grading: bool,
    keep: tuple[str, ...],
    unordered: tuple[str, ...],
    rules: int,
    step: str,
    high: str,
    high_rate: float | None,
    since: datetime | None,
    mature_days: int | None,
    samples: int,
    report: Path | None,
    anyway: bool,
    language: Any,
    as_data: bool,
) -> None:
    """Learn points from cases that have ended, and say whether they are better than those there are.

    With --grading those of the dimensions by which opportunities are graded: from a store, or a table with a column
    for each dimension, and won or status.

    Exits with 1, and writes no policy, where nothing tells won from lost.
    """
    # Small tables: threads only get in each other's way.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    refuse_overwriting(output, *sources.files, Path(policy_name))
    refuse_overwriting(report, *sources.files, Path(policy_name), output)
    with error_lines() as reader:
        start, cases, now = sources.read_assessed(policy_name) if grading else sources.read(policy_name)
        reader.language = language or start.language
        first = zoned(since, start.time_zone)
        if first is not None:
            tell_left_out({"undated": sum(case.at is None for case in cases)}, reader.language)
        learned = _learned(
            [case for case in cases if first is None or (case.at is not None and case.at >= first)],
            None if facts is None else [name.strip() for name in facts.split(",") if name.strip()],
            grading=grading,
            start=start,
            rules=rules,
            step=int(step),
            high=_capacity(high, high_rate),
            keep=keep,
            unordered=unordered,
            mature_days=mature_days,
            as_of=now,
            samples=samples,
            with_curve=report is not None,
        )
        _show(learned, reader.language, as_data=as_data)
        written = learned.verdict != "no_signal" or anyway
        _write(learned, output if written else None, report, reader.language, quiet=as_data)
    if learned.verdict == "no_signal":
        sys.exit(SET_ASIDE)


def _learned(cases: list[Outcome], facts: list[str] | None, *, grading: bool, **settings: Any) -> Learned:
    if grading:
        from leadkit.learning.grading import learn_grading

        return learn_grading(cases, dimensions=facts, **settings)
    from leadkit.learning.learn import learn as learned_from

    return learned_from(cases, facts=facts, **settings)


def _capacity(high: str, rate: float | None) -> Capacity:
    """How many leads the highest band is for, as the options say."""
    from leadkit.learning.capacity import PerWeek, Share, WinRate

    if rate is not None:
        return WinRate(rate)
    number, unit = (high[:-1], "%") if high.endswith("%") else (high.removesuffix("/week"), "/week")
    try:
        value = float(number)
    except ValueError:
        raise click.UsageError(HIGH) from None
    if not high.endswith(unit) or not 0 < value < (100 if unit == "%" else float("inf")):
        raise click.UsageError(HIGH)
    return Share(value / 100) if unit == "%" else PerWeek(value)


def _show(learned: Learned, language: Language, *, as_data: bool) -> None:
    from leadkit.reviewing.learned_lines import learned_lines

    if as_data:
        click.echo(as_text(learned.to_dict()))
        return
    for line in learned_lines(learned, language):
        click.echo(line)


def _write(learned: Learned, output: Path | None, report: Path | None, language: Language, *, quiet: bool) -> None:
    """Write what was asked for, each file whole or not at all."""
    from leadkit.adapters.files import replacing, unwritable
    from leadkit.texts import texts

    if learned.verdict == "no_signal" and output is None and not quiet:
        click.echo(texts("learning", language)["terminal"]["kept"])
    try:
        if output is not None:
            with replacing(output) as part:
                part.write_text(learned.toml, encoding="utf-8")
        if report is not None:
            from leadkit.adapters.report.learned import write_learned

            write_learned(learned, report, language=language)
    except OSError as error:
        raise unwritable(output or report or Path(), error) from None
    for path in (output, report):
        if path is not None and not quiet:
            click.echo(f"-> {path}")
