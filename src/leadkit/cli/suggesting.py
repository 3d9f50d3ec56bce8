"""The command that says what to send to a lead next."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from leadkit.cli.opening import aligned, on_store
from leadkit.cli.shared import AS_JSON, as_text

if TYPE_CHECKING:
    from leadkit.desk.desk import Desk

HEADS = ("id", "content_kind", "title", "link")


@click.command()
@click.argument("lead_id", metavar="LEAD")
@click.option(
    "--library",
    type=click.Path(path_type=Path),
    required=True,
    envvar="LEADKIT_LIBRARY",
    show_envvar=True,
    help="The content library, a TOML file.",
)
@click.option("--language", type=click.Choice(["en", "zh_CN"]), help="Of what is sent; by default the policy's.")
@AS_JSON
@on_store
def suggest(desk: Desk, lead_id: str, library: Path, language: Any, as_json: bool) -> None:
    """Show what of the content library to send to a lead next, best first, without what was sent to it before.

    `leadkit record LEAD --content-id ID` says that it was sent.
    """
    from leadkit.cli.wording import Wording
    from leadkit.desk.opening import library_of
    from leadkit.policy.content_library import load_content

    words = Wording.of(desk.policy)
    content = library_of(load_content(library), desk.policy)
    pieces = desk.suggest(lead_id, language=language or words.language, library=content)
    if as_json:
        click.echo(as_text([piece.model_dump(mode="json") for piece in pieces]))
        return
    rows = [(piece.id, words.code(piece.kind), piece.title, piece.link or words.nothing) for piece in pieces]
    for line in aligned([words.heads(*HEADS), *rows]):
        click.echo(line)
