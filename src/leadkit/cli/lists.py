"""Lists of leads: in every state, by what they say, for reading, for another command, or to be worked in Excel."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from leadkit.cli.codes import Code
from leadkit.cli.opening import aligned, on_store
from leadkit.cli.shared import (
    AS_JSON,
    SET_ASIDE,
    SHEETS,
    Moment,
    as_text,
    check_output,
    refuse_overwriting,
    tell_error,
    tell_of_more,
)

if TYPE_CHECKING:
    from datetime import datetime

    from leadkit.cli.wording import Wording
    from leadkit.desk.desk import Desk
    from leadkit.desk.results import LeadState
    from leadkit.texts import Language

HEADS = ("id", "status", "points", "priority", "captured", "channel", "company", "owner", "asked")
STATUSES = ("new", "valid", "invalid", "archived", "converted", "paused", "proposed")
FROM_INPUT, FROM_FILE = "-", "@"
MANY_LEADS = "LEAD is an id; `-` for the ids on standard input, one a line; `@FILE` for the leads of a list."
TO_FILL_IN = click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Write them as a list to fill in (.xlsx or .csv)."
)
IN_LANGUAGE = click.option(
    "--language", type=click.Choice(["en", "zh_CN"]), help="Of the list; by default the policy's."
)


@click.command("list")
@click.option("--status", type=Code(STATUSES), help="Only leads in this state; proposed are to be judged.")
@click.option("--owner", help="Only this owner's leads.")
@click.option("--channel", help="Only leads that came by it, such as 展会.")
@click.option("--tag", help="Only leads with this tag.")
@click.option("--source", help="Only leads from this channel, or channel and detail, as in the review.")
@click.option("--priority", help="Such as high.")
@click.option("--grade", help="With an opportunity of this grade, such as A; confirmed.")
@click.option("--since", type=Moment(), help="Captured at this time or later.")
@click.option("--until", type=Moment(), help="Captured before this time.")
@click.option("--import", "import_id", help="Made or changed by this import.")
@click.option("--text", help="With this in the id, company, need, product, name, phone or address.")
@click.option("--ready", is_flag=True, default=None, help="Only leads that are ready to be converted.")
@click.option("--limit", type=click.IntRange(1, 1_000_000), default=100, show_default=True)
@click.option("--ids", is_flag=True, help="Print the ids alone, a line each: for `leadkit archive -` and the like.")
@AS_JSON
@TO_FILL_IN
@IN_LANGUAGE
@on_store
def list_leads(
    desk: Desk, ids: bool, as_json: bool, output: Path | None, language: Any, status: Any, **which: Any
) -> None:
    """List leads in whatever state, the latest first."""
    check_list(output)
    paused, proposed = (True if status == name else None for name in ("paused", "proposed"))
    states = desk.leads(status=None if paused or proposed else status, paused=paused, proposed=proposed, **which)
    for line in _lines(desk, states, ids=ids, as_json=as_json):
        click.echo(line)
    write_list(desk, states, output, language)
    tell_of_more(len(states), which["limit"], desk.policy.language)


def _lines(desk: Desk, states: tuple[LeadState, ...], *, ids: bool, as_json: bool) -> Iterator[str]:
    if ids:
        yield from (state.id for state in states)
    elif as_json:
        yield as_text([state.to_dict() for state in states])
    else:
        from leadkit.cli.wording import Wording

        words, now = Wording.of(desk.policy), desk.executor.clock()
        yield from aligned([words.heads(*HEADS), *(_row(words, state, now) for state in states)])


def _row(words: Wording, state: LeadState, now: datetime) -> tuple[str, ...]:
    lead = state.lead
    channel = lead.source.channel if lead.source else None
    captured = words.moment(state.captured_at).partition(" ")[0]
    who = (word or words.nothing for word in (channel, lead.company.name, state.owner))
    priority = words.band(state, now)
    return state.id, words.code(state.status), str(state.points), priority, captured, *who, words.asked(state)


def check_list(output: Path | None) -> None:
    """Refuse an output that no list can be written to.

    Raises:
        click.UsageError: it is one.
    """
    check_output(output, SHEETS)
    refuse_overwriting(output)


def write_list(desk: Desk, states: Iterable[LeadState], output: Path | None, language: Language | None) -> None:
    """Write leads as a list to work with, where an output was asked for; in the policy's language by default."""
    if output is None:
        return
    from leadkit.adapters.spreadsheets.scored import write_result
    from leadkit.desk.worklists import work_table

    for file in write_result(output, [work_table(desk, states, language or desk.policy.language)]):
        click.echo(f"-> {file}", err=True)


def each_lead(desk: Desk, named: str, key: str | None, give: Callable[[str, str | None], None]) -> None:
    """Give a command for each of the leads that are named, of a list under a key of its own for each.

    Of a list, one that is refused stops no other, and makes the exit code 1.
    """
    from leadkit.errors import CommandError

    if named != FROM_INPUT and not named.startswith(FROM_FILE):
        give(named, key)
        return
    refused = 0
    for lead_id in lead_ids(named):
        try:
            give(lead_id, None if key is None else f"{key}:{lead_id}")
        except CommandError as error:
            refused += 1
            tell_error(error, desk.policy.language)
    if refused:
        sys.exit(SET_ASIDE)


def lead_ids(named: str) -> list[str]:
    """The leads that a command is about: one; `-` for those on standard input; `@FILE` for those of a list.

    On standard input and in a text file the first word of each line is an id.
    """
    if named == FROM_INPUT:
        return _first_words(sys.stdin.read())
    if not named.startswith(FROM_FILE):
        return [named]
    file = Path(named.removeprefix(FROM_FILE))
    if file.suffix.lower() in SHEETS:
        from leadkit.desk.worked_lists import ids_in

        return ids_in(file)
    try:
        return _first_words(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeError):
        raise click.UsageError(f"{file.name}: can't be read as a text file with an id on each line") from None


def _first_words(text: str) -> list[str]:
    return list(dict.fromkeys(line.split()[0] for line in text.splitlines() if line.split()))
