"""Groups of commands that know those of the catalogue, and build them when they are asked for."""

from __future__ import annotations

from typing import Any

import click

from leadkit.cli.catalogue import Entry, entries

LONGEST_SENTENCE = 200


class GivenGroup(click.Group):
    """A group with its own commands, and those of the catalogue about `subjects`.

    Both the terminal's name of a command and the desk's are understood.
    """

    def __init__(self, *args: Any, subjects: tuple[str | None, ...] = (), **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.subjects = subjects

    def entry(self, name: str) -> Entry | None:
        """The entry of the catalogue that is called `name`."""
        known = [entry for subject in self.subjects for entry in entries(subject).values()]
        return next((entry for entry in known if name in {entry.terminal, entry.name}), None)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        written = super().get_command(ctx, cmd_name)
        entry = self.entry(cmd_name)
        if written is not None or entry is None:
            return written
        from leadkit.cli.given import terminal_command

        return terminal_command(entry)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        given = [name for subject in self.subjects for name in entries(subject)]
        return list(dict.fromkeys([*self.commands, *given]))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            rows = [(name, first_sentence(self, name)) for name in self.list_commands(ctx)]
            formatter.write_dl(rows)


def first_sentence(group: GivenGroup, name: str) -> str:
    """The first sentence of a command's help, whole."""
    written = group.commands.get(name)
    if written is not None:
        return written.get_short_help_str(LONGEST_SENTENCE)
    entry = group.entry(name)
    return click.Command(name, help=entry.help if entry else "").get_short_help_str(LONGEST_SENTENCE)
