"""A form of the survey engine as pages without a script: one step at a time, what is asked in it, what came back."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.translation import gettext as _

from gongqiao.engines.xforms import Problem, Question, Section, Session
from gongqiao.engines.xforms.choices import Option
from gongqiao.engines.xforms.session import Visible

MOST_FILE = 10_000_000
INPUTS = {"int": "number", "decimal": "decimal", "date": "date", "time": "time", "dateTime": "moment"}
SHOWN = {"date": 10, "time": 5, "dateTime": 16}  # characters a browser's own field takes
TICKED = frozenset({"select1", "trigger"})  # a browser does not send what is not ticked
NOT_TYPED = frozenset({"note", "upload"})
NOT_TEXT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0 has no word for these


@dataclass(frozen=True)
class Asked:
    """A question for the template: `kind` says which field it gets."""

    path: str
    kind: str
    question: Question
    value: str
    picked: tuple[str, ...] = ()
    problem: str = ""
    typed: Mapping[str, str] | None = None  # of a rank: the places as somebody wrote them

    @property
    def ranked(self) -> list[tuple[Option, list[tuple[int, bool]]]]:
        """Of a rank: each choice with the places it may have, first to last, and which it has."""
        here = self.typed or {code: str(place) for place, code in enumerate(self.picked, 1)}
        places = range(1, len(self.question.options) + 1)
        return [
            (option, [(place, here.get(option.code) == str(place)) for place in places])
            for option in self.question.options
        ]

    @property
    def said(self) -> str:
        """In words, for the last look."""
        names = {option.code: option.label for option in self.question.options}
        return "、".join(names.get(code, code) for code in self.picked) if names else self.value


@dataclass(frozen=True)
class Part:
    """A question or a heading; `add` and `remove` name a turn that may come or go."""

    asked: Asked | None = None
    heading: str = ""
    add: str = ""
    remove: str = ""


@dataclass(frozen=True)
class Turn:
    """What a button asks for, beside keeping what was typed: a turn of a repeat more, or one less."""

    add: tuple[str, str] | None = None
    remove: str = ""


def turn_of(do: str) -> Turn:
    """Of a button called `add <path> <name>` or `remove <path>`; none of any other."""
    what, _blank, where = do.partition(" ")
    path, _blank, name = where.partition(" ")
    if what == "add" and name:
        return Turn(add=(path, name))
    return Turn(remove=where) if what == "remove" else Turn()


@dataclass(frozen=True)
class Step:
    key: str
    parts: tuple[Part, ...] = field(default_factory=tuple)

    @property
    def asked(self) -> list[Asked]:
        return [part.asked for part in self.parts if part.asked is not None]


def steps(
    session: Session, *, one_by_one: bool, wrong: Mapping[str, str] | None = None, known: Collection[str] = ()
) -> list[Step]:
    """One question each, or what stands together in the form; `wrong`: what to say at a path; `known`: names of
    questions whose answer the house has, asked only where the form insists."""
    shown = session.visible()
    parts = list(_parts(session, shown, wrong or {}, known))
    if one_by_one:
        return [Step(_key(part), (*heads, part)) for heads, part in _headed(parts)]
    made: list[Step] = []
    for top in shown:
        inside = tuple(_parts(session, [top], wrong or {}, known))
        if not inside:
            continue
        if isinstance(top, Question) and made and made[-1].key.startswith("q"):
            made[-1] = Step(made[-1].key, made[-1].parts + inside)
        else:
            first = next((part for part in inside if part.asked is not None), inside[0])
            made.append(Step(("q" if isinstance(top, Question) else "s") + _key(first), inside))
    return made


def _headed(parts: Sequence[Part]) -> Iterator[tuple[list[Part], Part]]:
    """Headings go with what comes after them."""
    heads: list[Part] = []
    for part in parts:
        if part.asked is None and not part.add:
            heads.append(part)
        else:
            yield heads, part
            heads = []


def _key(part: Part) -> str:
    return part.asked.path if part.asked is not None else part.add or part.remove or part.heading


def _parts(
    session: Session, shown: Sequence[Visible], wrong: Mapping[str, str], known: Collection[str]
) -> Iterator[Part]:
    for each in shown:
        if isinstance(each, Question):
            if each.required or each.node.name not in known:
                yield Part(_asked(session, each, wrong))
            continue
        remove = session.path_of(each.node) if each.may_remove and each.turn and each.node is not None else ""
        inside = list(_parts(session, each.parts, wrong, known))
        if remove or (each.label and inside):  # nothing is asked below a heading: it is not there either
            turn = _("（第 %(turn)d 个）") % {"turn": each.turn} if each.turn else ""
            yield Part(heading=each.label + turn, remove=remove)
        yield from inside
        if each.may_add:
            yield Part(add=_turn_to_add(session, each), heading=each.label)


def _turn_to_add(session: Session, section: Section) -> str:
    """path of what the turns stand in, and their name."""
    node, place = section.node, section.group.place or ()
    parent = node if section.turn == 0 else node.parent if node is not None else None
    return f"{session.path_of(parent)} {place[-1]}" if parent is not None and place else ""


def _asked(session: Session, question: Question, wrong: Mapping[str, str]) -> Asked:
    path, bind = session.path_of(question.node), question.node.bind
    kind = bind.kind.name if bind is not None else "string"
    control, field_kind = question.control, question.control.kind
    if question.readonly:
        field_kind = "note"
    elif control.kind == "input":
        field_kind = "long" if "multiline" in control.appearance else INPUTS.get(kind, "text")
    value = question.value[: SHOWN[kind]] if kind in SHOWN else question.value
    picked = tuple(question.value.split()) if control.kind in ("select", "rank") else (question.value,)
    return Asked(path, field_kind, question, value, tuple(code for code in picked if code), wrong.get(path, ""))


@dataclass(frozen=True)
class Brought:
    """What a page brought for the questions it asked, as the engine takes it; `wrong`: what it cannot take, by path."""

    answers: dict[str, str] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)


def brought(asked: Sequence[Asked], data: QueryDict, files: Any) -> Brought:
    """A rank that names a place twice or leaves one out is wrong, and a file that is too large to be read."""
    found = Brought()
    for each in asked:
        if each.kind == "select":
            found.answers[each.path] = " ".join(data.getlist(each.path))
        elif each.kind == "rank":
            _rank(each, data, found)
        elif each.kind == "upload":
            _read(each, files.get(each.path), found)
        elif each.kind in TICKED or (each.kind not in NOT_TYPED and each.path in data):
            found.answers[each.path] = NOT_TEXT.sub("", data.get(each.path, "")).strip()
    return found


def _rank(each: Asked, data: QueryDict, found: Brought) -> None:
    places = _places_of(each, data)
    given = {code: int(place) for code, place in places.items() if place.isdecimal() and len(place) < 4}
    if given and (len(set(given.values())) < len(given) or len(given) < len(places)):
        found.wrong[each.path] = _("排先后：每一项写一个数，不要重。")
        return
    found.answers[each.path] = " ".join(sorted(given, key=lambda code: given[code]))


def _places_of(each: Asked, data: QueryDict) -> dict[str, str]:
    return {option.code: data.get(f"{each.path}#{option.code}", "") for option in each.question.options}


def _read(each: Asked, file: "UploadedFile[bytes] | None", found: Brought) -> None:
    """Only after its size was looked at."""
    if file is None:
        return
    if (file.size or 0) > MOST_FILE:
        told = {"name": file.name, "most": MOST_FILE // 1_000_000}
        found.wrong[each.path] = _("“%(name)s”太大，最多 %(most)d MB。") % told
    else:
        found.files[each.path] = file.read()


def as_typed(made: Sequence[Step], data: QueryDict, paths: Collection[str] | None = None) -> list[Step]:
    """What somebody typed stands in the fields again, right or wrong: in those of `paths`, or in all."""
    return [
        replace(step, parts=tuple(replace(part, asked=_typed(part.asked, data, paths)) for part in step.parts))
        for step in made
    ]


def _typed(asked: Asked | None, data: QueryDict, paths: Collection[str] | None) -> Asked | None:
    if asked is None or asked.kind in NOT_TYPED or (paths is not None and asked.path not in paths):
        return asked
    if asked.kind == "rank":
        return replace(asked, typed=_places_of(asked, data))
    given = tuple(data.getlist(asked.path))
    return replace(asked, value=given[0] if given else "", picked=given)


def came_up(before: Sequence[Step], after: Sequence[Step]) -> str:
    """The path of the first question that was not there before."""
    known = {each.path for step in before for each in step.asked}
    return next((each.path for step in after for each in step.asked if each.path not in known), "")


def told(session: Session, problems: Sequence[Problem]) -> dict[str, str]:
    """By path: in the form's words when it has some, else in ours."""
    ours = {"required": _("这一题要答。"), "constraint": _("这样答不行，再看看。"), "choice": _("没有这一项。")}
    return {
        session.path_of(problem.node): (problem.words if problem.kind != "choice" else "")
        or ours.get(problem.kind, _("这里要写别的样子。"))
        for problem in problems
    }
