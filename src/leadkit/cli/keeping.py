"""Everything that a store keeps, out of it and back: backup, restore, export."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from leadkit.cli.opening import DB
from leadkit.cli.shared import error_lines

if TYPE_CHECKING:
    from leadkit.store.protocol import Storage

FILE = click.Path(dir_okay=False, path_type=Path)


@contextmanager
def _opened(db: str) -> Iterator[Storage]:
    """The store at an address; errors are printed as lines."""
    from leadkit.adapters.built_in import BuiltIn
    from leadkit.desk.opening import storage_of
    from leadkit.plugins.manager import Plugins

    with error_lines(), closing(storage_of(db, Plugins(discover=True, built_in=BuiltIn()))) as storage:
        yield storage


@click.command()
@click.argument("file", type=FILE)
@click.option("--replace", is_flag=True, help="Write over FILE where it is there already.")
@DB
def backup(file: Path, replace: bool, db: str) -> None:
    """Write everything that the store keeps into FILE, as it is at one moment, while others go on working.

    FILE is compressed JSON, for its owner alone, and is checked before it takes its place. It holds people's names, and
    those that are erased later.
    """
    from leadkit.adapters.backup import backup as write

    with _opened(db) as storage:
        click.echo(f"{sum(write(storage, file, replace=replace).rows.values())} rows in {file}")


@click.command()
@click.argument("file", type=FILE)
@DB
def restore(file: Path, db: str) -> None:
    """Fill an empty store with the backup in FILE, of SQLite or of PostgreSQL, all of it or nothing.

    Create the store with `leadkit migrate` first. A damaged file, another schema and a store that is not empty are
    refused.
    """
    from leadkit.adapters.backup import restore as fill

    with _opened(db) as storage:
        click.echo(f"{sum(fill(storage, file).rows.values())} rows restored")


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--format", "form", type=click.Choice(["csv", "jsonl"]), default="csv", show_default=True, help="Of the files."
)
@DB
def export(folder: Path, form: Literal["csv", "jsonl"], db: str) -> None:
    """Write every table of the store into a file in FOLDER: leads, follow-ups, opportunities, the journal, all of it.

    For leaving, or for other programs; `leadkit restore` reads backups only. FOLDER is new or empty, and the files are
    for their owner alone. A text that a spreadsheet would take for a formula has an apostrophe before it.
    """
    from leadkit.adapters.export import export as write

    with _opened(db) as storage:
        written = write(storage, folder, form=form).rows
        for name, number in written.items():
            click.echo(f"{number:>8}  {name}")
