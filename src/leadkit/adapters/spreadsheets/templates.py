"""The sheets that sales teams keep: their columns, whose heads stand with all other words in `texts`."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from attrs import define, setters

from leadkit.adapters.spreadsheets.heads.vocabulary import key_of, vocabulary
from leadkit.records.lead_fields import FIELDS
from leadkit.texts import LANGUAGES, Language, texts

MOST_HEADS = 4
"""How many heads of which one is needed an error names."""


@define(on_setattr=setters.frozen)
class Template:
    """A sheet by the codes of its columns, in their order; it is known by the heads of those that are `needed`.

    A lead sheet is known by what its heads may mean, so that it needs none of them. Of each group in `some` it needs
    the head of one.

    `also` are columns that are read where a sheet has them, and never written. `reckoned` follow from the others and
    are held against them, so a formula may stand there.
    """

    name: str
    columns: tuple[str, ...]
    needed: tuple[str, ...]
    also: tuple[str, ...] = ()
    reckoned: frozenset[str] = frozenset()
    some: tuple[tuple[str, ...], ...] = ()

    def is_known_by(self, fields: Collection[str]) -> bool:
        """Whether a row with the heads of these columns is the head row of such a sheet."""
        return set(self.needed) <= set(fields) and not any(set(group).isdisjoint(fields) for group in self.some)

    @property
    def looked_for(self) -> tuple[str, ...]:
        """What is looked for in a head row, in words: the heads that are needed, and those of which one is."""
        groups = ((name,) for name in self.needed)
        shown = (tuple(map(self._in_both, group)) for group in (*groups, *self.some))
        return tuple(" or ".join((*heads[:MOST_HEADS], *("..." for _ in heads[MOST_HEADS:][:1]))) for heads in shown)

    def _in_both(self, column: str) -> str:
        return f"{self.head(column, 'zh_CN')} / {self.head(column, 'en')}"

    @property
    def title(self) -> Mapping[Language, str]:
        """The title of the sheet in each language."""
        return {language: texts("fields", language)["titles"][self.name] for language in LANGUAGES}

    def heads(self, column: str, language: Language) -> tuple[str, ...]:
        """The head of a column in a language, then the other spellings that are read."""
        return tuple(texts("fields", language)[self.name].get(column, (column,)))

    def head(self, column: str, language: Language) -> str:
        """The head of a column in a language; that of a column which sheets of ours don't have is its code."""
        return self.heads(column, language)[0]

    def row(self, language: Language) -> tuple[str, ...]:
        """The heads in their order."""
        return tuple(self.head(column, language) for column in self.columns)

    def column(self, head: str) -> str | None:
        """The column that a head stands for, whatever its case and spacing; None for a head of somebody's own."""
        fields = vocabulary(self.name).fields.get(key_of(head), ())
        if not fields and self.name == REVIEWED_LEADS:
            fields = tuple(_AS_REVIEWED.get(name, name) for name in vocabulary("leads").fields.get(key_of(head), ()))
        return fields[0] if len(fields) == 1 and fields[0] in (*self.columns, *self.also) else None


REVIEWED_LEADS = "reviewed_leads"
_AS_REVIEWED = {
    "number": "lead_id",
    "external_id": "lead_id",
    "source": "channel",
    "entered_at": "received_at",
    "tag": "tags",
}
"""What a lead sheet calls the columns that a review reads: one file serves both."""


LEADS = Template("leads", tuple(field.name for field in FIELDS if field.sheet), needed=())

ACTIVITIES = Template(
    "activities",
    ("lead_id", "occurred_at", "means", "content", "feedback", "next_step", "by"),
    needed=("lead_id", "occurred_at", "means"),
    also=("next_at", "contact", "content_id", "subject", "amount"),
)

ASSIGNMENTS = Template("assignments", ("lead_id", "assign_to"), needed=("lead_id", "assign_to"))
"""Whose a lead is to be: two columns of a list that was worked."""

IDS = Template("activities", ("lead_id",), needed=("lead_id",))
"""Any list of leads."""

OPPORTUNITIES = Template(
    "opportunities",
    (
        "name", "account", "owner", "urgency", "budget", "competition", "decision_chain", "total", "grade",
        "reported_at",
    ),
    needed=(),
    also=(
        "id", "lead_id", "amount", "currency", "expected_close", "opened_at", "closed_at", "won_at", "lost_at",
        "status", "stage", "lost_reason", "competitor",
    ),
    reckoned=frozenset({"total", "grade"}),
    some=(
        ("name", "id"),
        ("urgency", "stage", "status", "amount", "expected_close", "closed_at", "competition", "decision_chain"),
    ),
)  # fmt: skip

REVIEWS = Template(
    "reviews",
    (
        "period", "leads", "valid_leads", "opportunities", "a_opportunities", "won", "lead_to_win_rate",
        "sales_cycle_days", "worked", "failed", "improve",
    ),
    needed=("period", "valid_leads", "won"),
    reckoned=frozenset({"lead_to_win_rate"}),
)  # fmt: skip

SPEND = Template("spend", ("channel", "detail", "period", "spend", "currency"), needed=("channel", "period", "spend"))

REVIEWED = {
    "leads": Template(
        "reviewed_leads",
        (
            "lead_id", "channel", "industry", "owner", "priority", "status", "disqualification_reason", "received_at",
            "first_response_at", "response_due_at", "duplicate_of", "tags", "source_detail", "product", "region",
            "company_size",
        ),
        needed=("lead_id", "status", "received_at"),
    ),
    "opportunities": Template(
        "reviewed_opportunities",
        (
            "opportunity_id", "lead_id", "owner", "grade", "status", "lost_reason", "amount", "opened_at", "closed_at",
            "stage", "expected_close", "stage_since", "furthest_stage", "competitor",
        ),
        needed=("opportunity_id", "status", "opened_at", "closed_at"),
    ),
    "activities": Template(
        "reviewed_activities", ("lead_id", "occurred_at", "kind", "means"), needed=("lead_id", "occurred_at")
    ),
}  # fmt: skip
"""The tables of a review as sheets, under the names of their columns."""


def _by_word(column: str) -> dict[str, str]:
    """The codes of a column by the words for them, in every language."""
    spelled = [texts("fields", language)[f"{column}_words"] for language in LANGUAGES]
    return {word: code for words in spelled for code, spellings in words.items() for word in spellings}


STATE_WORDS = {"leads": _by_word("lead_status"), "opportunities": _by_word("opportunity_status")}
"""What may be in the column `status` of these tables."""
STAGE_WORDS = _by_word("opportunity_stage")
"""What may be in the column `stage` of opportunities."""
LOST_REASON_WORDS = _by_word("lost_reason")
"""What may be in the column `lost_reason`."""
