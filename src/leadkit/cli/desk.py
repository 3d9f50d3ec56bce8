"""The commands on a store that are more than one command of the desk: migrate, queue, history, erase, enrol."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from leadkit.cli.codes import Code
from leadkit.cli.lists import IN_LANGUAGE, TO_FILL_IN, check_list, write_list
from leadkit.cli.opening import BY, DB, ROLE, aligned, giver, on_store
from leadkit.cli.shared import PAGES, SET_ASIDE, as_text, check_output, error_lines, tell_of_more, write_page

if TYPE_CHECKING:
    from leadkit.cli.wording import Wording
    from leadkit.decisions import Decision
    from leadkit.desk.desk import Desk
    from leadkit.desk.results import HistoryItem, LeadState
    from leadkit.records.people import Actor

HEADS = ("rank", "points", "priority", "status", "id", "company", "owner", "asked")
FIELD_NAMES = frozenset({"fields", "differences"})
"""The details of the journal that name fields of a lead."""


@click.command()
@click.option("--sql", "as_sql", is_flag=True, help="Print the SQL that would be run, and change nothing.")
@click.option("--check", is_flag=True, help="Name what differs from the tables of this version, and change nothing.")
@DB
def migrate(db: str, as_sql: bool, check: bool) -> None:
    """Create leadkit's tables in a database, or bring them to this version; run twice it does nothing.

    With --check, exits with 1 when a table, a column or an index is missing or too many.
    """
    from leadkit.adapters.sql import drift, migration_script
    from leadkit.adapters.sql import migrate as bring

    with error_lines():
        if as_sql:
            click.echo(migration_script(db), nl=False)
            return
        if check:
            problems = drift(db)
            for problem in problems:
                click.echo(str(problem))
            click.echo(f"{len(problems)} differences")
            sys.exit(SET_ASIDE if problems else 0)
        done = bring(db)
        was = {done.after: "is at", None: "now has"}.get(done.before, f"went from {done.before} to")
        click.echo(f"{done.place} {was} schema {done.after}")


@click.command()
@click.option("--owner", help="Only this owner's leads.")
@click.option("--priority", help="Such as high.")
@click.option("--status", type=Code(("new", "valid")), help="New ones lack facts for their screening.")
@click.option("--tag", help="Only leads with this tag.")
@click.option("--source", help="Only leads from this channel, or channel and detail, as in the review.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=50, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print the leads as JSON.")
@TO_FILL_IN
@IN_LANGUAGE
@click.option("--page", type=click.Path(path_type=Path), help="Write them, explained, as a page for the phone (.html).")
@on_store
def queue(desk: Desk, as_json: bool, output: Path | None, language: Any, page: Path | None, **which: Any) -> None:
    """List the leads to work on, the highest score first.

    With -o as a list to fill in: what happened, the next date, a new owner. `leadkit import` takes it back.
    """
    from leadkit.cli.wording import Wording

    check_list(output)
    check_output(page, PAGES)
    states = desk.queue(**which)
    write_list(desk, states, output, language)
    if page:
        now = desk.executor.clock()
        write_page(desk.policy, decided(desk, states, now), page, now, language)
        click.echo(f"-> {page}", err=True)
    if as_json:
        ranked = ({"rank": rank, **state.to_dict()} for rank, state in enumerate(states, start=1))
        click.echo(as_text(list(ranked)))
        return
    words = Wording.of(desk.policy)
    now = desk.executor.clock()
    rows = [_row(rank, state, words, now) for rank, state in enumerate(states, start=1)]
    for line in aligned([words.heads(*HEADS), *rows]):
        click.echo(line)
    tell_of_more(len(states), which["limit"], words.language)


def decided(desk: Desk, states: Iterable[LeadState], now: datetime) -> Iterator[Decision]:
    """What the policy says about leads of the store at `now`."""
    from leadkit.decisions import Decision, events

    policy = desk.policy
    for state in states:
        facts = desk.facts(state.id, at=now)
        happened = events(desk.activities(state.id), details=policy.uses_details)
        score = policy.score(facts, happened, as_of=now)
        yield Decision(state.lead, policy.screen(facts), score, policy.nurture(score))


def _row(rank: int, state: LeadState, words: Wording, now: datetime) -> tuple[str, ...]:
    who = (word or words.nothing for word in (state.lead.company.name, state.owner))
    priority, status = words.band(state, now), words.code(state.status)
    return str(rank), str(state.points), priority, status, state.id, *who, words.asked(state)


@click.command()
@click.argument("lead_id", metavar="LEAD")
@on_store
def history(desk: Desk, lead_id: str) -> None:
    """List all that was done with a lead, the oldest first, in the time of the policy's zone."""
    from leadkit.cli.wording import Wording

    words = Wording.of(desk.policy)
    for line in aligned([history_line(item, words) for item in desk.history(lead_id)]):
        click.echo(line)


def history_line(item: HistoryItem, words: Wording) -> tuple[str, ...]:
    """When, who, what, and all that was said with it."""
    from leadkit.desk.importing.values import in_words

    named, role = words.code(item.actor), item.role
    who = f"{named} ({words.code(role)})" if role and (role != item.actor or words.language == "en") else named
    details = " ".join(f"{words.code(name)}={_plain(name, value, words)}" for name, value in item.details.items())
    values = item.changes.items()
    changes = (f"{words.field(name)}: {in_words(was)} -> {in_words(now)}" for name, (was, now) in values)
    late = words.line("lines", "entered", words.moment(item.entered_at)) if item.entered_at else None
    text = "  ".join(filter(None, (details, item.text, *changes, late)))
    return words.moment(item.at), who, words.code(item.what), text


def _plain(name: str, value: Any, words: Wording) -> str:
    """A detail of the journal in one line: codes by their words, times in the policy's zone."""
    if isinstance(value, (tuple, list)):
        return ",".join(_plain(name, part, words) for part in value)
    if not isinstance(value, str):
        return str(value)
    if name.endswith("_at"):
        with suppress(ValueError):
            return words.moment(datetime.fromisoformat(value))
    return words.field(value) if name in FIELD_NAMES else words.code(value, of=name)


@click.command()
@click.argument("lead_id", metavar="LEAD", required=False)
@click.option("--yes", is_flag=True, help="Don't ask.")
@click.option("--sweep", is_flag=True, help="Only overwrite what earlier erasures left behind in files.")
@BY
@ROLE
@on_store
def erase(desk: Desk, lead_id: str | None, yes: bool, sweep: bool, by: str, role: str | None) -> None:
    """Erase the person behind a lead everywhere; the figures of the review stay as they were."""
    from leadkit.cli.wording import Wording

    if (lead_id is None) != sweep:
        raise click.UsageError("name a lead, or say --sweep")
    words = Wording.of(desk.policy)
    if lead_id is None:
        desk.storage.sweep()
        click.echo(words.line("lines", "swept"))
        return
    state = desk.lead(lead_id)
    if not yes and not click.confirm(words.line("lines", "erase", state.id)):
        click.echo(words.line("lines", "not_erased"))
        sys.exit(SET_ASIDE)
    _erase(desk, state.id, giver(desk, by, role), words)
    click.echo(words.line("lines", "erased", state.id))


def _erase(desk: Desk, lead_id: str, by: Actor | None, words: Wording) -> None:
    """Erase; where the files can't be overwritten now, say that the person is erased nevertheless."""
    from leadkit.errors import StorageError

    try:
        desk.erase(lead_id, by=by)
    except StorageError:
        if desk.history(lead_id)[-1].what == "erase":
            click.echo(words.line("lines", "left_behind", lead_id))
        raise


@click.command()
@click.argument("member_id", metavar="ID")
@click.option("--role", required=True, help="What they do, such as sales_rep.")
@click.option("--capacity", type=click.IntRange(0, 1_000_000), help="How many leads at once; any where left out.")
@click.option("--inactive", is_flag=True, help="They keep what they have and are given nothing new.")
@BY
@click.option("--by-role", help="The role of who gives the command; needed with --by.")
@on_store
def enrol(
    desk: Desk, member_id: str, role: str, capacity: int | None, inactive: bool, by: str, by_role: str | None
) -> None:
    """Add somebody to the team, or change them."""
    from pydantic import ValidationError

    from leadkit.cli.telling import findings
    from leadkit.cli.wording import Wording
    from leadkit.records.people import Member

    try:
        member = Member(id=member_id, role=role, capacity=capacity, active=not inactive)
    except ValidationError:
        raise click.UsageError("ID takes up to 100 characters, --role a code such as senior_rep") from None
    words = Wording.of(desk.policy)
    done = desk.enrol(member, by=giver(desk, by, by_role))
    click.echo(words.line("lines", "enrolled", member=member.id, outcome=words.code(done.outcome)))
    for line in findings(done, words):
        click.echo(line)


@click.command()
def plugins() -> None:
    """List the plugins that are installed, and their hooks. Exits with 1 when one can't be loaded."""
    from leadkit.plugins.manager import Plugins

    with error_lines():
        installed = Plugins(discover=True)
        for line in aligned([(plugin.name, plugin.distribution, " ".join(plugin.hooks)) for plugin in installed]):
            click.echo(line)
        for failure in installed.failures:
            click.echo(f"leadkit: plugin {failure}", err=True)
        sys.exit(SET_ASIDE if installed.failures else 0)
