"""What a pure function takes: the wrong type is refused as clearly as the wrong value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from attrs import define, setters
from pydantic import ValidationError

from leadkit.errors import FactError, Problem
from leadkit.records import Lead
from leadkit.results import Result
from leadkit.rules.facts import Fact, FactType, near


def check_lead(lead: Any, path: str = "lead") -> None:
    """Refuse what is neither a record of a lead nor a mapping of fact names to values.

    Raises:
        FactError: it is something else.
    """
    if isinstance(lead, (Lead, Mapping)):
        return
    hint = f"not {shown(lead)}; of another object give a mapping, such as {{'company_size': lead.size}}"
    raise FactError(Problem("must be a leadkit.Lead or a mapping of fact names to values", hint, path=path))


def shown(value: Any) -> str:
    """What kind of value was given; never its content."""
    return "None" if value is None else f"a value of type {type(value).__name__}"


def lead_of(lead: Any, place: int) -> Lead:
    """A record of a lead, or one from a mapping of its fields.

    Raises:
        FactError: it is neither, or the mapping has wrong fields; all of them at once.
    """
    if isinstance(lead, Lead):
        return lead
    path = f"leads.{place}"
    if not isinstance(lead, Mapping):
        raise FactError(Problem("must be a leadkit.Lead or a mapping of its fields", f"not {shown(lead)}", path=path))
    try:
        return Lead.model_validate(dict(lead))
    except ValidationError as error:
        faults = error.errors(include_input=False, include_url=False)
        paths = (".".join(map(str, (path, *fault["loc"]))) for fault in faults)
        raise FactError(Problem(str(fault["msg"]), path=at) for fault, at in zip(faults, paths, strict=True)) from None


@define(on_setattr=setters.frozen, kw_only=True)
class FactField(Result):
    """A name that a policy knows in a row: its kind, such as `category` or `number`, and the values of a category."""

    name: str
    kind: FactType
    values: tuple[str, ...] = ()


def fields_of(facts: Mapping[str, Fact]) -> tuple[FactField, ...]:
    """What a row may say."""
    return tuple(FactField(name=fact.name, kind=fact.type, values=fact.levels) for fact in facts.values())


def unused(row: Mapping[Any, Any], facts: Mapping[str, Fact]) -> Iterator[Problem]:
    """What a row says that counts nowhere: names that are no facts, and values that are no levels."""
    for name, value in row.items():
        fact = facts.get(name)
        if fact is None:
            yield Problem("is no fact of the policy", near(str(name), facts), path=str(name)[:100])
        elif fact.type == "category" and value not in (None, "") and value not in fact.levels:
            yield Problem("is none of its levels", near(str(value), fact.levels), path=name)


def strange_kinds(kinds: Iterable[Any], known: Iterable[str]) -> Iterator[Problem]:
    """Kinds of activities that no rule counts."""
    for kind in dict.fromkeys(kinds):
        if kind not in known:
            yield Problem("is no kind of event of the policy", near(str(kind), known), path=f"activities.{kind}"[:100])
