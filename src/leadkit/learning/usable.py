"""What of the cases may be learned from, and what the new points are fairly compared with."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from attrs import evolve

from leadkit.learning.nested import spread
from leadkit.learning.screening import refuse, suspects
from leadkit.learning.start_rules import Usable, asked_by, conditions_of
from leadkit.learning.table import Table, table_of, totals_of
from leadkit.policy import Policy
from leadkit.reviewing.calibration_cases import Outcome
from leadkit.reviewing.learned import LearnWarning

LOOKED_AT = 6_000
"""So many cases, evenly spread, are looked through for facts that may have been filled in afterwards."""


def usable_table(
    cases: Sequence[Outcome],
    start: Policy,
    names: Collection[str],
    kinds: Collection[str],
    as_of: datetime,
    usable: Usable,
    keep: Collection[str],
) -> tuple[Table, list[LearnWarning]]:
    """The cases as a table of what may be learned from, of these facts and kinds of events, and what was left out.

    Rules of the start policy that ask for what may have been filled in because of the ending have no part in the
    comparison either, whether or not the new policy may ask for it.

    Raises:
        FactError: there is too little to learn from; all at once.
    """
    asked = dict.fromkeys(name for _, _, rule in start.document.scoring.rules for name in asked_by(rule, start))
    facts = dict.fromkeys([*names, *(name for name in asked if name in start.facts)])
    events = dict.fromkeys([*kinds, *(name for name in asked if name not in start.facts)])
    whole, wanted = table_of(cases, start, facts, events, as_of), {*names, *kinds}
    table = whole.of(wanted, usable, start)
    refuse(table)
    doubted = list(suspects(whole.at(spread(len(whole), LOOKED_AT)), keep))
    left_out = [warning for warning in doubted if warning.fact in wanted]
    if left_out:
        usable = evolve(usable, dropped=frozenset(warning.fact for warning in left_out))
        table = whole.of(wanted, usable, start)
        refuse(table)
    gone = [code for code in conditions_of(start, Usable()) if code not in table.met]
    if gone:
        left_out.append(LearnWarning("rules_left_out", figure=", ".join(gone)))
    leaks = {warning.fact for warning in doubted if warning.code == "leak"}
    leaking = list(_asking(start, leaks))
    if leaking:
        table = evolve(table, fair=totals_of(_without(start, leaking), cases, as_of))
        left_out.append(LearnWarning("not_compared", figure=", ".join(leaking)))
    return table, left_out


def _asking(start: Policy, names: Collection[str]) -> Iterator[str]:
    """The rules that ask for one of these."""
    for _, code, rule in start.document.scoring.rules:
        if {*names} & {*asked_by(rule, start)}:
            yield code


def _without(start: Policy, codes: Collection[str]) -> Policy:
    """The policy without these rules."""
    scoring = start.document.scoring
    for group, code, _ in scoring.rules:
        if code in codes:
            scoring = scoring.without(group, code)
    return Policy(start.document.model_copy(update={"scoring": scoring}))
