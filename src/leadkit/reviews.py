"""Review a period from records, and compare a policy with cases whose outcome is known."""

from leadkit.reviewing.activity_rates import ActivityRate, ActivityRates
from leadkit.reviewing.ageing import AgeGroup, Ageing
from leadkit.reviewing.band_drift import BandDrift
from leadkit.reviewing.calibration import (
    BandRate,
    BandSet,
    Calibration,
    PointsRange,
    calibrate,
)
from leadkit.reviewing.calibration_cases import Outcome
from leadkit.reviewing.calibration_order import Concordance
from leadkit.reviewing.calibration_rules import LevelRate, RuleEffect
from leadkit.reviewing.capacity import CapacityPlan, ProposedBand, capacity_plan
from leadkit.reviewing.case_lists import CaseList, ListedCase
from leadkit.reviewing.content_rates import ContentRate
from leadkit.reviewing.drift import Drift, drift
from leadkit.reviewing.duties import Duties, DutyGroup
from leadkit.reviewing.figures import Figures
from leadkit.reviewing.leaks import LeakClue
from leadkit.reviewing.learned import (
    CurvePoint,
    IntervalFigure,
    LearnedBand,
    LearnedLevel,
    LearnWarning,
    Move,
    Tenth,
)
from leadkit.reviewing.losses import LossGroup, Rival, Share
from leadkit.reviewing.measures import Measure
from leadkit.reviewing.movement import DriftRow
from leadkit.reviewing.notes import ReviewNotes, load_notes
from leadkit.reviewing.objections import ObjectionGroup
from leadkit.reviewing.overrides import OverrideGroup
from leadkit.reviewing.parts import Part, TargetFigure
from leadkit.reviewing.period import Period, read_period
from leadkit.reviewing.pipeline import Estimate, Forecast, GradeRate, OpenGroup, Pipeline, StageRate
from leadkit.reviewing.rates import Rate
from leadkit.reviewing.records import review
from leadkit.reviewing.review import Cohort, FigureChange, Response, Review
from leadkit.reviewing.spend import Spend, SpendFigures, SpendReview

__all__ = [
    "ActivityRate",
    "ActivityRates",
    "AgeGroup",
    "Ageing",
    "BandDrift",
    "BandRate",
    "BandSet",
    "Calibration",
    "CapacityPlan",
    "CaseList",
    "Cohort",
    "Concordance",
    "ContentRate",
    "CurvePoint",
    "Drift",
    "DriftRow",
    "Duties",
    "DutyGroup",
    "Estimate",
    "FigureChange",
    "Figures",
    "Forecast",
    "GradeRate",
    "IntervalFigure",
    "LeakClue",
    "LearnWarning",
    "LearnedBand",
    "LearnedLevel",
    "LevelRate",
    "ListedCase",
    "LossGroup",
    "Measure",
    "Move",
    "ObjectionGroup",
    "OpenGroup",
    "Outcome",
    "OverrideGroup",
    "Part",
    "Period",
    "Pipeline",
    "PointsRange",
    "ProposedBand",
    "Rate",
    "Response",
    "Review",
    "ReviewNotes",
    "Rival",
    "RuleEffect",
    "Share",
    "Spend",
    "SpendFigures",
    "SpendReview",
    "StageRate",
    "TargetFigure",
    "Tenth",
    "calibrate",
    "capacity_plan",
    "drift",
    "load_notes",
    "read_period",
    "review",
]
