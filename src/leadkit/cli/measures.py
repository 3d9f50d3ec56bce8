"""The measures of the reviews: what is to be done, by whom and when, and what is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from leadkit.cli.opening import aligned, on_store
from leadkit.cli.shared import AS_JSON, as_text

if TYPE_CHECKING:
    from leadkit.cli.wording import Wording
    from leadkit.desk.desk import Desk
    from leadkit.reviewing.measures import Measure


@click.command()
@click.option("--open", "open_only", is_flag=True, help="Only those that are not done.")
@AS_JSON
@on_store
def measures(desk: Desk, open_only: bool, as_json: bool) -> None:
    """List the measures of the reviews, the one due first first; finish-measure takes their ids."""
    from leadkit.cli.wording import Wording

    kept = desk.measures(done=False if open_only else None)
    if as_json:
        click.echo(as_text([measure.to_dict() for measure in kept]))
        return
    words = Wording.of(desk.policy)
    heads = words.heads("id", "period", "measure", "owner", "due_day", "done")
    for line in aligned([heads, *(_line(measure, words) for measure in kept)]):
        click.echo(line)


def _line(measure: Measure, words: Wording) -> tuple[str, ...]:
    from leadkit.reviewing.period import read_period

    period = read_period(measure.period, words.policy.time_zone).label(words.language)
    done = words.nothing if measure.done_at is None else words.moment(measure.done_at)
    return measure.id, period, measure.text, measure.owner, str(measure.due), done
