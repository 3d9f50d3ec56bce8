"""The journal across leads and opportunities, as a feed for other systems."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from leadkit.cli.opening import aligned, on_store
from leadkit.cli.shared import AS_JSON, as_text

if TYPE_CHECKING:
    from leadkit.cli.wording import Wording
    from leadkit.desk.desk import Desk
    from leadkit.desk.feed import JournalChange


@click.command()
@click.option(
    "--since", type=click.IntRange(min=0), default=0, show_default=True, help="The last number that was read."
)
@click.option("--limit", type=click.IntRange(1, 10_000), default=1000, show_default=True)
@click.option("--personal", is_flag=True, help="With the values that name people or say their words.")
@AS_JSON
@on_store
def changes(desk: Desk, since: int, limit: int, personal: bool, as_json: bool) -> None:
    """List what was done with all leads and opportunities, by its number: a feed for other systems.

    The next call takes the last number as --since. Numbers rise; while others write none is given out as long as a
    lower one may still come.
    """
    from leadkit.cli.wording import Wording

    read = desk.changes(since, limit=limit, personal=personal)
    if as_json:
        click.echo(as_text([change.to_dict() for change in read]))
        return
    words = Wording.of(desk.policy)
    heads = words.heads("number", "at", "by", "what", "about", "changed")
    for line in aligned([heads, *(_line(change, words) for change in read)]):
        click.echo(line)


def _line(change: JournalChange, words: Wording) -> tuple[str, ...]:
    from leadkit.desk.importing.values import in_words

    about = " ".join(filter(None, (change.lead_id, change.opportunity_id))) or words.nothing
    values = [f"{words.field(name)}: {in_words(was)} -> {in_words(now)}" for name, (was, now) in change.changes.items()]
    text = "; ".join([*values, *map(words.field, change.personal)]) or words.nothing
    return str(change.seq), words.moment(change.at), words.code(change.actor), words.code(change.action), about, text
