"""The commands. What is heavy is imported when a command runs, so that `--help` answers at once."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

import click

from leadkit.cli.accounts import account
from leadkit.cli.amending import amend, verify
from leadkit.cli.bands import bands
from leadkit.cli.calibrating import calibrate, drift
from leadkit.cli.capturing import capture
from leadkit.cli.catalogue import entries
from leadkit.cli.converting import from_hubspot
from leadkit.cli.deliver import deliver
from leadkit.cli.demo import demo
from leadkit.cli.desk import enrol, erase, history, migrate, plugins, queue
from leadkit.cli.feed import changes
from leadkit.cli.groups import GivenGroup, first_sentence
from leadkit.cli.heads import heads
from leadkit.cli.imports import import_sheets, imports
from leadkit.cli.keeping import backup, export, restore
from leadkit.cli.leads import explain, score
from leadkit.cli.learning import learn
from leadkit.cli.lists import list_leads
from leadkit.cli.mcp import mcp
from leadkit.cli.measures import measures
from leadkit.cli.opportunities import opportunity
from leadkit.cli.page import page
from leadkit.cli.policies import adopt, check, diff, schema
from leadkit.cli.process import due, record
from leadkit.cli.reading import read
from leadkit.cli.reviews import review
from leadkit.cli.shared import INTERRUPTED
from leadkit.cli.showing import show
from leadkit.cli.suggesting import suggest
from leadkit.cli.tables import sql
from leadkit.cli.team import team

HEADINGS: dict[str, tuple[click.Command, ...]] = {
    "Policies": (adopt, bands, check, diff, explain, from_hubspot, page, read, schema, sql),
    "Leads": (
        heads,
        score,
        capture,
        import_sheets,
        imports,
        list_leads,
        queue,
        show,
        history,
        record,
        amend,
        verify,
        suggest,
        erase,
    ),
    "Opportunities": (opportunity, account),
    "The desk": (
        migrate,
        enrol,
        team,
        due,
        deliver,
        review,
        measures,
        calibrate,
        learn,
        drift,
        changes,
        mcp,
        plugins,
        backup,
        restore,
        export,
        demo,
    ),
}
"""The commands that are more than one command of the desk; the others are read from the catalogue."""

DEALS = ("convert",)
GOES_ON = frozenset({"import", "rescore", "settle", "tick", "deliver"})
"""Commands that store their work bit by bit, so that a second run does what is left."""


def names_under(heading: str) -> Iterator[str]:
    """The names of the commands under a heading: those written by hand, then those of the catalogue."""
    yield from (str(command.name) for command in HEADINGS[heading])
    about_leads = [name for name in entries("lead") if name not in DEALS]
    given = {"Leads": about_leads, "Opportunities": DEALS, "The desk": tuple(entries(None))}.get(heading, ())
    yield from (name for name in given if name not in cli.commands)


class Headings(GivenGroup):
    """A group whose commands are listed under headings in its help; an interrupted one ends in a line."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            kept = ctx.invoked_subcommand in GOES_ON
            what_next = "what was stored is kept: run it again to go on" if kept else "no file is half written"
            click.echo(f"\nleadkit: interrupted; {what_next}", err=True)
            ctx.exit(INTERRUPTED)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        for heading in HEADINGS:
            with formatter.section(heading):
                formatter.write_dl([(name, first_sentence(self, name)) for name in names_under(heading)])


@click.group(cls=Headings, subjects=("lead", None), context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="leadkit", message="%(version)s")
def cli() -> None:
    """Screen, score, qualify and explain sales leads by one policy file, and keep the process around them."""


for command in chain.from_iterable(HEADINGS.values()):
    cli.add_command(command)
