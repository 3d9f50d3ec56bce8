"""What to do today: how many to call and who comes first, what to ask for, what needs a look, and the figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from leadkit.adapters.spreadsheets.read_sheet import ReadSheet
from leadkit.adapters.spreadsheets.scored_rows import head_of, why
from leadkit.adapters.spreadsheets.table import Cell, Table
from leadkit.decisions import Decision, Worklist
from leadkit.policy import Policy
from leadkit.records import Lead
from leadkit.rules.labels import label
from leadkit.texts import Language, texts

MOST_LEADS, MOST_FACTS = 10, 6
Line = tuple[str | None, Cell, str | None]
"""What it is, its number, and what there is to say about it."""


def headline(work: Worklist, policy: Policy, language: Language) -> str:
    """How many leads to call today: those of the highest priority, and how many there are of the others.

    Where the policy has no band set, all that are not invalid.
    """
    words = texts("sheets", language)["today"]
    to_call = [decision for decision in work.decisions if decision.screening.outcome != "invalid"]
    if not to_call:
        return str(words["nobody" if work.decisions else "empty"])
    counts = _by_band(to_call, policy, language)
    if not counts:
        return str(words["all"].format(number=len(to_call)))
    (best, number), *others = counts
    rest = words["separator"].join(words["band"].format(number=count, band=band) for band, count in others if count)
    if number == 0:
        return str(words["none_first"].format(band=best, bands=rest))
    calls = words["calls"].format(number=number, band=best)
    return f"{calls}{words['separator']}{words['then'].format(bands=rest)}" if rest else str(calls)


def today_table(
    work: Worklist,
    policy: Policy,
    language: Language,
    leads: ReadSheet[Lead],
    activities: ReadSheet[Any] | None = None,
) -> Table:
    """The first sheet of a result."""
    words, title = texts("sheets", language)["today"], texts("sheets", language)["titles"]["today"]
    lines: list[Line] = [(headline(work, policy, language), None, None)]
    strong = [0]
    blocks = {
        "first": list(_first(work, policy, language)),
        "ask": list(_ask(work, policy, language)),
        "to_do": list(_to_do(work, language, leads, activities)),
        "figures": list(_figures(work, policy, language, leads, activities)),
    }
    for name, block in blocks.items():
        if block:
            strong.append(len(lines) + 1)
            lines += [(None, None, None), (words[name], None, None), *block]
    heads = (words["item"], words["number"], words["note"])
    widths = dict(zip(heads, (44, 12, 78), strict=True))
    return Table(title, heads, lines, widths=widths, wrapped={heads[0], heads[2]}, strong=strong, cover=True)


def counted(
    work: Worklist, policy: Policy, language: Language, leads: ReadSheet[Lead], activities: ReadSheet[Any] | None
) -> list[str]:
    """The figures in few lines: what came in, what it became, why leads are invalid, by what policy and when."""
    outcomes, reasons = _outcomes(work, policy, language), _reasons(work, policy, language)
    lines = [
        _in_a_line("", _came(work, language, leads), language),
        _in_a_line("", _activities_came(language, activities), language),
        _in_a_line(head_of("screening", language), outcomes, language),
        _in_a_line(head_of("reasons", language), reasons, language),
        *(f"{item}: {note}" for item, _, note in _basis(work, policy, language)),
    ]
    return [line for line in lines if line]


def _in_a_line(title: str, lines: Iterator[Line], language: Language) -> str:
    separator: str = texts("sheets", language)["today"]["separator"]
    line = separator.join(f"{item} {number}" for item, number, _ in lines if number)
    return f"{title}: {line}" if title and line else line


def _by_band(decisions: list[Decision], policy: Policy, language: Language) -> list[tuple[str, int]]:
    """How many have each band of `priority`, or of the first band set; the highest first."""
    sets = policy.document.scoring.outcomes
    name = "priority" if "priority" in sets else next(iter(sets), None)
    if name is None:
        return []
    counts = Counter(decision.score.bands[name] for decision in decisions)
    return [(label(policy.document.labels, language, f"{name}.{band}", band), counts[band]) for band in sets[name]]


def _first(work: Worklist, policy: Policy, language: Language) -> Iterator[Line]:
    for rank, decision in enumerate(work.decisions[:MOST_LEADS], start=1):
        if decision.screening.outcome == "invalid":
            return
        lead = decision.lead
        called = " ".join(filter(None, (lead.contact.name, lead.contact.phone)))
        note = " · ".join(filter(None, (called, why(decision, policy, language))))
        yield f"{rank}. {lead.company.name or lead.contact.name or lead.id}", decision.score.points, note


def _ask(work: Worklist, policy: Policy, language: Language) -> Iterator[Line]:
    asked = Counter(
        name
        for decision in work.decisions
        if decision.screening.outcome != "invalid"
        for name in decision.screening.missing
    )
    for name, number in asked.most_common(MOST_FACTS):
        yield label(policy.document.labels, language, name), number, None


def _to_do(
    work: Worklist, language: Language, leads: ReadSheet[Lead], activities: ReadSheet[Any] | None
) -> Iterator[Line]:
    """What was not taken as it stands, and where it is: not told where nothing was."""
    words, titles = texts("sheets", language)["today"], texts("sheets", language)["titles"]
    sheets: dict[str, ReadSheet[Any] | None] = {"leads": leads, "activities": activities}
    for name, sheet in sheets.items():
        for kind in ("aside", "flagged"):
            title = titles[f"{name}_{kind}"]
            rows = () if sheet is None else sheet.set_aside if kind == "aside" else sheet.flagged
            if rows:
                yield title, len(rows), words[kind].format(sheet=title)
    if work.joined_to or work.joins:
        note = words["joins"].format(sheet=titles["joins"]) if work.joins else None
        column = words["joined"].format(column=head_of("duplicates", language))
        number = len(work.joins) or len(work.joined_to)
        yield texts("sheets", language)["summary"]["joined"], number, note or column


def _figures(
    work: Worklist, policy: Policy, language: Language, leads: ReadSheet[Lead], activities: ReadSheet[Any] | None
) -> Iterator[Line]:
    """What came in, what it became, and by what policy."""
    labels = policy.document.labels
    yield from _came(work, language, leads)
    yield from _activities_came(language, activities)
    screening, reasons = head_of("screening", language), head_of("reasons", language)
    yield from ((f"{screening}: {item}", number, None) for item, number, _ in _outcomes(work, policy, language))
    yield from ((f"{reasons}: {item}", number, None) for item, number, _ in _reasons(work, policy, language))
    for bands, names in policy.document.scoring.outcomes.items():
        counts = Counter(d.score.bands[bands] for d in work.decisions if d.screening.outcome != "invalid")
        for band in names:
            item = f"{label(labels, language, bands)}: {label(labels, language, f'{bands}.{band}', band)}"
            yield item, counts[band], None
    yield from _basis(work, policy, language)


def _basis(work: Worklist, policy: Policy, language: Language) -> Iterator[Line]:
    items = texts("sheets", language)["summary"]
    yield items["policy"], None, policy.id
    if work.decisions:
        as_of = work.decisions[0].score.as_of.astimezone(policy.time_zone)
        yield items["as_of"], None, f"{as_of:%Y-%m-%d %H:%M} {policy.time_zone}"


def _came(work: Worklist, language: Language, leads: ReadSheet[Lead]) -> Iterator[Line]:
    items, titles = texts("sheets", language)["summary"], texts("sheets", language)["titles"]
    yield items["leads"], leads.row_count, None
    yield titles["leads_aside"], len(leads.set_aside), None
    if leads.flagged:
        yield titles["leads_flagged"], len(leads.flagged), None
    yield items["joined"], len(work.joined_to), None
    yield items["used"], len(work.decisions), None


def _activities_came(language: Language, activities: ReadSheet[Any] | None) -> Iterator[Line]:
    if activities is not None:
        items, titles = texts("sheets", language)["summary"], texts("sheets", language)["titles"]
        yield items["activities"], activities.row_count, None
        yield titles["activities_aside"], len(activities.set_aside), None
        if activities.flagged:
            yield titles["activities_flagged"], len(activities.flagged), None


def _outcomes(work: Worklist, policy: Policy, language: Language) -> Iterator[Line]:
    outcomes = Counter(decision.screening.outcome for decision in work.decisions)
    for outcome in ("valid", "open", "invalid"):
        yield label(policy.document.labels, language, f"screening.{outcome}", outcome), outcomes[outcome], None


def _reasons(work: Worklist, policy: Policy, language: Language) -> Iterator[Line]:
    reasons = Counter(reason for decision in work.decisions for reason in decision.screening.reasons)
    for reason, number in reasons.most_common():
        yield label(policy.document.labels, language, reason), number, None
