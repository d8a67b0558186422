"""Which expression reads which place, so that an answer sets off only what depends on it, in the right order."""

from collections.abc import Iterable, Iterator

from gongqiao.engines.xforms.errors import XFormError
from gongqiao.engines.xforms.model import Bind, Place
from gongqiao.engines.xforms.xpath.parser import parse
from gongqiao.engines.xforms.xpath.syntax import (
    Call,
    Expression,
    Filtered,
    Negative,
    Operation,
    Path,
    Step,
)

BELOW = "*"  # the end of a place that stands for all below it


def read_places(source: str, here: Place) -> set[Place]:
    """Places of the primary instance that an expression at `here` looks at."""
    return set(_reads(parse(source), here, here))


def _reads(tree: Expression, here: Place, origin: Place) -> Iterator[Place]:
    match tree:
        case Negative(of):
            yield from _reads(of, here, origin)
        case Operation(_, left, right):
            yield from _reads(left, here, origin)
            yield from _reads(right, here, origin)
        case Call("position" | "once", ()):
            yield here[:-1]
        case Call(_, arguments):
            for each in arguments:
                yield from _reads(each, here, origin)
        case Filtered(of, predicates):
            yield from _reads(of, here, origin)
            for each in predicates:
                yield from _reads(each, here, origin)
        case Path():
            yield from _path_reads(tree, here, origin)


def _path_reads(tree: Path, here: Place, origin: Place) -> Iterator[Place]:
    foreign = False
    at: Place = () if tree.absolute else here
    if tree.start is not None:
        if isinstance(tree.start, Call) and tree.start.name == "current":
            at = origin
        else:
            foreign = True
            yield from _reads(tree.start, here, origin)
    for step in tree.steps:
        at = _moved(at, step)
        for each in step.predicates:
            yield from _reads(each, ("#foreign",) if foreign else at, origin)
    if not foreign and at and at[0] != "#foreign":
        yield at


def _moved(at: Place, step: Step) -> Place:
    """A wildcard or an axis that looks around counts as everything below: the place ends in "*" then."""
    if at[-1:] == (BELOW,):
        return at
    if step.axis == "self":
        return at
    if step.axis == "parent":
        return at[:-1]
    if step.axis == "attribute":
        return (*at, f"@{step.name}")
    if step.axis == "child" and step.name != "*":
        return (*at, step.name)
    if step.axis in ("following-sibling", "preceding-sibling"):
        return (*at[:-1], step.name) if step.name != "*" else (*at[:-1], BELOW)
    return (*at, BELOW)


def touches(changed: Place, read: Place, *, below: bool) -> bool:
    """Does a change at a place (`below`: and in all below it) show where `read` looks? Who looks at a group or a
    repeat sees whether and how often it is there, not the answers in it."""
    if read[-1:] == (BELOW,):
        return changed[: len(read) - 1] == read[:-1] or (below and read[: len(changed)] == changed)
    return read[: len(changed)] == changed if below else read == changed


class Order:
    """Binds in an order in which each comes after what it needs; and, for a place that changed, which to work out."""

    def __init__(self, binds: Iterable[Bind]) -> None:
        self.active = [bind for bind in binds if bind.relevant or bind.calculate or bind.required or bind.readonly]
        self.needs = {bind.place: _needs(bind) for bind in self.active}
        self.sorted = self._sorted()

    def _sorted(self) -> list[Bind]:
        done: dict[Place, int] = {}
        order: list[Bind] = []
        by_place = {bind.place: bind for bind in self.active}
        feeding = {place: self._feeds(place) for place in by_place}
        for bind in self.active:
            self._visit(bind.place, by_place, feeding, done, order)
        return order

    def _feeds(self, place: Place) -> list[Place]:
        """Active places that this one waits for."""
        return [
            other.place
            for other in self.active
            if other.place != place and any(_sets(other, read) for read in self.needs[place])
        ]

    def _visit(
        self,
        first: Place,
        by_place: dict[Place, Bind],
        feeding: dict[Place, list[Place]],
        done: dict[Place, int],
        order: list[Bind],
    ) -> None:
        """Depth first without recursion: 1 is on the way, 2 is done."""
        stack = [(first, iter(feeding[first]))]
        if done.get(first):
            return
        done[first] = 1
        while stack:
            place, waiting = stack[-1]
            following = next((each for each in waiting if done.get(each) != 2), None)
            if following is None:
                done[place] = 2
                order.append(by_place[place])
                stack.pop()
            elif done.get(following) == 1:
                raise XFormError(f"{by_place[place].path} and {by_place[following].path} depend on each other")
            else:
                done[following] = 1
                stack.append((following, iter(feeding[following])))

    def affected(self, changed: Place) -> tuple[Bind, ...]:
        """What is to be worked out again, in order, when a value or the turns at a place changed."""
        touched: list[Bind] = []
        dirty = [(changed, True)]
        for bind in self.sorted:
            needs = self.needs[bind.place]
            if any(touches(place, read, below=below) for place, below in dirty for read in needs):
                touched.append(bind)
                dirty.append((bind.place, bind.relevant is not None))
        return tuple(touched)


def _sets(bind: Bind, read: Place) -> bool:
    """Working `bind` out can change what stands at `read`: its own value, or by relevance all below it."""
    if bind.relevant is None and bind.calculate is None:
        return False
    return touches(bind.place, read, below=bind.relevant is not None)


def _needs(bind: Bind) -> set[Place]:
    found: set[Place] = set()
    for rule in (bind.relevant, bind.calculate, bind.required, bind.readonly):
        if rule is not None:
            found |= read_places(rule.source, bind.place)
    return found - {bind.place}
