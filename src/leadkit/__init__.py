"""leadkit: screen, score, qualify and explain sales leads by one policy file.

Every name loads on first use, so that importing the package costs nothing and `leadkit --help` answers at once.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from leadkit.checking.check import Check, check
    from leadkit.checking.compare import Comparison, compare
    from leadkit.checking.findings import Finding
    from leadkit.checking.invariants import Proof, prove
    from leadkit.decisions import Decision, Worklist, worklist
    from leadkit.errors import FactError, LeadkitError, MissingExtraError, PolicyError, Problem, SheetError, TableError
    from leadkit.grading.grade import Grade, GradeChange, Rating
    from leadkit.limits import Limits
    from leadkit.policy import Policy, json_schema, load_policy
    from leadkit.process.nurture import Nurture
    from leadkit.qualification.advice import Question
    from leadkit.qualification.qualify import Qualification, Screening
    from leadkit.records import Activity, Assessment, Budget, Company, Contact, Lead, Need, Opportunity, Source
    from leadkit.scoring.advice import Way
    from leadkit.scoring.contributions import Contribution
    from leadkit.scoring.score import Score
    from leadkit.scoring.witness import Witness

__version__ = "0.1.0"

_HOMES = {
    "leadkit.checking.check": "Check check",
    "leadkit.checking.compare": "Comparison compare",
    "leadkit.checking.findings": "Finding",
    "leadkit.checking.invariants": "Proof prove",
    "leadkit.errors": "FactError LeadkitError MissingExtraError PolicyError Problem SheetError TableError",
    "leadkit.grading.grade": "Grade GradeChange Rating",
    "leadkit.limits": "Limits",
    "leadkit.policy": "Policy json_schema load_policy",
    "leadkit.process.nurture": "Nurture",
    "leadkit.qualification.advice": "Question",
    "leadkit.qualification.qualify": "Qualification Screening",
    "leadkit.records": "Activity Assessment Budget Company Contact Lead Need Opportunity Source",
    "leadkit.scoring.advice": "Way",
    "leadkit.scoring.contributions": "Contribution",
    "leadkit.scoring.score": "Score",
    "leadkit.scoring.witness": "Witness",
    "leadkit.decisions": "Decision Worklist worklist",
}
_HOME = {name: module for module, names in _HOMES.items() for name in names.split()}

__all__ = [
    "Activity",
    "Assessment",
    "Budget",
    "Check",
    "Company",
    "Comparison",
    "Contact",
    "Contribution",
    "Decision",
    "FactError",
    "Finding",
    "Grade",
    "GradeChange",
    "Lead",
    "LeadkitError",
    "Limits",
    "MissingExtraError",
    "Need",
    "Nurture",
    "Opportunity",
    "Policy",
    "PolicyError",
    "Problem",
    "Proof",
    "Qualification",
    "Question",
    "Rating",
    "Score",
    "Screening",
    "SheetError",
    "Source",
    "TableError",
    "Way",
    "Witness",
    "Worklist",
    "check",
    "compare",
    "json_schema",
    "load_policy",
    "prove",
    "worklist",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'leadkit' has no attribute {name!r}")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
