"""The commands. What is heavy is imported when a command runs, so that `--help` answers at once."""

from __future__ import annotations

import click

from leadkit.cli.desk import assign, enrol, erase, history, import_sheets, migrate, plugins, queue
from leadkit.cli.leads import demo, explain, score
from leadkit.cli.policies import check, diff, schema
from leadkit.cli.tables import sql


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="leadkit", message="%(version)s")
def cli() -> None:
    """Screen, score, qualify and explain sales leads by one policy file."""


COMMANDS = (
    score, explain, check, diff, sql, schema, demo,
    migrate, import_sheets, queue, history, enrol, assign, erase, plugins,
)  # fmt: skip
for command in COMMANDS:
    cli.add_command(command)
