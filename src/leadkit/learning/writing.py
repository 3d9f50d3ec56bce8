"""The new policy as the TOML that a person would write: points first, with what they rest on, then all that stays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from leadkit.learning.rules import LearnedRule
from leadkit.learning.start_rules import windows
from leadkit.learning.toml import WIDTH, literal, plain_number, tables
from leadkit.policy import Policy
from leadkit.scoring.document import RangeRule, Rule
from leadkit.scoring.event_rules import SilenceRule

LIMIT = 100
FIRST = ("name", "version", "description", "language", "currency", "phone_region", "time_zone")
IN_HEAD = ("extends", "examples", *FIRST)
LEFT_OUT = ("invariants", "scoring", *IN_HEAD)
"""What the new policy does not take over: examples and invariants speak of the old points."""
Bands = Mapping[str, Mapping[str, int]]


def start_of(rules: Sequence[LearnedRule]) -> int:
    """What every total starts with, so that no sum of points falls below 0."""
    return -sum(rule.lowest for rule in rules)


def policy_text(
    start: Policy,
    rules: Sequence[LearnedRule],
    bands: Bands,
    notes: Sequence[str],
    comments: Mapping[str, Sequence[str]],
) -> str:
    """The file: `notes` at its head, `comments` above the rules of these codes."""
    document = start.document.model_dump(mode="python", by_alias=True, exclude_defaults=True)
    lines = [*(f"# {note}".rstrip() for note in notes), ""]
    lines += tables(_head(start, document))
    lines += _scoring(start, rules, bands, comments)
    rest = {key: value for key, value in document.items() if key not in LEFT_OUT and not _is_plain(value)}
    if rest:
        lines += [f"# ---- As in {start.id}.", "", *tables(rest)]
    return "\n".join(lines).rstrip("\n") + "\n"


def grading_text(
    start: Policy,
    points: Mapping[str, Mapping[str, int]],
    grades: Mapping[str, int],
    notes: Sequence[str],
    comments: Mapping[str, Sequence[str]],
) -> str:
    """The file with other points of dimensions, and grades by total; what has no points is worth 0 at every level."""
    document = start.document.model_dump(mode="python", by_alias=True, exclude_defaults=True)
    grading = start.document.grading
    assert grading is not None
    lines = [*(f"# {note}".rstrip() for note in notes), ""]
    lines += tables(_head(start, document))
    for name, levels in grading.levels.items():
        given = points.get(name, {})
        other = {key: value for key, value in document["grading"]["dimensions"][name].items() if key != "levels"}
        lines += (f"# {comment}" for comment in comments.get(name, ()))
        # The levels stand best first, whatever they are worth.
        whole = {**other, "points": {level: given.get(level, 0) for level in levels}}
        lines += tables(whole, ("grading", "dimensions", name))
    lines += tables(grades, ("grading", "grades"))
    kept = [example for example in document.get("examples", ()) if "grade" not in example["expect"]]
    rest = {key: value for key, value in document.items() if key not in {*IN_HEAD, "grading"} and not _is_plain(value)}
    rest |= {"examples": kept} if kept else {}
    lines += [f"# ---- As in {start.id}.", "", *tables(rest)]
    return "\n".join(lines).rstrip("\n") + "\n"


def _head(start: Policy, document: Mapping[str, Any]) -> dict[str, Any]:
    name = start.name if start.name.endswith("_learned") else f"{start.name}_learned"
    plain = {key: value for key, value in document.items() if key not in LEFT_OUT and _is_plain(value)}
    return {"name": name[:60]} | {key: document[key] for key in FIRST[2:] if key in document} | plain


def _is_plain(value: Any) -> bool:
    """Whether a value of the document is no table: such keys have to stand before all tables."""
    if isinstance(value, Mapping):
        return False
    return not (isinstance(value, (list, tuple)) and value and all(isinstance(part, Mapping) for part in value))


def _scoring(
    start: Policy, rules: Sequence[LearnedRule], bands: Bands, comments: Mapping[str, Sequence[str]]
) -> Iterator[str]:
    begins = start_of(rules)
    yield "[scoring]"
    if begins:
        yield f"start = {begins}"
    yield f"limit = {max(LIMIT, begins + sum(rule.highest for rule in rules))}"
    yield ""
    for group in dict.fromkeys(rule.group for rule in rules):
        mine = [rule for rule in rules if rule.group == group]
        yield f"[scoring.groups.{group}]"
        floor = sum(rule.lowest for rule in mine)
        if floor:
            yield f"floor = {floor}"
        for rule in mine:
            yield ""
            yield from (f"# {comment}" for comment in comments.get(rule.code, ()))
            yield f"[scoring.groups.{group}.rules.{rule.code}]"
            yield from _rule(rule, start)
        yield ""
    for name, thresholds in bands.items():
        yield f"[scoring.bands.{name}]"
        yield from (f"{band} = {threshold}" for band, threshold in thresholds.items())
        yield ""


def _rule(rule: LearnedRule, start: Policy) -> Iterator[str]:
    old = {code: known for _, code, known in start.document.scoring.rules}
    match rule.form:
        case "event":
            yield from _event(rule, windows(start).get(rule.fact))
        case "met":
            yield from _once(rule, old[rule.code], start.document.scoring.event_kinds)
        case "known":
            known = rule.points[True] > 0
            yield f'when = {{ field = "{rule.fact}", known = {literal(known)} }}'
            yield f"points = {rule.points[True] or rule.unknown}"
        case "boolean":
            yield from _boolean(rule)
        case "ranges":
            yield f'field = "{rule.fact}"'
            yield from _unknown(rule)
            for name, threshold, points in range_names(rule, old.get(rule.code)):
                yield f"ranges.{name} = {{ at_least = {plain_number(threshold)}, points = {points} }}"
        case "levels":
            yield f'field = "{rule.fact}"'
            yield from _points(rule)
            yield from _unknown(rule)


def _points(rule: LearnedRule) -> Iterator[str]:
    ordered = dict(sorted(rule.points.items(), key=lambda pair: -pair[1]))
    line = f"points = {literal(ordered)}"
    if len(line) <= WIDTH:
        yield line
        return
    for level, points in ordered.items():
        yield f"points.{literal(level)} = {points}"


def _unknown(rule: LearnedRule) -> Iterator[str]:
    if rule.unknown:
        yield f"unknown = {rule.unknown}"


def _boolean(rule: LearnedRule) -> Iterator[str]:
    """A condition: the answer that is worth more, the other being worth nothing."""
    better = rule.points.get(True, 0) >= rule.points.get(False, 0)
    yield f'when = {{ field = "{rule.fact}", equals = {literal(better)} }}'
    yield f"points = {rule.points.get(better, 0)}"
    yield from _unknown(rule)


def _once(rule: LearnedRule, old: Rule, kinds: Sequence[str]) -> Iterator[str]:
    """The start policy's own rule with other points; silence is that of the `kinds` that it was of there."""
    content = old.model_dump(mode="python", by_alias=True, exclude_none=True, exclude={"points", "unknown"})
    if isinstance(old, SilenceRule):
        content["events"] = old.events or kinds
    yield from (f"{key} = {literal(value)}" for key, value in content.items())
    yield f"points = {rule.points[True]}"


def _event(rule: LearnedRule, within_days: int | None) -> Iterator[str]:
    yield f'event = "{rule.fact}"'
    yield f"points = {rule.points[True]}"
    yield f"limit = {abs(rule.points[True]) * rule.cap}"
    if within_days is not None:
        yield f"within_days = {within_days}"


def range_names(rule: LearnedRule, old: Rule | None) -> Iterator[tuple[str, float, int]]:
    """The ranges with their names, the highest first; a range that the start policy has keeps its name."""
    known = {step.at_least: name for name, step in old.ranges.items()} if isinstance(old, RangeRule) else {}
    taken: set[str] = set()
    for threshold, points in sorted(rule.points.items(), reverse=True):
        exact = Decimal(repr(float(threshold)))
        digits = plain_number(abs(float(threshold))).replace(".", "_")
        name = known.get(exact) or ("below" if threshold < 0 and len(rule.points) > 1 else f"from_{digits}")
        while name in taken:
            name += "_2"
        taken.add(name)
        yield name, threshold, points
