"""The commands about leads: score and explain."""

from __future__ import annotations

import re
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from leadkit.adapters.tables import ARROW, PARQUET
from leadkit.cli.opening import aligned, clipped, printable
from leadkit.cli.shared import (
    AS_OF,
    LANGUAGE,
    MAGNITUDES,
    MAP,
    PAGES,
    POLICY,
    SET_ASIDE,
    SHEET,
    SHEETS,
    BulkEnd,
    bulk_work,
    check_output,
    error_lines,
    load_heads,
    load_named,
    refuse_overwriting,
    terminal_width,
    time_or_now,
    with_progress,
    write_page,
)
from leadkit.cli.tables import score_tables
from leadkit.texts import texts

if TYPE_CHECKING:
    from leadkit.adapters.spreadsheets.read import CountedActivity
    from leadkit.adapters.spreadsheets.read_sheet import ReadSheet
    from leadkit.decisions import Decision, Worklist
    from leadkit.policy import Policy
    from leadkit.policy.sheets import MapFile
    from leadkit.records import Lead
    from leadkit.rules.facts import Fact
    from leadkit.scoring.witness import Events

MOST_LEADS = 10
MOST_OF_TITLE = 40
"""A lead's id and company take so much of a line at most."""


@click.command()
@click.argument("leads", type=click.Path(path_type=Path))
@click.option("--activities", type=click.Path(path_type=Path), help="The follow-up sheet.")
@POLICY
@MAP
@SHEET
@AS_OF
@LANGUAGE
@click.option("--explain", is_flag=True, help="Print the explanation of the ten highest scores.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write the scored list here (.xlsx or .csv).")
@click.option(
    "--page", type=click.Path(path_type=Path), help="Write the explained list as a page for the phone (.html)."
)
def score(
    leads: Path,
    activities: Path | None,
    policy_name: str,
    map_name: str | None,
    sheet: str | None,
    as_of: datetime | None,
    language: str | None,
    explain: bool,
    output: Path | None,
    page: Path | None,
) -> None:
    """Screen, score and sort the leads of a sheet (XLSX or CSV), or evaluate a table of facts (Parquet or Arrow).

    A table has `lead_id` and facts by name; it is written as .parquet, .arrow or .csv, not sorted.
    Exits with 1 when rows of a sheet were set aside: they stand in the output with the reason, to be mended and fed
    back.
    """
    check_output(output, (*PARQUET, *ARROW, ".csv") if leads.suffix.lower() in {*PARQUET, *ARROW} else SHEETS)
    refuse_overwriting(output, leads, activities)
    check_output(page, PAGES)
    refuse_overwriting(page, leads, activities)
    with error_lines() as reader:
        if leads.suffix.lower() in (*PARQUET, *ARROW):
            if explain or language or map_name or sheet or page:
                raise click.UsageError(
                    "--explain, --language, --map, --sheet and --page are for sheets, not for tables of facts"
                )
            score_tables(leads, activities, policy_name, as_of, output)
            return
        explained = 10 if explain else 0
        policy = load_named(policy_name)
        reader.language = policy.language
        with bulk_work():
            now = time_or_now(as_of, policy.time_zone)
            sheets = read_sheets(leads, activities, policy, now, load_heads(map_name, policy), sheet)
            aside = score_sheets(leads, *sheets, policy, now, language, explained, output, page)
            raise BulkEnd(SET_ASIDE if aside else 0)


def read_sheets(
    leads: Path,
    activities: Path | None,
    policy: Policy,
    as_of: datetime,
    heads: MapFile | None = None,
    sheet: str | None = None,
) -> tuple[ReadSheet[Lead], ReadSheet[CountedActivity] | None]:
    """The rows of a lead sheet, and those of the follow-ups of its leads, where there is such a sheet."""
    from leadkit.adapters.spreadsheets.read import read_counted, read_leads

    read = read_leads(leads, policy, heads=heads, sheet=sheet, as_of=as_of)
    ids = {lead.id: lead.id for lead in read.records}
    return read, read_counted(activities, policy, ids, heads=heads) if activities else None


def score_sheets(
    leads: Path,
    sheet: ReadSheet[Lead],
    follow_ups: ReadSheet[CountedActivity] | None,
    policy: Policy,
    as_of: datetime,
    language: Any,
    explained: int,
    output: Path | None,
    page: Path | None = None,
) -> int:
    """Print the summary, the leads to call first, `explained` of them in full; return how many rows were set aside."""
    from leadkit.adapters.spreadsheets.notes import notes
    from leadkit.adapters.spreadsheets.scored import join_lines, result_tables, write_result
    from leadkit.adapters.spreadsheets.today import counted, headline
    from leadkit.decisions import worklist

    language = language or policy.document.language or sheet.language
    words = texts("sheets", language)["terminal"]
    work = worklist(
        policy,
        with_progress(sheet.records, words["joining"]),
        follow_ups.records if follow_ups else (),
        as_of=as_of,
        shown=partial(with_progress, label=words["scoring"]),
    )
    lines = (headline(work, policy, language), *counted(work, policy, language, sheet, follow_ups))
    for line in (*lines, *notes(sheet, language), *join_lines(work, language)):
        click.echo(printable(line))
    _print_first(work, policy, language)
    for decision in work.decisions[:explained]:
        click.echo()
        for line in (_title(decision), *decision.score.explain(language).splitlines()):
            click.echo(printable(line))
    _print_next(leads, sheet, language, output)
    if output:
        tables = result_tables(work, policy, language, sheet, follow_ups)
        for file in write_result(output, tables, partial(with_progress, label=words["writing"])):
            click.echo(f"-> {file}")
    if page:
        write_page(policy, work.decisions, page, as_of, language)
        click.echo(f"-> {page}")
    return len(sheet.set_aside) + (len(follow_ups.set_aside) if follow_ups else 0)


def _print_first(work: Worklist, policy: Policy, language: Any) -> None:
    """The ten leads to call first, each in one line of the terminal."""
    from leadkit.adapters.spreadsheets.scored_rows import why

    rows = [
        (
            f"{rank:>3}",
            f"{decision.score.points!s:>5}",
            clipped(_title(decision), MOST_OF_TITLE),
            why(decision, policy, language),
        )
        for rank, decision in enumerate(work.decisions[:MOST_LEADS], start=1)
    ]
    if rows:
        click.echo()
    for line in aligned(rows) if rows else ():
        click.echo(clipped(line, terminal_width()))


def _print_next(file: Path, sheet: ReadSheet[Any], language: Any, output: Path | None) -> None:
    """What to do next, where there is something."""
    words = texts("sheets", language)["terminal"]
    lines = []
    if sheet.carried or sheet.set_aside:
        lines.append(words["heads"].format(file=file))
    if output is None:
        lines.append(words["write"].format(file=file))
    if lines:
        click.echo()
    for line in lines:
        click.echo(clipped(line, terminal_width()))


def _title(decision: Decision) -> str:
    lead = decision.lead
    return " ".join(filter(None, (lead.id, lead.company.name or lead.contact.name)))


@click.command()
@click.argument("facts", nargs=-1, required=True)
@POLICY
@AS_OF
@click.option("--language", type=click.Choice(["en", "zh_CN"]), help="By default the policy's.")
def explain(facts: tuple[str, ...], policy_name: str, as_of: datetime | None, language: Any) -> None:
    """Score one lead given as FACT=VALUE or EVENT=COUNT words, and explain it.

    For example: leadkit explain company_size=large role=decision_maker webinar=2. An event may be older, as in
    webinar=1@90d: ninety days. It may be about something, or of an amount: visit[pricing]=2, order[500]=1. What the
    policy calls a fact, a level or an event will do: 企业规模=大型.
    """

    with error_lines():
        policy = load_named(policy_name)
        now = time_or_now(as_of, policy.time_zone)
        lead, events = _facts_and_events(facts, policy)
        happened = [activity for event in events for activity in event.activities(now)]
        click.echo(policy.score(lead, happened, as_of=now).explain(language or policy.language))


def _facts_and_events(words: tuple[str, ...], policy: Policy) -> tuple[dict[str, Any], list[Events]]:
    """The facts by name, and the events."""
    from leadkit.cli.codes import labelled
    from leadkit.rules.facts import near
    from leadkit.scoring.witness import DAY

    lead: dict[str, Any] = {}
    events: list[Events] = []
    for word in words:
        written, _, value = word.rpartition("=") if "[" in word.partition("=")[0] else word.partition("=")
        kind, bracket, about = written.partition("[")
        name = labelled(policy, kind)
        if name in policy.facts and name not in lead:
            lead[name] = _value(policy, policy.facts[name], value)
        elif name in policy.facts:
            raise click.UsageError(f"{name} is given twice")
        elif name not in policy.event_kinds:
            raise click.UsageError(f"{word}: no such fact or event; {near(name, [*policy.facts, *policy.event_kinds])}")
        elif not (count := re.fullmatch(r"([0-9]{1,5})(?:@([0-9]{1,5})d)?", value)):
            raise click.UsageError(f"{word}: an event needs a count, such as {name}=2 or {name}=2@90d")
        else:
            events.append(_events(name + bracket + about, int(count[1]), int(count[2] or 0) * DAY))
    return lead, events


def _events(name: str, number: int, age: int) -> Events:
    from leadkit.scoring.witness import Events

    try:
        return Events.called(name, number, age)
    except ValueError:
        raise click.UsageError(f"{name}: what it was about stands in brackets, such as visit[pricing]=2") from None


def _value(policy: Policy, fact: Fact, text: str) -> Any:
    from leadkit.adapters.spreadsheets.lead_values import custom_value
    from leadkit.records.text import read_number

    value = read_number(text, *MAGNITUDES) if fact.type == "number" else custom_value(text, fact, policy)
    if value is not None:
        return value
    wanted = {"boolean": "true or false", "number": "a number"}.get(fact.type, "one of " + ", ".join(fact.levels))
    raise click.UsageError(f"{fact.name} must be {wanted}")
