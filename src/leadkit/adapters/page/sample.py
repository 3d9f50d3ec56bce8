"""The leads on the page: facts that rules ask for, and events with their ages; no name, no text that no rule names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from attrs import define, setters

from leadkit.decisions import LeadActivity
from leadkit.policy import Policy
from leadkit.policy.events import detailed_events_of
from leadkit.records import Lead
from leadkit.rules.algebra import AMOUNT, AT, SUBJECT
from leadkit.rules.facts import Fact
from leadkit.rules.moments import seconds
from leadkit.rules.representatives import OTHER, Ending
from leadkit.scoring.event_rules import EventRule

DAY = 86_400
INVENTED = 200
OLDEST = 120
"""How old an invented event is at most, in days."""

Event = tuple[str, int, str | None, float | None, int]
"""Kind, age in seconds, subject, amount, how many."""


@define(on_setattr=setters.frozen)
class SampleLead:
    """One lead on the page."""

    facts: Mapping[str, Any]
    events: tuple[Event, ...]


def in_columns(leads: Iterable[SampleLead], kinds: Sequence[str]) -> dict[str, Any]:
    """The leads for the page: for each fact its values, and for each lead the number of its value, 0 where unknown.

    An event is the number of its kind and its age, and where they say something its subject, amount and count.
    """
    rows = list(leads)
    facts: dict[str, tuple[list[Any], list[int]]] = {}
    for name in dict.fromkeys(name for row in rows for name in row.facts):
        stated = [row.facts.get(name) for row in rows]
        values = list(dict.fromkeys((value.__class__, value) for value in stated if value is not None))
        places = {value: place for place, value in enumerate(values, start=1)}
        numbers = [0 if value is None else places[value.__class__, value] for value in stated]
        facts[name] = [value for _, value in values], numbers
    events = [[_short(event, kinds) for event in row.events] for row in rows]
    return {"count": len(rows), "facts": facts, "events": events}


def _short(event: Event, kinds: Sequence[str]) -> list[Any]:
    kind, age, *details = event
    return [kinds.index(kind), age, *(details if details != [None, None, 1] else ())]


def sample(
    policy: Policy, leads: Iterable[Lead | Mapping[str, Any]], activities: Iterable[LeadActivity], as_of: datetime
) -> Iterator[SampleLead]:
    """The leads as the page has them, in their order; duplicates are not joined."""
    now = seconds(as_of)
    by_lead: dict[str, list[LeadActivity]] = defaultdict(list)
    for activity in activities:
        by_lead[activity.lead_id].append(activity)
    reads = _reads(policy)
    for lead in leads:
        facts = policy.facts_of(lead, as_of)
        key = lead.id if isinstance(lead, Lead) else lead.get("lead_id", lead.get("id"))
        known = {name: value for name in asked(policy) if (value := _shown(policy, name, facts.get(name))) is not None}
        yield SampleLead(known, tuple(_events(policy, reads, by_lead.get(str(key), ()), now)))


def asked(policy: Policy) -> tuple[str, ...]:
    """The facts that scoring asks for; the page shows the others, but needs them of no lead but the one on it."""
    return policy.scorer.asked


def _events(
    policy: Policy, reads: Mapping[str, frozenset[str]], activities: Iterable[LeadActivity], now: int
) -> Iterator[Event]:
    """The events that rules count, each id once, with only what the rules for its kind read of it.

    A subject that no rule names is only another one, or where subjects are counted the first, second, ... other one.
    Later events count nowhere.
    """
    rows = [
        {"kind": each.kind, "occurred_at": each.occurred_at, "activity_id": each.id, **_details(each)}
        for each in activities
    ]
    subjects, others = frozenset(named_subjects(policy)), dict[str, str]()
    counted = any(tally.distinct == SUBJECT for tally in policy.scorer.program.tallies)
    for kind, at, about, carried in detailed_events_of(rows):  # type: ignore[misc]
        if kind in reads and at <= now:
            subject = about if about is None or about in subjects else OTHER
            if counted and subject == OTHER:
                subject = others.setdefault(str(about), f"{OTHER} {len(others) + 1}")
            subject = subject if SUBJECT.name in reads[kind] else None
            amount = float(carried) if carried is not None and AMOUNT.name in reads[kind] else None
            yield kind, _age(policy, at, now), subject, amount, 1


def _reads(policy: Policy) -> Mapping[str, frozenset[str]]:
    """The kinds of events that rules count, with the columns that these rules read."""
    reads: dict[str, frozenset[str]] = defaultdict(frozenset)
    for tally in policy.scorer.program.tallies:
        for kind in tally.kinds:
            reads[kind] |= tally.reads
    return reads


def _age(policy: Policy, at: int, now: int) -> int:
    """The age of an event in whole days, as seconds; where days are counted, the least one that leaves it its day."""
    if not policy.scorer.uses_time:
        return 0
    age = (now - at) // DAY * DAY
    if AT.name not in policy.scorer.program.reads:
        return age
    zone = ZoneInfo(policy.scorer.time_zone)
    midnight = datetime.combine(datetime.fromtimestamp(at, zone).date() + timedelta(days=1), time(), zone)
    return max(age, now - int(midnight.timestamp()) + 1)


def _details(activity: LeadActivity) -> dict[str, Any]:
    return {name: getattr(activity, name, None) for name in ("subject", "amount")}


def named_subjects(policy: Policy) -> Iterator[str]:
    """The subjects that event rules name."""
    for rule in policy.scorer.rules.values():
        if isinstance(rule, EventRule) and rule.where is not None:
            yield from rule.where.subjects


def _shown(policy: Policy, name: str, value: Any) -> Any:
    """What the page may say of a fact: a text only where the policy itself says it."""
    fact = policy.facts[name]
    read = fact.read(value)
    if read is None or fact.type != "text":
        return float(read) if isinstance(read, Decimal) else read
    named = policy.scorer.named.get(name, ())
    texts = {text for each in named for text in (each if isinstance(each, tuple) else (each,)) if isinstance(text, str)}
    if read in texts:
        return read
    endings = [each.text for each in named if isinstance(each, Ending) and str(read).endswith(each.text)]
    return f"{OTHER} {max(endings, key=len)}" if endings else OTHER


def invented(policy: Policy) -> Iterator[SampleLead]:
    """Leads made up from the policy's own levels and kinds of events, the same for the same policy."""
    draw = Random(policy.hash)
    values = {name: choices(policy, policy.facts[name]) for name in asked(policy)}
    kinds = sorted({kind for tally in policy.scorer.program.tallies for kind in tally.kinds})
    subjects = [None, *dict.fromkeys(named_subjects(policy))]
    for _ in range(INVENTED):
        facts = {name: draw.choice(some) for name, some in values.items() if some and draw.random() < 0.8}
        times = draw.choice((0, 1, 1, 2, 3, 4)) if kinds else 0
        ages = sorted(draw.randrange(OLDEST) * DAY for _ in range(times))
        yield SampleLead(facts, tuple((draw.choice(kinds), age, draw.choice(subjects), None, 1) for age in ages))


def choices(policy: Policy, fact: Fact) -> list[Any]:
    """Values of a fact that rules tell apart, for the page to offer."""
    values = policy.scorer.values(fact.name)
    return [float(value) if isinstance(value, Decimal) else value for value in values]
