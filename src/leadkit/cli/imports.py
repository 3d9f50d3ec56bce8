"""Sheets into the store, and the runs that brought them."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

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
    from leadkit.cli.wording import Wording
    from leadkit.desk.desk import Desk
    from leadkit.desk.results import ImportRun


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
    from leadkit.cli.import_lines import summary
    from leadkit.cli.imported_opportunities import deal_lines
    from leadkit.cli.wording import Wording
    from leadkit.desk.importing import import_activities, import_leads, import_opportunities
    from leadkit.desk.importing.plan import plan_from
    from leadkit.desk.worked_lists import is_worked_list

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
        for line in (*summary(done, words, dry_run=dry_run), *deal_lines(done, words, dry_run=dry_run)):
            click.echo(printable(line))
    for file in write_result(output, done.tables(every_row=dry_run)) if output else ():
        click.echo(f"-> {file}")
    aside = done.leads_set_aside or done.activities_set_aside or done.owners_refused or done.opportunities_set_aside
    sys.exit(SET_ASIDE if aside else 0)


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
