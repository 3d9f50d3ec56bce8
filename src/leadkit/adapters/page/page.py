"""A policy as one HTML page that stands alone and asks no address for anything: facts, points, rules to move."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Any

from leadkit.adapters.files import replacing
from leadkit.adapters.page.files import filled, hashed, packaged
from leadkit.adapters.page.moves import moves
from leadkit.adapters.page.numbers import floors, orders, policy_numbers
from leadkit.adapters.page.sample import choices, in_columns, invented, named_subjects, sample
from leadkit.decisions import LeadActivity
from leadkit.policy import Policy
from leadkit.policy.javascript import without_exports
from leadkit.qualification.qualify import criterion_fields
from leadkit.records import Lead
from leadkit.rules.javascript import quoted
from leadkit.rules.moments import seconds
from leadkit.rules.representatives import OTHER
from leadkit.scoring.event_rules import EventRule
from leadkit.texts import LANGUAGES, Language, texts

MOST_OFFERED = 30
"""A text fact offers so many of its texts; the others can be typed."""


def write_policy_page(
    policy: Policy,
    path: Path | str,
    *,
    as_of: datetime,
    leads: Iterable[Lead | Mapping[str, Any]] | None = None,
    activities: Iterable[LeadActivity] = (),
    language: Language | None = None,
    extends: str | None = None,
) -> None:
    """Write the page of a policy to `path`, whole or not at all; what is given is that of `policy_page`.

    Raises:
        OSError: the file can't be written; what stood there is left as it was.
        ValueError: the policy has a number beyond what JavaScript counts exactly.
    """
    text = policy_page(policy, as_of=as_of, leads=leads, activities=activities, language=language, extends=extends)
    with replacing(Path(path)) as part:
        part.write_text(text, encoding="utf-8")


def policy_page(
    policy: Policy,
    *,
    as_of: datetime,
    leads: Iterable[Lead | Mapping[str, Any]] | None = None,
    activities: Iterable[LeadActivity] = (),
    language: Language | None = None,
    extends: str | None = None,
) -> str:
    """The page of a policy: one HTML document with its script, its styles and a sample of leads in it.

    The sample is `leads` with their `activities`, of which only facts that rules ask for get in, and the kinds of
    events with what rules read of them, ages in whole days; left out, invented ones. `language` is the first one shown,
    by default the policy's. `extends` is how the changed file names this policy, by default by its name.

    Raises:
        ValueError: the policy has a number beyond what JavaScript counts exactly.
    """
    policy.refuse_route("no page")
    first = language or policy.language
    rows = invented(policy) if leads is None else sample(policy, leads, activities, as_of)
    events = _events(policy)
    content = {
        "id": policy.id,
        "name": policy.name,
        "draft": f"{policy.name[:57]}_draft",
        "extends": extends or policy.name,
        "language": first,
        "now": seconds(as_of),
        "invented": leads is None,
        "texts": {each: _plain(texts("page", each)) for each in LANGUAGES},
        "other": OTHER,
        "labels": {each: _labels(policy, each) for each in policy.document.labels},
        "facts": _facts(policy),
        "events": events,
        "numbers": [number.to_dict() for number in policy_numbers(policy)],
        "orders": [order.to_dict() for order in orders(policy.document.scoring)],
        "floors": floors(policy.document.scoring),
        "bands": _bands(policy),
        "moves": moves(policy),
        "leads": in_columns(rows, events["kinds"]),
    }
    code = without_exports(policy.javascript()), f"const page = {quoted(content)};\n"
    script = "".join(['"use strict";\n', *code, packaged("advice.js"), packaged("page.js")])
    style = packaged("page.css")
    holes = {
        "language": first.replace("_", "-"),
        "title": escape(f"{policy.name} · leadkit"),
        "script_hash": hashed(script),
        "style_hash": hashed(style),
        "script": script,
        "style": style,
    }
    return filled("page.html", holes)


def _facts(policy: Policy) -> list[dict[str, Any]]:
    """The facts that anything asks for, those of the scoring first, with what the page offers of each."""
    scoring = policy.scorer.asked
    document = policy.document
    criteria = [each for each in (document.screening, *document.qualification.values()) if each is not None]
    others = [name for each in criteria for criterion in each.criteria.values() for name in criterion_fields(criterion)]
    return [
        {
            "name": name,
            "type": policy.facts[name].type,
            "offered": choices(policy, policy.facts[name])[:MOST_OFFERED],
            "scored": name in scoring,
        }
        for name in dict.fromkeys([*scoring, *others])
    ]


def _events(policy: Policy) -> dict[str, Any]:
    """The kinds of events that rules count, and what they ask of each beside its kind."""
    kinds = dict.fromkeys(kind for tally in policy.scorer.program.tallies for kind in tally.kinds)
    asks = [rule for rule in policy.scorer.rules.values() if isinstance(rule, EventRule) and rule.where is not None]
    return {
        "kinds": list(kinds),
        "aged": policy.scorer.uses_time,
        "subjects": list(dict.fromkeys(named_subjects(policy))),
        "amounts": any(rule.where is not None and rule.where.amount is not None for rule in asks),
    }


def _bands(policy: Policy) -> list[dict[str, Any]]:
    """Everything that a lead gets beside its points, with its values, the best first."""
    scoring = policy.document.scoring
    return [
        {"name": name, "values": values, "total": name in scoring.total_bands}
        for name, values in scoring.outcomes.items()
    ]


def _labels(policy: Policy, language: Language) -> dict[str, str]:
    """The labels of what is on the page; what the policy calls channels, objections and reasons is not."""
    document = policy.document
    dimensions = document.grading.dimensions if document.grading else ()
    above = {"grade", *policy.facts, *document.scoring.outcomes, *dimensions}
    return {
        key: text for key, text in document.labels[language].items() if "." not in key or key.partition(".")[0] in above
    }


def _plain(table: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _plain(value) if isinstance(value, Mapping) else value for key, value in table.items()}
