"""What the rules of the start policy ask for, and how they count."""

from __future__ import annotations

from collections.abc import Collection
from typing import TypeGuard

from attrs import define, setters

from leadkit.policy import Policy
from leadkit.rules.conditions import fields_of
from leadkit.scoring.document import ConditionRule, Rule
from leadkit.scoring.event_rules import EventRule, SilenceRule


@define(on_setattr=setters.frozen)
class Usable:
    """What the new policy may ask for: all but `dropped`, or of these only the `wanted` facts and kinds of events."""

    wanted: frozenset[str] | None = None
    dropped: frozenset[str] = frozenset()

    def has(self, name: str) -> bool:
        """Whether a fact, or a kind of events, may be used."""
        return name not in self.dropped and (self.wanted is None or name in self.wanted)


def conditions_of(start: Policy, usable: Usable) -> dict[str, ConditionRule | SilenceRule | EventRule]:
    """The rules of the start policy that give their points once, and ask for nothing that may not be used."""
    return {
        code: rule
        for _, code, rule in start.document.scoring.rules
        if given_once(rule) and all(map(usable.has, asked_by(rule, start)))
    }


def asked_by(rule: Rule, start: Policy) -> Collection[str]:
    """The facts, or the kinds of events, that a rule asks for; silence without kinds is that of all that count."""
    match rule:
        case ConditionRule():
            return tuple(fields_of(rule.when))
        case EventRule():
            return (rule.event,)
        case SilenceRule():
            return rule.events or start.document.scoring.event_kinds
        case _:
            return (rule.field,)


def counts_each(rule: EventRule) -> bool:
    """Whether a rule gives points for each event of its kind, whatever it is about and however old."""
    return rule.times is None and rule.once_per is None and rule.where is None and not rule.ages


def given_once(rule: Rule) -> TypeGuard[ConditionRule | SilenceRule | EventRule]:
    """Whether a rule gives its points once, where something is met that the rule itself describes."""
    return isinstance(rule, (ConditionRule, SilenceRule)) or (isinstance(rule, EventRule) and rule.times is not None)


def windows(start: Policy) -> dict[str, int]:
    """Within how many days events of a kind count, where the first rule of the start policy for them says so."""
    rules = [rule for _, _, rule in start.document.scoring.rules if isinstance(rule, EventRule) and counts_each(rule)]
    first = {rule.event: rule.within_days for rule in reversed(rules)}
    return {kind: days for kind, days in first.items() if days is not None}
