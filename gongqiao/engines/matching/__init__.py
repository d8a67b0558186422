"""人岗匹配: workers x shifts -> feasible, scored, explained, assigned. Called by `services.placement` and training.

Plain NumPy, exact whole numbers, same input same answer: this is also the oracle that faster kernels must equal.
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
from gongqiao.engines.matching.crowding import Crowding
from gongqiao.engines.matching.errors import KernelMissing, TableError
from gongqiao.engines.matching.horizon import Horizon
from gongqiao.engines.matching.market import Market, Matrix
from gongqiao.engines.matching.pairs import Factor, Unmet
from gongqiao.engines.matching.planning import DayPlan, PlanRules
from gongqiao.engines.matching.projection import project
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
from gongqiao.engines.matching.workers import WorkerTable

__all__ = [
    "FACTORS",
    "RULES",
    "Capability",
    "CapabilityVocabulary",
    "Change",
    "ChangeHours",
    "CloseShifts",
    "Crowding",
    "DayPlan",
    "DropCertificate",
    "EmployerExplanation",
    "Explanation",
    "Factor",
    "FactorRule",
    "FunnelStep",
    "Horizon",
    "KernelMissing",
    "LowerLevel",
    "Market",
    "MarketChange",
    "Matrix",
    "NearestMiss",
    "PayRaise",
    "PlanRules",
    "Recommendations",
    "ScoreCard",
    "ShiftTable",
    "Suggestion",
    "TableError",
    "Trade",
    "Unmet",
    "UpsertShifts",
    "UpsertWorkers",
    "Violation",
    "WhyUnfilled",
    "WiderReach",
    "WithdrawWorkers",
    "WorkerTable",
    "check_plan",
    "project",
]
