"""What a wave says: every share with its number of answers and interval, small cells kept back, change only where it is
more than noise."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Avg, Count, QuerySet

from gongqiao.engines.xforms.choices import options
from gongqiao.engines.xforms.model import Control, Form
from gongqiao.engines.xforms.xpath.context import Context, World
from gongqiao.foundation import clock
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right
from gongqiao.needs.surveys import reading
from gongqiao.needs.surveys.enums import FieldTaskState, SubmissionState
from gongqiao.needs.surveys.models import Answer, Submission, Wave
from gongqiao.needs.surveys.rules import SMALL
from gongqiao.needs.surveys.statistics import Change, Interval, change, wilson

COUNTED = (SubmissionState.RECEIVED, SubmissionState.APPROVED)
CHOSEN = ("select", "select1", "rank")


@dataclass(frozen=True)
class Response:
    """Of those who were to be asked."""

    asked: int
    done: int
    refused: int
    not_found: int
    waiting: int

    @property
    def rate(self) -> Interval | None:
        return wilson(self.done, self.asked) if self.asked else None

    @property
    def share(self) -> float:
        return self.done / self.asked if self.asked else 0.0


@dataclass(frozen=True)
class Share:
    """One choice. `count` is None where it is kept back: of fewer than ten people, or lest somebody subtract."""

    code: str
    label: str
    count: int | None
    share: float
    interval: Interval
    change: Change | None = None


@dataclass(frozen=True)
class Result:
    """One question: shares of its choices, or the mean of its figures. `n` answered it; hidden when that is few."""

    path: str
    label: str
    n: int
    shares: tuple[Share, ...] = ()
    mean: float | None = None

    @property
    def hidden(self) -> bool:
        return self.n < SMALL


@dataclass(frozen=True)
class Place:
    """One community: how many answered, and how many of them chose. `count` is None where it is kept back: fewer than
    ten chose or did not choose, or lest somebody subtract."""

    name: str
    n: int
    count: int | None

    @property
    def share(self) -> float | None:
        return None if self.count is None else self.count / self.n


@dataclass
class Results:
    response: Response
    counted: int
    states: dict[str, int] = field(default_factory=dict)
    questions: list[Result] = field(default_factory=list)


def results(actor: Membership, wave: Wave, language: str = "") -> Results:
    """For whoever may see statistics; no answer of a single person is in it."""
    rows = _rows(wave)
    states = dict(Submission.objects.filter(wave=wave).values_list("state").annotate(number=Count("pk")).order_by())
    found = Results(response(wave), rows.count(), states)
    if not actor.may(Right.SURVEY_RESULTS):
        return Results(Response(0, 0, 0, 0, 0), 0)
    earlier = Wave.objects.filter(campaign=wave.campaign_id, number=wave.number - 1).select_related("version").first()
    form = reading.form_of(wave.version)
    now, before = _Counts.of(rows), _Counts.of(_rows(earlier)) if earlier is not None else None
    found.questions = [
        result
        for control in form.controls.values()
        if (result := _result(form, control, now, before, language)) is not None
    ]
    return found


def by_community(actor: Membership, wave: Wave, path: str, code: str) -> list[Place]:
    """Where a choice is made most, communities with few answers left out."""
    if not actor.may(Right.SURVEY_RESULTS):
        return []
    answers = Answer.objects.filter(submission__in=_rows(wave), path=path, submission__dossier__home__isnull=False)
    home = "submission__dossier__home__name"
    asked = dict(answers.values_list(home).annotate(n=Count("submission", distinct=True)).order_by())
    chose = dict(answers.filter(code=code).values_list(home).annotate(n=Count("submission", distinct=True)).order_by())
    return places_of(asked, chose)


def places_of(asked: dict[str, int], chose: dict[str, int]) -> list[Place]:
    """The communities that many answered in, by share; those kept back at the end."""
    places = {name: (n, chose.get(name, 0)) for name, n in asked.items() if n >= SMALL}
    kept_back = {name for name, (n, count) in places.items() if 0 < count < SMALL or 0 < n - count < SMALL}
    unseen = len(kept_back) + len(asked) - len(places)
    if unseen == 1 and len(places) > len(kept_back):  # the whole and the others would tell it
        kept_back.add(min(set(places) - kept_back, key=lambda name: (places[name][0], name)))
    found = [Place(name, n, None if name in kept_back else count) for name, (n, count) in places.items()]
    return sorted(found, key=lambda place: (place.share is None, -(place.share or 0.0), place.name))


def _rows(wave: Wave) -> QuerySet[Submission]:
    rows: QuerySet[Submission] = Submission.objects.filter(wave=wave, state__in=COUNTED)
    return rows


def response(wave: Wave) -> Response:
    states = Counter(wave.tasks.values_list("state", flat=True))
    return Response(
        asked=states.total() - states[FieldTaskState.RELEASED],
        done=states[FieldTaskState.DONE],
        refused=states[FieldTaskState.REFUSED],
        not_found=states[FieldTaskState.NOT_FOUND],
        waiting=states[FieldTaskState.OPEN] + states[FieldTaskState.RESERVED],
    )


@dataclass(frozen=True)
class _Counts:
    """By path: how many answered, how often each code, the mean."""

    answered: dict[str, int]
    codes: dict[tuple[str, str], int]
    means: dict[str, float]

    @classmethod
    def of(cls, rows: QuerySet[Submission]) -> "_Counts":
        answers = Answer.objects.filter(submission__in=rows)
        people = Count("submission", distinct=True)
        return cls(
            dict(answers.values_list("path").annotate(n=people).order_by()),
            {
                (path, code): n
                for path, code, n in answers.exclude(code="").values_list("path", "code").annotate(n=people).order_by()
            },
            dict(answers.filter(number__isnull=False).values_list("path").annotate(mean=Avg("number")).order_by()),
        )


def _result(form: Form, control: Control, now: _Counts, before: _Counts | None, language: str) -> Result | None:
    path = "/" + "/".join(control.place)
    world = World(clock.now().astimezone(form.zone), reading.chance(), form.instances)
    context = Context(world, form.pattern, origin=form.pattern)
    label = control.label.say(form.itext, language or form.itext.default, context) if control.label else path
    n = now.answered.get(path, 0)
    if control.kind in CHOSEN:
        labels = {option.code: option.label for option in options(form, control, context, language)}
        return Result(path, label, n, _shares(path, labels, n, now, before, single=control.kind == "select1"))
    mean = now.means.get(path)
    return Result(path, label, n, mean=mean) if mean is not None else None


def _shares(
    path: str, labels: dict[str, str], n: int, now: _Counts, before: _Counts | None, *, single: bool
) -> tuple[Share, ...]:
    codes = {code for known, code in now.codes if known == path}
    counts = {code: now.codes.get((path, code), 0) for code in [*labels, *sorted(codes - set(labels))]}
    kept_back = _kept_back(counts, single=single)
    earlier = before.answered.get(path, 0) if before is not None else 0
    found = []
    for code, count in counts.items():
        hidden = code in kept_back or n < SMALL
        then = before.codes.get((path, code), 0) if before is not None else 0
        compared = not hidden and earlier >= SMALL and (then == 0 or then >= SMALL)
        found.append(
            Share(
                code,
                labels.get(code, code),
                None if hidden else count,
                0.0 if hidden or not n else count / n,
                Interval(0.0, 1.0) if hidden else wilson(count, n),
                change((then, earlier), (count, n)) if compared else None,
            )
        )
    return tuple(sorted(found, key=lambda share: -share.share))


def _kept_back(counts: dict[str, int], *, single: bool) -> set[str]:
    """Cells of fewer than ten; a lone one takes the next smallest with it, for the others and the total tell it."""
    small = {code for code, count in counts.items() if 0 < count < SMALL}
    others = sorted((count, code) for code, count in counts.items() if count >= SMALL)
    if single and len(small) == 1 and others:
        small.add(others[0][1])
    return small


@dataclass(frozen=True)
class Labelled:
    """One answer as a person reads it."""

    label: str
    row: str
    said: str


def labelled(form: Form, answers: Iterable[Answer], language: str = "") -> list[Labelled]:
    """In the order of the form; codes as the words of their choices."""
    by_path: dict[str, list[Answer]] = {}
    for answer in answers:
        by_path.setdefault(answer.path, []).append(answer)
    world = World(clock.now().astimezone(form.zone), reading.chance(), form.instances)
    context = Context(world, form.pattern, origin=form.pattern)
    found = []
    for control in form.controls.values():
        path = "/" + "/".join(control.place)
        if path not in by_path:
            continue
        label = control.label.say(form.itext, language or form.itext.default, context) if control.label else path
        labels = {}
        if control.kind in CHOSEN:
            labels = {option.code: option.label for option in options(form, control, context, language)}
        for row, said in _by_turn(by_path[path]).items():
            found.append(
                Labelled(label, row, "、".join(labels.get(each.code, each.code) or each.text for each in said))
            )
    return found


def _by_turn(answers: Iterable[Answer]) -> dict[str, list[Answer]]:
    turns: dict[str, list[Answer]] = {}
    for answer in answers:
        turns.setdefault(answer.row, []).append(answer)
    return turns
