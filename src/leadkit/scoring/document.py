"""What a policy says about scoring: `[scoring]`."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    Discriminator,
    Field,
    Tag,
    ValidationInfo,
    field_validator,
    model_validator,
)

from leadkit.records.fields import (
    LEVELS_OF,
    RECORD,
    BandName,
    BandSet,
    Code,
    Days,
    EventKind,
    Number,
    Points,
    Text,
    Weight,
    names_of,
)
from leadkit.rules.bands import check_bands
from leadkit.rules.conditions import Condition, check_value
from leadkit.rules.facts import FactName, facts_in, refuse

LONGEST_HALF_LIFE = 1_461
"""Four years of days; at longer half-lives the power functions of databases differ in the last digit."""


def _same_everywhere(days: int) -> int:
    """Refuse a half-life for which not every engine is shown to give the same points."""
    if days > LONGEST_HALF_LIFE:
        raise refuse(
            "a half-life is at most 1461 days, four years",
            "above, databases differ in the last digit of a weight; leave it out where events stay worth as much",
        )
    return days


HalfLife = Annotated[Days, AfterValidator(_same_everywhere), Field(json_schema_extra={"maximum": LONGEST_HALF_LIFE})]


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


class AmountRange(BaseModel):
    """Amounts from `at_least` up to, and without, `less_than`."""

    model_config = RECORD

    at_least: Number | None = None
    """The lowest amount that counts."""
    less_than: Number | None = None
    """Amounts below this one count."""

    @model_validator(mode="after")
    def _holds_some_amount(self) -> Self:
        if self.at_least is None and self.less_than is None:
            raise refuse("asks nothing", "give at_least, less_than or both")
        if self.at_least is not None and self.less_than is not None and self.at_least >= self.less_than:
            raise refuse(f"no amount is at least {self.at_least} and less than {self.less_than}")
        return self


class EventFilter(BaseModel):
    """Which events of a kind count: those about `subject`, or one of several, and with an `amount` in a range.

    An event without a subject, or without an amount, is not counted by a filter that asks for it.
    """

    model_config = RECORD

    subject: Text | Annotated[tuple[Text, ...], Field(min_length=1, max_length=1000)] | None = None
    """What an event must be about: a subject, or a list of which one has to be it."""
    amount: AmountRange | None = None
    """The range in which the amount of an event must lie."""

    @property
    def subjects(self) -> tuple[str, ...]:
        """The subjects that count; empty where all do."""
        return () if self.subject is None else (self.subject,) if isinstance(self.subject, str) else self.subject

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if self.subject is None and self.amount is None:
            raise refuse("asks nothing", "give subject, amount or both")
        if "" in self.subjects:
            raise refuse("a blank subject is none", "leave subject out to count all events")
        return self


class EventRule(BaseModel):
    """Points for each event of a kind, or once for so many `times`.

    `limit` is the most that the rule gives or takes. `within_days` counts only events of age [0, within_days), `where`
    only some of them. `once_per` counts days of the policy's time zone, or subjects, instead of events.
    `half_life_days` halves an event's weight with every so many days of age; with `fades_over_days` it falls by equal
    steps from day to day, to nothing. With `times` the points are given once, from that counted event on.
    """

    model_config = RECORD

    event: EventKind
    """The kind of event that is counted, such as `webinar`."""
    points: Points
    """Points for each event."""
    limit: Points | None = Field(default=None, gt=0)
    """The most that the rule gives or takes, above 0; no limit by default."""
    within_days: Days | None = None
    """Count only events younger than this many days."""
    where: EventFilter | None = None
    """Count only some events of the kind: by what they are about, or by their amount."""
    once_per: Literal["day", "subject"] | None = None
    """Count days, or subjects, on which such events were, instead of the events."""
    times: int | None = Field(default=None, ge=1, le=10_000)
    """Give the points once, from this many counted events on, instead of for each."""
    half_life_days: HalfLife | None = None
    """Halve the weight of an event with every so many days of its age."""
    fades_over_days: Days | None = None
    """Let the weight of an event fall by equal steps from day to day, to nothing after so many days."""

    @property
    def ages(self) -> bool:
        """Whether an event counts less as it grows older."""
        return self.half_life_days is not None or self.fades_over_days is not None

    @model_validator(mode="after")
    def _ages_in_whole_points(self) -> Self:
        if self.ages and self.points != int(self.points):
            raise refuse("a rule whose events age needs whole points", "weights are millionths already")
        return self

    @model_validator(mode="after")
    def _counts_in_one_way(self) -> Self:
        if self.half_life_days is not None and self.fades_over_days is not None:
            raise refuse("an event either halves or fades", "give half_life_days or fades_over_days")
        if self.ages and (self.times is not None or self.once_per is not None):
            raise refuse("times and once_per count whole events, which don't age", "within_days can bound their age")
        if self.times is not None and self.limit is not None:
            raise refuse("with times the points are given once: a limit changes nothing", "leave limit out")
        if self.fades_over_days is not None and self.within_days is not None:
            raise refuse("an event that fades ends by itself", "leave within_days out")
        return self


class SilenceRule(BaseModel):
    """Points while none of `events` is younger than `silent_days`, also where none ever happened.

    Without `events` all kinds count that an event rule of the policy counts.
    """

    model_config = RECORD

    silent_days: Days
    """So many days without any of the events."""
    points: Points
    """Points while there is none."""
    events: tuple[EventKind, ...] | None = Field(default=None, min_length=1, max_length=100)
    """The kinds of events that break the silence; left out, all that event rules count."""


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
    bands: dict[BandSet, dict[BandName, Points]] = Field(default_factory=dict, max_length=50)
    """Band sets by name; each maps its bands to the lowest total that gets them, the lowest starts at the floor."""

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
