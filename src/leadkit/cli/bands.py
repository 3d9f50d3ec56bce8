"""The command that proposes thresholds of bands by what a team can work on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from leadkit.cli.opening import DB, POLICY, aligned, opened_desk
from leadkit.cli.shared import AS_JSON, as_text, error_lines, load_named, time_or_now

if TYPE_CHECKING:
    from leadkit.cli.wording import Wording
    from leadkit.policy import Policy
    from leadkit.reviewing.capacity import CapacityPlan, ProposedBand

FORM = "write it as 60/week"
HEADS = ("band", "threshold", "leads", "share", "a_week", "now")
NOT_WORKED = frozenset({"invalid", "archived"})
Scored = list[tuple[Decimal, datetime | None]]


@click.command()
@click.option(
    "--capacity", "capacities", multiple=True, required=True, metavar="N/week",
    help="So many leads a week at most for the highest band; given again, for the next one.",
)  # fmt: skip
@click.option("--bands", "name", default=None, help="The band set; by default the one that assigns leads.")
@click.option("--leads", type=click.Path(path_type=Path), help="A lead sheet; else the leads of the store.")
@click.option("--activities", type=click.Path(path_type=Path), help="Its follow-up sheet.")
@click.option("--weeks", type=float, help="How many weeks they are from; by default by their dates.")
@POLICY
@DB
@AS_JSON
def bands(
    capacities: tuple[str, ...],
    name: str | None,
    leads: Path | None,
    activities: Path | None,
    weeks: float | None,
    policy_name: str,
    db: str,
    as_json: bool,
) -> None:
    """Propose thresholds at which no band gets more leads a week than a team can work on.

    Leads with equal scores stay together. Invalid and archived ones are left out.
    """
    from leadkit.cli.wording import Wording
    from leadkit.reviewing.capacity import capacity_plan

    room = [_a_week(capacity) for capacity in capacities]
    with error_lines() as reader:
        policy = load_named(policy_name)
        reader.language = policy.language
        set_name = name or policy.document.assignment.bands
        thresholds = _thresholds(policy, set_name)
        if len(room) >= len(thresholds):
            raise click.UsageError(f"--capacity at most {len(thresholds) - 1} times: the lowest band takes the rest")
        scored = _of_store(db, policy_name) if leads is None else _of_sheet(policy, leads, activities)
        span = _weeks(weeks, [at for _, at in scored if at is not None])
        plan = capacity_plan((points for points, _ in scored), thresholds, room, span, set_name)
        if as_json:
            click.echo(as_text(plan.to_dict()))
            return
        for line in _lines(plan, Wording.of(policy)):
            click.echo(line)


def _a_week(text: str) -> Decimal:
    try:
        number = Decimal(text.removesuffix("/week"))
    except InvalidOperation:
        raise click.UsageError(f"--capacity {text[:40]}: {FORM}") from None
    if not text.endswith("/week") or not number.is_finite() or number <= 0:
        raise click.UsageError(f"--capacity {text[:40]}: {FORM}")
    return number


def _thresholds(policy: Policy, name: str) -> Any:
    from leadkit.errors import FactError, Problem
    from leadkit.rules.facts import near

    policy.refuse_route("no one scale of points")
    sets = {key: band_set.thresholds for key, band_set in policy.document.scoring.bands.items() if band_set.of is None}
    if name not in sets:
        raise FactError(Problem(f"has no band set {name} of the total", near(name, sets), path=policy.id))
    return sets[name]


def _of_store(db: str, policy_name: str) -> Scored:
    """The points of the leads in a store as they were scored last, and when each came."""
    with opened_desk(db, policy_name) as desk:
        states = desk.leads(limit=1_000_000)
        return [
            (state.points, state.lead.received_at or state.lead.entered_at or state.captured_at)
            for state in states
            if state.status not in NOT_WORKED
        ]


def _of_sheet(policy: Policy, leads: Path, activities: Path | None) -> Scored:
    """The points of the leads of a sheet, each customer once, and when each came."""
    from leadkit.cli.leads import read_sheets
    from leadkit.decisions import worklist

    now = time_or_now(None, policy.time_zone)
    read, follow_ups = read_sheets(leads, activities, policy, now)
    work = worklist(policy, read.records, follow_ups.records if follow_ups else (), as_of=now)
    return [
        (decision.score.points, decision.lead.received_at or decision.lead.entered_at)
        for decision in work.decisions
        if decision.screening.outcome != "invalid"
    ]


def _weeks(given: float | None, dates: list[datetime]) -> Decimal:
    """Over how many weeks the leads came: from the first day to the last, both included."""
    if given is not None:
        if not 0 < given < 10_000:
            raise click.UsageError("--weeks must be above 0")
        return Decimal(str(given))
    if not dates:
        raise click.UsageError("no lead says when it came: give --weeks")
    days = (max(dates) - min(dates)).days + 1
    return Decimal(days) / 7


def _lines(plan: CapacityPlan, words: Wording) -> Iterable[str]:
    yield words.line("lines", "capacity", leads=plan.leads, weeks=round(plan.weeks, 1))
    yield from aligned([words.heads(*HEADS), *(_row(band, plan.bands_of, words) for band in plan.bands)])
    yield ""
    yield plan.toml


def _row(band: ProposedBand, bands_of: str, words: Wording) -> tuple[str, ...]:
    share, was = band.leads.percent(), f"{band.now:f} ({band.before.percent()})"
    return words.code(band.name, of=bands_of), f"{band.threshold:f}", str(band.leads.met), share, str(band.a_week), was
