"""What a policy says about scoring: `[scoring]`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from decimal import ROUND_FLOOR, Decimal
from typing import Annotated, Any, Self

from pydantic import (
    BaseModel,
    Discriminator,
    Field,
    Tag,
    ValidationInfo,
    field_validator,
    model_validator,
)

from leadkit.records.fields import LEVELS_OF, RECORD, BandSetName, Code, Number, Points, Weight, names_of
from leadkit.rules.bands import check_bands
from leadkit.rules.conditions import Condition, check_value
from leadkit.rules.facts import FactName, facts_in, near, refuse
from leadkit.scoring.event_rules import EventRule, SilenceRule
from leadkit.scoring.outcomes import BandSet, Table, check_table

MILLIONTH = Decimal("0.000001")


class CategoryRule(BaseModel):
    """Points for each level of a category, or each text: `points = { large = 20 }`; other known values are worth 0."""

    model_config = RECORD

    field: FactName
    """The category or text that is asked, by the name of its fact."""
    points: dict[str, Points] = Field(min_length=1, max_length=1000, json_schema_extra={LEVELS_OF: "field"})
    """For each level, or each text, its points; a number with at most six decimals."""
    unknown: Points = Decimal(0)
    """Points while the fact is not known."""

    @model_validator(mode="after")
    def _levels_exist(self, info: ValidationInfo) -> Self:
        fact = facts_in(info)[self.field]
        if fact.type in ("number", "boolean"):
            raise refuse(
                f"{fact.name} is a {fact.type}, which has no levels", "use ranges for a number, when for a boolean"
            )
        for level in self.points:
            check_value(fact, level, "points", level)
        return self


class Range(BaseModel):
    """A stretch of numbers from `at_least` up to the next one, worth `points`."""

    model_config = RECORD

    at_least: Number
    """The number from which the range counts."""
    points: Points
    """Points of a number in this range."""


class RangeRule(BaseModel):
    """Points by number: the highest range that the number reaches counts; below the lowest it is worth 0."""

    model_config = RECORD

    field: FactName
    """The number that is asked, by the name of its fact."""
    ranges: dict[Code, Range] = Field(min_length=1, max_length=1000)
    """Ranges by name; each ends where the next one starts."""
    unknown: Points = Decimal(0)
    """Points while the number is not known."""

    @model_validator(mode="after")
    def _is_a_number(self, info: ValidationInfo) -> Self:
        if facts_in(info)[self.field].type != "number":
            raise refuse(f"{self.field} is not a number", "use points = { level = ... } for a category or a text")
        if len({step.at_least for step in self.ranges.values()}) < len(self.ranges):
            raise refuse("two ranges start at the same number")
        return self


class ConditionRule(BaseModel):
    """Points when a condition is met, 0 when it is not, `unknown` while that can't be told."""

    model_config = RECORD

    when: Condition
    """The condition to be met."""
    points: Points
    """Points where the condition is met."""
    unknown: Points = Decimal(0)
    """Points while nobody can tell whether the condition is met."""


_TAGS: dict[type[Any], str] = {
    EventRule: "event",
    SilenceRule: "silent_days",
    ConditionRule: "when",
    RangeRule: "ranges",
}


def _kind(rule: Any) -> str:
    if isinstance(rule, dict):
        return next((kind for kind in _TAGS.values() if kind in rule), "points")
    return _TAGS.get(type(rule), "points")


Rule = Annotated[
    Annotated[CategoryRule, Tag("points")]
    | Annotated[RangeRule, Tag("ranges")]
    | Annotated[EventRule, Tag("event")]
    | Annotated[SilenceRule, Tag("silent_days")]
    | Annotated[ConditionRule, Tag("when")],
    Discriminator(_kind),
]


class Group(BaseModel):
    """Rules whose sum is cut to [floor, limit], and then counts `weight` times, cut down to millionths of a point."""

    model_config = RECORD

    limit: Points | None = None
    """The most that the group's rules add up to; no limit by default."""
    floor: Points = Decimal(0)
    """The least that the group's rules add up to; below 0 where negative points shall reach the other groups."""
    weight: Weight = Decimal(1)
    """What the sum counts, after its limit and floor: 0.4 makes 10 points 4."""
    rules: dict[Annotated[Code, names_of("rule")], Rule] = Field(min_length=1, max_length=2000)
    """Rules by reason code: the name that explanations give them."""

    @property
    def least(self) -> Decimal:
        """The fewest points that the group can give."""
        return (self.floor * self.weight).quantize(MILLIONTH, ROUND_FLOOR)

    @model_validator(mode="after")
    def _limit_above_floor(self) -> Self:
        if self.limit is not None and self.limit < self.floor:
            raise refuse("the limit lies below the floor")
        return self


class Scoring(BaseModel):
    """Groups of rules, and the band sets that read what they give.

    The total is `start` and what the groups give, cut to [floor, limit].
    """

    model_config = RECORD

    start: Points = Decimal(0)
    """Points that every lead has to begin with."""
    limit: Points = Field(default=Decimal(100), gt=0)
    """The most points that a lead can have."""
    floor: Points = Decimal(0)
    """The fewest points that a lead can have; below 0 where negative totals shall count."""
    groups: dict[Annotated[Code, names_of("group")], Group] = Field(min_length=1, max_length=200)
    """Groups of rules by name, whose sums make up the total."""
    bands: dict[BandSetName, BandSet] = Field(default_factory=dict, max_length=50)
    """Band sets by name: each gives a name to every total, or to all that a group may give."""
    tables: dict[Code, Table] = Field(default_factory=dict, max_length=50)
    """Tables by name: each gives one result for the bands and facts of a lead."""

    @model_validator(mode="after")
    def _limit_above_floor(self) -> Self:
        if self.limit <= self.floor:
            raise refuse("the limit lies not above the floor")
        return self

    @property
    def rules(self) -> tuple[tuple[str, str, Rule], ...]:
        """Every rule with its group and its reason code, in the policy's order."""
        return tuple((name, code, rule) for name, group in self.groups.items() for code, rule in group.rules.items())

    @property
    def event_kinds(self) -> tuple[str, ...]:
        """The kinds of events that event rules count, in the policy's order."""
        return tuple(dict.fromkeys(rule.event for _, _, rule in self.rules if isinstance(rule, EventRule)))

    def without(self, group: str, code: str) -> Scoring:
        """The same scoring with one rule less."""
        kept = {key: rule for key, rule in self.groups[group].rules.items() if key != code}
        less = self.groups[group].model_copy(update={"rules": kept})
        return self.model_copy(update={"groups": {**self.groups, group: less}})

    @field_validator("groups")
    @classmethod
    def _reason_codes_differ(cls, groups: dict[str, Group]) -> dict[str, Group]:
        twice = [
            code
            for code, times in Counter(code for group in groups.values() for code in group.rules).items()
            if times > 1
        ]
        if twice:
            raise refuse(f"{twice[0]} is a rule of two groups", "a rule's key is its reason code and must be unique")
        return groups

    @field_validator("groups")
    @classmethod
    def _silence_is_of_something(cls, groups: dict[str, Group]) -> dict[str, Group]:
        rules = [rule for group in groups.values() for rule in group.rules.values()]
        silent = any(isinstance(rule, SilenceRule) and rule.events is None for rule in rules)
        if silent and not any(isinstance(rule, EventRule) for rule in rules):
            raise refuse("silent_days waits for events that no rule counts", "name them: events = [...]")
        return groups

    @field_validator("groups")
    @classmethod
    def _column_names_are_free(cls, groups: dict[str, Group]) -> dict[str, Group]:
        taken = [name for name in groups if name == "total"]
        taken += [code for group in groups.values() for code in group.rules if code in ("sum", "points", "unweighted")]
        if taken:
            raise refuse(f"nothing can be called {taken[0]} here", "that is what a sum of points is called")
        return groups

    @field_validator("bands")
    @classmethod
    def _every_total_has_a_band(cls, bands: dict[str, BandSet], info: ValidationInfo) -> dict[str, BandSet]:
        groups: dict[str, Group] | None = info.data.get("groups")
        for name, band_set in bands.items():
            _is_free(name, info)
            if band_set.of is None:
                check_bands(band_set.thresholds, info.data.get("floor", min(band_set.thresholds.values(), default=0)))
            elif groups is not None and band_set.of not in groups:
                raise refuse(f"{name} is of the group {band_set.of}, which does not exist", near(band_set.of, groups))
            elif groups is not None:
                check_bands(band_set.thresholds, groups[band_set.of].least)
        return bands

    @field_validator("tables")
    @classmethod
    def _tables_read_what_there_is(cls, tables: dict[str, Table], info: ValidationInfo) -> dict[str, Table]:
        bands: dict[str, BandSet] | None = info.data.get("bands")
        if bands is None:
            return tables
        for name, table in tables.items():
            _is_free(name, info)
            if name in bands:
                raise refuse(f"{name} is a band set already", "give the table another name")
            check_table(table, {key: band_set.names for key, band_set in bands.items()}, facts_in(info))
        return tables

    @property
    def total_bands(self) -> dict[str, Mapping[str, Decimal]]:
        """The thresholds of the band sets that read the total."""
        return {name: band_set.thresholds for name, band_set in self.bands.items() if band_set.of is None}

    @property
    def outcomes(self) -> dict[str, tuple[str, ...]]:
        """What every band set and every table may say, by its name, the best first."""
        bands = {name: band_set.names for name, band_set in self.bands.items()}
        return bands | {name: table.names for name, table in self.tables.items()}


def _is_free(name: str, info: ValidationInfo) -> None:
    """Refuse a name for what a lead gets that means something else already."""
    if name == "points" or name in facts_in(info):
        raise refuse(f"a band set or a table can't be called {name}: that is a fact or a result already")
