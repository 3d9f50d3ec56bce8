"""The commands about policies: check, diff, adopt, schema."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from leadkit.cli.opening import printable
from leadkit.cli.shared import AS_OF, SET_ASIDE, as_text, error_lines, load_named, time_or_now

if TYPE_CHECKING:
    from leadkit.checking.compare import Comparison, Impact

MOST_MOVED = 20


@click.command()
@click.argument("policy_name", metavar="POLICY")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def check(policy_name: str, as_json: bool) -> None:
    """Load a policy, prove its invariants, and say all that looks wrong with it.

    Exits with 1 when the policy is refused, or a problem is found; notes alone do not count.
    """
    from leadkit.checking.check import check as check_policy
    from leadkit.desk.commands.catalogue import COMMANDS
    from leadkit.errors import PolicyError

    try:
        policy = load_named(policy_name)
    except PolicyError as error:
        problems = error.problems
        refused = {"refused": [problem.to_dict() for problem in problems]}
        click.echo(as_text(refused) if as_json else "\n".join(map(str, problems)))
        sys.exit(SET_ASIDE)
    commands = {command.permission for command in COMMANDS if command.table is None}
    report = check_policy(policy, commands=commands)
    click.echo(as_text(report.to_dict()) if as_json else str(report))
    sys.exit(SET_ASIDE if report.problems else 0)


@click.command()
@click.argument("before", metavar="OLD")
@click.argument("after", metavar="NEW")
@click.option("--leads", type=click.Path(path_type=Path), help="A lead sheet: who changes band?")
@click.option("--activities", type=click.Path(path_type=Path), help="Its follow-up sheet.")
@AS_OF
def diff(before: str, after: str, leads: Path | None, activities: Path | None, as_of: datetime | None) -> None:
    """Compare two policies: what differs, and how far apart they can score one lead.

    Exits with 1 when rows of the sheets were set aside.
    """
    from leadkit.checking.compare import compare

    if activities and not leads:
        raise click.UsageError("--activities goes with --leads")
    with error_lines():
        comparison = compare(load_named(before), load_named(after))
        click.echo(str(comparison))
        if leads:
            sys.exit(SET_ASIDE if _impact(comparison, leads, activities, as_of) else 0)


@click.command()
@click.argument("draft", type=click.Path(path_type=Path))
@click.argument("policy_file", metavar="POLICY", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Show how the lines would differ, and write nothing.")
def adopt(draft: Path, policy_file: Path, dry_run: bool) -> None:
    """Write what a draft changes, such as the page gives away, into the policy's own file; comments stay.

    The file is written whole or not at all, and only where nothing but what the draft says changes.
    """
    from leadkit.adapters.adopting import adopt as adopt_draft
    from leadkit.adapters.adopting import adopted, line_changes
    from leadkit.limits import DEFAULT_LIMITS
    from leadkit.policy import load_policy
    from leadkit.policy.files import read_text

    with error_lines() as reader:
        if policy_file.is_file():
            reader.language = load_policy(policy_file).language
        if dry_run:
            text = adopted(draft, policy_file)
            changes = line_changes(read_text(policy_file, DEFAULT_LIMITS), text, str(policy_file))
        else:
            changes = adopt_draft(draft, policy_file)
    click.echo(changes or "nothing to change")
    if changes and not dry_run:
        click.echo(f"-> {policy_file}")


def _impact(comparison: Comparison, leads: Path, activities: Path | None, as_of: datetime | None) -> int:
    """Print what the change does to the leads of a sheet; return how many rows were set aside."""
    from leadkit.adapters.spreadsheets.read import read_activities, read_leads

    policy = comparison.after
    plan = read_leads(leads, policy)
    follow_ups = read_activities(activities, policy, {lead.id for lead in plan.records}) if activities else None
    now = time_or_now(as_of, policy.time_zone)
    impact = comparison.on(plan.records, follow_ups.records if follow_ups else (), as_of=now)
    for line in _impact_lines(impact):
        click.echo(printable(line))
    aside = len(plan.set_aside) + (len(follow_ups.set_aside) if follow_ups else 0)
    if aside:
        click.echo(f"{aside} rows were set aside; leadkit score says why")
    return aside


def _impact_lines(impact: Impact) -> Iterator[str]:
    yield f"{impact.leads} leads"
    for name, load in impact.load.items():
        moved = [move for move in impact.moved if move.bands == name]
        loads = ", ".join(f"{band} {before} -> {after}" for band, (before, after) in load.items())
        yield f"{name}: {len(moved)} of them change ({loads})"
        for move in moved[:MOST_MOVED]:
            points = f"{move.points_before} -> {move.points_after} points"
            yield f"  {move.lead_id}  {move.before} -> {move.after}  ({points})"
        if len(moved) > MOST_MOVED:
            yield f"  and {len(moved) - MOST_MOVED} more"


@click.command()
@click.argument("policy_name", metavar="[POLICY]", required=False)
@click.option("--command", "name", help="The arguments of a desk's command instead, such as convert.")
def schema(policy_name: str | None, name: str | None) -> None:
    """Print the JSON Schema of a policy file, or of a command's arguments.

    With POLICY it has that policy's facts, levels, kinds of events, bands, roles and rules, for editors to offer.
    """
    from leadkit.policy import json_schema

    if policy_name is not None and name is not None:
        raise click.UsageError("--command goes without a policy")
    with error_lines():
        policy = None if policy_name is None else load_named(policy_name)
    click.echo(as_text(json_schema(policy) if name is None else _command_schema(name)))


def _command_schema(name: str) -> Any:
    from leadkit.desk.commands.catalogue import COMMANDS
    from leadkit.desk.commands.schema import json_schema
    from leadkit.rules.facts import near

    known = {f"{command.subject}.{command.name}": command for command in COMMANDS if command.subject}
    known |= {command.terminal: command for command in reversed(COMMANDS) if command.terminal}
    known |= {command.name: command for command in reversed(COMMANDS)}
    if name not in known:
        raise click.UsageError(f"--command {name}: no such command; {near(name, known)}")
    return json_schema(known[name])
