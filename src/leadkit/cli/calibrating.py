"""The commands that compare a policy with cases that have ended, and those before with those since."""

from __future__ import annotations

import sys
from datetime import datetime

import click

from leadkit.cli.cases import Sources, from_cases, tell_left_out
from leadkit.cli.opening import POLICY
from leadkit.cli.shared import AS_JSON, SET_ASIDE, Moment, as_text, error_lines, zoned


@click.command()
@from_cases
@POLICY
@click.option("--json", "as_data", is_flag=True, help="Print JSON.")
def calibrate(sources: Sources, policy_name: str, as_data: bool) -> None:
    """Check whether bands, grades and rules separate won opportunities from lost ones."""
    from leadkit.reviewing.calibration import calibrate as compared
    from leadkit.reviewing.calibration_lines import calibration_lines

    with error_lines() as reader:
        policy, cases, now = sources.read(policy_name)
        reader.language = policy.language
        calibration = compared(policy, cases, as_of=now)
    if as_data:
        click.echo(as_text(calibration.to_dict()))
        return
    for line in calibration_lines(calibration, policy.language):
        click.echo(line)


@click.command()
@from_cases
@POLICY
@click.option(
    "--since", type=Moment(), required=True, help="The day from which on cases are compared with those before."
)
@AS_JSON
def drift(sources: Sources, policy_name: str, since: datetime, as_json: bool) -> None:
    """Check whether the cases since a day are still those that the points were made for.

    Exits with 1 where points should be learned again.
    """
    from leadkit.reviewing.drift import drift as compared
    from leadkit.reviewing.drift_lines import drift_lines

    with error_lines() as reader:
        policy, cases, _ = sources.read(policy_name)
        reader.language = policy.language
        tell_left_out({"undated": sum(case.at is None for case in cases)}, reader.language)
        comparison = compared(policy, cases, since=zoned(since, policy.time_zone))
    if as_json:
        click.echo(as_text(comparison.to_dict()))
    else:
        for line in drift_lines(comparison, policy.language):
            click.echo(line)
    sys.exit(SET_ASIDE if comparison.verdict == "learn_again" else 0)
