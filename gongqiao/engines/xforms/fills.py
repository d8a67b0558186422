"""Answers by chance, from a seed: to prove that a form can be gone through, and to compare engines."""

import math
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from gongqiao.engines.xforms.model import Bind, Control, Place
from gongqiao.engines.xforms.nodes import Node
from gongqiao.engines.xforms.session import Problem, Session
from gongqiao.engines.xforms.walking import Stop, stops
from gongqiao.engines.xforms.xpath.values import date_text, datetime_text, number_text, text_number, time_text

TEXTS = ("韦师傅", "木工", "13807720000", "a", "a b", "450202", "450202199001010011", "x@example.org", "不清楚", "7")
MOST_TURNS = 3


@dataclass
class Filled:
    """`passed`: each question in its order, and what became of its answer: "" (none was given), ok, or the kind of its
    Problem. `answers`: the last answer given at each path; a turn that was added stands there as "+"."""

    answers: dict[str, str] = field(default_factory=dict)
    passed: list[tuple[str, str]] = field(default_factory=list)
    stuck: list[Problem] = field(default_factory=list)


def fill(session: Session, chance: Random, *, tries: int = 1, blanks: float = 0.1) -> Filled:
    """Goes through the whole form. `tries`: how often another answer is looked for when one is refused; `blanks`: how
    often a question that need not be answered is passed over."""
    found = Filled()

    def more(parent: Node, place: Place, turns: int) -> bool:
        if turns >= MOST_TURNS or chance.random() < 0.5:
            return False
        found.answers[f"{session.path_of(parent)}/{place[-1]}[{turns + 1}]"] = "+"
        return True

    for stop in stops(session, more):
        path = session.path_of(stop.node)
        if session.readonly(stop.node):
            found.passed.append((path, ""))
            continue
        required = session.required(stop.node)
        problem: Problem | None = None
        for _ in range(tries):
            value = "" if chance.random() < (blanks / 10 if required else blanks) else _value(session, stop, chance)
            found.answers[path] = value
            problem = Problem(stop.node, "required", "") if required and not value else session.answer(stop.node, value)
            if problem is None:
                break
        found.passed.append((path, problem.kind if problem is not None else "ok"))
        if problem is not None:
            found.stuck.append(problem)
    return found


def _value(session: Session, stop: Stop, chance: Random) -> str:
    control, bind = stop.control, stop.node.bind
    if control.kind in ("select1", "select", "rank"):
        return _chosen(control.kind, [option.code for option in session.options(control, stop.node)], chance)
    if control.kind == "trigger":
        return "OK"
    if control.kind == "range":
        return _in_range(control, chance)
    if bind is None:
        return chance.choice(TEXTS)
    if bind.kind.name in ("int", "decimal"):
        return _number(bind, chance)
    if bind.kind.name in _MOMENTS:
        return _MOMENTS[bind.kind.name](_moment(session, chance))
    return _OTHERS.get(bind.kind.name) or chance.choice(TEXTS)


def _chosen(kind: str, codes: list[str], chance: Random) -> str:
    if not codes:
        return ""
    if kind == "select1":
        return chance.choice(codes)
    if kind == "rank":
        return " ".join(chance.sample(codes, len(codes)))
    chosen = set(chance.sample(codes, chance.randint(1, min(len(codes), 4))))
    return " ".join(dict.fromkeys(code for code in codes if code in chosen))


def _in_range(control: Control, chance: Random) -> str:
    start, end, step = (text_number(control.facts.get(name, "")) for name in ("start", "end", "step"))
    if not (math.isfinite(start) and math.isfinite(end) and math.isfinite(step) and step and end >= start):
        return ""
    return number_text(round(start + chance.randint(0, int((end - start) / abs(step))) * abs(step), 6))


def _number(bind: Bind, chance: Random) -> str:
    """Small ones, and those about which the constraint speaks, and their neighbours."""
    named = (
        [float(each) for each in re.findall(r"\d{1,9}(?:\.\d+)?", bind.constraint.source)] if bind.constraint else []
    )
    number = chance.choice(named) + chance.randint(-1, 1) if named and chance.random() < 0.6 else chance.randint(0, 70)
    if bind.kind.name == "decimal" and chance.random() < 0.5:
        number += chance.choice((0.5, 0.25))
    return number_text(math.floor(number) if bind.kind.name == "int" else number)


def _moment(session: Session, chance: Random) -> datetime:
    """Within 500 days of now, at a full half hour: dates before and after today come up alike."""
    day = session.world.now + timedelta(days=chance.randint(-500, 500))
    return day.replace(hour=chance.randint(0, 23), minute=chance.choice((0, 30)), second=0, microsecond=0)


_MOMENTS = {"date": date_text, "time": time_text, "dateTime": datetime_text}
_OTHERS = {
    "geopoint": "24.326 109.411 0 0",
    "geotrace": "24.326 109.411 0 0;24.331 109.42 0 0",
    "geoshape": "24.326 109.411 0 0;24.331 109.42 0 0;24.34 109.4 0 0;24.326 109.411 0 0",
    "binary": "photo.jpg",
    "boolean": "true",
}
