"""Before a form is published: where can it be filled, and can it be filled at all?

Channels: `web` (our pages, without a map), `desk` (paper keyed in later), `collect` (ODK and Kobo Collect, JavaRosa).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from random import Random

from gongqiao.engines.xforms.errors import XFormError, XPathError
from gongqiao.engines.xforms.fills import fill
from gongqiao.engines.xforms.loader import load
from gongqiao.engines.xforms.model import Bind, Form, Place
from gongqiao.engines.xforms.session import MOST_STEPS, Session
from gongqiao.engines.xforms.xpath.parser import parse
from gongqiao.engines.xforms.xpath.patterns import compiled_pattern
from gongqiao.engines.xforms.xpath.syntax import Call, Expression, Filtered, Negative, Number, Operation, Path, Text

WEB, DESK, COLLECT = "web", "desk", "collect"
OURS = (WEB, DESK)
CHANNELS = (WEB, DESK, COLLECT)
NO_MAP = {"geopoint": (WEB,), "geotrace": OURS, "geoshape": OURS}  # what a page without a map cannot ask
NOT_IN_JAVAROSA = frozenset({"floor", "ceiling", "last"})
JAVAROSA_AXES = frozenset({"child", "attribute", "self", "parent"})
ORDERED = frozenset({"<", "<=", ">", ">="})
FILLS, TRIES = 20, 40
MOST_SPENT = 5_000_000  # nodes that all the fills look at together


@dataclass(frozen=True)
class Finding:
    """`stops`: the channels on which the form must not be published; none: advice. `row`: of the survey sheet."""

    where: str
    why: str
    stops: tuple[str, ...] = ()
    row: int | None = None


@dataclass(frozen=True)
class Gate:
    """`reached`: how many of so many fills by chance came to the end with nothing missing or refused."""

    findings: tuple[Finding, ...]
    reached: int = 0
    fills: int = 0

    def open(self, channel: str) -> bool:
        return not any(channel in finding.stops for finding in self.findings)

    @property
    def channels(self) -> tuple[str, ...]:
        return tuple(channel for channel in CHANNELS if self.open(channel))


def check(
    xform: str,
    *,
    now: datetime,
    seed: int,
    files: Mapping[str, bytes] | None = None,
    rows: Mapping[str, int] | None = None,
) -> Gate:
    """`rows`: of the spreadsheet that it was made from, by name (xlsform.Converted). Never raises for a bad form."""
    known = rows or {}
    assert now.tzinfo is not None, "the moment must have a zone"
    try:
        form = load(xform, zone=now.tzinfo, files=files)
    except XFormError as why:
        return Gate((_placed(str(why).partition(" ")[0].rstrip(":"), str(why), CHANNELS, known),))
    return check_loaded(form, now=now, seed=seed, files=files, rows=rows)


def check_loaded(
    form: Form,
    *,
    now: datetime,
    seed: int,
    files: Mapping[str, bytes] | None = None,
    rows: Mapping[str, int] | None = None,
) -> Gate:
    """The same of a form that was read already: a long list is read and held once."""
    known = rows or {}
    found = [_placed(where, why, stops, known) for where, why, stops in _static(form, files or {})]
    if any(set(OURS) <= set(finding.stops) for finding in found):
        return Gate(tuple(found))
    return _filled(form, found, now, seed, known)


def row_of(said: str, rows: Mapping[str, int]) -> int | None:
    """The row of the question that stands at the beginning of what was said: /data/about/age (constraint): …"""
    name = said.partition(" ")[0].rstrip(":").rpartition("/")[2].partition("[")[0]
    return rows.get(name)


def _placed(where: str, why: str, stops: tuple[str, ...], rows: Mapping[str, int]) -> Finding:
    return Finding(where, why, stops, row_of(where, rows))


Found = tuple[str, str, tuple[str, ...]]  # where, why, the channels it stops


def _static(form: Form, files: Mapping[str, bytes]) -> Iterator[Found]:
    for name in form.external.values():
        if name and name not in files and name != "last-saved":
            yield "/", f"the file {name} must come with the form", CHANNELS
    for place, control in form.controls.items():
        bind = form.binds.get(place)
        kind = bind.kind.name if bind is not None else "string"
        if kind in NO_MAP and control.kind == "input":
            yield "/" + "/".join(place), f"a {kind} needs a map, which these channels have not", NO_MAP[kind]
    for where, source in form.expressions:
        yield from ((where, why, stops) for why, stops in _expression(parse(source), form.binds, _place_of(where)))


def _place_of(where: str) -> Place:
    return tuple(where.partition(" ")[0].strip("/").split("/"))


def _expression(tree: Expression, binds: Mapping[Place, Bind], here: Place) -> Iterator[tuple[str, tuple[str, ...]]]:
    match tree:
        case Call(name, arguments):
            if name in NOT_IN_JAVAROSA:
                yield f"{name}() is not known to Collect", (COLLECT,)
            if name == "regex" and len(arguments) == 2 and isinstance(arguments[1], Text):
                yield from _pattern(arguments[1].value)
        case Operation("|", _, _):
            yield "| is not known to Collect", (COLLECT,)
        case Operation(sign, Path() as left, Path() as right) if sign in ORDERED and _times(left, right, binds, here):
            yield f"{sign} between two times compares nothing: write decimal-time(…) round each", ()
        case Path():
            yield from _path(tree)
    for each in _inside(tree):
        yield from _expression(each, binds, here)


def _inside(tree: Expression) -> Iterable[Expression]:
    match tree:
        case Negative(of):
            return (of,)
        case Operation(_, left, right):
            return (left, right)
        case Call(_, arguments):
            return arguments
        case Filtered(of, predicates):
            return (of, *predicates)
        case Path(_, steps, start):
            inner = [each for step in steps for each in step.predicates]
            return (*((start,) if start is not None else ()), *inner)
    return ()


def _path(tree: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    for step in tree.steps:
        if step.axis not in JAVAROSA_AXES:
            axis = "//" if step.axis == "descendant-or-self" else f"{step.axis}::"
            yield f"{axis} is not known to Collect", (COLLECT,)
        if any(isinstance(each, Number) for each in step.predicates):
            yield "[1] finds nothing in Collect: write [position() = 1]", (COLLECT,)


def _pattern(source: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    try:
        compiled_pattern(source)
    except XPathError as why:
        yield str(why), OURS


def _times(left: Path, right: Path, binds: Mapping[Place, Bind], here: Place) -> bool:
    both = [binds.get(_reached(path, here)) for path in (left, right)]
    return all(bind is not None and bind.kind.name == "time" for bind in both)


def _reached(path: Path, here: Place) -> Place:
    at = [] if path.absolute else list(here)
    for step in path.steps:
        if step.axis == "parent":
            del at[-1:]
        elif step.axis == "child":
            at.append(step.name)
    return tuple(at)


def _filled(form: Form, found: list[Finding], now: datetime, seed: int, rows: Mapping[str, int]) -> Gate:
    """Answers by chance, some always given, until the end: one that gets there proves that a person can. A heavy form
    is filled fewer times, so that the gate has an end too."""
    reached, stuck, spent, turns = 0, "", 0, 0
    while turns < FILLS and spent < MOST_SPENT:
        at = seed + turns
        blanks = 0.0 if turns % 2 else 0.3
        turns += 1
        try:
            session = Session(form, now=now, seed=at)
            fill(session, Random(at), tries=TRIES, blanks=blanks)
            problems = session.finish(now=now)
        except XFormError as why:
            return Gate((*found, _placed("/", f"filled by chance: {why}", OURS, rows)), reached, turns)
        spent += MOST_STEPS - session.world.left
        if problems:
            stuck = session.path_of(problems[0].node)
        reached += not problems
    if not reached:
        advice = f"none of {turns} fills by chance came past here: is there an answer that it takes?"
        found = [*found, _placed(stuck, advice, CHANNELS, rows)]
    return Gate(tuple(found), reached, turns)
