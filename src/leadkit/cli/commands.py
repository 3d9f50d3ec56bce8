"""The commands. What is heavy is imported when a command runs, so that `--help` answers at once."""

from __future__ import annotations

import click

from leadkit.cli.amending import amend, merge, release, rescore
from leadkit.cli.deliver import deliver
from leadkit.cli.desk import assign, enrol, erase, history, import_sheets, migrate, plugins, queue
from leadkit.cli.leads import demo, explain, score
from leadkit.cli.opportunities import convert
from leadkit.cli.opportunity_steps import opportunity
from leadkit.cli.policies import check, diff, schema
from leadkit.cli.process import LEAD_STEPS, due, record, tick
from leadkit.cli.reviews import calibrate, review
from leadkit.cli.showing import show
from leadkit.cli.tables import sql

HEADINGS = {
    "Policies": (check, diff, explain, schema, sql),
    "Leads": (
        score,
        import_sheets,
        queue,
        show,
        history,
        record,
        amend,
        assign,
        release,
        *LEAD_STEPS,
        merge,
        rescore,
        erase,
    ),
    "Opportunities": (convert, opportunity),
    "The desk": (migrate, enrol, due, tick, deliver, review, calibrate, plugins, demo),
}

FIRST_SENTENCE = 200


class Headings(click.Group):
    """A group whose commands stand under headings in its help."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        for heading, commands in HEADINGS.items():
            with formatter.section(heading):
                formatter.write_dl([(str(one.name), one.get_short_help_str(FIRST_SENTENCE)) for one in commands])


@click.group(cls=Headings, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="leadkit", message="%(version)s")
def cli() -> None:
    """Screen, score, qualify and explain sales leads by one policy file, and keep the process around them."""


for command in (one for commands in HEADINGS.values() for one in commands):
    cli.add_command(command)
