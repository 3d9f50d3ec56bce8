"""What may still happen to a lead, for the page's advice: the events that rules tell apart, and what tables read."""

from __future__ import annotations

from typing import Any

from leadkit.policy import Policy
from leadkit.rules.algebra import SUBJECT
from leadkit.scoring.event_sorts import by_day, sorts_of
from leadkit.scoring.moves import MOST_SORTS, MOST_STATES, MOST_STEPS
from leadkit.scoring.outcomes import Table


def moves(policy: Policy) -> dict[str, Any]:
    """For every kind of event the sorts of which one may happen now, as subject and amount, and what makes it count.

    `by_day` says that each needs a day of its own, `by_subject` a subject of its own. `tabled` are the facts that
    tables read, by the table; the bounds are those of the advice in Python.
    """
    terms = policy.scorer.terms.values()
    tallies = [tally for term in terms for tally in term.tallies]
    kinds = dict.fromkeys(kind for tally in tallies for kind in tally.kinds)
    return {
        "kinds": [
            {
                "kind": kind,
                "sorts": [
                    (sort.subject, None if sort.amount is None else float(sort.amount))
                    for sort in sorts_of(kind, tallies)
                    if sort.age == 0 and sort.fresh
                ][:MOST_SORTS]
                or [(None, None)],
                "by_day": by_day(tallies, kind),
                "by_subject": any(tally.distinct == SUBJECT and kind in tally.kinds for tally in tallies),
            }
            for kind in kinds
        ],
        "tabled": {name: _facts(policy, table) for name, table in policy.document.scoring.tables.items()},
        "steps": MOST_STEPS,
        "states": MOST_STATES,
    }


def _facts(policy: Policy, table: Table) -> list[str]:
    return [name for name in table.asked if name in policy.scorer.facts]
