"""Answers over all versions of a form as one table: columns are the union of the versions, a row is a submission or
one turn of a repeat."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from django.db.models import Max, QuerySet

from gongqiao.engines.xforms.choices import all_options
from gongqiao.engines.xforms.model import Form, Place
from gongqiao.engines.xforms.nodes import Node
from gongqiao.engines.xforms.xpath.context import Context, World
from gongqiao.foundation import clock
from gongqiao.needs.surveys import reading
from gongqiao.needs.surveys.models import Answer, FormVersion, Submission, SubmissionVersion

PART = 200  # submissions held at once
SEVERAL = ("select", "rank")
CHOSEN = (*SEVERAL, "select1")
ROOT = ""  # the sheet of the submissions themselves


@dataclass
class Column:
    """One question under one heading, whatever versions ask it. `place` is without the form's own root."""

    place: Place
    repeats: tuple[Place, ...] = ()  # the repeats around it, outermost first
    kinds: list[str] = field(default_factory=list)
    versions: list[str] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)  # zh, en: as the newest version says
    choices: dict[str, dict[str, str]] = field(default_factory=dict)  # code → zh, en

    @property
    def name(self) -> str:
        return "/".join(self.place)

    @property
    def sheet(self) -> str:
        return "/".join(self.repeats[-1]) if self.repeats else ROOT

    @property
    def kind(self) -> str:
        """Of the newest version that asks it."""
        return self.kinds[-1]

    @property
    def several(self) -> bool:
        return any(kind in SEVERAL for kind in self.kinds)

    def turn_name(self, turns: Sequence[int]) -> str:
        """`household/member[2]/age`: the heading of one turn in a wide table."""
        numbers = dict(zip(self.repeats, turns, strict=True))
        heads = [self.place[: end + 1] for end in range(len(self.place))]
        return "/".join(head[-1] + (f"[{numbers[head]}]" if head in numbers else "") for head in heads)


@dataclass(frozen=True)
class Merged:
    """The columns of a choice of submissions, and the submissions by key, the earliest first."""

    columns: tuple[Column, ...]
    keys: tuple[int, ...]
    versions: dict[int, str]

    @property
    def repeats(self) -> tuple[str, ...]:
        """Sheets beside the main one, in the order of the form."""
        return tuple(dict.fromkeys(column.sheet for column in self.columns if column.repeats))

    def of(self, sheet: str) -> list[Column]:
        return [column for column in self.columns if column.sheet == sheet]

    def turns(self, column: Column) -> list[tuple[int, ...]]:
        """The turns that any of the submissions has, in order; one empty one outside repeats."""
        if not column.repeats:
            return [()]
        found: set[tuple[int, ...]] = set()
        for part in _parts(self.keys):
            rows = Answer.objects.filter(submission__in=part, path__endswith="/" + column.name).exclude(row="")
            found |= {turns_of(row) for row in rows.values_list("row", flat=True).distinct()}
        return sorted(found)


@dataclass(frozen=True)
class Filled:
    """One submission: its values by heading and turns."""

    submission: Submission
    version: str
    values: dict[tuple[str, tuple[int, ...]], tuple[Answer, ...]]

    def turns(self, sheet: str, columns: Iterable[Column]) -> list[tuple[int, ...]]:
        names = {column.name for column in columns}
        return sorted({turns for name, turns in self.values if name in names}) if sheet else [()]


def _parts(keys: Iterable[int]) -> Iterator[tuple[int, ...]]:
    left = iter(keys)
    while part := tuple(islice(left, PART)):
        yield part


def turns_of(row: str) -> tuple[int, ...]:
    return tuple(int(turn) for turn in row.split(".")) if row else ()


def merged(rows: QuerySet[Submission]) -> Merged:
    """Of submissions that the caller may see (`queries.visible_to`)."""
    keys = tuple(rows.order_by("received_at", "pk").values_list("pk", flat=True))
    newest = _newest(keys)
    versions = FormVersion.objects.filter(pk__in=set(newest.values())).select_related("market", "form")
    used = list(versions.order_by("created_at", "pk"))
    names = {version.pk: version.version for version in used}
    return Merged(tuple(_union(used)), keys, {pk: names[version] for pk, version in newest.items()})


def filled(found: Merged) -> Iterator[Filled]:
    """One after the other; no more than a part of them in memory."""
    order = {column.name: list(column.choices) for column in found.columns}
    for part in _parts(found.keys):
        held = Submission.objects.select_related(
            "wave__campaign", "collector", "keyed_by", "dossier", "employer__organisation"
        )
        rows = held.in_bulk(part)
        said: dict[int, dict[tuple[str, tuple[int, ...]], list[Answer]]] = {pk: {} for pk in part}
        for answer in Answer.objects.filter(submission__in=part).iterator(chunk_size=2000):
            name = answer.path.split("/", 2)[-1]
            said[answer.submission_id].setdefault((name, turns_of(answer.row)), []).append(answer)
        for pk in part:
            values = {key: _in_order(answers, order.get(key[0], [])) for key, answers in said[pk].items()}
            yield Filled(rows[pk], found.versions.get(pk, ""), values)


def _newest(keys: Sequence[int]) -> dict[int, int]:
    """Submission → the version of the form its newest edit was filled with."""
    found: dict[int, int] = {}
    for part in _parts(keys):
        rows = SubmissionVersion.objects.filter(submission__in=part).annotate(
            newest=Max("submission__versions__number")
        )
        found |= {pk: version for pk, version, number, newest in rows.values_list(
            "submission_id", "version_id", "number", "newest"
        ) if number == newest}  # fmt: skip
    return found


def _in_order(answers: Sequence[Answer], codes: Sequence[str]) -> tuple[Answer, ...]:
    """Ranks as they were put (their number says), choices as the form lists them, others by their code."""
    at = {code: index for index, code in enumerate(codes)}
    return tuple(
        sorted(answers, key=lambda row: (row.number or 0.0, at.get(row.code, len(at)), row.code))
        if len(answers) > 1
        else answers
    )


def _union(versions: Iterable[FormVersion]) -> list[Column]:
    """In the order of the oldest version; what a later one adds stands behind the question it follows there."""
    columns: list[Column] = []
    for version in versions:
        form, at = reading.form_of(version), 0
        for place in _places(form, (form.pattern.name,), form.pattern):
            column = next((each for each in columns if each.place == place[1:]), None)
            if column is None:
                column = Column(place[1:], _repeats(form, place))
                columns.insert(at, column)
            at = columns.index(column) + 1
            _describe(column, form, place, version.version)
    return columns


def _places(form: Form, place: Place, node: Node) -> Iterator[Place]:
    """Of questions and of what is worked out, in the order of the form."""
    names = form.children.get(place, [])
    if not names:
        if _holds_answer(form, place, node):
            yield place
        return
    for name in names:
        if name != "meta":
            template = form.templates.get((*place, name))
            below = template or next((child for child in node.children if child.name == name), node)
            yield from _places(form, (*place, name), below)


def _holds_answer(form: Form, place: Place, node: Node) -> bool:
    """Neither a stamp of the phone's nor a note, which is words of the form's own."""
    bind, control = form.binds.get(place), form.control_at(place)
    if bind is not None and bind.preload:
        return False
    readonly = bind is not None and bind.readonly is not None and bind.calculate is None
    set_by_form = any(action.target == place for action in form.actions)
    return not (readonly and control is not None and control.kind == "input" and not node.text and not set_by_form)


def _repeats(form: Form, place: Place) -> tuple[Place, ...]:
    return tuple(place[1:end] for end in range(2, len(place)) if place[:end] in form.repeats)


def _describe(column: Column, form: Form, place: Place, version: str) -> None:
    control, bind = form.control_at(place), form.binds.get(place)
    kind = control.kind if control is not None and control.kind in CHOSEN else ""
    column.kinds.append(kind or (bind.kind.name if bind is not None else "string"))
    column.versions.append(version)
    if control is None:
        return
    world = World(clock.now().astimezone(form.zone), reading.chance(), form.instances)
    context = Context(world, form.pattern, origin=form.pattern)
    for short in ("zh", "en"):
        language = reading.language(form, short)
        if language is None:
            continue
        if control.label is not None:
            column.labels[short] = control.label.say(form.itext, language, context)
        if kind:
            for option in all_options(form, control, context, language):
                column.choices.setdefault(option.code, {})[short] = option.label
