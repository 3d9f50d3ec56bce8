"""Strategies for the commands of a desk: any class of the catalogue, with arguments that suit what the desk holds."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal, get_args, get_origin, get_type_hints

from attrs import NOTHING, Attribute, define, field, fields

from leadkit.errors import MissingExtraError
from leadkit.policy import Policy
from leadkit.process.command import Command
from leadkit.process.permissions import OWNER
from leadkit.records import Activity, Company, Contact, Lead, Need, Source
from leadkit.records.people import Actor, Member
from leadkit.testing.strategies import lead_records

try:
    from hypothesis import strategies as st
except ModuleNotFoundError:
    raise MissingExtraError.of("hypothesis", "testing") from None

Values = st.SearchStrategy[Any]
MEMBERS = ("ann", "bo", "li")
CODES = ("lost_interest", "price", "no_such_reason")
UNKNOWN = ("no_such_reason", "No code!")
TEXTS = ("the customer says the budget is tight", "下周再联系", "")
NOBODY = "nobody"


@define(frozen=True)
class Situation:
    """What a desk holds when a command is drawn: the ids there are, the time, and who may do what."""

    policy: Policy
    now: datetime
    leads: tuple[str, ...] = ()
    opportunities: tuple[str, ...] = ()
    milestones: tuple[str, ...] = ()
    versions: Mapping[str, int] = field(factory=dict)


def commands(situation: Situation, catalogue: Collection[type[Command]]) -> st.SearchStrategy[Command]:
    """Any command of a catalogue, about what a desk holds or about nothing that there is."""
    return st.sampled_from(list(catalogue)).flatmap(lambda command: instances(situation, command))


@st.composite
def instances(draw: Callable[[Values], Any], situation: Situation, command: type[Command]) -> Command:
    """Commands of one class."""
    types = get_type_hints(command)
    values = {
        str(attribute.alias): draw(_field(situation, command, attribute, types[attribute.name]))
        for attribute in fields(command)
        if attribute.name != "by" and (attribute.default is NOTHING or draw(st.booleans()))
    }
    values["by"] = draw(actors(situation.policy, command))
    return command(**values)


def actors(policy: Policy, command: type[Command]) -> st.SearchStrategy[Actor]:
    """Who gives a command: mostly somebody who may, sometimes somebody who may not."""
    document = policy.document
    every = sorted({role for roles in document.permissions.root.values() for role in roles} - {OWNER} or {"system"})
    pool = document.pool.claim if document.pool is not None and command.table == "pool" else None
    allowed = document.permissions.roles(command.permission) or pool or every
    allowed = [role for role in allowed if role != OWNER] or every
    roles = st.sampled_from([*allowed, *allowed, *allowed, *every])
    if pool is None:
        return roles.map(lambda role: Actor(id=f"the_{role}", role=role))
    return st.builds(Actor, id=st.sampled_from([*MEMBERS, NOBODY]), role=roles)


def _field(situation: Situation, command: type[Command], attribute: Attribute[Any], hint: Any) -> Values:
    named = _by_name(situation, command, attribute.name)
    return named if named is not None else _by_type(situation, hint)


def _by_name(situation: Situation, command: type[Command], name: str) -> Values | None:
    """Values that suit a field of this name; None for a field that only its type is known of."""
    subject = situation.opportunities if command.subject == "opportunity" else situation.leads
    version = st.sampled_from([None, None, *situation.versions.values(), 99])
    choices: dict[str, Values] = {
        "lead_id": st.sampled_from([*situation.leads, NOBODY]),
        "other": st.sampled_from([*situation.leads, NOBODY]),
        "opportunity_id": st.sampled_from([*subject, NOBODY]),
        "reason_code": st.sampled_from([*(situation.policy.reasons("invalid") or CODES), *UNKNOWN]),
        "lost_reason": st.sampled_from([*(situation.policy.reasons("lost") or CODES), *UNKNOWN]),
        "fact": st.sampled_from([*situation.policy.facts, "no_such_fact"]),
        "value": st.sampled_from([None, None, True, "medium", "high", 5]),
        "signal": st.sampled_from(["intent", "date_set", "no_such_signal"]),
        "to": st.sampled_from([None, *MEMBERS, NOBODY]),
        "key": st.sampled_from([None, None, None, "k1", "k2", "k3"]),
        "version": version,
        "missing": st.lists(st.sampled_from([*CODES, "No code!"]), max_size=2).map(tuple),
        "milestone": st.sampled_from([*situation.milestones, "demo"]),
        "objection": st.sampled_from(["1", "2", "3"]),
        "kind": st.sampled_from([None, *situation.policy.document.objections, "no such kind"]),
        "expert": st.sampled_from([*MEMBERS, NOBODY]),
        "signals": _signals(situation.policy),
        "changes": _changes(),
        "milestones": st.lists(st.tuples(st.sampled_from(["demo", "visit"]), _moments(situation.now)), max_size=2),
        "period": st.sampled_from([f"{situation.now:%Y-%m}", f"{situation.now:%Y}", "2998", "no period"]),
        "measures": st.lists(_measures(situation.now), max_size=2).map(tuple),
        "measure_id": st.sampled_from([f"{situation.now:%Y-%m}-1", f"{situation.now:%Y}-1", f"{situation.now:%Y}-2"]),
        "now": st.none(),
        "at": st.sampled_from([None, None, *(situation.now - timedelta(minutes=ago) for ago in (0, 30, 1500, -5))]),
        "limit": st.integers(1, 20),
    }
    grading = situation.policy.document.grading
    levels = grading.levels.get(name) if grading else None
    return st.sampled_from([None, *levels, "no such level"]) if levels else choices.get(name)


def _by_type(situation: Situation, hint: Any) -> Values:
    plain = [part for part in get_args(hint) if part is not type(None)] or [hint]
    kind = plain[0] if len(plain) == 1 else hint
    if get_origin(hint) is Literal:
        return st.sampled_from(get_args(hint))
    if get_origin(hint) is tuple:
        item = get_args(hint)[0]
        items = st.sampled_from(CODES) if item is str else _by_type(situation, item)
        return st.lists(items, max_size=2).map(tuple)
    known: dict[Any, Values] = {
        str: st.sampled_from(TEXTS),
        bool: st.booleans(),
        datetime: _moments(situation.now),
        Decimal: st.sampled_from([50_000, 100_000, 400_000, 2_000_000]).map(Decimal),
        Lead: leads(situation),
        Activity: activities(situation),
        Member: members(situation.policy),
    }
    return known[kind] if kind in known else st.from_type(kind)


def _measures(now: datetime) -> Values:
    """Measures of a review, mostly of somebody who may be of the team."""
    days = _moments(now).map(lambda moment: moment.date())
    return st.tuples(st.sampled_from(TEXTS), st.sampled_from([*MEMBERS, NOBODY]), days)


def _moments(now: datetime) -> Values:
    return st.integers(-3, 60).map(lambda days: now + timedelta(days=days))


def _signals(policy: Policy) -> Values:
    """What a salesperson knows of a customer: mostly enough of what a conversion asks for."""
    facts = [name for name, fact in policy.facts.items() if fact.type == "boolean"]
    some = st.dictionaries(st.sampled_from(facts), st.booleans()) if facts else st.just({})
    return st.just(dict.fromkeys(facts, True)) | some


def _changes() -> Values:
    paths: dict[str, Values] = {
        "contact.phone": st.sampled_from(["13800100001", "13800100002", "12345", None]),
        "need.description": st.sampled_from(NEEDS),
        "company.region": st.sampled_from(["华东", None]),
        "no.such.field": st.just("x"),
    }
    return st.sampled_from(sorted(paths)).flatmap(lambda path: paths[path].map(lambda value: {path: value}))


NEEDS = (
    "采购设备,预算50-80万,Q4落地",
    "采购设备",
    "采购设备,预算5万,Q4落地",
    "two robots, budget 2 million, by March 2027",
)


def leads(situation: Situation) -> st.SearchStrategy[Lead]:
    """Leads of a few people and companies, so that some come twice; and leads of the policy's own words."""
    people = st.integers(0, 4)
    ours = st.builds(_lead, st.integers(1, 8), people, people, st.sampled_from(NEEDS), st.sampled_from([0, 30, 5000]))
    ids = st.integers(1, 8).map(lambda number: f"L{number}")
    others = st.builds(
        lambda record, id_: record.model_copy(update={"id": id_}), lead_records(situation.policy, situation.now), ids
    )
    return st.one_of(ours, ours, others)


def _lead(number: int, person: int, firm: int, need: str, minutes: int) -> Lead:
    return Lead(
        id=f"L{number}",
        source=Source(channel="官网", detail="产品咨询"),
        received_at=datetime(2026, 3, 2, 9, tzinfo=UTC) - timedelta(minutes=minutes),
        company=Company(name=f"北辰{'东西南北中'[firm]}智造有限公司", industry="智能制造", size="500人"),
        contact=Contact(name=f"王{person}", job_title="采购总监", phone=f"1380010000{person}"),
        need=Need(description=need),
    )


@st.composite
def activities(draw: Callable[[Values], Any], situation: Situation) -> Activity:
    """Activities of leads that there are, mostly of kinds that the policy counts, before the desk's clock."""
    levels = situation.policy.document.service_levels
    kinds = sorted({*situation.policy.event_kinds, *levels.follow_ups, *levels.answers, "unheard_of"})
    return Activity(
        id=draw(st.integers(1, 12).map(lambda number: f"A{number}")),
        lead_id=draw(st.sampled_from([*situation.leads, NOBODY])),
        kind=draw(st.sampled_from(kinds)),
        occurred_at=situation.now - timedelta(minutes=draw(st.sampled_from([0, 0, 30, 5000]))),
        opportunity_id=draw(st.sampled_from([None, None, *situation.opportunities, NOBODY])),
        contact=draw(st.sampled_from([None, "王1", "somebody"])),
        content=draw(st.sampled_from([None, "询问预算"])),
        next_at=draw(st.none() | _moments(situation.now)),
    )


def members(policy: Policy) -> st.SearchStrategy[Member]:
    """Members of a small team, in the roles that leads and opportunities are assigned to."""
    assignment = policy.document.assignment
    named = {
        role
        for roles in (*assignment.roles.values(), *assignment.grades.values(), assignment.experts)
        for role in roles
    }
    return st.builds(
        Member,
        id=st.sampled_from(MEMBERS),
        role=st.sampled_from(sorted(named) or ["sales_rep"]),
        capacity=st.none() | st.integers(0, 3),
        active=st.sampled_from([True, True, True, False]),
    )
