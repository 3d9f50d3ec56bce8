"""Invariants: claims about every lead of a kind, proved, or refuted with a lead."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from attrs import define, setters

from leadkit.checking.findings import Finding
from leadkit.checking.routed import both, deciders
from leadkit.policy import Policy
from leadkit.policy.claims import Invariant
from leadkit.results import Result
from leadkit.rules.bands import as_points, highest_first, micro
from leadkit.rules.conditions import Condition
from leadkit.scoring.placements import Placements
from leadkit.scoring.space import Space
from leadkit.scoring.witness import Witness

Outcome = Literal["proved", "refuted", "undecided", "about_nobody"]
Allowed = tuple[int | None, int | None]
"""The totals that a claim allows: from the first up to, but without, the second; None does not bound."""


@define(on_setattr=setters.frozen)
class Proof(Result):
    """What became of a claim: `proved` for every lead, `refuted` by `witness`, `about_nobody` where no lead is meant.

    `undecided` is left where events decay, or rules hang together too closely to try them all: every lead that was
    tried keeps to the claim, and the bounds of what is possible don't settle it.
    """

    outcome: Outcome
    message: str
    witness: Witness | None = None

    def __str__(self) -> str:
        return f"{self.message}: {self.witness}" if self.witness else self.message


def prove(policy: Policy, invariant: Invariant) -> Proof:
    """Whether a claim holds for every lead, with the lead that comes closest to keeping it where it does not."""
    proofs = [_proof(each.policy, invariant, both(invariant.when, each.leads)) for each in deciders(policy)]
    for outcome in ("refuted", "undecided", "proved"):
        same = [proof for proof in proofs if proof.outcome == outcome]
        if len(same) > 1 and outcome == "proved":
            return Proof("proved", "holds for every lead in every branch")
        if same:
            return same[0]
    return proofs[0]


def _proof(policy: Policy, invariant: Invariant, leads: Condition | None) -> Proof:
    """What becomes of a claim about the leads that one scoring decides about."""
    space = Space([policy.scorer], policy.facts, leads)
    if space.is_empty:
        return Proof("about_nobody", "no lead satisfies when")
    low, high = space.bounds[0]
    for claim, allowed in _claims(policy, invariant):
        worst = [total for (total,) in space.totals if _outside(total, allowed)]
        if worst:
            total = min(worst, key=lambda total: _distance(total, allowed))
            lead = space.witness((total,))
            return Proof("refuted", f"{claim} is wrong: a lead has {_result(policy, total)}", lead)
        if _outside(low, allowed) or _outside(high, allowed):
            between = f"between {as_points(low)} and {as_points(high)} points"
            return Proof("undecided", f"{claim} holds for every lead tried, but only totals {between} are certain")
    broken = next((proof for proof in _placed(policy, invariant, leads) if proof is not None), None)
    return broken or Proof("proved", f"holds for every lead; {as_points(low)} to {as_points(high)} points")


def _placed(policy: Policy, invariant: Invariant, leads: Condition | None) -> Iterator[Proof | None]:
    """What becomes of the claims about bands of groups and results of tables; None where one is proved."""
    outcomes, of_total = policy.document.scoring.outcomes, policy.document.scoring.total_bands
    sides = (("at most", invariant.at_most), ("at least", invariant.at_least))
    claims = [(side, name, str(bound)) for side, bounds in sides for name, bound in bounds.items() if name in outcomes]
    placements = Placements(policy.scorer, leads)
    for side, name, bound in claims:
        if name in of_total:
            continue
        names = outcomes[name]
        place = names.index(bound)
        forbidden = names[:place] if side == "at most" else names[place + 1 :]
        places = placements.results(name)
        wrong = next(((result, lead) for result, lead in places.leads.items() if result in forbidden), None)
        claim = f"{name} {side} {bound}"
        if wrong is not None:
            yield Proof("refuted", f"{claim} is wrong: a lead has {name} {wrong[0]}", wrong[1])
        elif not places.exact:
            yield Proof("undecided", f"{claim} holds for every lead tried, but not all can be")
        else:
            yield None


def invariant_findings(policy: Policy) -> Iterator[Finding]:
    """What is wrong with the invariants that a policy carries."""
    for place, invariant in enumerate(policy.document.invariants):
        proof = prove(policy, invariant)
        if proof.outcome != "proved":
            name = f"{invariant.name}: " if invariant.name else ""
            yield Finding(f"invariant_{proof.outcome}", f"invariants.{place}", name + proof.message, proof.witness)


def _claims(policy: Policy, invariant: Invariant) -> Iterator[tuple[str, Allowed]]:
    """Each bound of the total in words, with the totals that it allows."""
    totals = policy.document.scoring.total_bands
    for name, bound in invariant.at_most.items():
        if not isinstance(bound, str):
            yield f"at most {bound} points", (None, micro(bound) + 1)
            continue
        if name in totals:
            upper = highest_first(totals[name])
            place = [other for other, _ in upper].index(bound)
            yield f"{name} at most {bound}", (None, micro(upper[place - 1][1]) if place else None)
    for name, bound in invariant.at_least.items():
        if not isinstance(bound, str):
            yield f"at least {bound} points", (micro(bound), None)
        elif name in totals:
            yield f"{name} at least {bound}", (micro(totals[name][bound]), None)


def _outside(total: int, allowed: Allowed) -> bool:
    first, end = allowed
    return (first is not None and total < first) or (end is not None and total >= end)


def _distance(total: int, allowed: Allowed) -> int:
    first, end = allowed
    return max(first - total if first is not None else 0, total - end if end is not None else 0)


def _result(policy: Policy, total: int) -> str:
    bands = ", ".join(f"{name} {band}" for name, band in policy.scorer.bands_of(total).items())
    return f"{as_points(total)} points" + (f", {bands}" if bands else "")
