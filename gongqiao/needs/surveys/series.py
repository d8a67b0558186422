"""One question over the waves of a campaign: each wave's share with its number and interval, and whether anything
changed beyond the noise. Small cells are kept back in each wave as in its own results."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right
from gongqiao.needs.surveys.models import Campaign, Wave
from gongqiao.needs.surveys.results import Response, Result, Share, results
from gongqiao.needs.surveys.statistics import Change, Interval, change, wilson

MARKS, GOOD = frozenset({"5", "4", "3", "2", "1", "unsure"}), ("5", "4")  # as the forms' `tables.MARKS` has them
STEP, HEIGHT, EDGE = 44, 48, 6  # of the drawing, in its own units


@dataclass(frozen=True)
class Point:
    """One wave's value. `share` is None where it is kept back or nobody was asked."""

    wave: int
    n: int
    share: float | None = None
    interval: Interval | None = None
    count: int = 0
    change: Change | None = None  # against the wave before, where both are shown


@dataclass(frozen=True)
class Line:
    """One choice over the waves; `overall`: from the first wave shown to the last."""

    label: str
    points: tuple[Point, ...]
    overall: Change | None = None

    @property
    def told(self) -> bool:
        """Something changed more than chance does: over the whole, or from one wave to the next."""
        steps = [self.overall, *(point.change for point in self.points)]
        return any(step is not None and step.told for step in steps)

    @property
    def shown(self) -> list[tuple[int, Point]]:
        """With the place of each on the drawing, from the left."""
        return [
            (EDGE + STEP // 2 + STEP * at, point) for at, point in enumerate(self.points) if point.share is not None
        ]

    @property
    def width(self) -> int:
        return 2 * EDGE + STEP * len(self.points)

    @property
    def height(self) -> int:
        return HEIGHT

    @property
    def base(self) -> int:
        """Where nobody is."""
        return _y(0.0)

    @property
    def dots(self) -> list[tuple[int, int]]:
        return [(x, _y(point.share or 0.0)) for x, point in self.shown]

    @property
    def bars(self) -> list[tuple[int, int, int]]:
        """x, and the interval's two ends."""
        return [(x, _y(p.interval.high), _y(p.interval.low)) for x, p in self.shown if p.interval is not None]

    @property
    def track(self) -> str:
        return " ".join(f"{x},{y}" for x, y in self.dots)


def _y(share: float) -> int:
    return round(HEIGHT - EDGE - share * (HEIGHT - 2 * EDGE))


@dataclass(frozen=True)
class Question:
    """`lines` of its choices, or the `means` of its figures, a wave each."""

    label: str
    numbers: tuple[int, ...]
    lines: tuple[Line, ...] = ()
    means: tuple[float | None, ...] = ()


@dataclass
class Series:
    waves: list[tuple[Wave, Response]] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)


def series(actor: Membership, campaign: Campaign, language_of: Callable[[Wave], str]) -> Series:
    """For whoever may see statistics. A question is known by its path; the newest wave names it."""
    if not actor.may(Right.SURVEY_RESULTS):
        return Series()
    waves = list(campaign.waves.select_related("campaign", "version__form", "version__market").order_by("number"))
    found = [results(actor, wave, language_of(wave)) for wave in waves]
    numbers = [wave.number for wave in waves]
    by_path = [{question.path: question for question in each.questions} for each in found]
    last: dict[str, Result] = {}
    for questions in by_path:
        last |= {path: each for path, each in questions.items() if each.n or path in last}
    made = [_question(newest, [each.get(path) for each in by_path], numbers) for path, newest in last.items()]
    return Series([(wave, each.response) for wave, each in zip(waves, found, strict=True)], made)


def _question(newest: Result, told: Sequence[Result | None], numbers: Sequence[int]) -> Question:
    answered = tuple(each.n if each is not None else 0 for each in told)
    if not newest.shares:
        means = tuple(None if each is None or each.hidden else each.mean for each in told)
        return Question(newest.label, answered, means=means)
    lines = [_line(share.label, [_given(each, share.code) for each in told], told, numbers) for share in newest.shares]
    if {share.code for share in newest.shares} <= MARKS:
        lines.insert(0, _line(_("很好或好"), [_good(each) for each in told], told, numbers))
    return Question(newest.label, answered, lines=tuple(lines))


def _given(told: Result | None, code: str) -> int | None:
    """How many chose it; None where that is kept back."""
    share = _share(told, code)
    return share.count if share is not None else None


def _share(told: Result | None, code: str) -> Share | None:
    return None if told is None else next((share for share in told.shares if share.code == code), None)


def _good(told: Result | None) -> int | None:
    """Those who said good or very good; None where one of the two is kept back, or the sum would tell it."""
    counts = [_given(told, code) for code in GOOD]
    return None if None in counts else sum(count or 0 for count in counts)


def _line(label: str, counts: Sequence[int | None], told: Sequence[Result | None], numbers: Sequence[int]) -> Line:
    points: list[Point] = []
    before: Point | None = None
    for number, count, each in zip(numbers, counts, told, strict=True):
        n = each.n if each is not None else 0
        if count is None or not n:
            points.append(Point(number, n))
            before = None
            continue
        step = change((before.count, before.n), (count, n)) if before is not None else None
        before = Point(number, n, count / n, wilson(count, n), count, step)
        points.append(before)
    shown = [point for point in points if point.share is not None]
    ends = (shown[0], shown[-1]) if len(shown) > 2 else None
    return Line(label, tuple(points), change((ends[0].count, ends[0].n), (ends[1].count, ends[1].n)) if ends else None)
