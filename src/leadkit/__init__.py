"""leadkit: screen, score, qualify and explain sales leads by one policy file.

Every name loads on first use, so that importing the package costs nothing and `leadkit --help` answers at once.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from leadkit.adapters.sql import migrate
    from leadkit.checking.check import Check, check
    from leadkit.checking.compare import Comparison, compare
    from leadkit.checking.findings import Finding
    from leadkit.checking.invariants import Proof, prove
    from leadkit.decisions import Decision, Worklist, worklist
    from leadkit.desk.delivery import Retries
    from leadkit.desk.desk import Desk
    from leadkit.desk.opportunity_desk import OpportunityDesk
    from leadkit.desk.results import (
        DeadLetter,
        Delivered,
        DueItem,
        HistoryItem,
        LeadState,
        OpportunityState,
        Receipt,
        Rescored,
        Ticked,
    )
    from leadkit.errors import (
        CommandError,
        ConflictError,
        DeliveryError,
        FactError,
        LeadkitError,
        MissingExtraError,
        NotAllowedError,
        NotFoundError,
        PluginError,
        PolicyError,
        Problem,
        SheetError,
        StorageError,
        TableError,
    )
    from leadkit.grading.grade import Grade, GradeChange, Rating
    from leadkit.limits import Limits
    from leadkit.plugins.hooks import Command, Verification, hookimpl
    from leadkit.plugins.notice import Notice
    from leadkit.policy import Policy, json_schema, load_policy
    from leadkit.policy.library import load_content
    from leadkit.process.calendar import CalendarSettings, Due, WorkCalendar
    from leadkit.process.content import Content, ContentLibrary
    from leadkit.process.nurture import Nurture
    from leadkit.qualification.advice import Question
    from leadkit.qualification.qualify import Qualification, Screening
    from leadkit.records import Activity, Assessment, Budget, Company, Contact, Lead, Need, Opportunity, Source
    from leadkit.records.people import Actor, Member
    from leadkit.reviewing.calibration import Calibration, Outcome, calibrate
    from leadkit.reviewing.figures import Figures
    from leadkit.reviewing.notes import ReviewNotes
    from leadkit.reviewing.period import Period, read_period
    from leadkit.reviewing.rates import Rate
    from leadkit.reviewing.records import review
    from leadkit.reviewing.review import Cohort, FigureChange, Response, Review, Share
    from leadkit.scoring.advice import Way
    from leadkit.scoring.contributions import Contribution
    from leadkit.scoring.score import Score
    from leadkit.scoring.witness import Witness

__version__ = "0.1.0"

_HOMES = {
    "leadkit.reviewing.calibration": "Calibration Outcome calibrate",
    "leadkit.reviewing.records": "review",
    "leadkit.reviewing.review": "Cohort FigureChange Response Review Share",
    "leadkit.reviewing.figures": "Figures",
    "leadkit.reviewing.rates": "Rate",
    "leadkit.reviewing.notes": "ReviewNotes",
    "leadkit.reviewing.period": "Period read_period",
    "leadkit.policy.library": "load_content",
    "leadkit.process.content": "Content ContentLibrary",
    "leadkit.process.calendar": "CalendarSettings Due WorkCalendar",
    "leadkit.plugins.hooks": "Command Verification hookimpl",
    "leadkit.plugins.notice": "Notice",
    "leadkit.adapters.sql": "migrate",
    "leadkit.desk.desk": "Desk",
    "leadkit.desk.delivery": "Retries",
    "leadkit.desk.results": (
        "DeadLetter Delivered DueItem HistoryItem LeadState OpportunityState Receipt Rescored Ticked"
    ),
    "leadkit.desk.opportunity_desk": "OpportunityDesk",
    "leadkit.records.people": "Actor Member",
    "leadkit.checking.check": "Check check",
    "leadkit.checking.compare": "Comparison compare",
    "leadkit.checking.findings": "Finding",
    "leadkit.checking.invariants": "Proof prove",
    "leadkit.errors": (
        "CommandError ConflictError DeliveryError FactError LeadkitError MissingExtraError NotAllowedError "
        "NotFoundError PluginError PolicyError Problem SheetError StorageError TableError"
    ),
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
    "Actor",
    "Assessment",
    "Budget",
    "CalendarSettings",
    "Calibration",
    "Check",
    "Cohort",
    "Command",
    "CommandError",
    "Company",
    "Comparison",
    "ConflictError",
    "Contact",
    "Content",
    "ContentLibrary",
    "Contribution",
    "DeadLetter",
    "Decision",
    "Delivered",
    "DeliveryError",
    "Desk",
    "Due",
    "DueItem",
    "FactError",
    "FigureChange",
    "Figures",
    "Finding",
    "Grade",
    "GradeChange",
    "HistoryItem",
    "Lead",
    "LeadState",
    "LeadkitError",
    "Limits",
    "Member",
    "MissingExtraError",
    "Need",
    "NotAllowedError",
    "NotFoundError",
    "Notice",
    "Nurture",
    "Opportunity",
    "OpportunityDesk",
    "OpportunityState",
    "Outcome",
    "Period",
    "PluginError",
    "Policy",
    "PolicyError",
    "Problem",
    "Proof",
    "Qualification",
    "Question",
    "Rate",
    "Rating",
    "Receipt",
    "Rescored",
    "Response",
    "Retries",
    "Review",
    "ReviewNotes",
    "Score",
    "Screening",
    "Share",
    "SheetError",
    "Source",
    "StorageError",
    "TableError",
    "Ticked",
    "Verification",
    "Way",
    "Witness",
    "WorkCalendar",
    "Worklist",
    "calibrate",
    "check",
    "compare",
    "hookimpl",
    "json_schema",
    "load_content",
    "load_policy",
    "migrate",
    "prove",
    "read_period",
    "review",
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
