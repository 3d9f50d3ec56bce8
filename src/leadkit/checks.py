"""Check a policy, prove what it claims, and compare it with another."""

from leadkit.checking.check import Check, check
from leadkit.checking.compare import Change, Comparison, Difference, Impact, Moved, compare
from leadkit.checking.findings import Finding
from leadkit.checking.grades import Graded
from leadkit.checking.invariants import Proof, prove
from leadkit.checking.scores import Reached
from leadkit.scoring.witness import Witness

__all__ = [
    "Change",
    "Check",
    "Comparison",
    "Difference",
    "Finding",
    "Graded",
    "Impact",
    "Moved",
    "Proof",
    "Reached",
    "Witness",
    "check",
    "compare",
    "prove",
]
