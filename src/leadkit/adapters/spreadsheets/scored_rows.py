"""The rows of the scored list: a lead's verdict, whom to call and why, and all else that is known of the lead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from leadkit.adapters.spreadsheets.read_sheet import ReadSheet
from leadkit.adapters.spreadsheets.table import Cell
from leadkit.adapters.spreadsheets.templates import LEADS
from leadkit.decisions import Decision, Worklist
from leadkit.policy import Policy
from leadkit.qualification.qualify import Screening
from leadkit.records import Contact, Lead, Source
from leadkit.records.lead_fields import BY_NAME
from leadkit.records.text import normal_phone, write_source
from leadkit.rules.labels import label
from leadkit.scoring.explain import unusable_words
from leadkit.scoring.score import Score
from leadkit.texts import LANGUAGES, Language, texts

FRONT = ("company", "contact", "job_title", "phone", "owner", "need")
"""The fields of a lead that a caller needs."""

LEFT = ("rank", "priority", "points", *FRONT, "missing", "why", "result", "next_follow_up")
INPUT = ("id", "screening", "reasons", "nurture_stage", "possible", "content", "cadence", "normal_phone")
BEHIND = (*(name for name in LEADS.columns if name not in {"number", *FRONT}), "sources", "duplicates")
"""The columns of a scored list: those for a caller, the rest of the verdict, and the rest of the lead."""

WHERE_GIVEN = (
    "website", "external_id", "external_system", "received_at", "region", "role", "product", "budget_low",
    "budget_high", "currency", "budget_match", "purchase_by", "status", "other_contacts", "other_values",
)  # fmt: skip
"""Fields that have a column where any lead has something there; those that a policy declares come after them."""

TELLING = ("rank", "points", "why")
"""A sheet with all of these columns is a scored list."""
RECKONED = ("rank", "priority", "points", "missing", "why", *(name for name in INPUT if name != "id"))
"""Columns that follow from the others, so that those of an earlier scored list are not carried along."""

TO_FILL = ("result", "next_follow_up")
"""Columns that people fill in; what a sheet carries under these heads is kept in them."""
REMEMBERED = 50_000
"""So many different explanations and ranges are kept, for the many leads that are alike."""


def head_of(column: str, language: Language) -> str:
    """The head of a column of the scored list."""
    if column in LEADS.columns:
        return LEADS.head(column, language)
    head: str = texts("sheets", language)["heads"][column]
    return head


def field_name(name: str, language: Language) -> str:
    """What people call a field of a lead; one that a policy declares is called by its name."""
    name = name.removeprefix("custom.")
    known = name in LEADS.columns or name in texts("sheets", language)["heads"]
    return head_of(name, language) if known else name.replace("_", " ")


def why(decision: Decision, policy: Policy, language: Language) -> str:
    """The contributions that are not zero, in one line."""
    names, words = policy.document.labels, texts("explanation", language)
    rows = [row for row in decision.score.contributions if row.points]
    causes = [
        label(names, language, row.code) if row.why == "rule" else words[row.why].format(row.value) for row in rows
    ]
    return "; ".join(
        f"{cause} {'+' if row.points > 0 else ''}{row.points}" for cause, row in zip(causes, rows, strict=True)
    )


class ScoredRows:
    """Makes the rows of one scored list."""

    def __init__(
        self, work: Worklist, policy: Policy, language: Language, leads: ReadSheet[Lead] | None = None
    ) -> None:
        self.policy, self.labels = policy, policy.document.labels
        self.language: Language = language
        self.duplicates: dict[str, list[str]] = {}
        for lead, first in work.joined_to.items():
            self.duplicates.setdefault(first, []).append(lead)
        scored = [decision.lead for decision in work.decisions]
        self.more = [name for name in WHERE_GIVEN if any(_says_more(lead, name) for lead in scored)]
        self.custom = list(dict.fromkeys(name for lead in scored for name in lead.custom))
        self.carried = _Carried(leads, language)
        self.labelled: dict[tuple[str, ...], str | None] = {}
        self.reasons: dict[tuple[Any, ...], tuple[str, str]] = {}

    @property
    def heads(self) -> tuple[str, ...]:
        """The heads of all columns, each unlike the others: one that is taken gets a mark of its own."""
        form = texts("sheets", self.language)["heads"]["carried"]
        names = [head_of(column, self.language) for column in (*LEFT, *INPUT, *BEHIND, *self.more)]
        for head in (*(label(self.labels, self.language, name) for name in self.custom), *self.carried.heads):
            name = head
            while name in names:
                name = form.format(name)
            names.append(name)
        return tuple(names)

    def row(self, place: int, decision: Decision) -> tuple[Cell, ...]:
        """The row of the lead at `place`, from 0."""
        return tuple(self._cells(place + 1, decision))

    def _cells(self, rank: int, decision: Decision) -> Iterator[Cell]:
        lead, score, screening = decision.lead, decision.score, decision.screening
        duplicates = self.duplicates.get(lead.id, [])
        invalid = screening.outcome == "invalid"
        because, possible = self._reasons(decision)
        yield rank
        yield None if invalid else self._band("priority", score)
        yield score.points
        yield from (_cell(lead, name) for name in FRONT)
        yield "; ".join(self._asked(screening)) or None
        yield because
        yield from (self.carried.cell(lead.id, duplicates, column) for column in TO_FILL)
        yield lead.id
        yield label(self.labels, self.language, f"screening.{screening.outcome}", screening.outcome)
        yield self._labels(screening.reasons)
        yield None if invalid else self._band("nurture_stage", score)
        yield possible
        yield None if invalid or not decision.nurture else self._labels(decision.nurture.content)
        yield None if invalid else self._cadence(decision)
        yield normal_phone(lead.contact.phone, self.policy.document.phone_region) if lead.contact.phone else None
        yield from (_cell(lead, name) for name in BEHIND[:-2])
        yield "; ".join(filter(None, map(_source, lead.other_sources))) or None
        yield "; ".join(duplicates) or None
        yield from (_extra(lead, name, self.language) for name in self.more)
        yield from (lead.custom.get(name) for name in self.custom)
        yield from self.carried.cells(lead.id, duplicates)

    def _reasons(self, decision: Decision) -> tuple[str, str]:
        """Why it has its points and what they may become, which follow from its numbers and the facts asked for."""
        score = decision.score
        key = (score.branch, score.numbers, *map(score.facts.get, self.policy.asked))
        if key not in self.reasons:
            if len(self.reasons) >= REMEMBERED:
                self.reasons.clear()
            self.reasons[key] = why(decision, self.policy, self.language), possible_points(score)
        return self.reasons[key]

    def _band(self, name: str, score: Score) -> str | None:
        bands = score.bands
        return label(self.labels, self.language, f"{name}.{bands[name]}", bands[name]) if name in bands else None

    def _labels(self, codes: tuple[str, ...]) -> str | None:
        if codes not in self.labelled:
            self.labelled[codes] = "; ".join(label(self.labels, self.language, code) for code in codes) or None
        return self.labelled[codes]

    def _asked(self, screening: Screening) -> Iterator[str]:
        """The facts to ask for, and what else keeps known ones from being used."""
        yield from (label(self.labels, self.language, name) for name in screening.missing)
        for name, why_not in screening.unusable.items():
            yield unusable_words(name, why_not, self.labels, self.language)

    def _cadence(self, decision: Decision) -> str | None:
        if decision.nurture is None:
            return None
        units = texts("sheets", self.language)["cadence"]
        return "; ".join(
            f"{label(self.labels, self.language, means)} {units[cadence.unit].format(cadence.every)}"
            for means, cadence in decision.nurture.cadence.items()
        )


def possible_points(score: Score) -> str:
    """The points as they are, or the range from them to what they may become when the unknown facts are known.

    Facts may stay unknown, so the range has the points in it, whatever the known facts would come to at least.
    """
    low, high = _range(score)
    return str(low) if low == high else f"{low}–{high}"


def _range(score: Score) -> tuple[Decimal, Decimal]:
    low, high = score.possible
    return min(low, score.points), max(high, score.points)


def _reckoned_heads(carried: Sequence[str]) -> set[str]:
    """The heads under which an earlier scored list has what is reckoned anew here; none where it is another sheet."""
    for language in LANGUAGES:
        if {head_of(column, language) for column in TELLING} <= set(carried):
            return {head_of(column, language) for column in RECKONED}
    return set()


class _Carried:
    """What the columns hold that no field took, by lead; of joined leads the different values, one after the other."""

    def __init__(self, leads: ReadSheet[Lead] | None, language: Language) -> None:
        self.places: Sequence[int] = ()
        self.heads: Sequence[str] = ()
        self.to_fill: Mapping[str, int] = {}
        self.rows: Mapping[str, Sequence[Cell]] = {}
        if leads is None or not leads.carried:
            return
        heads = {head_of(column, language): column for column in TO_FILL}
        left_out = {*heads, *_reckoned_heads(leads.carried)}
        self.places = [place for place, head in enumerate(leads.carried) if head not in left_out]
        self.heads = [leads.carried[place] for place in self.places]
        self.to_fill = {heads[head]: place for place, head in enumerate(leads.carried) if head in heads}
        self.rows = {row.record.id: row.carried for row in leads.rows if row.record is not None}

    def cell(self, lead: str, duplicates: Sequence[str], column: str) -> Cell:
        """What a column that people fill in holds already."""
        place = self.to_fill.get(column)
        return None if place is None else self._value(lead, duplicates, place)

    def cells(self, lead: str, duplicates: Sequence[str]) -> Iterator[Cell]:
        """The cells of the other columns."""
        return (self._value(lead, duplicates, place) for place in self.places)

    def _value(self, lead: str, duplicates: Sequence[str], place: int) -> Cell:
        rows = (self.rows.get(each, ()) for each in (lead, *duplicates))
        values = [row[place] for row in rows if place < len(row) and row[place] is not None]
        different = list(dict.fromkeys(values))
        return different[0] if len(different) == 1 else "; ".join(map(str, different)) or None


def _cell(lead: Lead, name: str) -> Cell:
    """What the lead sheet says of a field; the source with its detail, as it is read."""
    value = _source(lead.source) if name == "source" else _value(lead, name)
    return "; ".join(value) or None if isinstance(value, tuple) else value


def _value(lead: Lead, name: str) -> Any:
    return BY_NAME[name].of(lead)


def _source(source: Source | None) -> str | None:
    return None if source is None else write_source(source.channel, source.detail)


def _says_more(lead: Lead, name: str) -> bool:
    """Whether a lead has something in a field of `WHERE_GIVEN` that no other column says."""
    value = _value(lead, name)
    if not value:
        return isinstance(value, Decimal)
    return not (value == "new" and name == "status") and not (name == "received_at" and value == lead.entered_at)


def _extra(lead: Lead, name: str, language: Language) -> Cell:
    """What a lead has in a field of `WHERE_GIVEN`; None too where it says no more than another column."""
    if not _says_more(lead, name):
        return None
    value = _value(lead, name)
    if name == "other_contacts":
        return "; ".join(filter(None, map(_person, value))) or None
    if name == "other_values":
        return "; ".join(f"{field_name(field, language)}: {' / '.join(each)}" for field, each in value.items())
    cell: Cell = value
    return cell


def _person(contact: Contact) -> str:
    return " ".join(filter(None, (contact.name, contact.job_title, contact.phone, contact.email)))
