"""The command that reads another tool's scoring model as a policy."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from leadkit.cli.shared import SET_ASIDE, error_lines, refuse_overwriting

if TYPE_CHECKING:
    from leadkit.adapters.hubspot import Converted


@click.command("from-hubspot")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write the policy here.")
def from_hubspot(file: Path, output: Path | None) -> None:
    """Read a lead score of HubSpot's, the JSON that its API gives, as a policy file.

    Rules that can't be said in full are left out and listed; then it exits with 1.
    """
    from leadkit.adapters.hubspot import read_hubspot
    from leadkit.limits import DEFAULT_LIMITS
    from leadkit.policy import load_policy
    from leadkit.policy.files import read_text

    refuse_overwriting(output, file)
    with error_lines():
        converted = read_hubspot(read_text(file, DEFAULT_LIMITS))
        load_policy(converted.document)
    text = _text(converted)
    if output is None:
        click.echo(text)
    else:
        _write(output, text)
    for problem in converted.unsaid:
        click.echo(f"left out: {problem}", err=output is None)
    sys.exit(SET_ASIDE if converted.unsaid else 0)


def _text(converted: Converted) -> str:
    from leadkit.learning.toml import tables

    return "\n".join(tables(converted.document)).rstrip() + "\n"


def _write(output: Path, text: str) -> None:
    from leadkit.adapters.files import replacing

    with replacing(output) as part:
        part.write_text(text, encoding="utf-8")
    click.echo(f"-> {output}")
