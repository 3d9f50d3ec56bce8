"""What an import did with leads and follow-ups, in lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from leadkit.adapters.spreadsheets.read_sheet import ReadSheet
    from leadkit.cli.wording import Wording
    from leadkit.desk.importing.imported import Imported

MOST_ROWS = 10


def summary(done: Imported, words: Wording, *, dry_run: bool) -> Iterator[str]:
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
