"""Weights from outcomes: the points of the score card learnt from who accepted, came, and finished.

Three events in a row, each a logistic model over the very factors of the card, with weights that may not be negative:
a factor that would count against somebody is left at nothing. What comes out is again a card of whole points that a
person can read and edit. Priority and waiting are policy, not prediction, and are never learnt. The report is made on
outcomes the models have not seen (folds by group: the same person or day never stands on both sides).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from gongqiao.engines.matching.columns import Bool, Int64
from gongqiao.engines.matching.errors import TableError
from gongqiao.engines.matching.scorecard import FACTORS, FEN_PER_YUAN, ScoreCard

Float64 = NDArray[np.float64]
EVENTS = ("accepted", "attended", "completed")
LEARNT = ("skill_level", "preferred_trade", "distance", "pay", "reliability", "worked_before")
RIDGE = 1.0
MOST_STEPS = 200
CLOSE_ENOUGH = 1e-8
BINS = 10
FEWEST_OUTCOMES = 200


@dataclass(frozen=True)
class Outcome:
    """One offer: points per factor as they stood, and what came of it. `group`: outcomes that must stay together.

    A later event is None where the earlier one failed, or where it is not known.
    """

    points: tuple[int, ...]  # in the order of FACTORS
    accepted: bool
    attended: bool | None
    completed: bool | None
    group: int


@dataclass(frozen=True)
class EventReport:
    """Of one event, on unseen outcomes: how many, how often, and weights per factor in log-odds over its full range."""

    outcomes: int
    rate: float
    weights: dict[str, float]
    intercept: float


@dataclass(frozen=True)
class CalibrationReport:
    """On unseen outcomes, for "accepted, came and finished" as the product of the three.

    ece: mean distance of promised and seen share over ten bins of equal size; brier: mean squared error, and that of
    always saying the mean; auc: how often somebody who did stands above one who did not; correlation of what two
    neighbouring events leave unexplained: near 0 means that the product may be trusted.
    """

    outcomes: int
    rate: float
    ece: float
    brier: float
    brier_of_mean: float
    auc: float
    correlation: float
    events: dict[str, EventReport]


def learn_scorecard(
    outcomes: Sequence[Outcome], card: ScoreCard, *, version: str, folds: int = 5
) -> tuple[ScoreCard, CalibrationReport]:
    """(the card with learnt points under a new version, how far it may be trusted).

    The learnt factors share out the points they have on `card` by what each adds to the chance of a finished shift.
    TableError names the outcome and the column that is wrong, or says that there are too few.
    """
    data = _Data(outcomes, card)
    groups = np.unique(data.group)
    if folds < 2 or len(groups) < folds:
        raise TableError(f"outcomes: {folds} folds need as many groups and at least two, got {len(groups)}")
    fold_of = {int(group): at % folds for at, group in enumerate(groups)}
    fold = np.array([fold_of[int(group)] for group in data.group])
    unseen = np.empty((len(outcomes), len(EVENTS)))
    for number in range(folds):
        for event in range(len(EVENTS)):
            weights = _fitted(*data.known(event, fold != number))
            unseen[fold == number, event] = _chance(data.features[fold == number], weights)
    final = [_fitted(*data.known(event, np.ones(len(outcomes), dtype=np.bool_))) for event in range(len(EVENTS))]
    return _card(card, version, final, data), _report(data, unseen, final)


class _Data:
    """features (n, factors) as shares of each factor's most points; happened (n, 3): 1, 0, or -1 = not known."""

    def __init__(self, outcomes: Sequence[Outcome], card: ScoreCard) -> None:
        if len(outcomes) < FEWEST_OUTCOMES:
            raise TableError(f"outcomes: at least {FEWEST_OUTCOMES} are needed to learn from, got {len(outcomes)}")
        most = {line.name: line.most for line in card.describe()}
        for number, outcome in enumerate(outcomes):
            if len(outcome.points) != len(FACTORS):
                raise TableError(f"outcomes, row {number}, column 'points': {len(FACTORS)} factors are needed")
            for name, points in zip(FACTORS, outcome.points, strict=True):
                if not 0 <= points <= most[name]:
                    raise TableError(f"outcomes, row {number}, column {name!r}: {points} is not 0 to {most[name]}")
            if (outcome.attended and not outcome.accepted) or (outcome.completed and not outcome.attended):
                raise TableError(f"outcomes, row {number}: a later event cannot happen without the earlier one")
        columns = [FACTORS.index(name) for name in LEARNT]
        raw = np.array([outcome.points for outcome in outcomes], dtype=np.float64)[:, columns]
        self.features: Float64 = raw / np.array([max(1, most[name]) for name in LEARNT])
        told = [[outcome.accepted, outcome.attended, outcome.completed] for outcome in outcomes]
        self.happened: Int64 = np.array([[-1 if e is None else int(e) for e in row] for row in told], dtype=np.int64)
        self.group: Int64 = np.array([outcome.group for outcome in outcomes], dtype=np.int64)

    def known(self, event: int, rows: Bool) -> tuple[Float64, Float64]:
        """Features and answers of an event among those rows: it is asked only where the earlier ones happened."""
        asked = rows & (self.happened[:, event] >= 0) & (self.happened[:, :event] == 1).all(axis=1)
        return self.features[asked], self.happened[asked, event].astype(np.float64)


def _chance(features: Float64, weights: Float64) -> Float64:
    chance: Float64 = 1 / (1 + np.exp(-(features @ weights[1:] + weights[0])))
    return chance


def _fitted(features: Float64, answers: Float64) -> Float64:
    """Intercept and weights >= 0: ridge-penalised logistic regression by projected gradient with momentum.

    Method: FISTA (Beck and Teboulle, SIAM Journal on Imaging Sciences 2, 2009), step from the largest curvature.
    """
    n, width = features.shape
    design = np.hstack([np.ones((n, 1)), features])
    weights = np.zeros(width + 1)
    if not n:
        return weights
    step = 1 / (0.25 * float(np.linalg.norm(design, 2)) ** 2 + RIDGE)
    ahead, pace = weights.copy(), 1.0
    for _ in range(MOST_STEPS * 10):
        slope = design.T @ (_chance(features, ahead) - answers)
        slope[1:] += RIDGE * ahead[1:]
        new = ahead - step * slope
        new[1:] = np.maximum(new[1:], 0)
        quicker = (1 + sqrt(1 + 4 * pace * pace)) / 2
        ahead = new + (pace - 1) / quicker * (new - weights)
        moved, weights, pace = float(np.abs(new - weights).max()), new, quicker
        if moved < CLOSE_ENOUGH:
            break
    return weights


def _card(card: ScoreCard, version: str, weights: Sequence[Float64], data: _Data) -> ScoreCard:
    """Points by what each factor adds to the logarithm of the chance that all three happen."""
    adds = np.zeros(len(LEARNT))
    for event, found in enumerate(weights):
        features, _ = data.known(event, np.ones(len(data.group), dtype=np.bool_))
        if len(features):
            adds += found[1:] * float((1 - _chance(features, found)).mean())
    most = {line.name: line.most for line in card.describe()}
    if not adds.sum():
        return replace(card, version=version)
    total = sum(most[name] for name in LEARNT)
    new = {name: round(total * float(add) / float(adds.sum())) for name, add in zip(LEARNT, adds, strict=True)}
    return _with_points(card, version, most, new)


def _with_points(card: ScoreCard, version: str, most: dict[str, int], new: dict[str, int]) -> ScoreCard:
    """The card with new most points per factor; its ranges (15 km, the pay at which more counts no more) stay."""
    reach = card.nearest_points * card.metres_per_point
    highest = max(card.level_points) or 1
    pay_range = card.pay_cap_points * FEN_PER_YUAN // max(1, card.pay_points_per_yuan)
    metres = max(1, reach // max(1, new["distance"]))
    return replace(
        card,
        version=version,
        level_points=tuple(points * new["skill_level"] // highest for points in card.level_points),
        preferred_trade_points=new["preferred_trade"],
        nearest_points=new["distance"],
        metres_per_point=metres,
        pay_points_per_yuan=new["pay"] * FEN_PER_YUAN // max(1, pay_range),
        pay_cap_points=new["pay"],
        reliability_points=round(new["reliability"] / 100),
        worked_before_cap_points=new["worked_before"],
    )


def _report(data: _Data, unseen: Float64, weights: Sequence[Float64]) -> CalibrationReport:
    happened = (data.happened == 1).all(axis=1)
    known = happened | (data.happened == 0).any(axis=1)
    promised, seen = unseen.prod(axis=1)[known], happened[known].astype(np.float64)
    events = {}
    for event, name in enumerate(EVENTS):
        answers = data.known(event, np.ones(len(data.group), dtype=np.bool_))[1]
        log_odds = dict(zip(LEARNT, weights[event][1:].tolist(), strict=True))
        rate = float(answers.mean()) if len(answers) else 0.0
        events[name] = EventReport(len(answers), rate, log_odds, float(weights[event][0]))
    rate = float(seen.mean()) if len(seen) else 0.0
    return CalibrationReport(
        outcomes=len(seen),
        rate=rate,
        ece=expected_calibration_error(promised, seen),
        brier=float(((promised - seen) ** 2).mean()) if len(seen) else 0.0,
        brier_of_mean=rate * (1 - rate),
        auc=area_under_curve(promised, seen),
        correlation=_left_over(data, unseen),
        events=events,
    )


def expected_calibration_error(promised: Float64, seen: Float64) -> float:
    """Over ten bins of equal size by what was promised."""
    order = np.argsort(promised, kind="stable")
    bins = [rows for rows in np.array_split(order, BINS) if len(rows)]
    apart = sum(len(rows) * abs(float(promised[rows].mean() - seen[rows].mean())) for rows in bins)
    return apart / len(promised) if len(promised) else 0.0


def area_under_curve(promised: Float64, seen: Float64) -> float:
    """Chance that one who did stands above one who did not; ties count half; 0.5 where there is only one kind."""
    did, did_not = promised[seen == 1], np.sort(promised[seen == 0])
    if not len(did) or not len(did_not):
        return 0.5
    below = np.searchsorted(did_not, did, side="left") + np.searchsorted(did_not, did, side="right")
    return float(below.mean() / (2 * len(did_not)))


def _left_over(data: _Data, unseen: Float64) -> float:
    """Correlation of the residuals of attending and finishing, where both are known."""
    both = (data.happened[:, 0] == 1) & (data.happened[:, 1] == 1) & (data.happened[:, 2] >= 0)
    first = data.happened[both, 0] - unseen[both, 0]
    last = data.happened[both, 2] - unseen[both, 2]
    if both.sum() < 2 or not first.std() or not last.std():
        return 0.0
    return float(np.corrcoef(first, last)[0, 1])
