"""The commands on a store that are more than one command of the desk: migrate, import, queue, history, erase, enrol."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from leadkit.cli.lists import IN_LANGUAGE, TO_FILL_IN, check_list, write_list
from leadkit.cli.opening import BY, DB, ROLE, actor, aligned, on_store, printable
from leadkit.cli.shared import (
    AS_JSON,
    MAP,
    SET_ASIDE,
    SHEET,
    SHEETS,
    check_output,
    error_lines,
    load_heads,
    refuse_overwriting,
    tell_of_more,
    with_progress,
)

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from leadkit.adapters.spreadsheets.read_sheet import ReadSheet
    from leadkit.desk.desk import Desk
    from leadkit.desk.imported import Imported
    from leadkit.desk.results import HistoryItem, LeadState
    from leadkit.records.people import Actor

MOST_ROWS = 10
HEADS = ("rank", "points", "priority", "status", "id", "company", "owner", "to ask or why")


@click.command()
@DB
def migrate(db: str) -> None:
    """Create leadkit's tables in a database, or bring them to this version; run twice it does nothing."""
    from leadkit.adapters.sql import migrate as bring

    with error_lines():
        done = bring(db)
        was = {done.after: "is at", None: "now has"}.get(done.before, f"went from {done.before} to")
        click.echo(f"{done.place} {was} schema {done.after}")


@click.command("import")
@click.argument("leads", required=False, type=click.Path(path_type=Path))
@click.option("--activities", type=click.Path(path_type=Path), help="The follow-up sheet.")
@click.option("--opportunities", type=click.Path(path_type=Path), help="The evaluation sheet, or an export of deals.")
@MAP
@SHEET
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write the rows set aside here (.xlsx or .csv).")
@click.option("--dry-run", is_flag=True, help="Say what would become of every row, and store nothing.")
@AS_JSON
@BY
@ROLE
@on_store
def import_sheets(
    desk: Desk,
    leads: Path | None,
    activities: Path | None,
    opportunities: Path | None,
    map_name: str | None,
    sheet: str | None,
    output: Path | None,
    dry_run: bool,
    as_json: bool,
    by: str,
    role: str | None,
) -> None:
    """Take the leads of a sheet into the store, with their follow-ups; or follow-ups or opportunities alone.

    A row that has the number of a lead, or its id in another system, corrects it; the answer says what it changed. An
    import that was cut off, or is run twice, gives what one run gives; `leadkit imports` lists it, and `leadkit undo`
    takes it back. Exits with 1 when rows were set aside.
    """
    from leadkit.adapters.spreadsheets.scored import write_result
    from leadkit.cli.imported_deals import deal_lines
    from leadkit.desk.importing import import_activities, import_leads, import_opportunities
    from leadkit.desk.worklists import is_worked_list

    check_output(output, SHEETS)
    refuse_overwriting(output, leads, activities, opportunities)
    if activities and opportunities and not leads:
        raise click.UsageError("--activities and --opportunities go together with a lead sheet only")
    giver, shown = actor(by, role), partial(with_progress, label="importing")
    if leads and not (activities or opportunities) and map_name is None and is_worked_list(leads):
        leads, activities = None, leads
    if leads:
        heads = load_heads(map_name, desk.policy)
        done = import_leads(
            desk,
            leads,
            activities=activities,
            opportunities=opportunities,
            heads=heads,
            sheet=sheet,
            by=giver,
            shown=shown,
            dry_run=dry_run,
        )
    elif activities:
        done = import_activities(desk, activities, by=giver, shown=shown, dry_run=dry_run)
    elif opportunities:
        heads = load_heads(map_name, desk.policy)
        done = import_opportunities(
            desk, opportunities, heads=heads, sheet=sheet, by=giver, shown=shown, dry_run=dry_run
        )
    else:
        raise click.UsageError("name a lead sheet, or another one with --activities or --opportunities")
    if as_json:
        click.echo(json.dumps(done.to_json(), indent=2, ensure_ascii=False))
    else:
        for line in (*_summary(done, dry_run=dry_run), *deal_lines(done, desk.policy.language, dry_run=dry_run)):
            click.echo(printable(line))
    for file in write_result(output, done.tables(every_row=dry_run)) if output else ():
        click.echo(f"-> {file}")
    aside = done.leads_set_aside or done.activities_set_aside or done.owners_refused or done.opportunities_set_aside
    sys.exit(SET_ASIDE if aside else 0)


def _summary(done: Imported, *, dry_run: bool) -> Iterator[str]:
    from leadkit.adapters.spreadsheets.notes import notes

    if dry_run:
        yield "dry run, nothing is stored"
    if done.leads:
        came = f"{done.captured} captured, {done.joined} joined, {done.amended} amended, {done.repeated} done before"
        yield f"leads: {came}, {done.leads_set_aside} set aside"
        yield from notes(done.leads, done.leads.language)
        yield from _joined(done)
        yield from _amended(done)
        yield from _reasons(done.leads)
        yield from _flagged(done.leads)
    if done.activities:
        came = f"{done.recorded} recorded, {done.recorded_before} recorded before"
        unfilled = f", {done.unfilled} not filled in" if done.unfilled else ""
        yield f"follow-ups: {came}, {done.activities_set_aside} set aside{unfilled}"
        yield from _assigned(done)
        yield from _reasons(done.activities)
        yield from _flagged(done.activities)
    if not dry_run and (done.leads or done.activities):
        yield f"to take this import back: leadkit undo {done.run}"


def _joined(done: Imported) -> Iterator[str]:
    """The rows that were joined, by what, and the fields of which they say something else."""
    joins = [row for row in done.rows if row.outcome == "joined"]
    for row in joins[:MOST_ROWS]:
        by = f" by {row.matched_by}" if row.matched_by else ""
        other = f", says otherwise: {', '.join(row.differences)}" if row.differences else ""
        yield f"  row {row.place[1]}: joined to {row.lead_id}{by}{other}"
    if len(joins) > MOST_ROWS:
        yield f"  and {len(joins) - MOST_ROWS} more joined; leadkit history LEAD tells of each"


def _amended(done: Imported) -> Iterator[str]:
    """The rows that corrected their lead: each value before and after."""
    from leadkit.desk.imported_values import in_words

    amended = [row for row in done.rows if row.outcome == "amended" and not row.before]
    for row in amended[:MOST_ROWS]:
        changes = (f"{name}: {in_words(was)} -> {in_words(now)}" for name, (was, now) in row.changes.items())
        yield f"  row {row.place[1]}: {row.lead_id} amended, " + "; ".join(changes)
    if len(amended) > MOST_ROWS:
        yield f"  and {len(amended) - MOST_ROWS} more amended; -o writes them all"


def _assigned(done: Imported) -> Iterator[str]:
    """The new owners that a list names."""
    if done.assigned:
        new, refused = sum(row.new for row in done.assigned), done.owners_refused
        yield f"owners: {new} leads assigned, {len(refused)} refused"
        yield from (f"  {row.refused}" for row in refused[:MOST_ROWS])
        if len(refused) > MOST_ROWS:
            yield f"  and {len(refused) - MOST_ROWS} more; --json tells them all"


def _flagged(plan: ReadSheet[Any]) -> Iterator[str]:
    if plan.flagged:
        yield f"  taken in, and to look at: {len(plan.flagged)}; -o writes them with the reasons"


def _reasons(plan: ReadSheet[Any]) -> Iterator[str]:
    for row in plan.set_aside[:MOST_ROWS]:
        where = f"{row.sheet}, row {row.number}" if len(plan.parts) > 1 else f"row {row.number}"
        yield f"  {where}: " + "; ".join(plan.say(fault, plan.language) for fault in row.faults)
    if len(plan.set_aside) > MOST_ROWS:
        yield f"  and {len(plan.set_aside) - MOST_ROWS} more; -o writes them all"


@click.command()
@click.option("--limit", type=click.IntRange(1, 100_000), default=50, show_default=True)
@on_store
def imports(desk: Desk, limit: int) -> None:
    """List the imports of sheets, the latest first; `leadkit undo ID` takes one back."""
    zone = desk.policy.time_zone
    rows = [
        (
            run.id,
            f"{run.begun_at.astimezone(zone):%Y-%m-%d %H:%M}",
            run.begun_by,
            "undone" if run.undone_at else "done" if run.finished_at else "cut off: run it again",
            run.file,
            ", ".join(f"{number} {name}" for name, number in run.counts.items() if number) or "-",
        )
        for run in desk.imports(limit)
    ]
    for line in aligned([("id", "begun", "by", "state", "file", "rows"), *rows]):
        click.echo(line)
    tell_of_more(len(rows), limit)


@click.command()
@click.option("--owner", help="Only this owner's leads.")
@click.option("--priority", help="Such as high.")
@click.option("--status", type=click.Choice(["new", "valid"]), help="New ones lack facts for their screening.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=50, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print the leads as JSON.")
@TO_FILL_IN
@IN_LANGUAGE
@on_store
def queue(desk: Desk, as_json: bool, output: Path | None, language: Any, **which: Any) -> None:
    """List the leads to work on, the highest score first.

    With -o as a list to fill in: what happened, the next date, a new owner. `leadkit import` takes it back.
    """
    check_list(output)
    states = desk.queue(**which)
    write_list(desk, states, output, language)
    if as_json:
        click.echo(json.dumps([_as_json(rank, state) for rank, state in enumerate(states, start=1)], indent=2))
        return
    for line in aligned([HEADS, *(_row(rank, state) for rank, state in enumerate(states, start=1))]):
        click.echo(line)
    tell_of_more(len(states), which["limit"])


def _row(rank: int, state: LeadState) -> tuple[str, ...]:
    asked = ", ".join(state.missing[:3] or state.reasons[:1])
    cells = (state.priority, state.status, state.id, state.lead.company.name, state.owner, asked)
    return (str(rank), str(state.points), *(word or "-" for word in cells))


def _as_json(rank: int, state: LeadState) -> dict[str, Any]:
    return {
        "rank": rank,
        "id": state.id,
        "points": float(state.points),
        "priority": state.priority,
        "nurture_stage": state.nurture_stage,
        "status": state.status,
        "company": state.lead.company.name,
        "owner": state.owner,
        "missing": state.missing,
        "reasons": state.reasons,
        "version": state.version,
    }


@click.command()
@click.argument("lead_id", metavar="LEAD")
@on_store
def history(desk: Desk, lead_id: str) -> None:
    """List all that was done with a lead, the oldest first, in the time of the policy's zone."""
    zone = desk.policy.time_zone
    for line in aligned([history_line(item, zone) for item in desk.history(lead_id)]):
        click.echo(line)


def history_line(item: HistoryItem, zone: ZoneInfo) -> tuple[str, ...]:
    """When, who, what, and all that was said with it."""
    from leadkit.desk.imported_values import in_words

    who = f"{item.actor or '-'} ({item.role})" if item.role else item.actor or "-"
    details = " ".join(f"{name}={_plain(value)}" for name, value in item.details.items())
    changes = (f"{name}: {in_words(was)} -> {in_words(now)}" for name, (was, now) in item.changes.items())
    text = "  ".join(filter(None, (details, item.text, *changes)))
    return f"{item.at.astimezone(zone):%Y-%m-%d %H:%M}", who, item.what, text


def _plain(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, (tuple, list)) else str(value)


@click.command()
@click.argument("lead_id", metavar="LEAD", required=False)
@click.option("--yes", is_flag=True, help="Don't ask.")
@click.option("--sweep", is_flag=True, help="Only overwrite what earlier erasures left behind in files.")
@BY
@ROLE
@on_store
def erase(desk: Desk, lead_id: str | None, yes: bool, sweep: bool, by: str, role: str | None) -> None:
    """Erase the person behind a lead everywhere; the figures of the review stay as they were."""
    if (lead_id is None) != sweep:
        raise click.UsageError("name a lead, or say --sweep")
    if lead_id is None:
        desk.storage.sweep()
        click.echo("swept")
        return
    state = desk.lead(lead_id)
    if not yes and not click.confirm(f"erase the person behind {state.id} for good?"):
        click.echo("nothing was erased")
        sys.exit(SET_ASIDE)
    _erase(desk, state.id, actor(by, role))
    click.echo(f"{state.id} erased")


def _erase(desk: Desk, lead_id: str, by: Actor) -> None:
    """Erase; where the files can't be overwritten now, say that the person is erased nevertheless."""
    from leadkit.errors import StorageError

    try:
        desk.erase(lead_id, by=by)
    except StorageError:
        if desk.history(lead_id)[-1].what == "erase":
            click.echo(f"{lead_id} erased; what it left behind in files is there until they are swept")
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

    from leadkit.records.people import Member

    try:
        member = Member(id=member_id, role=role, capacity=capacity, active=not inactive)
    except ValidationError:
        raise click.UsageError("ID takes up to 100 characters, --role a code such as senior_rep") from None
    click.echo(f"{member.id} {desk.enrol(member, by=actor(by, by_role)).outcome}")


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
