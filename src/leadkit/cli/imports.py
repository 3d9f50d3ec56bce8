"""Sheets into the store, and the runs that brought them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from leadkit.cli.opening import BY, ROLE, aligned, giver, on_store, printable
from leadkit.cli.shared import (
    AS_JSON,
    MAP,
    SET_ASIDE,
    SHEET,
    SHEETS,
    as_text,
    check_output,
    load_heads,
    refuse_overwriting,
    seldom_collected,
    tell_of_more,
    with_progress,
)

if TYPE_CHECKING:
    from leadkit.adapters.spreadsheets.read_sheet import ReadSheet
    from leadkit.cli.wording import Wording
    from leadkit.desk.desk import Desk
    from leadkit.desk.importing.imported import Imported
    from leadkit.desk.results import ImportRun

MOST_ROWS = 10


@click.command("import")
@click.argument("leads", required=False, type=click.Path(path_type=Path))
@click.option("--activities", type=click.Path(path_type=Path), help="The follow-up sheet.")
@click.option("--opportunities", type=click.Path(path_type=Path), help="The evaluation sheet, or an export of deals.")
@MAP
@SHEET
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write the rows set aside here (.xlsx or .csv).")
@click.option("--dry-run", is_flag=True, help="Say what would become of every row, and store nothing.")
@click.option("--plan", type=click.Path(path_type=Path), help="Do what this dry run said (its --json), nothing else.")
@AS_JSON
@BY
@ROLE
@on_store
@seldom_collected()
def import_sheets(
    desk: Desk,
    leads: Path | None,
    activities: Path | None,
    opportunities: Path | None,
    map_name: str | None,
    sheet: str | None,
    output: Path | None,
    dry_run: bool,
    plan: Path | None,
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
    from leadkit.cli.imported_opportunities import deal_lines
    from leadkit.cli.wording import Wording
    from leadkit.desk.importing import import_activities, import_leads, import_opportunities
    from leadkit.desk.importing.plan import plan_from
    from leadkit.desk.worklists import is_worked_list

    check_output(output, SHEETS)
    refuse_overwriting(output, leads, activities, opportunities, plan)
    if activities and opportunities and not leads:
        raise click.UsageError("--activities and --opportunities go together with a lead sheet only")
    words = Wording.of(desk.policy)
    planned = plan_from(plan) if plan else None
    who, shown = giver(desk, by, role), partial(with_progress, label=words.line("import", "label"))
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
            by=who,
            shown=shown,
            dry_run=dry_run,
            plan=planned,
        )
    elif activities:
        done = import_activities(desk, activities, by=who, shown=shown, dry_run=dry_run, plan=planned)
    elif opportunities:
        heads = load_heads(map_name, desk.policy)
        done = import_opportunities(
            desk, opportunities, heads=heads, sheet=sheet, by=who, shown=shown, dry_run=dry_run, plan=planned
        )
    else:
        raise click.UsageError("name a lead sheet, or another one with --activities or --opportunities")
    if as_json:
        click.echo(as_text(done.to_dict()))
    else:
        for line in (*_summary(done, words, dry_run=dry_run), *deal_lines(done, words, dry_run=dry_run)):
            click.echo(printable(line))
    for file in write_result(output, done.tables(every_row=dry_run)) if output else ():
        click.echo(f"-> {file}")
    aside = done.leads_set_aside or done.activities_set_aside or done.owners_refused or done.opportunities_set_aside
    sys.exit(SET_ASIDE if aside else 0)


def _summary(done: Imported, words: Wording, *, dry_run: bool) -> Iterator[str]:
    from leadkit.adapters.spreadsheets.notes import notes

    if dry_run:
        yield words.line("import", "dry_run")
    if done.leads:
        counts = {name: getattr(done, name) for name in ("captured", "joined", "amended", "repeated")}
        yield words.line("import", "leads", **counts, aside=done.leads_set_aside)
        yield from notes(done.leads, done.leads.language)
        yield from _joined(done, words)
        yield from _amended(done, words)
        yield from to_mend(done.leads, words)
    if done.activities:
        counts = {"recorded": done.recorded, "before": done.recorded_before, "aside": done.activities_set_aside}
        unfilled = words.line("import", "unfilled", done.unfilled) if done.unfilled else ""
        yield words.line("import", "follow_ups", **counts, unfilled=unfilled)
        yield from _unknown_means(done, words)
        yield from _findings(done, words)
        yield from _assigned(done, words)
        yield from to_mend(done.activities, words)
    if not dry_run and (done.leads or done.activities):
        yield words.line("import", "undo", done.run)


def _joined(done: Imported, words: Wording) -> Iterator[str]:
    """The rows that were joined, by what, and the fields of which they say something else."""
    joins = [row for row in done.rows if row.outcome == "joined"]
    for row in joins[:MOST_ROWS]:
        by = words.line("import", "joined_by", words.code(row.matched_by)) if row.matched_by else ""
        fields = ", ".join(map(words.field, row.differences))
        other = words.line("import", "differs", fields) if fields else ""
        yield words.line("import", "joined", row=row.place[1], lead=row.lead_id, by=by, other=other)
    if len(joins) > MOST_ROWS:
        yield words.line("import", "more_joined", len(joins) - MOST_ROWS)


def _amended(done: Imported, words: Wording) -> Iterator[str]:
    """The rows that corrected their lead: each value before and after."""
    from leadkit.desk.importing.values import in_words

    amended = [row for row in done.rows if row.outcome == "amended" and not row.before]
    for row in amended[:MOST_ROWS]:
        values = row.changes.items()
        changes = "; ".join(f"{words.field(name)}: {in_words(was)} -> {in_words(now)}" for name, (was, now) in values)
        yield words.line("import", "amended", row=row.place[1], lead=row.lead_id, changes=changes)
    if len(amended) > MOST_ROWS:
        yield words.line("import", "more_amended", len(amended) - MOST_ROWS)


def _assigned(done: Imported, words: Wording) -> Iterator[str]:
    """The new owners that a list names."""
    if done.assigned:
        new, refused = sum(row.new for row in done.assigned), done.owners_refused
        yield words.line("import", "owners", assigned=new, refused=len(refused))
        for row in [row for row in done.assigned if row.new][:MOST_ROWS]:
            was = row.was or words.nothing
            yield words.line("import", "new_owner", row=row.place[1], lead=row.home, was=was, owner=row.owner)
        yield from (f"  {row.refused}" for row in refused[:MOST_ROWS])
        if len(refused) > MOST_ROWS:
            yield words.line("import", "more_owners", len(refused) - MOST_ROWS)


def _unknown_means(done: Imported, words: Wording) -> Iterator[str]:
    """The means that the policy knows no word of, with how many follow-ups have each."""
    if done.unknown_means:
        shown = list(done.unknown_means.items())[:MOST_ROWS]
        rest = len(done.unknown_means) - len(shown)
        named = ", ".join(f"{means[:40]} ({times})" for means, times in shown)
        more = words.line("import", "more_means", rest) if rest else ""
        yield words.line("import", "unknown_means", means=named, more=more)


def _findings(done: Imported, words: Wording) -> Iterator[str]:
    """What somebody should look at in the follow-ups, and in which rows."""
    for code in dict.fromkeys(code for row in done.follow_ups for code in row.findings):
        numbers = [row.place[1] for row in done.follow_ups if code in row.findings]
        more = ", …" if len(numbers) > MOST_ROWS else ""
        rows = ", ".join(map(str, numbers[:MOST_ROWS])) + more
        yield words.line("import", "finding", finding=words.line("findings", code), rows=rows)


def to_mend(plan: ReadSheet[Any], words: Wording) -> Iterator[str]:
    """The rows set aside, each with its reasons, and how many others are to be looked at."""
    language = plan.language
    for row in plan.set_aside[:MOST_ROWS]:
        named = "sheet_row" if len(plan.parts) > 1 else "row"
        where = words.line("import", named, sheet=row.sheet, row=row.number)
        yield f"  {where}: " + "; ".join(plan.say(fault, language) for fault in row.faults)
    if len(plan.set_aside) > MOST_ROWS:
        yield words.line("import", "more_aside", len(plan.set_aside) - MOST_ROWS)
    if plan.flagged:
        yield words.line("import", "flagged", len(plan.flagged))


@click.command()
@click.option("--limit", type=click.IntRange(1, 100_000), default=50, show_default=True)
@on_store
def imports(desk: Desk, limit: int) -> None:
    """List the imports of sheets, the latest first; `leadkit undo ID` takes one back."""
    from leadkit.cli.wording import Wording

    words = Wording.of(desk.policy)
    rows = [_run(run, words) for run in desk.imports(limit)]
    for line in aligned([words.heads("id", "begun", "by", "state", "file", "rows"), *rows]):
        click.echo(line)
    tell_of_more(len(rows), limit, words.language)


def _run(run: ImportRun, words: Wording) -> tuple[str, ...]:
    state = "undone" if run.undone_at else "done" if run.finished_at else "cut_off"
    counts = [words.line("counts", name, number) for name, number in run.counts.items() if number]
    begun = words.moment(run.begun_at)
    done = words.line("import", state)
    return run.id, begun, words.code(run.begun_by), done, run.file, ", ".join(counts) or words.nothing
