"""A form of the survey engine as pages without a script: one step at a time, what is asked in it, what came back."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.translation import gettext as _

from gongqiao.engines.xforms import Problem, Question, Section, Session
from gongqiao.engines.xforms.session import Visible
from gongqiao.foundation.errors import Refused

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

    @property
    def places(self) -> list[tuple[int, str]]:
        """Of a rank: first to last, and what stands there."""
        given = [*self.picked, *([""] * len(self.question.options))]
        return list(enumerate(given[: len(self.question.options)], 1))

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
        if each.label or remove:
            turn = _("（第 %(turn)d 个）") % {"turn": each.turn} if each.turn else ""
            yield Part(heading=each.label + turn, remove=remove)
        yield from _parts(session, each.parts, wrong, known)
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


def answers_of(asked: Sequence[Asked], data: QueryDict) -> dict[str, str]:
    """What the page brought for the questions of its step, as the engine takes it; files and notes are not among them.
    Refused for a rank that names a place twice."""
    said = {}
    for each in asked:
        if each.kind == "select":
            said[each.path] = " ".join(data.getlist(each.path))
        elif each.kind == "rank":
            said[each.path] = _ranked(each, data)
        elif each.kind in TICKED or (each.kind not in NOT_TYPED and each.path in data):
            said[each.path] = NOT_TEXT.sub("", data.get(each.path, "")).strip()
    return said


def _ranked(each: Asked, data: QueryDict) -> str:
    places = {option.code: data.get(f"{each.path}#{option.code}", "") for option in each.question.options}
    given = {code: int(place) for code, place in places.items() if place.isdecimal() and len(place) < 4}
    if not given:
        return ""
    if len(set(given.values())) < len(given) or len(given) < len(places):
        raise Refused(_("排先后：每一项写一个数，不要重。"))
    return " ".join(sorted(given, key=lambda code: given[code]))


def files_of(asked: Sequence[Asked], files: Any) -> dict[str, bytes]:
    """Read only after their size was looked at."""
    found = {}
    for each in asked:
        file: UploadedFile[bytes] | None = files.get(each.path) if each.kind == "upload" else None
        if file is None:
            continue
        if (file.size or 0) > MOST_FILE:
            raise Refused(_("“%(name)s”太大，最多 %(most)d MB。") % {"name": file.name, "most": MOST_FILE // 1_000_000})
        found[each.path] = file.read()
    return found


def told(session: Session, problems: Sequence[Problem]) -> dict[str, str]:
    """By path: in the form's words when it has some, else in ours."""
    ours = {"required": _("这一题要答。"), "constraint": _("这样答不行，再看看。"), "choice": _("没有这一项。")}
    return {
        session.path_of(problem.node): (problem.words if problem.kind != "choice" else "")
        or ours.get(problem.kind, _("这里要写别的样子。"))
        for problem in problems
    }
