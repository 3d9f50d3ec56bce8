"""What a policy says about scoring: `[scoring]`."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Annotated, Any, Self

from pydantic import BaseModel, Discriminator, Field, Tag, ValidationInfo, field_validator, model_validator

from leadkit.records.fields import RECORD, Code, Days, Number, Points, Weight
from leadkit.rules.bands import check_bands
from leadkit.rules.conditions import Condition, check_value
from leadkit.rules.facts import FactName, facts_in, refuse


class CategoryRule(BaseModel):
    """Points for each level of a category, or each text: `points = { large = 20 }`; other known values are worth 0."""

    model_config = RECORD

    field: FactName
    points: dict[str, Points] = Field(min_length=1, max_length=1000)
    unknown: Points = Decimal(0)

    @model_validator(mode="after")
    def _levels_exist(self, info: ValidationInfo) -> Self:
        fact = facts_in(info)[self.field]
        if fact.type in ("number", "boolean"):
            raise refuse(
                f"{fact.name} is a {fact.type}, which has no levels", "use ranges for a number, when for a boolean"
            )
        for level in self.points:
            check_value(fact, level)
        return self


class Range(BaseModel):
    """A stretch of numbers from `at_least` up to the next one, worth `points`."""

    model_config = RECORD

    at_least: Number
    points: Points


class RangeRule(BaseModel):
    """Points by number: the highest range that the number reaches counts; below the lowest it is worth 0."""

    model_config = RECORD

    field: FactName
    ranges: dict[Code, Range] = Field(min_length=1, max_length=1000)
    unknown: Points = Decimal(0)

    @model_validator(mode="after")
    def _is_a_number(self, info: ValidationInfo) -> Self:
        if facts_in(info)[self.field].type != "number":
            raise refuse(f"{self.field} is not a number", "use points = { level = ... } for a category or a text")
        if len({step.at_least for step in self.ranges.values()}) < len(self.ranges):
            raise refuse("two ranges start at the same number")
        return self


class EventRule(BaseModel):
    """Points for each event of a kind.

    `limit` is the most that the rule gives or takes. `within_days` counts only events of age [0, within_days);
    `half_life_days` halves an event's weight with every so many days of age.
    """

    model_config = RECORD

    event: Code
    points: Points
    limit: Points | None = Field(default=None, gt=0)
    within_days: Days | None = None
    half_life_days: Days | None = None

    @model_validator(mode="after")
    def _decays_in_whole_points(self) -> Self:
        if self.half_life_days is not None and self.points != int(self.points):
            raise refuse("a rule with a half-life needs whole points", "weights are millionths already")
        return self


class ConditionRule(BaseModel):
    """Points when a condition is met, 0 when it is not, `unknown` while that can't be told."""

    model_config = RECORD

    when: Condition
    points: Points
    unknown: Points = Decimal(0)


_TAGS: dict[type[Any], str] = {EventRule: "event", ConditionRule: "when", RangeRule: "ranges"}


def _kind(rule: Any) -> str:
    if isinstance(rule, dict):
        return next((kind for kind in ("event", "when", "ranges") if kind in rule), "points")
    return _TAGS.get(type(rule), "points")


Rule = Annotated[
    Annotated[CategoryRule, Tag("points")]
    | Annotated[RangeRule, Tag("ranges")]
    | Annotated[EventRule, Tag("event")]
    | Annotated[ConditionRule, Tag("when")],
    Discriminator(_kind),
]


class Group(BaseModel):
    """Rules whose sum is cut to [floor, limit], and then counts `weight` times, cut down to millionths of a point."""

    model_config = RECORD

    limit: Points | None = None
    floor: Points = Decimal(0)
    weight: Weight = Decimal(1)
    rules: dict[Code, Rule] = Field(min_length=1, max_length=2000)

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
    limit: Points = Field(default=Decimal(100), gt=0)
    floor: Points = Decimal(0)
    groups: dict[Code, Group] = Field(min_length=1, max_length=200)
    bands: dict[Code, dict[Code, Points]] = Field(default_factory=dict, max_length=50)

    @model_validator(mode="after")
    def _limit_above_floor(self) -> Self:
        if self.limit <= self.floor:
            raise refuse("the limit lies not above the floor")
        return self

    @property
    def rules(self) -> tuple[tuple[str, str, Rule], ...]:
        """Every rule with its group and its reason code, in the policy's order."""
        return tuple((name, code, rule) for name, group in self.groups.items() for code, rule in group.rules.items())

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
    def _column_names_are_free(cls, groups: dict[str, Group]) -> dict[str, Group]:
        taken = [name for name in groups if name == "total"]
        taken += [code for group in groups.values() for code in group.rules if code in ("sum", "points")]
        if taken:
            raise refuse(f"nothing can be called {taken[0]} here", "that is what a sum of points is called")
        return groups

    @field_validator("bands")
    @classmethod
    def _every_total_has_a_band(
        cls, bands: dict[str, dict[str, Decimal]], info: ValidationInfo
    ) -> dict[str, dict[str, Decimal]]:
        for name, thresholds in bands.items():
            check_bands(thresholds, info.data.get("floor", Decimal(0)))
            if name == "points" or name in facts_in(info):
                raise refuse(f"a band set can't be called {name}: that is a fact or a result already")
        return bands
