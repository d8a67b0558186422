"""Which occupation a bag of grams speaks for: multinomial logistic regression with few weights.

A weight exists only for a gram and an occupation seen together, so that 1,600 classes cost no more than the texts
themselves; a gram seen with very many occupations decides nothing and has none. A text may point at several
occupations (a group's own texts): then the sum of their chances counts. The objective (cross-entropy plus half the
ridge times the squared weights) is convex without the texts of several, and is brought down by L-BFGS from zero:
no dice, so the same texts give the same weights.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from gongqiao.engines.occupations.csr import Floats, Ints, Meeting, Rows, spans

REMEMBERED = 8  # steps L-BFGS looks back
CHUNK = 256  # texts at a time: their table of chances stays in the cache
LEAST = 1e-30


@dataclass(frozen=True, slots=True)
class Training:
    """How to learn; refuses what cannot work."""

    rounds: int = 15
    ridge: float = 0.03
    widest: int = 200  # occupations a gram may speak for
    rivals: int = 5  # occupations a title's grams may speak against

    def __post_init__(self) -> None:
        if min(self.rounds, self.widest) < 1 or self.rivals < 0 or self.ridge <= 0:
            raise ValueError(f"rounds, widest and ridge must be positive, rivals not negative: {self}")


@dataclass(frozen=True, slots=True)
class Weights:
    """For each gram the occupations it speaks for (`columns`) and how loudly; `bias` is what a title starts with."""

    grams: Rows
    bias: Floats

    def meet(self, columns: Ints, values: Floats) -> Meeting:
        """What each gram of one title says; `bias` and the totals by occupation together are its score."""
        return Meeting.of(self.grams, columns, values)


def chances(scores: Floats) -> Floats:
    """Scores along the last axis as chances that add up to 1."""
    raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True))


def fit(
    texts: Rows, targets: Rows, importance: Floats, *, grams: int, classes: int, hard: Ints, how: Training
) -> Weights:
    """Learn from texts (gram -> value) and their targets (allowed occupations), each as important as said.

    Twice: after the first time each of the `hard` texts names its rivals, the occupations most wrongly believed of it,
    and its grams get weights against them (+1.5 titles in 100 for the first guess, +2.5 for the first five).
    """
    support = _support(texts, targets, grams, classes, how.widest)
    point = _solve(texts, targets, importance, support, np.zeros(len(support.columns) + classes), how)
    if how.rivals:
        learnt = Weights(Rows(support.start, support.columns, point[:-classes]), point[-classes:])
        support, point = _with_rivals(texts.take(hard), targets.take(hard), learnt, point, how.rivals)
        point = _solve(texts, targets, importance, support, point, how)
    return Weights(Rows(support.start, support.columns, point[:-classes]), point[-classes:])


def _solve(texts: Rows, targets: Rows, importance: Floats, support: Rows, start: Floats, how: Training) -> Floats:
    classes = len(start) - len(support.columns)
    parts = [
        _Part.of(texts, targets, importance, support, classes, np.arange(begin, min(begin + CHUNK, len(texts))))
        for begin in range(0, len(texts), CHUNK)
    ]

    def cost(point: Floats) -> tuple[float, Floats]:
        weights, bias = point[:-classes], point[-classes:]
        value, slope = how.ridge / 2 * float(point @ point), how.ridge * point
        for part in parts:
            value += part.add(weights, bias, slope)
        return value, slope

    return _descend(cost, start, how.rounds)


def _with_rivals(texts: Rows, targets: Rows, learnt: Weights, point: Floats, count: int) -> tuple[Rows, Floats]:
    """The support widened by each text's grams with its rivals, and the point carried over (new weights are 0)."""
    classes, grams = len(learnt.bias), len(learnt.grams.start) - 1
    scores = np.empty((len(texts), classes))
    for row in range(len(texts)):
        held = slice(texts.start[row], texts.start[row + 1])
        scores[row] = learnt.bias + learnt.meet(texts.columns[held], texts.values[held]).totals(classes)
    scores[targets.row_of_each(), targets.columns] = -np.inf
    rivals = np.argpartition(-scores, count, axis=1)[:, :count]
    old = np.repeat(np.arange(grams), np.diff(learnt.grams.start)) * classes + learnt.grams.columns
    new = np.repeat(texts.columns, count) * classes + rivals[texts.row_of_each()].ravel()
    keys = np.union1d(old, new)
    start = np.concatenate([[0], np.cumsum(np.bincount(keys // classes, minlength=grams))])
    carried = np.zeros(len(keys) + classes)
    carried[np.searchsorted(keys, old)] = point[:-classes]
    carried[-classes:] = point[-classes:]
    return Rows(start, keys % classes, np.zeros(len(keys))), carried


@dataclass(frozen=True, slots=True)
class _Part:
    """Some texts with each of their (gram, occupation) pairs laid out: which cell of texts x occupations it adds to."""

    pairs: Ints
    cells: Ints
    values: Floats
    wanted: Rows
    importance: Floats
    classes: int

    @classmethod
    def of(cls, texts: Rows, targets: Rows, importance: Floats, support: Rows, classes: int, chosen: Ints) -> "_Part":
        batch = texts.take(chosen)
        lengths = support.start[batch.columns + 1] - support.start[batch.columns]
        pairs = spans(support.start[batch.columns], lengths)
        cells = np.repeat(batch.row_of_each(), lengths) * classes + support.columns[pairs]
        return cls(pairs, cells, np.repeat(batch.values, lengths), targets.take(chosen), importance[chosen], classes)

    def add(self, weights: Floats, bias: Floats, slope: Floats) -> float:
        """The cost of these texts; their slope is added to `slope`."""
        shape = (len(self.importance), self.classes)
        scores = np.bincount(self.cells, self.values * weights[self.pairs], minlength=shape[0] * shape[1])
        given = scores.reshape(shape).astype(np.float32)
        given += bias.astype(np.float32)
        given -= given.max(axis=1, keepdims=True)
        np.exp(given, out=given)
        given /= given.sum(axis=1, keepdims=True)
        rows = self.wanted.row_of_each()
        allowed = given[rows, self.wanted.columns].astype(np.float64)
        due = np.maximum(np.bincount(rows, allowed, minlength=shape[0]), LEAST)
        given[rows, self.wanted.columns] -= allowed / due[rows]
        given *= self.importance[:, None].astype(np.float32)
        slope[: -self.classes] += np.bincount(
            self.pairs, self.values * given.ravel()[self.cells], minlength=len(weights)
        )
        slope[-self.classes :] += given.sum(axis=0, dtype=np.float64)
        return float(-(self.importance * np.log(due)).sum())


def _support(texts: Rows, targets: Rows, grams: int, classes: int, widest: int) -> Rows:
    counts = np.diff(targets.start)[texts.row_of_each()]
    columns = targets.columns[spans(targets.start[texts.row_of_each()], counts)]
    keys = np.unique(np.repeat(texts.columns, counts) * classes + columns)
    spread = np.bincount(keys // classes, minlength=grams)
    keys = keys[spread[keys // classes] <= widest]
    start = np.concatenate([[0], np.cumsum(np.bincount(keys // classes, minlength=grams))])
    return Rows(start, keys % classes, np.zeros(len(keys)))


def _descend(cost: Callable[[Floats], tuple[float, Floats]], point: Floats, rounds: int) -> Floats:
    """L-BFGS with halving of the step until the cost has come down enough (Armijo)."""
    history: deque[tuple[Floats, Floats]] = deque(maxlen=REMEMBERED)
    value, slope = cost(point)
    for _ in range(rounds):
        direction = _two_loops(slope, history)
        downhill = float(direction @ slope)
        step = 1.0 if history else 1.0 / max(1.0, float(np.sqrt(slope @ slope)))
        for _ in range(20):
            ahead = point + step * direction
            value_ahead, slope_ahead = cost(ahead)
            if value_ahead <= value + 1e-4 * step * downhill:
                break
            step /= 2
        else:
            return point
        moved, turned = ahead - point, slope_ahead - slope
        if float(moved @ turned) > 1e-10:
            history.append((moved, turned))
        done = value - value_ahead <= 1e-5 * abs(value)
        point, value, slope = ahead, value_ahead, slope_ahead
        if done:
            break
    return point


def _two_loops(slope: Floats, history: deque[tuple[Floats, Floats]]) -> Floats:
    """Minus the slope, bent by what the last steps told of the curvature (Nocedal & Wright, algorithm 7.4)."""
    bent, shares = slope.copy(), []
    for moved, turned in reversed(history):
        shares.append(float(moved @ bent) / float(moved @ turned))
        bent -= shares[-1] * turned
    if history:
        moved, turned = history[-1]
        bent *= float(moved @ turned) / float(turned @ turned)
    for (moved, turned), share in zip(history, reversed(shares), strict=True):
        bent += (share - float(turned @ bent) / float(moved @ turned)) * moved
    return -bent
