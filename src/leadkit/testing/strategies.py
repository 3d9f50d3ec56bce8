"""Hypothesis strategies for what a policy judges: leads, records of leads, activities and assessments.

All of them aim at the edges of one policy: the constants that its rules name with their neighbours on both sides, the
ends of its windows, and every way of not knowing a fact. They shrink to the lead of whom nothing is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import chain
from typing import Any

from leadkit.checking.examples import AS_OF
from leadkit.errors import MissingExtraError
from leadkit.grading.document import Dimension
from leadkit.policy import Policy
from leadkit.qualification.qualify import criterion_fields
from leadkit.records import Budget, Company, Contact, Lead, Need, Source
from leadkit.records.fields import frozen
from leadkit.rules.algebra import AMOUNT, SUBJECT
from leadkit.rules.conditions import holds
from leadkit.rules.facts import Fact
from leadkit.rules.moments import months_later
from leadkit.rules.representatives import compared, representatives
from leadkit.scoring.event_rules import EventRule

try:
    from hypothesis import strategies as st
except ModuleNotFoundError:
    raise MissingExtraError.of("hypothesis", "testing") from None

Values = st.SearchStrategy[Any]
Constants = Mapping[str, tuple[Any, ...]]

DAY = 86_400
FURTHEST = 36_500
"""The furthest day, counted from `as_of`, on which a date lies."""
OUTSIDE = "no such level"
_NEAR = tuple(Decimal(step) for step in ("0", "-0.01", "0.01", "-1", "1"))


def asked(policy: Policy) -> Constants:
    """The facts that scoring, screening and qualification ask for, each with the constants it is compared with."""
    by_fact: dict[str, dict[Any, None]] = {}
    for name, constant in _comparisons(policy):
        by_fact.setdefault(name, {}).update({} if constant is None else {constant: None})
    return {name: tuple(constants) for name, constants in by_fact.items()}


def _comparisons(policy: Policy) -> Iterator[tuple[str, Any]]:
    """Every fact asked for, with None, and with each constant it is compared with."""
    if policy.document.route is not None:
        route = policy.document.route
        yield from ((route.field, constant) for constant in (None, *route.sources))
        yield from chain.from_iterable(map(_comparisons, policy.deciding))
        return
    for name in policy.scorer.asked:
        yield from ((name, constant) for constant in (None, *policy.scorer.named.get(name, ())))
    document = policy.document
    every = [criteria for criteria in (document.screening, *document.qualification.values()) if criteria is not None]
    for criterion in (criterion for criteria in every for criterion in criteria.criteria.values()):
        yield from ((name, None) for name in criterion_fields(criterion))
        if criterion.when is not None:
            yield from compared(holds(criterion.when, policy.facts))


def known_values(fact: Fact, named: Iterable[Any] = ()) -> Values:
    """Values that `fact` knows: its levels, the constants `named`, and numbers on both sides of each."""
    match fact.type:
        case "category":
            return st.sampled_from(fact.levels) if fact.levels else st.nothing()
        case "boolean":
            return st.booleans()
        case "text":
            return _sampled(representatives(fact, named)) | st.text(min_size=1, max_size=8)
        case _:
            return _numbers(named) | st.integers(-1000, 10_000_000) | st.floats(-1000, 1e7)


def unknown_values(fact: Fact) -> Values:
    """The values that say nothing about `fact`: None, a blank, what is no level, what is not a number."""
    match fact.type:
        case "category":
            return st.sampled_from([None, OUTSIDE, ""])
        case "text":
            return st.sampled_from([None, ""])
        case "number":
            return st.sampled_from([None, float("nan"), Decimal("NaN")])
        case _:
            return st.none()


def leads(policy: Policy) -> st.SearchStrategy[dict[str, Any]]:
    """Mappings of fact names to values, as `policy` takes them; facts that it never asks for are left out.

    A fact is missing, None, outside its levels or known; numbers lie on and on both sides of what rules compare with.
    """
    choices = {}
    for name, named in asked(policy).items():
        known = known_values(policy.facts[name], named)
        choices[name] = unknown_values(policy.facts[name]) | known | known
    return st.fixed_dictionaries({}, optional=choices)


def lead_records(policy: Policy, as_of: datetime = AS_OF) -> st.SearchStrategy[Lead]:
    """Records of leads, written in the words that `policy` derives facts from, with some facts entered outright.

    Dates lie around `as_of`, on both sides of the days that rules compare with.
    """
    named = asked(policy)

    def text(name: str) -> Values:
        return st.none() | _sampled(_words(policy, named, name))

    company = st.builds(Company, name=text("company_name"), industry=text("industry"), size=text("company_size"))
    contact = st.builds(
        Contact, job_title=text("job_title"), role=text("role"), phone=_sampled(_PHONES), email=_sampled(_EMAILS)
    )
    need = st.builds(
        Need,
        description=st.none() | _descriptions(policy, named),
        product=text("product"),
        budget=st.none() | _budgets(policy, named),
        budget_match=text("budget_match"),
        purchase_by=st.none() | _days(as_of, named.get("days_to_purchase", ())),
    )
    return st.builds(
        Lead,
        id=st.integers(1, 9999).map("L{}".format),
        source=st.none() | st.builds(Source, channel=_sampled(_words(policy, named, "channel"))),
        received_at=st.sampled_from([None, as_of, as_of - timedelta(days=31)]),
        company=company,
        contact=contact,
        need=need,
        custom=_custom(policy, named).map(frozen),
    )


def activities(policy: Policy, as_of: datetime, *, future: bool = True) -> st.SearchStrategy[list[Any]]:
    """Lists of activities: pairs (kind, occurred_at), and mappings with an `activity_id`, some of them told twice.

    The kinds are those of `policy` and one that it has never heard of; the times lie around the ends of its windows
    and, with `future`, after `as_of` too.
    """
    happened = st.tuples(_sampled([*sorted(policy.event_kinds), "unheard_of"]), moments(policy, as_of, future=future))
    return _repeated(happened, _about(policy))


def _about(policy: Policy) -> Values | None:
    """What events are about, around the constants of the policy; None where it does not ask."""
    if not policy.uses_details:
        return None
    tallies = [tally for each in policy.deciding for tally in each.scorer.program.tallies]
    named = [pair for tally in tallies for pair in compared(tally.counts)]
    subjects = [constant for name, constant in named if name == SUBJECT.name]
    amounts = [constant for name, constant in named if name == AMOUNT.name]
    return st.fixed_dictionaries(
        {}, optional={"subject": _sampled([None, "", "other", *subjects]), "amount": st.none() | _numbers(amounts)}
    )


@st.composite
def _repeated(draw: st.DrawFn, happened: Values, about: Values | None) -> list[Any]:
    """Pairs, or mappings of what they are about, and records of which some are told twice."""
    pairs = draw(st.lists(happened, max_size=6))
    records = _with_ids(draw(st.lists(happened, max_size=4)))
    if about is not None:
        pairs = [{"kind": kind, "occurred_at": at, **draw(about)} for kind, at in pairs]
        records = [{**record, **draw(about)} for record in records]
    return [*pairs, *records, *records[: draw(st.integers(0, 2))]]


def moments(policy: Policy, as_of: datetime, *, future: bool = True) -> st.SearchStrategy[datetime]:
    """Times of activities: `as_of`, the ends of the policy's windows and their neighbours, in more than one zone."""
    ages = [0, 1, DAY, *(edge + second for edge in _edges(policy) for second in (-1, 0, 1))]
    seconds = _sampled([*ages, -1, -DAY] if future else ages) | st.integers(0, 400 * DAY)
    return _before(as_of, seconds, st.sampled_from([as_of.tzinfo, policy.time_zone]))


@st.composite
def _before(draw: st.DrawFn, as_of: datetime, seconds: Values, zones: Values) -> datetime:
    age = timedelta(0, draw(seconds), draw(st.sampled_from([0, 0, 1])))
    return (as_of - age).astimezone(draw(zones))


def assessments(policy: Policy, as_of: datetime = AS_OF) -> st.SearchStrategy[dict[str, Any]]:
    """Mappings as `Policy.grade` takes them: levels, and amounts and dates around the thresholds; any may be missing.

    There are none where the policy has no `[grading]`.
    """
    grading = policy.document.grading
    if grading is None:
        return st.nothing()
    today = as_of.astimezone(policy.time_zone).date()
    sources = {
        str(dimension.source): _derived(dimension, today, as_of)
        for dimension in grading.dimensions.values()
        if dimension.source
    }
    strange = st.sampled_from([None, OUTSIDE])
    levels = {name: strange | st.sampled_from(names) | st.sampled_from(names) for name, names in grading.levels.items()}
    return st.fixed_dictionaries({}, optional={**sources, **levels})


def _derived(dimension: Dimension, today: date, as_of: datetime) -> Values:
    """The values that the levels of a dimension are derived from."""
    if dimension.at_least:
        return st.none() | _numbers(dimension.at_least.values())
    ends = [months_later(today, months) for months in (0, *dimension.within_months.values())]
    days = _sampled(end + timedelta(days=step) for end in ends for step in (0, 1, -1))
    return st.none() | days | days.map(lambda day: as_of + (day - today))


def _sampled(values: Iterable[Any]) -> Values:
    """One of `values`, the first being the simplest; nothing where there are none."""
    options = list(dict.fromkeys(values))
    return st.sampled_from(options) if options else st.nothing()


def _numbers(named: Iterable[Any]) -> Values:
    """The numbers `named`, and those just below and just above each."""
    return _sampled(number + step for number in named for step in _NEAR)


def _edges(policy: Policy) -> Iterator[int]:
    """The ages in seconds at which windows end and half-lives pass."""
    for rule in (rule for each in policy.deciding for rule in each.scorer.rules.values()):
        if isinstance(rule, EventRule):
            yield from (days * DAY for days in (rule.within_days, rule.half_life_days) if days is not None)


def _with_ids(happened: list[tuple[str, datetime]]) -> list[dict[str, Any]]:
    return [{"activity_id": f"A{n}", "kind": kind, "occurred_at": at} for n, (kind, at) in enumerate(happened, 1)]


_PHONES = (None, "", "021-62345678", "13800138000", "138****8000", "12345")
_EMAILS = (None, "", "li@example.com", "li.example.com")


def _words(policy: Policy, named: Constants, name: str) -> Iterator[str]:
    """What may stand where a record holds the fact or the text `name`, the words that facts are read from included."""
    yield "something else"
    if name in policy.facts:
        yield from (*policy.facts[name].levels, *named.get(name, ()), "")
    for rule in policy.document.derive.words.values():
        if rule.source == name:
            yield from (word for words in rule.words.values() for word in words)
            yield from (f"{people + step}人" for people in rule.headcount.values() for step in (0, -1))


def _descriptions(policy: Policy, named: Constants) -> Values:
    vague, money = policy.document.derive.vague, ("预算30万", "budget 1.2 million", "明年3月采购")
    return st.lists(_sampled([*_words(policy, named, "need"), *vague, *money]), max_size=3).map(", ".join)


def _budgets(policy: Policy, named: Constants) -> st.SearchStrategy[Budget]:
    prices = policy.document.derive.prices
    edges = [
        *named.get("budget", ()),
        *(end for each in (prices.ranges if prices else ()) for end in (each.low, each.high)),
    ]
    amounts = _numbers(edges).filter(_is_short) | st.integers(0, 10_000_000).map(Decimal)
    ends = st.lists(amounts, min_size=2, max_size=2).map(sorted)
    currency = st.sampled_from([policy.document.currency, *policy.document.derive.exchange_rates, "XTS"])
    return st.builds(lambda low_high, money: Budget(low=low_high[0], high=low_high[1], currency=money), ends, currency)


def _days(as_of: datetime, named: Iterable[Any]) -> st.SearchStrategy[date]:
    edges = [int(days) + step for days in named if abs(days) < FURTHEST for step in (0, -1, 1)]
    return _sampled([0, *edges, 400]).map(lambda days: as_of.date() + timedelta(days=days))


def _custom(policy: Policy, named: Constants) -> st.SearchStrategy[dict[str, Any]]:
    """Facts entered as they are; a record holds only short, exact numbers."""
    values = {name: known_values(policy.facts[name], constants).filter(_is_short) for name, constants in named.items()}
    return st.fixed_dictionaries({}, optional=values)


def _is_short(value: Any) -> bool:
    """Whether a record can hold a value: numbers of at most 15 digits."""
    if isinstance(value, Decimal):
        return len(f"{value:f}".replace(".", "").lstrip("-")) <= 15
    return not isinstance(value, float)
