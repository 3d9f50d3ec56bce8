"""The command that compares a policy with cases that have ended."""

from __future__ import annotations

import click

from leadkit.cli.cases import Sources, from_cases
from leadkit.cli.opening import POLICY
from leadkit.cli.shared import as_text, error_lines


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
