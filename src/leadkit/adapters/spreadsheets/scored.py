"""The scored list as sheets: who to call first and why, what was set aside, and the count of it all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from leadkit.adapters.spreadsheets.read_sheet import ReadSheet
from leadkit.adapters.spreadsheets.table import Cell, Table
from leadkit.adapters.spreadsheets.templates import LEADS
from leadkit.adapters.spreadsheets.write import write_csv, write_workbook
from leadkit.decisions import Decision, Worklist
from leadkit.policy import Policy
from leadkit.qualification.qualify import Screening
from leadkit.records import Activity, Lead, Source
from leadkit.records.lead_fields import BY_NAME, Field
from leadkit.records.text import read_phone
from leadkit.rules.labels import Labels, label
from leadkit.scoring.explain import unusable_words
from leadkit.texts import Language, texts

VERDICT = ("rank", "id", "priority", "points", "nurture_stage", "screening", "reasons", "missing")
REASONS = ("normal_phone", "why", "possible", "content", "cadence", "sources", "duplicates")
"""The columns of a scored list before and behind those of the lead sheet."""

FILLS = ("#C6EFCE", "#FFEB9C", "#D9D9D9", "#F8CBAD", "#DDEBF7")
"""Fill colours for bands, the best first."""


def result_tables(
    work: Worklist,
    policy: Policy,
    language: Language,
    leads: ReadSheet[Lead],
    activities: ReadSheet[Activity] | None = None,
) -> list[Table]:
    """The tables of a result: the scored list, the rows set aside in their own columns, and a summary."""
    titles, words = texts("sheets", language)["titles"], texts("sheets", language)["summary"]
    tables = [scored_table(work, policy, language)]
    if leads.set_aside:
        tables.append(leads.set_aside_table(titles["leads_aside"], language))
    if activities is not None and activities.set_aside:
        tables.append(activities.set_aside_table(titles["activities_aside"], language))
    rows = list(summary_rows(work, policy, language, leads, activities))
    heads = (words["item"], words["number"])
    return [*tables, Table(titles["summary"], heads, rows, widths=dict.fromkeys(heads, 40))]


def write_result(path: Path, tables: Sequence[Table]) -> list[Path]:
    """Write the tables: one workbook, or for a `.csv` path one file a table, the later ones named `OUT-2.csv`, ...

    Returns the files written.

    Raises:
        SheetError: a file can't be written.
    """
    if path.suffix.lower() != ".csv":
        write_workbook(path, tables)
        return [path]
    files = [
        path if number == 1 else path.with_name(f"{path.stem}-{number}.csv") for number in range(1, len(tables) + 1)
    ]
    for file, table in zip(files, tables, strict=True):
        write_csv(file, table)
    return files


def scored_table(work: Worklist, policy: Policy, language: Language) -> Table:
    """One row a lead, in the order of the worklist."""
    heads = texts("sheets", language)["heads"]
    names = (
        *(heads[code] for code in VERDICT),
        *(LEADS.head(column, language) for column in LEADS.columns if column != "number"),
        *(heads[code] for code in REASONS),
    )
    duplicates: dict[str, list[str]] = {}
    for lead, first in work.joined_to.items():
        duplicates.setdefault(first, []).append(lead)
    rows = [
        tuple(_row(rank, decision, policy, language, duplicates.get(decision.lead.id, [])))
        for rank, decision in enumerate(work.decisions, start=1)
    ]
    widths = {
        heads["why"]: 60,
        LEADS.head("need", language): 40,
        LEADS.head("company", language): 24,
        heads["content"]: 24,
    }
    title = texts("sheets", language)["titles"]["scored"]
    return Table(title, names, rows, _colours(policy, language), widths)


def summary_rows(
    work: Worklist, policy: Policy, language: Language, leads: ReadSheet[Lead], activities: ReadSheet[Activity] | None
) -> Iterator[tuple[str, Cell]]:
    """What came in, what it became, and by what policy: (item, number)."""
    words, labels = texts("sheets", language), policy.document.labels
    heads, titles, items = words["heads"], words["titles"], words["summary"]
    yield items["leads"], len(leads.rows)
    yield titles["leads_aside"], len(leads.set_aside)
    yield items["joined"], len(work.joined_to)
    yield items["used"], len(work.decisions)
    if activities is not None:
        yield items["activities"], len(activities.rows)
        yield titles["activities_aside"], len(activities.set_aside)
    outcomes = Counter(decision.screening.outcome for decision in work.decisions)
    for outcome in ("valid", "open", "invalid"):
        yield f"{heads['screening']}: {label(labels, language, f'screening.{outcome}', outcome)}", outcomes[outcome]
    reasons = Counter(reason for decision in work.decisions for reason in decision.screening.reasons)
    for reason, number in reasons.most_common():
        yield f"{heads['reasons']}: {label(labels, language, reason)}", number
    for bands, thresholds in policy.document.scoring.bands.items():
        counts = Counter(d.score.bands[bands] for d in work.decisions if d.screening.outcome != "invalid")
        for band in sorted(thresholds, key=lambda band: -thresholds[band]):
            yield f"{label(labels, language, bands)}: {label(labels, language, f'{bands}.{band}', band)}", counts[band]
    yield items["policy"], policy.id
    if work.decisions:
        yield items["as_of"], work.decisions[0].score.as_of.isoformat()


def why(decision: Decision, policy: Policy, language: Language) -> str:
    """The contributions that are not zero, in one line."""
    names, words = policy.document.labels, texts("explanation", language)
    rows = [row for row in decision.score.contributions if row.points]
    causes = [label(names, language, row.code) if row.why == "rule" else words[row.why] for row in rows]
    return "; ".join(
        f"{cause} {'+' if row.points > 0 else ''}{row.points}" for cause, row in zip(causes, rows, strict=True)
    )


def _row(rank: int, decision: Decision, policy: Policy, language: Language, duplicates: list[str]) -> Iterator[Cell]:
    lead, score, screening, labels = decision.lead, decision.score, decision.screening, policy.document.labels
    bands = score.bands
    yield rank
    yield lead.id
    yield _band("priority", bands, labels, language)
    yield score.points
    yield _band("nurture_stage", bands, labels, language)
    yield label(labels, language, f"screening.{screening.outcome}", screening.outcome)
    yield "; ".join(label(labels, language, reason) for reason in screening.reasons) or None
    yield "; ".join(_asked(screening, labels, language)) or None
    yield from (_cell(lead, BY_NAME[column]) for column in LEADS.columns if column != "number")
    yield read_phone(lead.contact.phone, policy.document.phone_region).normal if lead.contact.phone else None
    yield why(decision, policy, language)
    low, high = score.possible
    yield f"{low}-{high}" if low != high else str(low)
    yield "; ".join(label(labels, language, code) for code in decision.nurture.content) if decision.nurture else None
    yield _cadence(decision, policy, language)
    yield "; ".join(filter(None, map(_source, lead.other_sources))) or None
    yield "; ".join(duplicates) or None


def _asked(screening: Screening, labels: Labels, language: Language) -> Iterator[str]:
    """The facts to ask for, and what else keeps known ones from being used."""
    yield from (label(labels, language, name) for name in screening.missing)
    yield from (unusable_words(name, why, labels, language) for name, why in screening.unusable.items())


def _band(name: str, bands: Mapping[str, str], labels: Labels, language: Language) -> str | None:
    return label(labels, language, f"{name}.{bands[name]}", bands[name]) if name in bands else None


def _cell(lead: Lead, field: Field) -> Cell:
    """What the lead sheet says of a field; the source with its detail, as it is read."""
    value: Any = _source(lead.source) if field.name == "source" else field.of(lead)
    return "; ".join(value) or None if isinstance(value, tuple) else value


def _source(source: Source | None) -> str | None:
    return None if source is None else "-".join(filter(None, (source.channel, source.detail)))


def _cadence(decision: Decision, policy: Policy, language: Language) -> str | None:
    if decision.nurture is None:
        return None
    labels, units = policy.document.labels, texts("sheets", language)["cadence"]
    return "; ".join(
        f"{label(labels, language, means)} {units[cadence.unit].format(cadence.every)}"
        for means, cadence in decision.nurture.cadence.items()
    )


def _colours(policy: Policy, language: Language) -> dict[str, dict[str, str]]:
    labels, heads = policy.document.labels, texts("sheets", language)["heads"]
    colours: dict[str, dict[str, str]] = {}
    for name in ("priority", "nurture_stage"):
        bands = policy.document.scoring.bands.get(name, {})
        ordered = sorted(bands, key=lambda band: -bands[band])
        colours[heads[name]] = {
            label(labels, language, f"{name}.{band}", band): fill for band, fill in zip(ordered, FILLS, strict=False)
        }
    outcomes = zip(("valid", "open", "invalid"), (FILLS[0], FILLS[1], FILLS[3]), strict=True)
    colours[heads["screening"]] = {
        label(labels, language, f"screening.{outcome}", outcome): fill for outcome, fill in outcomes
    }
    return colours
