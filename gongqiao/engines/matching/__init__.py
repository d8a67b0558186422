"""人岗匹配: workers x shifts -> feasible, scored, explained, assigned. Called by `services.placement` and training.

Exact whole numbers, same input same answer. Plain NumPy for small markets is also the oracle; the compiled kernel
(`fast/`, numba) gives a whole city the same lists to the last bit. `warm_up` compiles it ahead of time.
Tables in, results out: no clock, no database, no framework. Paper: precise supply and demand matching (path two).
"""

from gongqiao.engines.matching.advice import (
    Change,
    ChangeHours,
    DropCertificate,
    FunnelStep,
    LowerLevel,
    NearestMiss,
    PayRaise,
    WhyUnfilled,
    WiderReach,
)
from gongqiao.engines.matching.changes import CloseShifts, MarketChange, UpsertShifts, UpsertWorkers, WithdrawWorkers
from gongqiao.engines.matching.check import check_plan
from gongqiao.engines.matching.columns import LARGEST_PAY
from gongqiao.engines.matching.courses import Course, CourseEffect
from gongqiao.engines.matching.crowding import Crowding
from gongqiao.engines.matching.errors import EngineMissing, KernelMissing, MarketTooLarge, NotByRegions, TableError
from gongqiao.engines.matching.exposure import ExposureAudit, GroupShare, RulePrice, audit_exposure, price_of_rules
from gongqiao.engines.matching.horizon import Horizon
from gongqiao.engines.matching.learning import CalibrationReport, EventReport, Outcome, learn_scorecard
from gongqiao.engines.matching.lists import Lists
from gongqiao.engines.matching.market import Market, Matrix
from gongqiao.engines.matching.pairs import Factor, Unmet
from gongqiao.engines.matching.planning import DayPlan
from gongqiao.engines.matching.planrules import PlanRules
from gongqiao.engines.matching.projection import project
from gongqiao.engines.matching.regionalplan import RegionalPlan, Traffic
from gongqiao.engines.matching.regions import RegionalRunner, solve_region
from gongqiao.engines.matching.results import (
    EmployerExplanation,
    Explanation,
    Recommendations,
    Suggestion,
    Violation,
)
from gongqiao.engines.matching.rules import RULES
from gongqiao.engines.matching.scorecard import FACTORS, FactorRule, ScoreCard
from gongqiao.engines.matching.shifts import ShiftTable
from gongqiao.engines.matching.vocabulary import Capability, CapabilityVocabulary, Trade
from gongqiao.engines.matching.warmup import warm_up
from gongqiao.engines.matching.workers import WorkerTable

__all__ = [
    "FACTORS",
    "LARGEST_PAY",
    "RULES",
    "CalibrationReport",
    "Capability",
    "CapabilityVocabulary",
    "Change",
    "ChangeHours",
    "CloseShifts",
    "Course",
    "CourseEffect",
    "Crowding",
    "DayPlan",
    "DropCertificate",
    "EmployerExplanation",
    "EngineMissing",
    "EventReport",
    "Explanation",
    "ExposureAudit",
    "Factor",
    "FactorRule",
    "FunnelStep",
    "GroupShare",
    "Horizon",
    "KernelMissing",
    "Lists",
    "LowerLevel",
    "Market",
    "MarketChange",
    "MarketTooLarge",
    "Matrix",
    "NearestMiss",
    "NotByRegions",
    "Outcome",
    "PayRaise",
    "PlanRules",
    "Recommendations",
    "RegionalPlan",
    "RegionalRunner",
    "RulePrice",
    "ScoreCard",
    "ShiftTable",
    "Suggestion",
    "TableError",
    "Trade",
    "Traffic",
    "Unmet",
    "UpsertShifts",
    "UpsertWorkers",
    "Violation",
    "WhyUnfilled",
    "WiderReach",
    "WithdrawWorkers",
    "WorkerTable",
    "audit_exposure",
    "check_plan",
    "learn_scorecard",
    "price_of_rules",
    "project",
    "solve_region",
    "warm_up",
]
